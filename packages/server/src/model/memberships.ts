import { ecsError, type EcsErrorKey } from '../errors/ecs.js'
import { countAddressesOf, countMembersOf } from '../store/groups.js'
import { addMembership, joinedGroups, removeMembership, removeMemberships } from '../store/memberships.js'
import type { GroupRow, InterfaceRow } from '../store/schema.js'
import type { Session, WriteSession } from '../store/session.js'
import type { ModelSettings, Quotas } from './context.js'
import { recordInterface } from './interfaces.js'

/** The advanced type is limited by interfaces instead of addresses (security group limits page). */
export const INTERFACES_PER_ADVANCED_GROUP = 65_536

/** The classic network has no secondary addresses: there these are instances (security group limits page). */
const ADDRESSES_PER_CLASSIC_GROUP = 1000

/** How many private addresses a basic group may hold. */
export const addressesPerGroup = ({ vpc_id }: Pick<GroupRow, 'vpc_id'>, quotas: Quotas): number =>
  vpc_id === ''
    ? Math.min(quotas.privateAddressesPerGroup, ADDRESSES_PER_CLASSIC_GROUP)
    : quotas.privateAddressesPerGroup

/** Whether groups of both types are among these. */
export const mixesTypes = (groups: readonly Pick<GroupRow, 'type'>[]): boolean =>
  groups.some(({ type }) => type !== groups[0]?.type)

/** Which code refuses what depends on whether the caller named an instance or a network interface. */
export type NamedBy = 'instance' | 'interface'

const codes = {
  instance: { vpc: 'InvalidInstanceId.Mismatch', last: 'InstanceLastSecurityGroup' },
  interface: { vpc: 'InvalidOperation.VpcMismatch', last: 'InvalidOperation.AtLeastInOneGroup' },
} as const satisfies Record<NamedBy, Record<string, EcsErrorKey>>

/** Puts an interface into a group: not in it yet, same VPC, same type, then quotas. */
export async function joinGroup(
  session: WriteSession,
  row: InterfaceRow,
  group: GroupRow,
  namedBy: NamedBy,
  quotas: Quotas,
): Promise<void> {
  const joined = await joinedGroups(session, row.id)
  if (joined.some(({ id }) => id === group.id)) throw ecsError('InvalidInstanceId.AlreadyExists')
  if (group.vpc_id !== row.vpc_id) throw ecsError(codes[namedBy].vpc)
  if (mixesTypes([...joined, group])) throw ecsError('InvalidOperation.MultiGroupType')
  checkInterfaceQuotas([...joined, group], quotas)
  await addMembership(session, row.id, group.id, (joined.at(-1)?.position ?? -1) + 1)
  await checkGroupQuota(session, group, quotas, 'SecurityGroupInstanceLimitExceeded')
  await recordInterface(session, row)
}

/** Takes an interface out of a group, which must not be its last. `absent` says what one not joined answers. */
export async function leaveGroup(
  session: WriteSession,
  row: InterfaceRow,
  group: GroupRow,
  namedBy: NamedBy,
  absent: ModelSettings['revokeAbsent'],
): Promise<void> {
  const joined = await joinedGroups(session, row.id)
  if (!joined.some(({ id }) => id === group.id)) {
    if (absent === 'success') return
    throw ecsError('InvalidSecurityGroupAssociation.NotFound')
  }
  if (joined.length === 1) throw ecsError(codes[namedBy].last)
  await removeMembership(session, row.id, group.id)
  await recordInterface(session, row)
}

/**
 * Puts an interface into exactly these groups, in this order; quotas are checked on what is left. The groups are
 * checked before: same VPC, same type, at least one, each once. The caller records the interface.
 */
export async function replaceGroups(
  session: WriteSession,
  row: InterfaceRow,
  groups: readonly GroupRow[],
  quotas: Quotas,
  tooMany: 'InstanceSecurityGroupLimitExceeded' | 'JoinedGroupLimitExceed',
): Promise<void> {
  checkInterfaceQuotas(groups, quotas, tooMany)
  await removeMemberships(session, row.id)
  for (const [position, { id }] of groups.entries()) await addMembership(session, row.id, id, position)
  for (const group of groups) {
    await checkGroupQuota(session, group, quotas, 'SecurityGroupInstanceLimitExceed')
  }
}

/** Checks the quotas of all groups of an interface that got more addresses. */
export async function checkGroupsOf(session: Session, row: InterfaceRow, quotas: Quotas): Promise<void> {
  for (const group of await joinedGroups(session, row.id)) {
    await checkGroupQuota(session, group, quotas, 'SecurityGroupInstanceLimitExceed')
  }
}

/** What one interface may have over the groups it would be in. */
export function checkInterfaceQuotas(
  groups: readonly GroupRow[],
  quotas: Quotas,
  tooMany:
    'InstanceSecurityGroupLimitExceeded' | 'JoinedGroupLimitExceed' = 'InstanceSecurityGroupLimitExceeded',
): void {
  if (groups.length > quotas.groupsPerInterface) throw ecsError(tooMany)
  const rules = groups.reduce((sum, group) => sum + group.rule_weight, 0)
  if (rules > quotas.rulesPerInterface) throw ecsError('AclLimitExceed')
}

/** What a group may hold, checked once the new member is in it; the refusal undoes the request. */
export async function checkGroupQuota(
  session: Session,
  group: GroupRow,
  quotas: Quotas,
  code: 'SecurityGroupInstanceLimitExceeded' | 'SecurityGroupInstanceLimitExceed',
): Promise<void> {
  const exceeded =
    group.type === 'basic'
      ? (await countAddressesOf(session, group.id)) > addressesPerGroup(group, quotas)
      : (await countMembersOf(session, group.id)) > INTERFACES_PER_ADVANCED_GROUP
  if (exceeded) throw ecsError(code)
}
