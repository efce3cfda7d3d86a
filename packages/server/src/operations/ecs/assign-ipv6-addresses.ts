import { assignIpv6 } from '../../model/assignments.js'
import { ecsWrite, scopeOf } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { refuseUnsupported } from '../../model/unsupported.js'
import { interfaceInputs, list } from './interface-inputs.js'
import { addressWish, requireInterface } from './require-interface.js'

export const assignIpv6Addresses = ecsWrite({
  name: 'AssignIpv6Addresses',
  summary: 'Gives a network interface IPv6 addresses of its vSwitch.',
  idempotent: true,
  inputs: {
    ...interfaceInputs,
    Ipv6Address: list('Addresses; exactly one of this and Ipv6AddressCount.', 10),
    Ipv6AddressCount: { kind: 'integer', min: 1, max: 10, doc: 'How many to choose, 1 to 10.' },
    Ipv6Prefix: list('Not supported.', 10),
    Ipv6PrefixCount: { kind: 'integer', doc: 'Not supported.' },
  },
  errors: [
    'MissingParameter.RegionId',
    'InvalidRegionId.NotFound',
    'UnsupportedParameter',
    'InvalidParameter.Conflict#both',
    'InvalidIp.IpRepeated',
    'InvalidEniId.NotFound',
    'InvalidOperation.Ipv6CountExceeded',
    'InvalidVSwitch.Ipv6NotTurnOn',
    'InvalidIp.Address',
    'InvalidIp.IpAssigned',
    'SecurityGroupInstanceLimitExceed',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    refuseUnsupported({ Ipv6Prefix: input.Ipv6Prefix, Ipv6PrefixCount: input.Ipv6PrefixCount })
    const wish = addressWish(input.Ipv6Address, input.Ipv6AddressCount, ['Ipv6Address', 'Ipv6AddressCount'])
    const row = await requireInterface(session, scope, input.NetworkInterfaceId)
    const added = await assignIpv6(session, row, wish, settings.quotas)
    return {
      NetworkInterfaceId: row.id,
      Ipv6Sets: { Ipv6Address: added },
      Ipv6PrefixSets: { Ipv6Prefix: [] },
    }
  },
})
