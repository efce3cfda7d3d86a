import type { Scope } from '../model/context.js'
import type { GroupRow } from './schema.js'
import type { Session } from './session.js'
import { statement } from './statement.js'

const selectGroup = statement<Scope & { id: string }>()((db, p) =>
  db
    .selectFrom('security_groups')
    .selectAll()
    .where('id', '=', p.id)
    .where('account_id', '=', p.accountId)
    .where('region_id', '=', p.regionId),
)

// What rule operations need and no more: every column read costs, on the path that matters most.
const selectHolder = statement<Scope & { id: string }>()((db, p) =>
  db
    .selectFrom('security_groups')
    .select(['vpc_id', 'type', 'rule_weight', 'service_id'])
    .select((s) =>
      s
        .exists(
          s
            .selectFrom('interface_groups')
            .select('interface_id')
            .whereRef('interface_groups.group_id', '=', 'security_groups.id'),
        )
        .as('has_members'),
    )
    .where('id', '=', p.id)
    .where('account_id', '=', p.accountId)
    .where('region_id', '=', p.regionId),
)

const selectCount = statement<Scope>()((db, p) =>
  db
    .selectFrom('group_counts')
    .select('count')
    .where('account_id', '=', p.accountId)
    .where('region_id', '=', p.regionId),
)

const addToCount = statement<Scope & { by: number }>()((db, p) =>
  db
    .insertInto('group_counts')
    .values({ account_id: p.accountId, region_id: p.regionId, count: p.by })
    .onConflict((conflict) =>
      conflict
        .columns(['account_id', 'region_id'])
        .doUpdateSet((set) => ({ count: set('group_counts.count', '+', p.by) })),
    ),
)

const insertGroupRow = statement<GroupRow>()((db, p) =>
  db.insertInto('security_groups').values({
    id: p.id,
    account_id: p.account_id,
    region_id: p.region_id,
    created_at: p.created_at,
    created_revision: p.created_revision,
    vpc_id: p.vpc_id,
    name: p.name,
    description: p.description,
    type: p.type,
    inner_access: p.inner_access,
    service_id: p.service_id,
    rule_count: p.rule_count,
    rule_weight: p.rule_weight,
    audit: p.audit,
  }),
)

const selectAnyones = statement<{ id: string }>()((db, p) =>
  db.selectFrom('security_groups').selectAll().where('id', '=', p.id),
)

const updateAudit = statement<{ id: string; audit: number }>()((db, p) =>
  db.updateTable('security_groups').set({ audit: p.audit }).where('id', '=', p.id),
)

const selectEvery = statement()((db) =>
  db.selectFrom('security_groups').selectAll().orderBy('created_revision'),
)

const updateGroupRow = statement<GroupRow>()((db, p) =>
  db
    .updateTable('security_groups')
    .set({ name: p.name, description: p.description, inner_access: p.inner_access })
    .where('id', '=', p.id),
)

const deleteGroupRow = statement<{ id: string }>()((db, p) =>
  db.deleteFrom('security_groups').where('id', '=', p.id),
)

const addToRules = statement<{ id: string; by: number; weight: number }>()((db, p) =>
  db
    .updateTable('security_groups')
    .set((set) => ({
      rule_count: set('rule_count', '+', p.by),
      rule_weight: set('rule_weight', '+', p.weight),
    }))
    .where('id', '=', p.id),
)

const countMembers = statement<{ groupId: string }>()((db, p) =>
  db
    .selectFrom('interface_groups')
    .select((s) => s.fn.countAll<number>().as('count'))
    .where('group_id', '=', p.groupId),
)

const countAddresses = statement<{ groupId: string }>()((db, p) =>
  db
    .selectFrom('interface_groups')
    .innerJoin('interface_addresses', 'interface_addresses.interface_id', 'interface_groups.interface_id')
    .select((s) => s.fn.countAll<number>().as('count'))
    .where('interface_groups.group_id', '=', p.groupId),
)

