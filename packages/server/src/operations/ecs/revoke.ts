import type { Direction } from '@sallyport/engine'
import type { Answer, Caller } from '@sallyport/protocol'
import { ecsError, type EcsErrorKey } from '../../errors/ecs.js'
import { networkOf } from '../../model/classic-rules.js'
import { type Scope, scopeOf, type WriteContext } from '../../model/context.js'
import type { PermissionRequest } from '../../model/permission.js'
import { regionOf } from '../../model/regions.js'
import { removeRules } from '../../model/rule-changes.js'
import { resolveLists } from '../../model/rule-lists.js'
import { mistakeKeys } from '../../model/rule-mistakes.js'
import { findRule, findRuleByIdentity } from '../../store/rules.js'
import type { RuleRow } from '../../store/schema.js'
import type { Session } from '../../store/session.js'
import { styleErrors, valueErrors } from './authorize.js'
import type { NumberedPermission, PlacedPermission, RawPermission } from './permission-inputs.js'
import {
  isRuleId,
  parsePermissions,
  placedPermissions,
  refuseDuplicates,
  refuseManaged,
  requireHolder,
} from './permission-request.js'

const revocationErrors = [
  ...valueErrors,
  'InvalidSecurityGroupId.Malformed',
  ...styleErrors,
  'InvalidSecurityGroupRule.RuleNotExist',
  'InvalidSecurityGroupRuleId.NotFound',
  'InvalidParam.SecurityGroupRuleId',
  'InvalidParam.SecurityGroupRuleIdRepeated',
] as const satisfies readonly EcsErrorKey[]

/** Every error key that revoking rules of a direction can raise. */
export const revokeErrors: Readonly<Record<Direction, readonly EcsErrorKey[]>> = {
  egress: [...revocationErrors, ...mistakeKeys('egress', 'revoke')],
  ingress: [...revocationErrors, ...mistakeKeys('ingress', 'revoke'), 'InvalidSourceCidrIp.Malformed'],
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

/**
 * Removes rules named by id or by properties, all or none. A rule that does not exist is an error since July 2024;
 * with the setting `revokeAbsent: success` it is passed over, as before.
 */
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
  refuseManaged(group, caller)
  const absent = settings.revokeAbsent
  const request = { direction, purpose: 'revoke', generation: settings.errorGeneration, caller } as const
  const rules = byId
    ? await rulesGiven(session, group.id, direction, input.SecurityGroupRuleId, absent)
    : await rulesDescribed(
        session,
        scope,
        { ...request, groupId: group.id, network: networkOf(group) },
        placed,
        absent,
      )
  await removeRules(session, group.id, rules)
  return {}
}

async function rulesGiven(
  session: Session,
  groupId: string,
  direction: Direction,
  ids: readonly string[],
  absent: 'error' | 'success',
): Promise<RuleRow[]> {
  if (!ids.every(isRuleId)) throw ecsError('InvalidParam.SecurityGroupRuleId')
  if (new Set(ids).size < ids.length) throw ecsError('InvalidParam.SecurityGroupRuleIdRepeated')
  const rules: RuleRow[] = []
  for (const id of ids) {
    const rule = await findRule(session, groupId, id)
    if (rule && rule.direction !== direction) throw ecsError('InvalidParam.SecurityGroupRuleId')
    if (!rule && absent === 'error') throw ecsError('InvalidSecurityGroupRuleId.NotFound')
    if (rule) rules.push(rule)
  }
  return rules
}

async function rulesDescribed(
  session: Session,
  scope: Scope,
  request: Omit<PermissionRequest, 'owners'>,
  placed: readonly PlacedPermission[],
  absent: 'error' | 'success',
): Promise<RuleRow[]> {
  const permissions = await parsePermissions(session, placed, request)
  await resolveLists(session, scope, permissions, 'revoke')
  refuseDuplicates(permissions)
  const rules: RuleRow[] = []
  for (const { fields } of permissions) {
    const rule = await findRuleByIdentity(session, request.groupId, fields.identity)
    if (!rule && absent === 'error') throw ecsError('InvalidSecurityGroupRule.RuleNotExist')
    if (rule) rules.push(rule)
  }
  return rules
}
