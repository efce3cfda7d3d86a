import type { ErrorTable } from '@sallyport/protocol'

/** What operations answer that list what there is to be had. Source: the DescribeAvailableResource reference page. */
export const catalogueErrors = {
  'InvalidImageOwnerAlias.ValueNotSupported': {
    status: 400,
    message: 'The specified ImageOwnerAlias value is not supported.',
    when: 'ImageOwnerAlias is not system, self, others or marketplace',
  },
  'Invalid.RegionId': {
    status: 404,
    message: 'The specified RegionId does not exist.',
    when: 'RegionId of DescribeAvailableResource names a region that this server does not have',
  },
  'Invalid.Param': {
    status: 400,
    message:
      'The input parameter DestinationResource that is mandatory for processing this request is not supplied.',
    when: 'DestinationResource is absent',
  },
  'Invalid.DestinationResource': {
    status: 404,
    message: 'The specified DestinationResource is not valid.',
    when: 'DestinationResource is unknown',
  },
  'Invalid.ResourceType': {
    status: 404,
    message: 'The ResourceType provided does not exist in our records.',
    when: 'ResourceType is unknown',
  },
  'Invalid.InstanceChargeType': {
    status: 400,
    message: 'The specified InstanceChargeType is not valid.',
    when: 'InstanceChargeType is neither PrePaid nor PostPaid',
  },
  'Invalid.SpotStrategy': {
    status: 404,
    message: 'The specified SpotStrategy is not valid.',
    when: 'SpotStrategy is unknown',
  },
  'Invalid.IoOptimized': {
    status: 404,
    message: 'The specified IoOptimized is not valid.',
    when: 'IoOptimized is neither none nor optimized',
  },
  'Invalid.NetworkCategory': {
    status: 404,
    message: 'The specified NetworkCategory is not valid.',
    when: 'NetworkCategory is neither vpc nor classic',
  },
  'InvalidDedicatedHostId.NotFound': {
    status: 403,
    message: 'The specified DedicatedHostId does not exist.',
    when: 'DedicatedHostId is given: there are no dedicated hosts',
  },
  'InvalidParam.Cores': {
    status: 403,
    message: "The specified parameter 'Cores' should be empty",
    when: 'Cores is given although DestinationResource is not InstanceType',
  },
  'InvalidParam.Memory': {
    status: 403,
    message: "The specified parameter 'Memory' should be empty",
    when: 'Memory is given although DestinationResource is not InstanceType',
  },
  'InvalidParam.TypeAndCpuMem.Conflict': {
    status: 403,
    message: "The specified 'InstanceType' and 'Cores','Memory' are not blank at the same time.",
    when: 'InstanceType is given together with Cores or Memory',
  },
} as const satisfies ErrorTable
