import { sql } from 'kysely'
import type { RuleRow } from './schema.js'
import type { Session } from './session.js'
import { listed, statement } from './statement.js'

/** Written into the statement, not given to it: an index of some rows is used only where its condition is seen. */
const aboutGroup = sql.lit('group' as const)

const insertRuleRow = statement<RuleRow>()((db, p) =>
  db
    .insertInto('rules')
    .values({
      id: p.id,
      group_id: p.group_id,
      direction: p.direction,
      policy: p.policy,
      priority: p.priority,
      protocol: p.protocol,
      port_range: p.port_range,
      port_list: p.port_list,
      source_port_range: p.source_port_range,
      nic_type: p.nic_type,
      peer_kind: p.peer_kind,
      peer: p.peer,
      peer_owner: p.peer_owner,
      local: p.local,
      description: p.description,
      weight: p.weight,
      identity: p.identity,
      created_at: p.created_at,
      created_revision: p.created_revision,
      position: p.position,
    })
    .onConflict((conflict) => conflict.columns(['group_id', 'identity']).doNothing()),
)

const selectByIdentity = statement<{ groupId: string; identity: string }>()((db, p) =>
  db.selectFrom('rules').selectAll().where('group_id', '=', p.groupId).where('identity', '=', p.identity),
)

const selectById = statement<{ groupId: string; id: string }>()((db, p) =>
  db.selectFrom('rules').selectAll().where('group_id', '=', p.groupId).where('id', '=', p.id),
)

const updateRuleRow = statement<RuleRow & { before: string }>()((db, p) =>
  db
    .updateTable('rules')
    .set({
      policy: p.policy,
      priority: p.priority,
      protocol: p.protocol,
      port_range: p.port_range,
      port_list: p.port_list,
      source_port_range: p.source_port_range,
      peer_kind: p.peer_kind,
      peer: p.peer,
      peer_owner: p.peer_owner,
      local: p.local,
      description: p.description,
      weight: p.weight,
      identity: p.identity,
    })
    .where('group_id', '=', p.group_id)
    .where('identity', '=', p.before),
)

const deleteRuleRow = statement<{ groupId: string; identity: string }>()((db, p) =>
  db.deleteFrom('rules').where('group_id', '=', p.groupId).where('identity', '=', p.identity),
)

const selectOfGroup = statement<{ groupId: string }>()((db, p) =>
  db
    .selectFrom('rules')
    .selectAll()
    .where('group_id', '=', p.groupId)
    .orderBy('direction', 'desc')
    .orderBy('created_revision')
    .orderBy('position'),
)

const selectEvery = statement()((db) =>
  db.selectFrom('rules').selectAll().orderBy('created_revision').orderBy('position'),
)

const selectGroupPeers = statement<{ groupId: string }>()((db, p) =>
  db
    .selectFrom('rules')
    .select('peer')
    .distinct()
    .where('group_id', '=', p.groupId)
    .where('peer_kind', '=', aboutGroup),
)

const selectReferrers = statement<{ peer: string }>()((db, p) =>
  db
    .selectFrom('rules')
    .select('group_id')
    .distinct()
    .where('peer_kind', '=', aboutGroup)
    .where('peer', '=', p.peer),
)

const selectReferences = statement<{ peer: string; limit: number }>()((db, p) =>
  db
    .selectFrom('security_groups')
    .select(['id', 'account_id'])
    .where('id', 'in', (s) =>
      s.selectFrom('rules').select('group_id').where('peer_kind', '=', aboutGroup).where('peer', '=', p.peer),
    )
    .orderBy('created_revision')
    .limit(p.limit),
)

const countGroupRules = statement<{ groupIds: string }>()((db, p) =>
  db
    .selectFrom('rules')
    .select((s) => ['group_id', s.fn.countAll<number>().as('count')])
    .where('group_id', 'in', listed(p.groupIds))
    .where('peer_kind', '=', aboutGroup)
    .groupBy('group_id'),
)

const selectPeerNames = statement<{ groupId: string }>()((db, p) =>
  db
    .selectFrom('rules')
    .innerJoin('security_groups', 'security_groups.id', 'rules.peer')
    .select(['security_groups.id', 'security_groups.name'])
    .distinct()
    .where('rules.group_id', '=', p.groupId)
    .where('rules.peer_kind', '=', aboutGroup)
    .where('rules.peer_owner', '=', ''),
)

/** Adds a rule; false when the group has one with the same identity already, which is then left as it is. */
export async function insertRule(session: Session, row: RuleRow): Promise<boolean> {
  return (await session.run(insertRuleRow, row)) === 1
}

export const findRuleByIdentity = (
  session: Session,
  groupId: string,
  identity: string,
): Promise<RuleRow | undefined> => session.first(selectByIdentity, { groupId, identity })

export const findRule = (session: Session, groupId: string, id: string): Promise<RuleRow | undefined> =>
  session.first(selectById, { groupId, id })

/** Stores what a rule has become; `before` is the identity it had. Throws when the group has the new one already. */
export async function updateRule(session: Session, before: string, row: RuleRow): Promise<void> {
  await session.run(updateRuleRow, { ...row, before })
}

/** Removes one rule. */
export async function deleteRule(
  session: Session,
  rule: Pick<RuleRow, 'group_id' | 'identity'>,
): Promise<void> {
  await session.run(deleteRuleRow, { groupId: rule.group_id, identity: rule.identity })
}

/** The group's rules: ingress before egress, each in the order of their creation. */
export const rulesOfGroup = (session: Session, groupId: string): Promise<RuleRow[]> =>
  session.all(selectOfGroup, { groupId })

/** The distinct groups that the group's rules name as objects, both directions together. */
export async function groupPeersOf(session: Session, groupId: string): Promise<string[]> {
  return (await session.all(selectGroupPeers, { groupId })).map(({ peer }) => peer)
}

/** The groups whose rules name this one as object; the group itself may be among them. */
export async function referrersOf(session: Session, groupId: string): Promise<string[]> {
  return (await session.all(selectReferrers, { peer: groupId })).map((row) => row.group_id)
}

/** Up to `limit` groups, of any account, whose rules name this one as object, oldest first. */
export const referencesOf = (
  session: Session,
  groupId: string,
  limit: number,
): Promise<{ id: string; account_id: string }[]> => session.all(selectReferences, { peer: groupId, limit })

/** Names of the groups that the group's rules name as objects, by id; those of other accounts' groups stay unknown. */
export async function peerNamesOf(session: Session, groupId: string): Promise<Map<string, string>> {
  return new Map((await session.all(selectPeerNames, { groupId })).map(({ id, name }) => [id, name]))
}

/** How many group-object rules each of these groups has; groups without any are absent. */
export async function groupRuleCounts(
  session: Session,
  groupIds: readonly string[],
): Promise<Map<string, number>> {
  if (groupIds.length === 0) return new Map()
  const rows = await session.all(countGroupRules, { groupIds: JSON.stringify(groupIds) })
  return new Map(rows.map((row) => [row.group_id, Number(row.count)]))
}

/** Every rule of every group, oldest first. */
export const everyRule = (session: Session): Promise<RuleRow[]> => session.all(selectEvery, {})
