import { ecsError } from '../../errors/ecs.js'
import { ecsWrite } from '../../model/context.js'
import { deleteInstance as remove } from '../../model/instances.js'
import { requireInstance } from './require-instance.js'
import { instanceInputs } from './shared-inputs.js'

export const deleteInstance = ecsWrite({
  name: 'DeleteInstance',
  summary: 'Deletes an instance with its network interfaces.',
  inputs: {
    ...instanceInputs,
    Force: { kind: 'boolean', doc: 'Whether to delete it even if it runs. Default false.' },
    ForceStop: { kind: 'boolean', doc: 'An instance here stops at once either way.' },
    TerminateSubscription: { kind: 'boolean', doc: 'Subscriptions here never bind, so none needs ending.' },
    DryRun: { kind: 'boolean', doc: 'Only check the request.' },
  },
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidInstanceId.NotFound',
    'InvalidOperation.DeletionProtection#instance',
    'IncorrectInstanceStatus',
    'DryRunOperation',
  ],
  async handle(input, caller, { session, settings }) {
    const named = { id: input.InstanceId, regionId: input.RegionId }
    const instance = await requireInstance(session, settings, caller.accountId, named)
    await remove(session, instance, input.Force === true)
    if (input.DryRun) throw ecsError('DryRunOperation')
    return {}
  },
})
