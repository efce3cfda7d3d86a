import type { Direction } from '@sallyport/engine'
import type { Answer, Caller } from '@sallyport/protocol'
import { ecsError, type EcsErrorKey } from '../../errors/ecs.js'
import { networkOf } from '../../model/classic-rules.js'
import { scopeOf, type WriteContext } from '../../model/context.js'
import type { Permission } from '../../model/permission.js'
import { regionOf } from '../../model/regions.js'
import { changeRule, checkObjects } from '../../model/rule-changes.js'
import { resolveLists } from '../../model/rule-lists.js'
import { mistakeKeys, type RulePurpose } from '../../model/rule-mistakes.js'
import { findRule, findRuleByIdentity } from '../../store/rules.js'
import type { RuleRow } from '../../store/schema.js'
import type { Session } from '../../store/session.js'
import { objectErrors, prefixListErrors, valueErrors } from './authorize.js'
import type { RawPermission } from './permission-inputs.js'
import { flatNames, isRuleId, parsePermissions, refuseManaged, requireHolder } from './permission-request.js'
import { changedPermission, refuseUnchangeable } from './rule-as-permission.js'

const modificationErrors = [
  ...valueErrors,
  ...prefixListErrors,
  'AuthorizationLimitExceed',
  'InvalidSecurityGroupId.Malformed',
  'AuthorizedGroupRule.LimitExceed',
  'InvalidOperation.ModifyNicType',
  'InvalidOperation.ModifyPortRangeType',
  'InvalidOperation.ModifySgRuleEntityType',
  'InvalidOperation.RuleDuplicate',
  'InvalidParam.InvalidModifyRuleRequest',
  'InvalidParam.SecurityGroupRuleId',
  'InvalidSecurityGroupRuleId.NotFound',
  'InvalidSourceOrDestGroupId.DirectionMissmatch',
] as const satisfies readonly EcsErrorKey[]

/** Every error key that changing a rule of a direction can raise. */
export const modifyErrors: Readonly<Record<Direction, readonly EcsErrorKey[]>> = {
  egress: [
    ...modificationErrors,
    ...mistakeKeys('egress', 'authorize', 'modify'),
    ...objectErrors.egress,
    'SecurityGroupRule.NotFound#egress',
  ],
  ingress: [
    ...modificationErrors,
    ...mistakeKeys('ingress', 'authorize', 'modify'),
    ...objectErrors.ingress,
    'SecurityGroupRule.NotFound#ingress',
  ],
}

/** SecurityGroupRuleId of both modify operations. */
export const ruleIdInput = {
  kind: 'string',
  doc: 'Id of the rule to change. Without it the other parameters say which rule is meant, and Description is changed.',
} as const

interface ModifyInput extends RawPermission {
  readonly RegionId: string | undefined
  readonly SecurityGroupId: string
  readonly SecurityGroupRuleId: string | undefined
}

/**
 * Changes one rule. With its id, the parameters that are given replace what the rule has; one that is left out stays,
 * so that nothing can be made empty. Without, the parameters describe the rule as in the authorize operations and
 * only the description changes. Sent twice, a request finds what it wants already there and succeeds.
 */
export async function modifyRule(
  direction: Direction,
  input: ModifyInput,
  caller: Caller,
  { session, settings }: WriteContext,
): Promise<Answer> {
  const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
  const group = await requireHolder(session, scope, input.SecurityGroupId)
  refuseManaged(group, caller)
  const parse = async (raw: RawPermission, purpose: RulePurpose): Promise<Permission> => {
    const request = {
      ...{ direction, purpose, generation: settings.errorGeneration, caller },
      ...{ groupId: group.id, network: networkOf(group) },
    }
    const permissions = await parsePermissions(session, [{ raw, place: '' }], request)
    await checkObjects(session, scope, group, permissions)
    return (await resolveLists(session, scope, permissions, 'make'))[0] as Permission
  }
  if (input.SecurityGroupRuleId === undefined) {
    const { fields } = await parse(input, 'authorize')
    const rule = await findRuleByIdentity(session, group.id, fields.identity)
    if (!rule) throw ecsError(`SecurityGroupRule.NotFound#${direction}`)
    await changeRule(
      session,
      group,
      rule,
      { description: input.Description ?? rule.description },
      settings.quotas,
    )
    return {}
  }
  const rule = await ruleOfId(session, group.id, direction, { ...input, id: input.SecurityGroupRuleId })
  const given = flatNames[direction].filter((name) => input[name as keyof RawPermission] !== undefined)
  if (given.length === 0) throw ecsError('InvalidParam.InvalidModifyRuleRequest')
  refuseUnchangeable(rule, input)
  const { fields } = await parse(changedPermission(rule, input), 'modify')
  const same = await findRuleByIdentity(session, group.id, fields.identity)
  if (same && same.id !== rule.id) {
    throw ecsError('InvalidOperation.RuleDuplicate', `The rule would be the same as rule ${same.id}`)
  }
  await changeRule(session, group, rule, fields, settings.quotas)
  return {}
}

async function ruleOfId(
  session: Session,
  groupId: string,
  direction: Direction,
  input: RawPermission & { readonly id: string },
): Promise<RuleRow> {
  if (!isRuleId(input.id)) throw ecsError('InvalidParam.SecurityGroupRuleId')
  const rule = await findRule(session, groupId, input.id)
  if (!rule) throw ecsError('InvalidSecurityGroupRuleId.NotFound')
  if (rule.direction === direction) return rule
  const namesGroup = input.SourceGroupId !== undefined || input.DestGroupId !== undefined
  throw ecsError(
    namesGroup ? 'InvalidSourceOrDestGroupId.DirectionMissmatch' : 'InvalidParam.SecurityGroupRuleId',
  )
}
