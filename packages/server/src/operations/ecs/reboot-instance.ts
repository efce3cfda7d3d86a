import { ecsError } from '../../errors/ecs.js'
import { ecsWrite } from '../../model/context.js'
import { rebootInstance as reboot } from '../../model/instances.js'
import { requireInstance } from './require-instance.js'
import { instanceInputs } from './shared-inputs.js'

export const rebootInstance = ecsWrite({
  name: 'RebootInstance',
  summary: 'Restarts a running instance at once. It keeps its groups and addresses.',
  inputs: {
    ...instanceInputs,
    ForceStop: { kind: 'boolean', doc: 'An instance here stops at once either way.' },
    DryRun: { kind: 'boolean', doc: 'Only check the request.' },
  },
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidInstanceId.NotFound',
    'InstanceLockedForSecurity',
    'IncorrectInstanceStatus',
    'DryRunOperation',
  ],
  async handle(input, caller, { session, settings }) {
    const named = { id: input.InstanceId, regionId: input.RegionId }
    const instance = await requireInstance(session, settings, caller.accountId, named)
    await reboot(session, instance, caller.now)
    if (input.DryRun) throw ecsError('DryRunOperation')
    return {}
  },
})
