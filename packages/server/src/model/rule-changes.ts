import { isDeepStrictEqual } from 'node:util'
import { ecsError } from '../errors/ecs.js'
import { changeRuleCount, findRuleHolder, mostRulesOfAMember, type RuleHolder } from '../store/groups.js'
import { deleteRule, groupPeersOf, insertRule, updateRule } from '../store/rules.js'
import type { RuleRow } from '../store/schema.js'
import type { Session, WriteSession } from '../store/session.js'
import { type Quotas, type Scope, secondsText } from './context.js'
import { checkNetworks, checkNicType } from './classic-rules.js'
import { newId } from './ids.js'
import type { Permission, RuleFields } from './permission.js'
import { ruleFact } from './rule-fact.js'
import { checkAssociations } from './rule-lists.js'

/**
 * Adds the permissions that the group does not have yet, all or none: whatever is thrown undoes the request.
 * A rule that exists already is left as it is, its description included.
 */
export async function addRules(
  session: WriteSession,
  scope: Scope,
  group: RuleHolder,
  permissions: readonly Permission[],
  quotas: Quotas,
  now: Date,
): Promise<void> {
  let [added, weight] = [0, 0]
  const createdAt = secondsText(now)
  for (const [position, { fields }] of permissions.entries()) {
    const id = newId('sgr', scope.regionId)
    const row = ruleRow(fields, id, group.id, createdAt, session.nextRevision, position)
    if (!(await insertRule(session, row))) continue
    added++
    weight += fields.weight
    session.record({ kind: 'rule', id, value: ruleFact(row) })
  }
  if (added === 0) return
  await changeRuleCount(session, group.id, added, weight)
  await checkRuleQuotas(session, group, weight, quotas)
  await checkAssociations(session, permissions, quotas)
  if (permissions.some(({ fields }) => fields.peer_kind === 'group'))
    await checkGroupObjects(session, group.id, quotas)
}

/** Written out: spreading into a literal showed in the profile of the path that matters most. */
function ruleRow(
  fields: RuleFields,
  id: string,
  groupId: string,
  createdAt: string,
  revision: number,
  position: number,
): RuleRow {
  return {
    id,
    group_id: groupId,
    direction: fields.direction,
    policy: fields.policy,
    priority: fields.priority,
    protocol: fields.protocol,
    port_range: fields.port_range,
    port_list: fields.port_list,
    source_port_range: fields.source_port_range,
    nic_type: fields.nic_type,
    peer_kind: fields.peer_kind,
    peer: fields.peer,
    peer_owner: fields.peer_owner,
    local: fields.local,
    description: fields.description,
    weight: fields.weight,
    identity: fields.identity,
    created_at: createdAt,
    created_revision: revision,
    position,
  }
}

/** Quotas are checked on the state that the request would leave: duplicates then cost nothing. */
async function checkRuleQuotas(
  session: Session,
  group: RuleHolder,
  weight: number,
  quotas: Quotas,
): Promise<void> {
  if (group.rule_weight + weight > quotas.rulesPerGroup) throw ecsError('AuthorizationLimitExceed')
  // Most groups are filled before anything joins them, and the join over them costs more than an insert.
  if (group.has_members && (await mostRulesOfAMember(session, group.id)) > quotas.rulesPerInterface) {
    throw ecsError('AuthorizationLimitExceed')
  }
}

async function checkGroupObjects(session: Session, groupId: string, quotas: Quotas): Promise<void> {
  const objects = await groupPeersOf(session, groupId)
  if (objects.length > quotas.groupObjectsPerGroup) throw ecsError('AuthorizedGroupRule.LimitExceed')
}

/**
 * Changes a rule, which keeps its id, its time and its place. The caller made sure that no other rule of the group
 * would be the same. Data planes hear of it unless only the description changes.
 */
export async function changeRule(
  session: WriteSession,
  group: RuleHolder,
  before: RuleRow,
  fields: Partial<RuleFields>,
  quotas: Quotas,
): Promise<void> {
  const after = { ...before, ...fields }
  if (isDeepStrictEqual(after, before)) return
  await updateRule(session, before.identity, after)
  const fact = ruleFact(after)
  if (!isDeepStrictEqual(fact, ruleFact(before))) session.record({ kind: 'rule', id: after.id, value: fact })
  // Another list makes a rule weigh more or less; beside that, only the quotas of objects can be met.
  if (after.weight !== before.weight) {
    const weight = after.weight - before.weight
    await changeRuleCount(session, group.id, 0, weight)
    if (weight > 0) await checkRuleQuotas(session, group, weight, quotas)
  }
  if (after.peer !== before.peer) await checkAssociations(session, [{ fields: after }], quotas)
  if (after.peer_kind === 'group' && after.peer !== before.peer) {
    await checkGroupObjects(session, after.group_id, quotas)
  }
}

/** Removes rules of one group. */
export async function removeRules(
  session: WriteSession,
  groupId: string,
  rules: readonly RuleRow[],
): Promise<void> {
  for (const rule of rules) {
    await deleteRule(session, rule)
    session.record({ kind: 'rule', id: rule.id, value: null })
  }
  const weight = rules.reduce((sum, rule) => sum + rule.weight, 0)
  await changeRuleCount(session, groupId, -rules.length, -weight)
}

/**
 * Checks that the groups named as objects exist and may be named: all exist first, then types, then networks, then VPCs.
 */
export async function checkObjects(
  session: Session,
  scope: Scope,
  group: RuleHolder,
  permissions: readonly Permission[],
): Promise<void> {
  const named = permissions.filter(({ fields }) => fields.peer_kind === 'group')
  const objects: { permission: Permission; object: RuleHolder }[] = []
  for (const permission of named) {
    const side = permission.fields.direction === 'egress' ? 'Dest' : 'Source'
    const { peer, peer_owner: owner } = permission.fields
    const object = await findRuleHolder(session, owner === '' ? scope : { ...scope, accountId: owner }, peer)
    if (!object) {
      throw ecsError(
        permission.ownerGiven
          ? (`Invalid${side}Group.NotFound` as const)
          : (`Invalid${side}GroupId.NotFound` as const),
      )
    }
    objects.push({ permission, object })
  }
  for (const { permission, object } of objects) {
    if (group.type === 'advanced' || object.type === 'advanced') {
      throw ecsError('InvalidGroupAuthParameter.OperationDenied')
    }
    await checkNetworks(session, group, object, permission.flat)
    await checkNicType(session, group, permission)
    // Another account's VPC is another by nature. What connects the two is no matter of groups; who may pass is.
    if (permission.fields.peer_owner === '' && inOtherVpc(group, object)) {
      throw ecsError(
        permission.fields.direction === 'egress'
          ? 'InvalidDestGroupId.Mismatch'
          : 'InvalidSourceGroupId.Mismatch',
      )
    }
  }
}

const inOtherVpc = (group: RuleHolder, object: RuleHolder): boolean =>
  group.vpc_id !== '' && object.vpc_id !== '' && object.vpc_id !== group.vpc_id
