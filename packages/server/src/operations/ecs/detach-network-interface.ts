import { ecsError } from '../../errors/ecs.js'
import { detachInterface, requireStatus } from '../../model/attachments.js'
import { ecsWrite, scopeOf } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { refuseUnsupported } from '../../model/unsupported.js'
import { interfaceInputs } from './interface-inputs.js'
import { requireEcs, requireInterface } from './require-interface.js'

export const detachNetworkInterface = ecsWrite({
  name: 'DetachNetworkInterface',
  summary: 'Detaches a secondary network interface from its instance, running or stopped, at once.',
  inputs: {
    ...interfaceInputs,
    InstanceId: { kind: 'string', required: true, doc: 'Instance that the interface is attached to.' },
    TrunkNetworkInstanceId: { kind: 'string', doc: 'Not supported.' },
  },
  errors: [
    'MissingParameter.RegionId',
    'InvalidRegionId.NotFound',
    'UnsupportedParameter',
    'InvalidEniId.NotFound',
    'InvalidEcsId.NotFound',
    'InvalidOperation.InvalidEniState',
    'InvalidParameter#attachment',
    'InvalidOperation.DetachPrimaryEniNotAllowed',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    refuseUnsupported({ TrunkNetworkInstanceId: input.TrunkNetworkInstanceId })
    const row = await requireInterface(session, scope, input.NetworkInterfaceId)
    const instance = await requireEcs(session, scope, input.InstanceId)
    requireStatus(row, 'InUse')
    if (row.instance_id !== instance.id) throw ecsError('InvalidParameter#attachment')
    if (row.type === 'Primary') throw ecsError('InvalidOperation.DetachPrimaryEniNotAllowed')
    await detachInterface(session, row)
    return {}
  },
})
