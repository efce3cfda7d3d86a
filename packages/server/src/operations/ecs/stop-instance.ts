import { ecsError } from '../../errors/ecs.js'
import { ecsWrite } from '../../model/context.js'
import { stopInstance as stop } from '../../model/instances.js'
import { refuseUnsupported } from '../../model/unsupported.js'
import { requireInstance } from './require-instance.js'
import { modeOf, stoppedMode } from './stopped-mode.js'
import { instanceInputs } from './shared-inputs.js'

export const stopInstance = ecsWrite({
  name: 'StopInstance',
  summary: 'Stops a running instance at once. It keeps its addresses.',
  inputs: {
    ...instanceInputs,
    StoppedMode: stoppedMode,
    ForceStop: { kind: 'boolean', doc: 'An instance here stops at once either way.' },
    ConfirmStop: { kind: 'boolean', doc: 'Deprecated; has no effect in the real service either.' },
    Hibernate: { kind: 'boolean', doc: 'Only false: instances do not hibernate.' },
    DryRun: { kind: 'boolean', doc: 'Only check the request.' },
  },
  errors: [
    'InvalidRegionId.NotFound',
    'UnsupportedParameter',
    'InvalidInstanceId.NotFound',
    'InstanceLockedForSecurity',
    'IncorrectInstanceStatus',
    'DryRunOperation',
  ],
  async handle(input, caller, { session, settings }) {
    refuseUnsupported({ Hibernate: input.Hibernate })
    const named = { id: input.InstanceId, regionId: input.RegionId }
    const instance = await requireInstance(session, settings, caller.accountId, named)
    await stop(session, instance, modeOf(input.StoppedMode))
    if (input.DryRun) throw ecsError('DryRunOperation')
    return {}
  },
})
