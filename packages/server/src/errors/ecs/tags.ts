import type { ErrorTable } from '@sallyport/protocol'

/**
 * What operations on tags and resource groups answer. Rows come from the TagResources, UntagResources,
 * ListTagResources, AddTags, RemoveTags and JoinResourceGroup reference pages. `InvalidParameter.TagValue` stands in the
 * prose of ListTagResources only: its status and text are those of the Tag product.
 */
export const tagErrors = {
  'MissingParameter.RegionId#tags': {
    status: 404,
    message: 'The parameter - RegionId should not be null.',
    when: 'RegionId is absent',
  },
  'MissingParameter.ResourceType': {
    status: 404,
    message: 'The parameter - ResourceType should not be null.',
    when: 'ResourceType is absent',
  },
  'MissingParameter.ResourceIds': {
    status: 404,
    message: 'The parameter - ResourceIds.N should not be null.',
    when: 'no resource is named',
  },
  'MissingParameter.Tags': {
    status: 404,
    message: 'The parameter - Tags should not be null.',
    when: 'no tag is given, or neither a tag key nor All',
  },
  'NumberExceed.ResourceIds': {
    status: 400,
    message: "The ResourceIds parameter's number is exceed , Valid : 50.",
    when: 'more than 50 resources are named',
  },
  'NumberExceed.Tags': {
    status: 400,
    message: "The Tags parameter's number is exceed , Valid : 20.",
    when: 'more than 20 tags or tag keys are given',
  },
  InvalidTagCount: {
    status: 400,
    message: 'The specified tags are beyond the permitted range.',
    when: 'no tag, or more than 20, are given to an old operation on tags',
  },
  'InvalidResourceType.NotFound': {
    status: 404,
    message: 'The ResourceType provided does not exist in our records.',
    when: 'ECS has no such type of resource',
  },
  'InvalidResourceId.NotFound': {
    status: 404,
    message: 'The specified ResourceIds are not found in our records.',
    when: 'one of the resources does not exist in the region',
  },
  'InvalidResourceId.NotFound#one': {
    status: 404,
    message: 'The specified ResourceId is not found in our records.',
    when: 'the resource does not exist in the region',
  },
  'InvalidResourceId.NotFound#join': {
    status: 404,
    message: 'The ResourceId provided does not exist in our records.',
    when: 'the resource does not exist in the region',
  },
  'OperationDenied.QuotaExceed': {
    status: 400,
    message: 'The quota of tags on resource is beyond permitted range.',
    when: 'a resource would have more tags than the quota allows',
  },
  'InvalidParameter.TagValue': {
    status: 400,
    message: 'The Tag.N.Value parameter is invalid.',
    when: 'a tag to look for has a value and no key',
  },
  'InvalidTag.Mismatch': {
    status: 400,
    message: 'The specified Tag.n.Key and Tag.n.Value are not match.',
    when: 'the key acs:rm:rgId comes without a resource group',
  },
  'InvalidTag.NotSupported': {
    status: 400,
    message: 'You can only specify Tag for either resource tag or resource group.',
    when: 'the key acs:rm:rgId comes beside other tags',
  },
  'InvalidDefaultResourceGroup.NotSupported': {
    status: 400,
    message: 'The specified parameter Tag is not support for default resource group.',
    when: 'the key acs:rm:rgId names the default resource group',
  },
  'InvalidTags.MalFormed': {
    status: 400,
    message: 'The tags must be empty, when the tagFilters is not empty.',
    when: 'Tag and TagFilter are both given',
  },
  'InvalidTagFilter.Malformed': {
    status: 403,
    message: 'The specified TagFilter is not valid.',
    when: 'a TagFilter has no key, or there are more than 5',
  },
  'NumberExceed.TagValues': {
    status: 403,
    message: 'The number of the specified TagValues is beyond permitted range, the max is 5.',
    when: 'a TagFilter has more than 5 values',
  },
  'BothEmpty.TagsAndResources': {
    status: 403,
    message: 'The specified Tags and ResourcesIds are not allow to both empty.',
    when: 'neither a tag nor a resource is given',
  },
  'Invalid.NextToken': {
    status: 403,
    message: 'The specified NextToken is not valid.',
    when: 'NextToken is not one that the operation gave out',
  },
  'MissingParameter#join': {
    status: 403,
    message: 'The input parameter "%s" that is mandatory for processing this request is not supplied.',
    when: 'RegionId, ResourceId or ResourceGroupId is absent',
  },
  'InvalidResourceGroup.Duplicate': {
    status: 403,
    message: 'The ResourceId provided has a ResourceGroup in our records.',
    when: 'the resource was put into that resource group before',
  },
} as const satisfies ErrorTable
