import { ecsError } from '../../errors/ecs.js'
import { scopeOf, vpcRead } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { findVSwitch } from '../../store/vswitches.js'
import { optionalRegionId } from '../ecs/shared-inputs.js'
import { dryRun } from './shared-inputs.js'
import { describeVSwitchRows } from './vswitch-answer.js'

export const describeVSwitchAttributes = vpcRead({
  name: 'DescribeVSwitchAttributes',
  summary: 'Describes a vSwitch.',
  inputs: {
    RegionId: optionalRegionId,
    VSwitchId: { kind: 'string', required: true, doc: 'Id of the vSwitch.' },
    DryRun: dryRun,
  },
  errors: ['InvalidRegionId.NotFound', 'InvalidVSwitchId.NotFound', 'DryRunOperation'],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const vswitch = await findVSwitch(session, scope, input.VSwitchId)
    if (!vswitch) throw ecsError('InvalidVSwitchId.NotFound')
    if (input.DryRun) throw ecsError('DryRunOperation')
    const [answer] = await describeVSwitchRows(session, [vswitch])
    return { ...answer }
  },
})
