import fc from 'fast-check'
import { firstOf, limits, membersOf, pick, type Planned, referencesTo, when, type World } from './world.js'

const names = ['web', 'db:1.a_b-c', '数据库']
const badNames = ['x', '1web', 'http://web', 'a web', 'a'.repeat(129)]
const descriptions = ['of the web', 'two\nlines']
const badDescriptions = ['x', 'https://web', 'd'.repeat(257)]

const rarely = <T>(usual: readonly T[], rare: readonly T[]) =>
  fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...usual) },
    { weight: 1, arbitrary: fc.constantFrom(...rare) },
  )
const number = fc.nat(31)
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const name = optional(rarely(names, badNames))
const description = optional(rarely(descriptions, badDescriptions))
const tags = fc.array(
  fc.record({
    Key: rarely(['k1', 'k2', 'k3', 'k4'], ['acs:k', 'k'.repeat(129)]),
    Value: fc.constantFrom('', 'v', 'w'),
  }),
  { maxLength: 2 },
)

/** A step that makes, changes, tags or deletes a group; numbers stand for one of those that are there. */
export const groupStep = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      ...{ do: fc.constant('createGroup' as const), name, description, tags },
      vpc: fc.constantFrom(0, 0, 0, 0, 0, 1, 1, 2),
      type: optional(rarely(['normal', 'normal', 'enterprise'], ['basic'])),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('deleteGroup' as const), group: number }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('nameGroup' as const), group: number, name, description }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ...{ do: fc.constant('setInner' as const), group: number },
      inner: rarely(['Accept', 'drop', 'Drop', 'ACCEPT'], ['Deny']),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ...{ do: fc.constant('tagGroups' as const), groups: fc.array(number, { minLength: 1, maxLength: 2 }) },
      tags: fc.array(
        fc.record({ Key: fc.constantFrom('k1', 'k2', 'k3', 'k4'), Value: fc.constantFrom('', 'z') }),
        {
          minLength: 1,
          maxLength: 2,
        },
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ...{ do: fc.constant('untagGroup' as const), group: number },
      keys: fc.array(fc.constantFrom('k1', 'k2', 'k9'), { maxLength: 2 }),
    }),
  },
)

export type GroupStep = typeof groupStep extends fc.Arbitrary<infer T> ? T : never

/** 2 to 128 characters, a letter first, then letters, digits, colons, underscores, dots and hyphens. */
const badName = (text: string | undefined): boolean => text !== undefined && badNames.includes(text)
const badDescription = (text: string | undefined): boolean =>
  text !== undefined && badDescriptions.includes(text)

const wrongName = '400 InvalidSecurityGroupName.Malformed'
const wrongDescription = '400 InvalidSecurityGroupDiscription.Malformed'
const noGroup = '404 InvalidSecurityGroupId.NotFound'

export function planGroup(world: World, step: GroupStep): Planned {
  switch (step.do) {
    case 'createGroup':
      return createGroup(world, step)
    case 'deleteGroup':
      return deleteGroup(world, step)
    case 'nameGroup': {
      const id = pick(world.groups, step.group, 'sg')
      const group = world.groups.get(id)
      return {
        action: 'ModifySecurityGroupAttribute',
        parameters: { SecurityGroupId: id, SecurityGroupName: step.name, Description: step.description },
        refusals: firstOf([
          ...when(!group, noGroup),
          ...when(badName(step.name), wrongName),
          ...when(badDescription(step.description), wrongDescription),
        ]),
        apply: () => void (group && Object.assign(group, named(step))),
      }
    }
    case 'setInner': {
      const id = pick(world.groups, step.group, 'sg')
      const group = world.groups.get(id)
      const inner = step.inner.toLowerCase() === 'accept' ? 'Accept' : 'Drop'
      return {
        action: 'ModifySecurityGroupPolicy',
        parameters: { SecurityGroupId: id, InnerAccessPolicy: step.inner },
        refusals: firstOf(
          [...when(!group, noGroup), ...when(step.inner === 'Deny', '400 InvalidPolicy.Malformed')],
          when(group?.type === 'enterprise', '404 InvalidParameter.InnerAccessPolicy'),
        ),
        apply: () => void (group && (group.inner = inner)),
      }
    }
    case 'tagGroups':
      return tagGroups(world, step)
    case 'untagGroup': {
      const id = pick(world.groups, step.group, 'sg')
      const group = world.groups.get(id)
      const all = step.keys.length === 0
      return {
        action: 'UntagResources',
        parameters: {
          ResourceType: 'securitygroup',
          ResourceId: [id],
          TagKey: step.keys,
          ...(all && { All: true }),
        },
        refusals: when(!group, '404 InvalidResourceId.NotFound'),
        apply: () => {
          if (all) group?.tags.clear()
          for (const key of step.keys) group?.tags.delete(key)
        },
      }
    }
  }
}

