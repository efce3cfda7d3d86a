import { ecsError } from '../errors/ecs.js'
import {
  addResourceGroup,
  findResourceGroup,
  memberships,
  putMember,
  type ResourceGroupFilter,
} from '../store/resource-groups.js'
import type { Session, WriteSession } from '../store/session.js'
import { defaultResourceGroupId } from './ids.js'
import type { TaggedType } from './tags.js'

/**
 * A resource that was never put into a group is in the default one. ECS then answers an empty ResourceGroupId, as
 * captured from the real service; VPC answers the id of the default group. A resource that was put into a group, be
 * it the default one, is answered with that group's id by both, so that Terraform reads back what it wrote.
 */

/** The id of the account's default resource group. */
export const defaultResourceGroupOf = (accountId: string): string => defaultResourceGroupId(accountId)

/** Makes the account's default resource group, unless it is there. `now` is a time with seconds. */
export async function ensureDefaultResourceGroup(
  session: WriteSession,
  accountId: string,
  now: string,
): Promise<void> {
  await addResourceGroup(session, {
    id: defaultResourceGroupOf(accountId),
    account_id: accountId,
    name: 'default',
    display_name: 'default resource group',
    is_default: 1,
    created_at: now,
  })
}

/** The resource group asked for, if one was. Throws 404 InvalidResourceGroup.NotFound unless the account has it. */
export async function requireResourceGroup(
  session: Session,
  accountId: string,
  id: string | undefined,
): Promise<string | undefined> {
  if (id === undefined || id === defaultResourceGroupOf(accountId)) return id
  if (!(await findResourceGroup(session, accountId, id))) throw ecsError('InvalidResourceGroup.NotFound')
  return id
}

/** Puts a resource into a group; nothing happens when none was asked for. */
export async function putInResourceGroup(
  session: WriteSession,
  type: TaggedType,
  id: string,
  groupId: string | undefined,
): Promise<void> {
  if (groupId !== undefined) await putMember(session, type, id, groupId)
}

/** The groups that resources were put into, by resource id; of those that were put into none, nothing. */
export const resourceGroupsOf = (
  session: Session,
  type: TaggedType,
  ids: readonly string[],
): Promise<Map<string, string>> => memberships(session, type, ids)

/**
 * Finds the groups of VPCs: the one that each was put into, or its account's default one. What lies in a VPC (vSwitches, the
 * route table) is in the VPC's group: neither can be put into one by itself.
 */
export async function vpcResourceGroups(
  session: Session,
  vpcIds: readonly string[],
): Promise<(accountId: string, vpcId: string) => string> {
  const groups = await memberships(session, 'vpc', [...new Set(vpcIds)])
  return (accountId, vpcId) => groups.get(vpcId) ?? defaultResourceGroupOf(accountId)
}

/** The condition for lists; `inResourceGroup` of the store applies it. A group that nobody has holds nothing. */
export const resourceGroupFilter = (
  accountId: string,
  id: string | undefined,
): ResourceGroupFilter | undefined =>
  id === undefined ? undefined : { id, isDefault: id === defaultResourceGroupOf(accountId) }
