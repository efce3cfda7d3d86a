import type { Values } from '@sallyport/protocol'
import { ecsError } from '../../errors/ecs.js'
import { changedTimeouts, timeoutColumns, timeoutsOf } from '../../model/connection-timeouts.js'
import { ecsWrite, scopeOf, type WriteContext } from '../../model/context.js'
import { recordInterface } from '../../model/interfaces.js'
import { replaceGroups } from '../../model/memberships.js'
import { regionOf } from '../../model/regions.js'
import { findInstance } from '../../store/instances.js'
import { setAttributes } from '../../store/interfaces.js'
import type { InterfaceRow } from '../../store/schema.js'
import {
  checkShared,
  interfaceInputs,
  list,
  sharedInterfaceErrors,
  sharedInterfaceInputs,
  timeoutsWanted,
} from './interface-inputs.js'
import { groupsForErrors, requireGroupsFor, requireInterface } from './require-interface.js'

const inputs = {
  ...interfaceInputs,
  SecurityGroupId: list(
    'The groups that the interface is to be in instead of those it is in; not of a primary one.',
    100,
  ),
  ...sharedInterfaceInputs,
} as const

type Input = Values<typeof inputs>

/**
 * The reference page says that only the name and the description of a primary interface can be modified, and that
 * its DeleteOnRelease can (the page on retaining an ENI); that its timeouts can is our reading.
 */
export const modifyNetworkInterfaceAttribute = ecsWrite({
  name: 'ModifyNetworkInterfaceAttribute',
  summary: 'Changes a network interface: its name, its groups, its timeouts. What is not given stays.',
  preview: true,
  inputs,
  errors: [
    'MissingParameter.RegionId',
    'InvalidRegionId.NotFound',
    ...sharedInterfaceErrors,
    'InvalidEniId.NotFound',
    'InvalidOperation.ModifyPrimaryEniQueueNumber',
    'InvalidOperation.InvalidEniState#queues',
    'InvalidOperation.PrimaryEniOnlySupportModifyNameAndDesc',
    ...groupsForErrors,
    'JoinedGroupLimitExceed',
    'AclLimitExceed',
    'SecurityGroupInstanceLimitExceed',
  ],
  async handle(input, caller, context) {
    const { session, settings } = context
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    checkShared(input)
    const row = await requireInterface(session, scope, input.NetworkInterfaceId)
    if (input.QueueNumber !== undefined) await checkQueues(context, row)
    const after = { ...row, ...changed(input, row) }
    await setAttributes(session, after)
    if (input.SecurityGroupId.length > 0) {
      if (row.type === 'Primary') {
        throw ecsError('InvalidOperation.PrimaryEniOnlySupportModifyNameAndDesc')
      }
      const groups = await requireGroupsFor(session, caller, row, input.SecurityGroupId)
      await replaceGroups(session, row, groups, settings.quotas, 'JoinedGroupLimitExceed')
    }
    await recordInterface(session, after)
    return {}
  },
})

const changed = (input: Input, row: InterfaceRow) => ({
  name: input.NetworkInterfaceName ?? row.name,
  description: input.Description ?? row.description,
  delete_on_release: flag(input.DeleteOnRelease, row.delete_on_release),
  source_dest_check: flag(input.SourceDestCheck, row.source_dest_check),
  queue_number: input.QueueNumber ?? row.queue_number,
  ...timeoutColumns(changedTimeouts(timeoutsWanted(input), timeoutsOf(row))),
})

const flag = (wanted: boolean | undefined, before: number): number =>
  wanted === undefined ? before : wanted ? 1 : 0

async function checkQueues({ session }: WriteContext, row: InterfaceRow): Promise<void> {
  if (row.type === 'Primary') throw ecsError('InvalidOperation.ModifyPrimaryEniQueueNumber')
  const instance = await findInstance(session, row.account_id, row.instance_id)
  if (instance && instance.status !== 'Stopped') throw ecsError('InvalidOperation.InvalidEniState#queues')
}
