import type { ErrorTable } from '@sallyport/protocol'

/** What operations on security groups answer. */
export const groupErrors = {
  'InvalidSecurityGroupName.Malformed': {
    status: 400,
    message: 'The specified parameter SecurityGroupName is not valid.',
    when: 'the name is not 2 to 128 characters, does not begin with a letter, or is a web address',
  },
  'InvalidSecurityGroupDiscription.Malformed': {
    status: 400,
    message: 'The specified parameter "Description" is not valid.',
    when: 'the description is not 2 to 256 characters or is a web address',
  },
  'InvalidParams.GroupType': {
    status: 400,
    message: 'The specified security group type is not valid.',
    when: 'SecurityGroupType is neither normal nor enterprise',
  },
  'InvalidVpcId.NotFound': {
    status: 404,
    message: 'Specified VPC does not exist.',
    when: 'VpcId names no VPC of the account in the region',
  },
  'QuotaExceed.SecurityGroup': {
    status: 403,
    message: 'The maximum number of security groups is reached.',
    when: 'the account has as many groups in the region as the quota allows',
  },
  'InvalidSecurityGroup.NotFound': {
    status: 404,
    message: 'The specified security group is not found.',
    when: 'the group to delete does not exist',
  },
  'DependencyViolation#instances': {
    status: 403,
    message: 'There is still instance(s) in the specified security group.',
    when: 'an instance or network interface is in the group to delete',
  },
  'DependencyViolation#authorized': {
    status: 403,
    message: 'The specified security group has been authorized in another one.',
    when: "the group to delete is the object of another group's rule",
  },
  'InvalidParameter.SecurityGroupType': {
    status: 400,
    message: 'The specified parameter SecurityGroupType is not valid.',
    when: 'the filter is neither normal nor enterprise',
  },
  'InvalidSecurityGroupId.Malformed': {
    status: 400,
    message: 'The specified parameter "SecurityGroupId" is not valid.',
    when: 'SecurityGroupIds is not a JSON list of up to 100 ids',
  },
  InvalidParamter: { status: 400, message: 'Invalid Parameter.', when: 'Direction is unknown' },
  'InvalidParameter.AttributeNotSupported': {
    status: 400,
    message: 'The specified parameter Attribute is not supported.',
    when: 'Attribute names something that is not offered',
  },
} as const satisfies ErrorTable
