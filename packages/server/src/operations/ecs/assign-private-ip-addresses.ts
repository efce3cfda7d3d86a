import { raiseGateway } from '@sallyport/protocol'
import { ecsError } from '../../errors/ecs.js'
import { assignIpv4 } from '../../model/assignments.js'
import { ecsWrite, scopeOf } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { refuseUnsupported } from '../../model/unsupported.js'
import { interfaceInputs, list } from './interface-inputs.js'
import { refuseRepeated, requireInterface } from './require-interface.js'

export const assignPrivateIpAddresses = ecsWrite({
  name: 'AssignPrivateIpAddresses',
  summary: 'Gives a network interface secondary private IPv4 addresses of its vSwitch.',
  idempotent: true,
  inputs: {
    ...interfaceInputs,
    PrivateIpAddress: list('Addresses; exactly one of this and SecondaryPrivateIpAddressCount.', 50),
    SecondaryPrivateIpAddressCount: { kind: 'integer', min: 1, max: 50, doc: 'How many to choose.' },
    Ipv4Prefix: list('Not supported.', 10),
    Ipv4PrefixCount: { kind: 'integer', doc: 'Not supported.' },
  },
  errors: [
    'MissingParameter.RegionId',
    'InvalidRegionId.NotFound',
    'UnsupportedParameter',
    'InvalidParameter.Conflict#both',
    'InvalidIp.IpRepeated',
    'InvalidEniId.NotFound',
    'InvalidOperation.Ipv4CountExceeded',
    'InvalidVSwitchId.IpInvalid',
    'InvalidIp.IpAssigned',
    'InvalidVSwitchId.IpNotEnough',
    'SecurityGroupInstanceLimitExceed',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    refuseUnsupported({ Ipv4Prefix: input.Ipv4Prefix, Ipv4PrefixCount: input.Ipv4PrefixCount })
    const { PrivateIpAddress: addresses, SecondaryPrivateIpAddressCount: count } = input
    if (addresses.length > 0 && count !== undefined) {
      throw ecsError('InvalidParameter.Conflict#both', 'PrivateIpAddress', 'SecondaryPrivateIpAddressCount')
    }
    if (addresses.length === 0 && count === undefined) {
      throw raiseGateway('MissingParameter', 'PrivateIpAddress')
    }
    refuseRepeated(addresses)
    const row = await requireInterface(session, scope, input.NetworkInterfaceId)
    const wish = count === undefined ? { addresses } : { count }
    const added = await assignIpv4(session, row, wish, settings.quotas)
    return {
      AssignedPrivateIpAddressesSet: {
        NetworkInterfaceId: row.id,
        PrivateIpSet: { PrivateIpAddress: added },
        Ipv4PrefixSet: { Ipv4Prefixes: [] },
      },
    }
  },
})