const named = ({ name, description }: { name?: string | undefined; description?: string | undefined }) => ({
  ...(name === undefined ? {} : { name }),
  ...(description === undefined ? {} : { description }),
})

function createGroup(world: World, step: GroupStep & { do: 'createGroup' }): Planned {
  const vpc = world.vpcs[step.vpc]?.vpc ?? 'vpc-bp1000000000000000000000'
  const keys = step.tags.map(({ Key }) => Key)
  return {
    action: 'CreateSecurityGroup',
    parameters: {
      ...{ VpcId: vpc, SecurityGroupName: step.name, Description: step.description },
      ...{ SecurityGroupType: step.type, Tag: step.tags },
    },
    refusals: firstOf(
      [
        ...when(badName(step.name), wrongName),
        ...when(badDescription(step.description), wrongDescription),
        ...when(step.type === 'basic', '400 InvalidParams.GroupType'),
        ...when(
          keys.some((key) => key.length > 128 || key.startsWith('acs:')),
          '400 InvalidTagKey.Malformed',
        ),
        ...when(new Set(keys).size < keys.length, '400 Duplicate.TagKey'),
      ],
      when(step.vpc === 2, '404 InvalidVpcId.NotFound'),
      when(world.groups.size >= limits.securityGroupsPerRegion, '403 QuotaExceed.SecurityGroup'),
    ),
    apply: ({ SecurityGroupId }) => {
      const type = step.type === 'enterprise' ? 'enterprise' : 'normal'
      world.groups.set(String(SecurityGroupId), {
        ...{ vpc, type, name: step.name ?? '', description: step.description ?? '', rules: [] },
        inner: type === 'enterprise' ? 'Drop' : 'Accept',
        tags: new Map(step.tags.map(({ Key, Value }) => [Key, Value])),
      })
    },
  }
}

function deleteGroup(world: World, step: GroupStep & { do: 'deleteGroup' }): Planned {
  const id = pick(world.groups, step.group, 'sg')
  const isUsed = membersOf(world, id).length > 0 || referencesTo(world, id).length > 0
  return {
    action: 'DeleteSecurityGroup',
    parameters: { SecurityGroupId: id },
    refusals: firstOf(
      when(!world.groups.has(id), '404 InvalidSecurityGroup.NotFound'),
      when(isUsed, '403 DependencyViolation'),
    ),
    apply: () => {
      world.groups.delete(id)
      world.gone.push(id)
    },
  }
}

function tagGroups(world: World, step: GroupStep & { do: 'tagGroups' }): Planned {
  const ids = step.groups.map((number) => pick(world.groups, number, 'sg'))
  const groups = ids.map((id) => world.groups.get(id))
  const keys = step.tags.map(({ Key }) => Key)
  const isOver = groups.some(
    (group) => new Set([...(group?.tags.keys() ?? []), ...keys]).size > limits.tagsPerResource,
  )
  return {
    action: 'TagResources',
    parameters: { ResourceType: 'SecurityGroup', ResourceId: ids, Tag: step.tags },
    refusals: firstOf(
      when(new Set(keys).size < keys.length, '400 Duplicate.TagKey'),
      when(groups.includes(undefined), '404 InvalidResourceId.NotFound'),
      when(isOver, '400 OperationDenied.QuotaExceed'),
    ),
    apply: () => {
      for (const group of groups) for (const { Key, Value } of step.tags) group?.tags.set(Key, Value)
    },
  }
}
