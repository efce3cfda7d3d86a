import { ecsError } from '../../errors/ecs.js'
import { ecsWrite } from '../../model/context.js'
import { startInstance as start } from '../../model/instances.js'
import { refuseUnsupported } from '../../model/unsupported.js'
import { requireInstance } from './require-instance.js'
import { instanceInputs } from './shared-inputs.js'

export const startInstance = ecsWrite({
  name: 'StartInstance',
  summary: 'Starts a stopped instance; it runs at once.',
  inputs: {
    ...instanceInputs,
    InitLocalDisk: { kind: 'boolean', doc: 'Only false: instances have no local disks.' },
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
    refuseUnsupported({ InitLocalDisk: input.InitLocalDisk })
    const named = { id: input.InstanceId, regionId: input.RegionId }
    const instance = await requireInstance(session, settings, caller.accountId, named)
    await start(session, instance, caller.now)
    if (input.DryRun) throw ecsError('DryRunOperation')
    return {}
  },
})
