import { attachInterface } from '../../model/attachments.js'
import { ecsWrite, scopeOf } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { refuseUnsupported } from '../../model/unsupported.js'
import { interfaceInputs } from './interface-inputs.js'
import { requireEcs, requireInterface } from './require-interface.js'

export const attachNetworkInterface = ecsWrite({
  name: 'AttachNetworkInterface',
  summary: 'Attaches a network interface to an instance, running or stopped, at once.',
  inputs: {
    ...interfaceInputs,
    InstanceId: { kind: 'string', required: true, doc: 'Instance in the zone and VPC of the interface.' },
    NetworkCardIndex: { kind: 'integer', doc: 'Only 0: instances here have one card.' },
    TrunkNetworkInstanceId: { kind: 'string', doc: 'Not supported.' },
    WaitForNetworkConfigurationReady: { kind: 'boolean', doc: 'Deprecated; it is ready at once.' },
  },
  errors: [
    'MissingParameter.RegionId',
    'InvalidRegionId.NotFound',
    'UnsupportedParameter',
    'InvalidEniId.NotFound',
    'InvalidEcsId.NotFound',
    'InvalidOperation.InvalidEniState',
    'InvalidOperation.VpcMismatch#instance',
    'InvalidOperation.AvailabilityZoneMismatch',
    'InvalidOperation.Ipv4CountExceeded',
    'InvalidOperation.Ipv6CountExceeded',
    'EniPerInstanceLimitExceeded',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    refuseUnsupported({
      NetworkCardIndex: input.NetworkCardIndex,
      TrunkNetworkInstanceId: input.TrunkNetworkInstanceId,
    })
    const row = await requireInterface(session, scope, input.NetworkInterfaceId)
    const instance = await requireEcs(session, scope, input.InstanceId)
    await attachInterface(session, row, instance)
    return {}
  },
})
