import { ecsError } from '../../errors/ecs.js'
import { ecsWrite } from '../../model/context.js'
import { changeStatus } from '../../model/instances.js'
import { refuseUnsupported } from '../../model/unsupported.js'
import { requireInstance } from './require-instance.js'
import { instanceInputs } from './shared-inputs.js'

export const stopInstance = ecsWrite({
  name: 'StopInstance',
  summary: 'Stops a running instance at once. It keeps its addresses.',
  inputs: {
    ...instanceInputs,
    StoppedMode: {
      kind: 'string',
      oneOf: ['KeepCharging', 'StopCharging'],
      doc: 'KeepCharging (default) or StopCharging; DescribeInstances shows it.',
    },
    ForceStop: { kind: 'boolean', doc: 'An instance here stops at once either way.' },
    ConfirmStop: { kind: 'boolean', doc: 'Deprecated; has no effect in the real service either.' },
    Hibernate: { kind: 'boolean', doc: 'Only false: instances do not hibernate.' },
    DryRun: { kind: 'boolean', doc: 'Only check the request.' },
  },
  errors: [
    'InvalidRegionId.NotFound',
    'UnsupportedParameter',
    'InvalidInstanceId.NotFound',
    'IncorrectInstanceStatus',
    'DryRunOperation',
  ],
  async handle(input, caller, { session, settings }) {
    refuseUnsupported({ Hibernate: input.Hibernate })
    const named = { id: input.InstanceId, regionId: input.RegionId }
    const instance = await requireInstance(session, settings, caller.accountId, named)
    const mode = input.StoppedMode === 'StopCharging' ? 'StopCharging' : 'KeepCharging'
    await changeStatus(session, instance, { status: 'Stopped', stopped_mode: mode })
    if (input.DryRun) throw ecsError('DryRunOperation')
    return {}
  },
})
