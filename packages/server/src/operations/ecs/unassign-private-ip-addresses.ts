import { raiseGateway } from '@sallyport/protocol'
import { unassign } from '../../model/assignments.js'
import { ecsWrite, scopeOf } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { refuseUnsupported } from '../../model/unsupported.js'
import { interfaceInputs, list } from './interface-inputs.js'
import { refuseRepeated, requireInterface } from './require-interface.js'

export const unassignPrivateIpAddresses = ecsWrite({
  name: 'UnassignPrivateIpAddresses',
  summary: 'Takes secondary private IPv4 addresses from a network interface; they are free then.',
  inputs: {
    ...interfaceInputs,
    PrivateIpAddress: list('Addresses, at least one; not the primary one.', 50),
    Ipv4Prefix: list('Not supported.', 10),
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
    refuseUnsupported({ Ipv4Prefix: input.Ipv4Prefix })
    if (input.PrivateIpAddress.length === 0) throw raiseGateway('MissingParameter', 'PrivateIpAddress')
    refuseRepeated(input.PrivateIpAddress)
    const row = await requireInterface(session, scope, input.NetworkInterfaceId)
    await unassign(session, row, input.PrivateIpAddress, 4)
    return {}
  },
})
