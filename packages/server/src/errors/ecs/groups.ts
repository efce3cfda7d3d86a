import type { ErrorTable } from '@sallyport/protocol'

/** What operations on security groups answer. */
export const groupErrors = {
  'InvalidSecurityGroupName.Malformed': {
    status: 400,
    message: 'The specified parameter SecurityGroupName is not valid.',
    when: 'the name is not 2 to 128 characters, does not begin with a letter, or is a web address',
  },
  'InvalidSecurityGroupName.Malformed#modify': {
    status: 400,
    message: 'Specified security group name is not valid.',
    when: 'the new name is not 2 to 128 characters, does not begin with a letter, or is a web address',
  },
  'InvalidSecurityGroupDiscription.Malformed': {
    status: 400,
    message: 'Specified security group description is not valid.',
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
    message: 'The specified SecurityGroupType is not valid.',
    when: 'the filter is neither normal nor enterprise',
  },
  'InvalidSecurityGroupId.Malformed': {
    status: 400,
    message: 'The specified parameter "SecurityGroupId" is not valid.',
    when: 'SecurityGroupId cannot be an id, or SecurityGroupIds is not a JSON list of up to 100 ids',
  },
  InvalidParamter: { status: 400, message: 'Invalid Parameter.', when: 'Direction is unknown' },
  'InvalidParameter.AttributeNotSupported': {
    status: 400,
    message: 'The specified value for parameter Attribute is not supported. Valid values: snapshotPolicyIds.',
    when: 'Attribute names something that is not offered',
  },
  'InvalidSecurityGroupId.Malformed#policy': {
    status: 400,
    message:
      'The SecurityGroupId is invalid. Only letters, numbers and underscores are supported. Maximum length is 100 characters.',
    when: 'SecurityGroupId of the group whose policy is to change cannot be an id',
  },
  'InvalidSecurityGroupId.Malformed#references': {
    status: 400,
    message: 'The specified parameter SecurityGroupId is essential and size should less than 10',
    when: 'SecurityGroupId.N is not given, or N is over 10',
  },
  'InvalidSecurityGroupId.NotFound#references': {
    status: 404,
    message: 'The SecurityGroupId provided does not exist in our records.',
    when: 'one of the groups whose references are asked for does not exist',
  },
  'InvalidPolicy.Malformed#inner': {
    status: 400,
    message: "The Policy is invalid. Only 'Accept' and 'Drop' are supported. Ignore case.",
    when: 'InnerAccessPolicy is neither Accept nor Drop',
  },
  'InvalidParameter.InnerAccessPolicy': {
    status: 404,
    message: "The InnerAccessPolicy attribute of enterprise level security group can't be modified.",
    when: 'the group whose policy is to change is an advanced one',
  },
  'MissingParameter.RegionId#delete': {
    status: 400,
    message: 'The parameter "RegionId" should not be null.',
    when: 'RegionId is absent when a group is to be deleted',
  },
  'MissingParameter.RegionId#attribute': {
    status: 400,
    message: 'The parameter RegionId is missing.',
    when: 'RegionId is absent when a group is to be described',
  },
  'MissingParamter.RegionId': {
    status: 400,
    message: 'The RegionId should not be null.',
    when: "RegionId is absent when a group's policy is to change",
  },
} as const satisfies ErrorTable
