import type { Direction } from '@sallyport/engine'
import type { Answer, Caller } from '@sallyport/protocol'
import { ecsError, type EcsErrorKey } from '../../errors/ecs.js'
import { scopeOf, type WriteContext } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { removeRules } from '../../model/rule-changes.js'
import { findRule, findRuleByIdentity } from '../../store/rules.js'
import type { RuleRow } from '../../store/schema.js'
import type { Session } from '../../store/session.js'
import { valueErrors } from './authorize.js'
import type { NumberedPermission, PlacedPermission, RawPermission } from './permission-inputs.js'
import { parsePermissions, placedPermissions, refuseDuplicates, requireHolder } from './permission-request.js'

const revocationErrors = [
  ...valueErrors,
  'InvalidIpProtocol.ValueNotSupported',
  'InvalidIpPortRange.Malformed',
  'InvalidSecurityGroupRule.RuleNotExist',
  'InvalidSecurityGroupRuleId.NotFound',
  'InvalidParam.SecurityGroupRuleId',
  'InvalidParam.SecurityGroupRuleIdRepeated',
] as const satisfies readonly EcsErrorKey[]

/** Every error key that revoking rules of a direction can raise. */
export const revokeErrors: Readonly<Record<Direction, readonly EcsErrorKey[]>> = {
  egress: [...revocationErrors, 'MissingParameter#revoke-dest'],
  ingress: [...revocationErrors, 'MissingParameter#revoke-source', 'InvalidSourceCidrIp.Malformed'],
}

/** SecurityGroupRuleId.N of both revoke operations. */
export const ruleIdInputs = {
  kind: 'list',
  of: { kind: 'string' },
  max: 100,
  invalid: 'InvalidParam.SecurityGroupRuleId',
  doc: 'Ids of rules to revoke, N from 1 to 100; the properties are not needed then.',
} as const

interface RevokeInput extends RawPermission {
  readonly RegionId: string | undefined
  readonly SecurityGroupId: string
  readonly SecurityGroupRuleId: readonly string[]
  readonly Permissions: readonly NumberedPermission[]
}

/** Removes rules named by id or by properties, all or none. A rule that does not exist is an error (since July 2024). */
export async function revoke(
  direction: Direction,
  input: RevokeInput,
  caller: Caller,
  { session, settings }: WriteContext,
): Promise<Answer> {
  const byId = input.SecurityGroupRuleId.length > 0
  const placed = byId ? [] : placedPermissions(direction, input)
  const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
  const group = await requireHolder(session, scope, input.SecurityGroupId)
  const rules = byId
    ? await rulesGiven(session, group.id, direction, input.SecurityGroupRuleId)
    : await rulesDescribed(session, group.id, direction, placed, caller)
  await removeRules(session, group.id, rules)
  return {}
}

async function rulesGiven(
  session: Session,
  groupId: string,
  direction: Direction,
  ids: readonly string[],
): Promise<RuleRow[]> {
  if (ids.some((id) => !/^sgr-[a-z0-9]+$/.test(id))) throw ecsError('InvalidParam.SecurityGroupRuleId')
  if (new Set(ids).size < ids.length) throw ecsError('InvalidParam.SecurityGroupRuleIdRepeated')
  const rules: RuleRow[] = []
  for (const id of ids) {
    const rule = await findRule(session, groupId, id)
    if (!rule) throw ecsError('InvalidSecurityGroupRuleId.NotFound')
    if (rule.direction !== direction) throw ecsError('InvalidParam.SecurityGroupRuleId')
    rules.push(rule)
  }
  return rules
}

async function rulesDescribed(
  session: Session,
  groupId: string,
  direction: Direction,
  placed: readonly PlacedPermission[],
  caller: Caller,
): Promise<RuleRow[]> {
  const permissions = parsePermissions(placed, { direction, purpose: 'revoke', groupId, caller })
  refuseDuplicates(permissions)
  const rules: RuleRow[] = []
  for (const { fields } of permissions) {
    const rule = await findRuleByIdentity(session, groupId, fields.identity)
    if (!rule) throw ecsError('InvalidSecurityGroupRule.RuleNotExist')
    rules.push(rule)
  }
  return rules
}
