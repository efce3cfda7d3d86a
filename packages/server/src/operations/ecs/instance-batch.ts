import { type Answer, type Caller, type Inputs, WireError } from '@sallyport/protocol'
import { ecsError, type EcsErrorKey } from '../../errors/ecs.js'
import type { WriteContext } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { findInstance } from '../../store/instances.js'
import type { InstanceRow } from '../../store/schema.js'
import { requireInstance } from './require-instance.js'
import { regionId } from './shared-inputs.js'

/** InstanceId.N of operations on several instances. */
export const instanceIds = {
  kind: 'list',
  of: { kind: 'string' },
  max: 100,
  required: true,
  doc: 'Ids of the instances, N from 1 to 100.',
} as const satisfies Inputs[string]

/** Parameters of StartInstances, StopInstances and RebootInstances. */
export const batchInputs = {
  RegionId: regionId,
  InstanceId: instanceIds,
  BatchOptimization: {
    kind: 'string',
    oneOf: ['AllTogether', 'SuccessFirst'],
    doc: 'AllTogether (default): all or none. SuccessFirst: each on its own; the answer says how each went.',
  },
  DryRun: {
    kind: 'boolean',
    doc: 'Only check the request; with SuccessFirst nothing is checked of instances.',
  },
} as const satisfies Inputs

/** What each of them can be refused with. */
export const batchErrors = [
  'MissingParameter.RegionId',
  'InvalidRegionId.NotFound',
  'InvalidInstanceId.NotFound',
  'InstanceLockedForSecurity',
  'IncorrectInstanceStatus',
  'DRYRUN.SUCCESS',
] as const satisfies readonly EcsErrorKey[]

interface BatchInput {
  readonly RegionId: string
  readonly InstanceId: readonly string[]
  readonly BatchOptimization: string | undefined
  readonly DryRun: boolean | undefined
}

/**
 * Does the same to several instances, each id once. `act` throws a wire error before it changes anything, so that
 * one instance's refusal leaves the others as they are.
 */
export async function runBatch(
  input: BatchInput,
  caller: Caller,
  { session, settings }: WriteContext,
  act: (row: InstanceRow) => Promise<void>,
): Promise<Answer> {
  const regionId = regionOf(settings, input.RegionId).id
  const each = input.BatchOptimization === 'SuccessFirst'
  if (each && input.DryRun) throw ecsError('DRYRUN.SUCCESS')
  const responses: object[] = []
  for (const id of new Set(input.InstanceId)) {
    const before = await findInstance(session, caller.accountId, id)
    let refusal: WireError | undefined
    try {
      await act(await requireInstance(session, settings, caller.accountId, { id, regionId }))
    } catch (error) {
      if (!each || !(error instanceof WireError)) throw error
      refusal = error
    }
    const after = await findInstance(session, caller.accountId, id)
    responses.push(responseOf(id, regionId, before, after, refusal))
  }
  if (input.DryRun) throw ecsError('DRYRUN.SUCCESS')
  return { InstanceResponses: { InstanceResponse: responses } }
}

/** One instance's part of the answer; an instance that is not there has no status. */
function responseOf(
  id: string,
  regionId: string,
  before: InstanceRow | undefined,
  after: InstanceRow | undefined,
  refusal: WireError | undefined,
): object {
  const statusOf = (row: InstanceRow | undefined) => (row?.region_id === regionId ? row.status : '')
  return {
    InstanceId: id,
    PreviousStatus: statusOf(before),
    CurrentStatus: statusOf(after),
    Code: refusal?.code ?? '200',
    Message: refusal?.message ?? 'success',
  }
}
