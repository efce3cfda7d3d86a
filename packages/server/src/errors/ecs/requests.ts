import type { ErrorTable } from '@sallyport/protocol'

/** What any ECS operation may answer of a request as a whole. */
export const requestErrors = {
  'MissingParameter.RegionId': {
    status: 400,
    message: 'The input parameter RegionId that is mandatory for processing this request is not supplied.',
    when: 'RegionId is absent',
  },
  'InvalidRegionId.NotFound': {
    status: 404,
    message: 'The specified RegionId does not exist.',
    when: 'RegionId names a region that this server does not have',
  },
  'InvalidClientToken.ValueNotSupported': {
    status: 400,
    message: 'The ClientToken provided is invalid.',
    when: 'ClientToken is longer than 64 characters or not ASCII',
  },
  IdempotentParameterMismatch: {
    status: 400,
    message:
      'The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical.',
    when: 'a ClientToken is used again with other parameters',
  },
  DryRunOperation: {
    status: 400,
    message: 'Request validation has been passed with DryRun flag set.',
    when: 'DryRun is true and the request would succeed',
  },
  UnsupportedParameter: {
    status: 400,
    message: 'The parameters is unsupported. %s',
    when: 'a parameter asks for something that this server does not do',
  },
  'NotSupported.PageNumberAndPageSize': {
    status: 400,
    message:
      'The parameters PageNumber and PageSize are currently not supported, please use NextToken and MaxResults instead.',
    when: 'both styles of paging are given',
  },
  'InValidParameter.NextToken': {
    status: 400,
    message: 'The parameter NextToken is invalid.',
    when: 'NextToken is not one that this operation gave out',
  },
  'InvalidTagKey.Malformed': {
    status: 400,
    message: 'The specified Tag.n.Key is not valid.',
    when: 'a tag key is empty, too long or has a reserved prefix',
  },
  'InvalidTagValue.Malformed': {
    status: 400,
    message: 'The specified Tag.n.Value is not valid.',
    when: 'a tag value is too long or is a web address',
  },
  'Duplicate.TagKey': {
    status: 400,
    message: 'The Tag.N.Key contain duplicate key.',
    when: 'one tag key is given twice',
  },
  'InvalidOperation.ResourceManagedByCloudProduct': {
    status: 403,
    message: 'Security groups managed by cloud services cannot be modified.',
    when: 'a cloud service manages the group that the call would change or use, or the caller is no cloud service and asks for such a group',
  },
  'InvalidResourceGroup.NotFound': {
    status: 404,
    message: 'The ResourceGroup provided does not exist in our records.',
    when: 'ResourceGroupId names no resource group',
  },
} as const satisfies ErrorTable
