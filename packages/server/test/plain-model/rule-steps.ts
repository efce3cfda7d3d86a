import fc from 'fast-check'
import {
  anyPermission,
  mistakesIn,
  type PermissionStep,
  plainPermission,
  ruleOf,
  wireOf,
  wirePermission,
  wrongThings,
} from './permission.js'
import {
  type Direction,
  firstOf,
  type Group,
  identityOf,
  limits,
  membersOf,
  pick,
  type Planned,
  type Rule,
  totalWeight,
  when,
  type World,
} from './world.js'

const number = fc.nat(31)
const direction = fc.constantFrom<Direction>('ingress', 'egress')
const target = { group: number, direction }

/** A step that makes, revokes or changes rules; `rule` is a number of those that the group has. */
export const ruleStep = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      ...{ do: fc.constant('authorize' as const), ...target },
      permissions: fc.array(anyPermission, { minLength: 1, maxLength: 3 }),
      style: fc.oneof(
        { weight: 4, arbitrary: fc.constant('flat') },
        { weight: 9, arbitrary: fc.constant('list') },
        { weight: 1, arbitrary: fc.constant('mixed') },
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{
        do: fc.constant('revoke' as const),
        ...target,
        rule: fc.option(number, { nil: undefined, freq: 4 }),
      },
      permission: plainPermission,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ do: fc.constant('revokeIds' as const), ...target },
      rules: fc.array(fc.nat(9), { minLength: 1, maxLength: 2 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ do: fc.constant('modify' as const), ...target, rule: number },
      change: fc.record(
        {
          Policy: fc.constantFrom('accept', 'drop', 'deny'),
          Priority: fc.constantFrom('1', '2', '100', '101'),
          PortRange: fc.constantFrom('80/80', '443/443', '-1/-1', '9/1'),
          Description: fc.constantFrom('first', 'third'),
        },
        { requiredKeys: [] },
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ...{
        do: fc.constant('describe' as const),
        ...target,
        rule: fc.option(number, { nil: undefined, freq: 6 }),
      },
      ...{
        permission: plainPermission,
        description: fc.option(fc.constantFrom('fourth', 'fifth'), { nil: undefined }),
      },
    }),
  },
)

export type RuleStep = typeof ruleStep extends fc.Arbitrary<infer T> ? T : never

const noGroup = '404 InvalidSecurityGroupId.NotFound'
const suffix = { ingress: '', egress: 'Egress' } as const

export function planRules(world: World, step: RuleStep): Planned {
  const id = pick(world.groups, step.group, 'sg')
  const group = world.groups.get(id)
  switch (step.do) {
    case 'authorize':
      return authorize(world, id, group, step)
    case 'revoke': {
      const { wire, rule, named, mistakes } = ruleNamed(world, id, group, step)
      const found = group?.rules.find((one) => rule && identityOf(one) === identityOf(rule))
      const missing = wrongThings(world, id, named, 'revoke')
      const noRule = '400 InvalidSecurityGroupRule.RuleNotExist'
      return {
        action: `RevokeSecurityGroup${suffix[step.direction]}`,
        parameters: { SecurityGroupId: id, ...wire, Description: 'another' },
        refusals: firstOf(
          when(!group, noGroup),
          // Whether a rule that cannot be is looked for, the pages leave open.
          mistakes.length > 0 || missing.length > 0 ? [...mistakes, ...missing, noRule] : [],
          when(!found, noRule),
        ),
        apply: () => void (group && (group.rules = group.rules.filter((one) => one !== found))),
        touches: id,
      }
    }
    case 'revokeIds':
      return revokeIds(id, group, step)
    case 'modify':
      return modify(id, group, step)
    case 'describe': {
      const { wire, rule, mistakes } = ruleNamed(world, id, group, step)
      const found = group?.rules.find((one) => rule && identityOf(one) === identityOf(rule))
      return {
        action: `ModifySecurityGroup${suffix[step.direction]}Rule`,
        parameters: { SecurityGroupId: id, ...wire, Description: step.description },
        refusals: firstOf(
          when(!group, noGroup),
          mistakes,
          rule ? wrongThings(world, id, rule, 'make') : [],
          when(!found, '404 SecurityGroupRule.NotFound'),
        ),
        apply: () => {
          if (group && found && step.description !== undefined) {
            replace(group, found, { ...found, description: step.description })
          }
        },
        touches: id,
      }
    }
  }
}

const replace = (group: Group, before: Rule, after: Rule): void => {
  group.rules = group.rules.map((rule) => (rule === before ? after : rule))
}

interface Named {
  readonly direction: Direction
  readonly rule: number | undefined
  readonly permission: PermissionStep
}

/** A rule of the group, or one that it may not have, by its properties in the flat style. */
function ruleNamed(world: World, id: string, group: Group | undefined, step: Named) {
  const rules = group?.rules.filter((rule) => rule.direction === step.direction) ?? []
  const known = step.rule === undefined ? undefined : rules[step.rule % Math.max(rules.length, 1)]
  if (known) return { wire: wireOf(known), rule: known, named: known, mistakes: [] }
  const place = { direction: step.direction, group: id, isFlat: true }
  const mistakes = mistakesIn(world, place, step.permission)
  const named = ruleOf(world, step.direction, step.permission)
  const rule = mistakes.length > 0 ? undefined : named
  return { wire: wirePermission(world, step.direction, step.permission), rule, named, mistakes }
}

