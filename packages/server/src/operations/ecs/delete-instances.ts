import { ecsError } from '../../errors/ecs.js'
import { ecsWrite } from '../../model/context.js'
import { deleteInstance } from '../../model/instances.js'
import { regionOf } from '../../model/regions.js'
import { instanceIds } from './instance-batch.js'
import { requireInstance } from './require-instance.js'
import { regionId } from './shared-inputs.js'

export const deleteInstances = ecsWrite({
  name: 'DeleteInstances',
  summary: 'Deletes instances with their network interfaces, all or none.',
  idempotent: true,
  inputs: {
    RegionId: regionId,
    InstanceId: instanceIds,
    Force: { kind: 'boolean', doc: 'Whether to delete them even if they run. Default false.' },
    ForceStop: { kind: 'boolean', doc: 'An instance here stops at once either way.' },
    TerminateSubscription: { kind: 'boolean', doc: 'Subscriptions here never bind, so none needs ending.' },
    DryRun: { kind: 'boolean', doc: 'Only check the request.' },
  },
  errors: [
    'MissingParameter.RegionId',
    'InvalidRegionId.NotFound',
    'InvalidInstanceId.NotFound',
    'InvalidOperation.DeletionProtection#instance',
    'IncorrectInstanceStatus',
    'DRYRUN.SUCCESS',
  ],
  async handle(input, caller, { session, settings }) {
    const regionId = regionOf(settings, input.RegionId).id
    for (const id of new Set(input.InstanceId)) {
      const instance = await requireInstance(session, settings, caller.accountId, { id, regionId })
      await deleteInstance(session, instance, input.Force === true)
    }
    if (input.DryRun) throw ecsError('DRYRUN.SUCCESS')
    return {}
  },
})
