import { ecsError } from '../../errors/ecs.js'
import { vpcError } from '../../errors/vpc.js'
import { scopeOf, vpcWrite } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { dropTags } from '../../model/tags.js'
import { deleteFreeRanges } from '../../store/free-ranges.js'
import { vswitchInUse } from '../../store/interfaces.js'
import { deleteVSwitchRowOf, findVSwitch } from '../../store/vswitches.js'
import { optionalRegionId } from '../ecs/shared-inputs.js'
import { dryRun } from './shared-inputs.js'

export const deleteVSwitch = vpcWrite({
  name: 'DeleteVSwitch',
  summary: 'Deletes a vSwitch that no network interface is in.',
  inputs: {
    RegionId: optionalRegionId,
    VSwitchId: { kind: 'string', required: true, doc: 'Id of the vSwitch.' },
    DryRun: dryRun,
  },
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidVSwitchId.NotFound',
    'DependencyViolation#vswitch',
    'DryRunOperation',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const vswitch = await findVSwitch(session, scope, input.VSwitchId)
    if (!vswitch) throw ecsError('InvalidVSwitchId.NotFound')
    if (await vswitchInUse(session, vswitch.id)) throw vpcError('DependencyViolation#vswitch')
    if (input.DryRun) throw ecsError('DryRunOperation')
    await deleteVSwitchRowOf(session, vswitch.id)
    await deleteFreeRanges(session, vswitch.id)
    await dropTags(session, 'vswitch', vswitch.id)
    return {}
  },
})