function authorize(
  world: World,
  id: string,
  group: Group | undefined,
  step: RuleStep & { do: 'authorize' },
): Planned {
  const isFlat = step.style === 'flat'
  const asked = isFlat ? step.permissions.slice(0, 1) : step.permissions
  const wire = asked.map((one) => wirePermission(world, step.direction, one))
  const place = { direction: step.direction, group: id, isFlat }
  const mistakes = asked.flatMap((one) => mistakesIn(world, place, one))
  const rules = group && mistakes.length === 0 ? asked.map((one) => ruleOf(world, step.direction, one)) : []
  const fresh = rules.filter((rule) => !group?.rules.some((one) => identityOf(one) === identityOf(rule)))
  return {
    action: `AuthorizeSecurityGroup${suffix[step.direction]}`,
    parameters: {
      SecurityGroupId: id,
      ...(isFlat ? wire[0] : { Permissions: wire }),
      ...(step.style === 'mixed' && { Policy: 'accept' }),
    },
    refusals: firstOf(
      when(step.style === 'mixed', '400 InvalidParam.Permissions'),
      when(!group, noGroup),
      mistakes,
      rules.flatMap((rule) => wrongThings(world, id, rule, 'make')),
      when(new Set(rules.map(identityOf)).size < rules.length, '400 InvalidParam.DuplicatePermissions'),
      fresh.length === 0 ? [] : overQuota(world, id, [...(group?.rules ?? []), ...fresh]),
    ),
    apply: () => void group?.rules.push(...fresh),
    touches: id,
  }
}

/** What the rules of a group would exceed. */
function overQuota(world: World, id: string, rules: readonly Rule[]): readonly string[] {
  const weight = totalWeight(world, rules)
  const most = membersOf(world, id).map(({ groups }) =>
    groups.reduce(
      (sum, one) => sum + (one === id ? weight : totalWeight(world, world.groups.get(one)?.rules ?? [])),
      0,
    ),
  )
  const objects = new Set(rules.flatMap(({ peer }) => (peer.kind === 'group' ? [peer.id] : [])))
  return [
    ...when(weight > limits.rulesPerGroup, '403 AuthorizationLimitExceed'),
    ...when(Math.max(0, ...most) > limits.rulesPerInterface, '403 AuthorizationLimitExceed'),
    ...when(objects.size > limits.groupObjectsPerGroup, '400 AuthorizedGroupRule.LimitExceed'),
  ]
}

/** Two kinds of ids that no rule has: one that is well formed and one that is not. */
const unknownRule = 'sgr-bp1000000000000000000'
const strangeRule = 'rule-1'

function revokeIds(id: string, group: Group | undefined, step: RuleStep & { do: 'revokeIds' }): Planned {
  const known = group?.rules ?? []
  const ids = step.rules.map((one) =>
    one === 8 ? unknownRule : one === 9 ? strangeRule : (known[one]?.id ?? unknownRule),
  )
  const found = known.filter((rule) => ids.includes(rule.id))
  return {
    action: `RevokeSecurityGroup${suffix[step.direction]}`,
    parameters: { SecurityGroupId: id, SecurityGroupRuleId: ids },
    refusals: firstOf(when(!group, noGroup), [
      ...when(ids.includes(strangeRule), '400 InvalidParam.SecurityGroupRuleId'),
      ...when(new Set(ids).size < ids.length, '400 InvalidParam.SecurityGroupRuleIdRepeated'),
      ...when(ids.includes(unknownRule), '404 InvalidSecurityGroupRuleId.NotFound'),
      ...when(
        found.some((rule) => rule.direction !== step.direction),
        '400 InvalidParam.SecurityGroupRuleId',
      ),
    ]),
    apply: () => void (group && (group.rules = known.filter((rule) => !found.includes(rule)))),
    touches: id,
  }
}

function modify(id: string, group: Group | undefined, step: RuleStep & { do: 'modify' }): Planned {
  const { change } = step
  const rule = group?.rules[step.rule % Math.max(group.rules.length, 1)]
  const hasPorts = rule?.protocol === 'TCP' || rule?.protocol === 'UDP'
  const after: Rule | undefined = rule && {
    ...rule,
    policy: change.Policy === undefined ? rule.policy : change.Policy === 'drop' ? 'Drop' : 'Accept',
    priority: Number(change.Priority ?? rule.priority),
    ports: change.PortRange ?? rule.ports,
    description: change.Description ?? rule.description,
  }
  const isSame =
    group?.rules.some((one) => one !== rule && after && identityOf(one) === identityOf(after)) ?? false
  return {
    action: `ModifySecurityGroup${suffix[step.direction]}Rule`,
    parameters: { SecurityGroupId: id, SecurityGroupRuleId: rule?.id ?? unknownRule, ...change },
    refusals: firstOf(
      when(!group, noGroup),
      when(!rule, '404 InvalidSecurityGroupRuleId.NotFound'),
      when(rule?.direction !== step.direction, '400 InvalidParam.SecurityGroupRuleId'),
      when(Object.keys(change).length === 0, '400 InvalidParam.InvalidModifyRuleRequest'),
      [
        ...when(
          rule?.portList !== '' && change.PortRange !== undefined,
          '400 InvalidOperation.ModifyPortRangeType',
        ),
        ...when(change.PortRange === '9/1', '400 InvalidIpProtocol.Malformed'),
        ...when(
          change.PortRange !== undefined &&
            change.PortRange !== '9/1' &&
            (change.PortRange === '-1/-1') === hasPorts,
          '400 InvalidParam.ProtocolAndPortRangeMismatch',
        ),
        ...when(change.Policy === 'deny', '400 InvalidPolicy.Malformed'),
        ...when(change.Priority === '101', '400 InvalidPriority.Malformed'),
      ],
      when(isSame, '400 InvalidOperation.RuleDuplicate'),
    ),
    apply: () => {
      if (group && rule && after) replace(group, rule, after)
    },
    touches: id,
  }
}
