import { assignIpv4 } from '../../model/assignments.js'
import { ecsWrite, scopeOf } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { refuseUnsupported } from '../../model/unsupported.js'
import { interfaceInputs, list } from './interface-inputs.js'
import { addressWish, requireInterface } from './require-interface.js'

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
    const wish = addressWish(input.PrivateIpAddress, input.SecondaryPrivateIpAddressCount, [
      'PrivateIpAddress',
      'SecondaryPrivateIpAddressCount',
    ])
    const row = await requireInterface(session, scope, input.NetworkInterfaceId)
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