const heaviestMember = statement<{ groupId: string }>()((db, p) =>
  db
    .selectFrom('interface_groups as member')
    .innerJoin('interface_groups as joined', 'joined.interface_id', 'member.interface_id')
    .innerJoin('security_groups as group', 'group.id', 'joined.group_id')
    .select((s) => s.fn.sum<number>('group.rule_weight').as('rules'))
    .where('member.group_id', '=', p.groupId)
    .groupBy('member.interface_id')
    .orderBy('rules', 'desc')
    .limit(1),
)

/** A group by id, if the account has it in the region. */
export const findGroup = (session: Session, scope: Scope, id: string): Promise<GroupRow | undefined> =>
  session.first(selectGroup, { ...scope, id })

/** A group as rule operations see it, and whether any interface joined it. */
export interface RuleHolder {
  readonly id: string
  readonly vpc_id: string
  readonly type: GroupRow['type']
  /** What its rules count as in quotas. */
  readonly rule_weight: number
  readonly service_id: string
  readonly has_members: boolean
}

/** A group that is to hold or to be named by rules, if the account has it in the region. */
export async function findRuleHolder(
  session: Session,
  scope: Scope,
  id: string,
): Promise<RuleHolder | undefined> {
  const { accountId, regionId } = scope
  const row = await session.first(selectHolder, { accountId, regionId, id })
  if (!row) return undefined
  const { vpc_id, type, rule_weight, service_id } = row
  return { id, vpc_id, type, rule_weight, service_id, has_members: Boolean(row.has_members) }
}

const count = async (row: Promise<{ count: number } | undefined>): Promise<number> =>
  Number((await row)?.count ?? 0)

/** How many groups the account has in the region: a stored figure, whatever their number. */
export const countGroupsOf = (session: Session, scope: Scope): Promise<number> =>
  count(session.first(selectCount, scope))

/** How many interfaces joined the group. */
export const countMembersOf = (session: Session, groupId: string): Promise<number> =>
  count(session.first(countMembers, { groupId }))

/** How many private addresses the group's interfaces have. */
export const countAddressesOf = (session: Session, groupId: string): Promise<number> =>
  count(session.first(countAddresses, { groupId }))

/** The most rules, by weight, that any interface in the group has over all its groups; 0 when the group has no interface. */
export async function mostRulesOfAMember(session: Session, groupId: string): Promise<number> {
  return Number((await session.first(heaviestMember, { groupId }))?.rules ?? 0)
}

export async function insertGroup(session: Session, row: GroupRow): Promise<void> {
  await session.run(insertGroupRow, row)
  await session.run(addToCount, { accountId: row.account_id, regionId: row.region_id, by: 1 })
}

/** Removes a group of the account and region; the caller made sure that it is there. */
export async function deleteGroup(
  session: Session,
  { accountId, regionId }: Scope,
  id: string,
): Promise<void> {
  await session.run(deleteGroupRow, { id })
  await session.run(addToCount, { accountId, regionId, by: -1 })
}

/** Stores what a group's name, description and policy inside have become. */
export async function updateGroup(session: Session, row: GroupRow): Promise<void> {
  await session.run(updateGroupRow, row)
}

/** A group by id, of whatever account and region. */
export const findGroupOfAnyone = (session: Session, id: string): Promise<GroupRow | undefined> =>
  session.first(selectAnyones, { id })

/** Stores whether a group is in audit. */
export async function updateGroupAudit(session: Session, { id, audit }: GroupRow): Promise<void> {
  await session.run(updateAudit, { id, audit })
}

/** Keeps `rule_count` and `rule_weight` in step; every insert, change and delete of rules goes through here. */
export async function changeRuleCount(
  session: Session,
  groupId: string,
  by: number,
  weight: number,
): Promise<void> {
  await session.run(addToRules, { id: groupId, by, weight })
}

/** Every group of every account and region, oldest first. */
export const everyGroup = (session: Session): Promise<GroupRow[]> => session.all(selectEvery, {})
