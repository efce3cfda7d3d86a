import type { TestServer } from '../harness.js'
import type { Call, Case, Cases } from './case.js'
import { newGroup, newManagedGroup, newResourceGroup, newVpc, nobody, region, type World } from './world.js'

const numbered = (name: string, count: number): object =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}.${index + 1}`, `x${index}`]))

const tags = (count: number): object[] => Array.from({ length: count }, (_, index) => ({ Key: `k${index}` }))

/** A group of the server as the target of a call. */
export const groupTarget = async (server: TestServer): Promise<object> => ({
  ...{ RegionId: region, ResourceType: 'securitygroup', ResourceId: [await newGroup(server)] },
})

/** A VPC of the server as the target of a call. */
export const vpcTarget = async (server: TestServer): Promise<object> => ({
  ...{ RegionId: region, ResourceType: 'VPC', ResourceId: [await newVpc(server)] },
})

type Target = typeof groupTarget

/** What a case changes in a valid call: members, or what makes them. */
type Change = object | ((world: World) => Promise<object>)
const changed = (change: Change, world: World): object | Promise<object> =>
  typeof change === 'function' ? (change as (world: World) => Promise<object>)(world) : change

const on =
  (target: Target) =>
  (change: Change): Case =>
  async (call, world) =>
    call({ ...(await target(world.roomy)), Tag: [{ Key: 'k' }], ...(await changed(change, world)) })

/** More tags than the tight server allows on a resource, each call of which has room for its own. */
const overQuota =
  (target: Target): Case =>
  async (call: Call, { tight }: World) => {
    const resource = await target(tight)
    const first = await call({ ...resource, Tag: tags(2) }, tight)
    if (first.status !== 200) throw new Error('the quota is met before its time')
    return call({ ...resource, Tag: [{ Key: 'other' }] }, tight)
  }

const managedKey = 'InvalidOperation.ResourceManagedByCloudProduct'
const ecs = on(groupTarget)
const managed = ecs(async ({ roomy }) => ({ ResourceId: [await newManagedGroup(roomy)], TagKey: ['k'] }))
const ecsTargets: Cases = {
  'MissingParameter.RegionId#tags': ecs({ RegionId: undefined }),
  'MissingParameter.ResourceType': ecs({ ResourceType: undefined }),
  'InvalidResourceType.NotFound': ecs({ ResourceType: 'spoon' }),
  'NumberExceed.ResourceIds': ecs({ ResourceId: undefined, ...numbered('ResourceId', 51) }),
  'NumberExceed.Tags': ecs({ Tag: tags(21) }),
}

const onResources: Cases = {
  ...ecsTargets,
  [managedKey]: managed,
  'MissingParameter.ResourceIds': ecs({ ResourceId: undefined }),
  'MissingParameter.Tags': ecs({ Tag: undefined }),
  'InvalidResourceId.NotFound': ecs({ ResourceId: [nobody.group] }),
}

const badTags: Cases = {
  'InvalidTagKey.Malformed': ecs({ Tag: [{ Key: 'acs:k' }] }),
  'InvalidTagValue.Malformed': ecs({ Tag: [{ Key: 'k', Value: 'see http://x' }] }),
  'Duplicate.TagKey': ecs({ Tag: [{ Key: 'k' }, { Key: 'k' }] }),
}

const list = on(() => Promise.resolve({ RegionId: region, ResourceType: 'securitygroup' }))
const groupKey = 'acs:rm:rgId'

const managedOne = async ({ roomy }: World) => ({ ResourceId: await newManagedGroup(roomy) })
const one =
  (change: Change): Case =>
  async (call, world) => {
    const target = {
      RegionId: region,
      ResourceType: 'securitygroup',
      ResourceId: await newGroup(world.roomy),
    }
    return call({ ...target, Tag: [{ Key: 'k', Value: 'v' }], ...(await changed(change, world)) })
  }

const onOne: Cases = {
  'InvalidResourceType.NotFound': one({ ResourceType: 'spoon' }),
  InvalidTagCount: one({ Tag: undefined }),
  'InvalidResourceId.NotFound#one': one({ ResourceId: nobody.group }),
  [managedKey]: one(managedOne),
}

const join =
  (change: Change): Case =>
  async (call, world) => {
    const { roomy } = world
    const target = { RegionId: region, ResourceType: 'securitygroup', ResourceId: await newGroup(roomy) }
    return call({
      ...target,
      ResourceGroupId: await newResourceGroup(roomy),
      ...(await changed(change, world)),
    })
  }

const vpc = on(vpcTarget)
const vpcTargets: Cases = {
  'InvalidInstanceType.NotFound': vpc({ ResourceType: 'spoon' }),
  'SizeLimitExceeded.ResourceId': vpc({ ResourceId: undefined, ...numbered('ResourceId', 51) }),
  'SizeLimitExceeded.TagNum': vpc({ Tag: tags(21) }),
}

const move =
  (change: object): Case =>
  async (call, { roomy }) => {
    const target = { RegionId: region, ResourceType: 'vpc', ResourceId: nobody.vpc }
    return call({ ...target, NewResourceGroupId: await newResourceGroup(roomy), ...change })
  }

/** How operations on tags and resource groups of ECS and VPC get to each of their errors. */
export const tagCases: Readonly<Record<string, Cases>> = {
  AddTags: {
    ...onOne,
    ...{ 'InvalidTagKey.Malformed': one({ Tag: [{ Key: 'acs:k' }] }) },
    'OperationDenied.QuotaExceed': async (call, { tight }) => {
      const target = { RegionId: region, ResourceType: 'securitygroup', ResourceId: await newGroup(tight) }
      return call({ ...target, Tag: tags(3) }, tight)
    },
  },
  DescribeTags: { 'InvalidResourceType.NotFound': one({ ResourceType: 'spoon' }) },
  JoinResourceGroup: {
    'MissingParameter#join': join({ ResourceGroupId: undefined }),
    'InvalidResourceType.NotFound': join({ ResourceType: 'spoon' }),
    'InvalidResourceId.NotFound#join': join({ ResourceId: nobody.group }),
    [managedKey]: join(managedOne),
    'InvalidResourceGroup.Duplicate': async (call, world) => {
      const group = await newResourceGroup(world.roomy)
      const id = await newGroup(world.roomy, { ResourceGroupId: group })
      return join({ ResourceId: id, ResourceGroupId: group })(call, world)
    },
  },
  'ListTagResources 2014-05-26': {
    ...ecsTargets,
    'InvalidTagFilter.Malformed': list({ Tag: undefined, 'TagFilter.1.TagValues.1': 'v' }),
    'NumberExceed.TagValues': list({
      Tag: undefined,
      'TagFilter.1.TagKey': 'k',
      'TagFilter.1.TagValues.6': 'v',
    }),
    'InvalidTags.MalFormed': list({ 'TagFilter.1.TagKey': 'k' }),
    'InvalidParameter.TagValue': list({ Tag: [{ Value: 'v' }] }),
    'BothEmpty.TagsAndResources': list({ Tag: undefined }),
    'InvalidTag.NotSupported': list({ Tag: [{ Key: groupKey, Value: 'rg-1' }, { Key: 'k' }] }),
    'InvalidTag.Mismatch': list({ Tag: [{ Key: groupKey }] }),
    'InvalidDefaultResourceGroup.NotSupported': async (call, world) => {
      const { ResourceGroups } = await world.roomy.ok('ListResourceGroups', {}, '2020-03-31')
      const [first] = (ResourceGroups as { ResourceGroup: { Id: string }[] }).ResourceGroup
      return list({ Tag: [{ Key: groupKey, Value: first?.Id }] })(call, world)
    },
    'Invalid.NextToken': list({ NextToken: 'x' }),
  },
  'ListTagResources 2016-04-28': {
    ...vpcTargets,
    InvalidTagValue: vpc({ Tag: [{ Value: 'v' }] }),
    'BothEmpty.TagsAndResources': vpc({ ResourceId: undefined, Tag: undefined }),
    'InValidParameter.NextToken': vpc({ NextToken: 'x' }),
  },
  MoveResourceGroup: {
    'InvalidInstanceType.NotFound': move({ ResourceType: 'spoon' }),
    'InvalidInstanceIds.NotFound': move({ ResourceType: 'Eip' }),
    'InvalidVpcId.NotFound': move({}),
    'InvalidResourceGroup.NotFound': async (call, world) =>
      move({ ResourceId: await newVpc(world.roomy), NewResourceGroupId: 'rg-1' })(call, world),
  },
  RemoveTags: onOne,
  'TagResources 2014-05-26': {
    ...onResources,
    ...badTags,
    'OperationDenied.QuotaExceed': overQuota(groupTarget),
  },
  'TagResources 2016-04-28': {
    ...vpcTargets,
    InvalidTagKey: vpc({ Tag: [{ Key: 'aliyun-k' }] }),
    InvalidTagValue: vpc({ Tag: [{ Key: 'k', Value: 'acs:v' }] }),
    'Forbidden.TagKey.Duplicated': vpc({ Tag: [{ Key: 'k' }, { Key: 'k' }] }),
    'InvalidInstanceIds.NotFound': vpc({ ResourceId: [nobody.vpc] }),
    'QuotaExceeded.TagNum': overQuota(vpcTarget),
  },
  UnTagResources: {
    ...vpcTargets,
    'SizeLimitExceeded.TagNum': vpc(numbered('TagKey', 21)),
    'InvalidInstanceIds.NotFound': vpc({ ResourceId: [nobody.vpc], TagKey: ['k'] }),
  },
  UntagResources: {
    ...onResources,
    'NumberExceed.Tags': ecs(numbered('TagKey', 21)),
    'InvalidResourceId.NotFound': ecs({ ResourceId: [nobody.group], All: 'true' }),
  },
}
