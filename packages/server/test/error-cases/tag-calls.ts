import { groupTarget, vpcTarget } from './tags.js'
import type { ValidCall } from './valid-calls.js'
import { newGroup, newResourceGroup, newVpc, region } from './world.js'

const Tag = [{ Key: 'k', Value: 'v' }]

const one =
  (extra: object): ValidCall =>
  async ({ roomy }) => ({
    ...{ RegionId: region, ResourceType: 'securitygroup', ResourceId: await newGroup(roomy) },
    ...extra,
  })

/** Calls of operations on tags and resource groups that succeed. */
export const tagCalls: Readonly<Record<string, ValidCall>> = {
  AddTags: one({ Tag }),
  DescribeTags: () => Promise.resolve({ RegionId: region }),
  JoinResourceGroup: async (world) => ({
    ...(await one({})(world)),
    ResourceGroupId: await newResourceGroup(world.roomy),
  }),
  'ListTagResources 2014-05-26': ({ roomy }) => groupTarget(roomy),
  'ListTagResources 2016-04-28': ({ roomy }) => vpcTarget(roomy),
  MoveResourceGroup: async ({ roomy }) => ({
    ...{ RegionId: region, ResourceType: 'vpc', ResourceId: await newVpc(roomy) },
    NewResourceGroupId: await newResourceGroup(roomy),
  }),
  RemoveTags: one({ Tag }),
  'TagResources 2014-05-26': async ({ roomy }) => ({ ...(await groupTarget(roomy)), Tag }),
  'TagResources 2016-04-28': async ({ roomy }) => ({ ...(await vpcTarget(roomy)), Tag }),
  UnTagResources: async ({ roomy }) => ({ ...(await vpcTarget(roomy)), TagKey: ['k'] }),
  UntagResources: async ({ roomy }) => ({ ...(await groupTarget(roomy)), TagKey: ['k'] }),
}
