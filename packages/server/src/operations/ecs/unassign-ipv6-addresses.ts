import { raiseGateway } from '@sallyport/protocol'
import { unassign } from '../../model/assignments.js'
import { ecsWrite, scopeOf } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { refuseUnsupported } from '../../model/unsupported.js'
import { interfaceInputs, list } from './interface-inputs.js'
import { refuseRepeated, requireInterface } from './require-interface.js'

export const unassignIpv6Addresses = ecsWrite({
  name: 'UnassignIpv6Addresses',
  summary: 'Takes IPv6 addresses from a network interface; they are free then.',
  inputs: {
    ...interfaceInputs,
    Ipv6Address: list('Addresses, at least one.', 10),
    Ipv6Prefix: list('Not supported.', 10),
  },
  errors: [
    'MissingParameter.RegionId',
    'InvalidRegionId.NotFound',
    'UnsupportedParameter',
    'InvalidIp.IpRepeated',
    'InvalidEniId.NotFound',
    'InvalidIp.IpUnassigned',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    refuseUnsupported({ Ipv6Prefix: input.Ipv6Prefix })
    if (input.Ipv6Address.length === 0) throw raiseGateway('MissingParameter', 'Ipv6Address')
    refuseRepeated(input.Ipv6Address)
    const row = await requireInterface(session, scope, input.NetworkInterfaceId)
    await unassign(session, row, input.Ipv6Address, 6)
    return {}
  },
})
