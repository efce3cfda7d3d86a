import type { ErrorTable } from '@sallyport/protocol'

/** What has to do with the classic network and with its links to VPCs. */
export const classicErrors = {
  'InvalidParams.VpcIdGroupType': {
    status: 400,
    message: 'Only VPC instance supports enterprise level security group.',
    when: 'an advanced group is to be in the classic network',
  },
  VPCDisabled: {
    status: 400,
    message: "Can't use the SecurityGroup in VPC.",
    when: 'the group is in a VPC, and the account may not make rules in such groups',
  },
  'InvalidNicType.ValueNotSupported': {
    status: 400,
    message: 'The specified NicType does not exist.',
    when: 'NicType of a group in the classic network is neither internet nor intranet',
  },
  'InvalidNicType.Mismatch': {
    status: 400,
    message: 'Specified nic type conflicts with the authorization record.',
    when: 'NicType is internet, and the group in the classic network has a rule with the same group as object',
  },
  'InvalidDestGroupId.Mismatch#nic': {
    status: 403,
    message: 'NicType is required or NicType expects intranet.',
    when: 'a group is the destination in a group of the classic network, and NicType is not intranet',
  },
  'InvalidSourceGroupId.Mismatch#nic': {
    status: 403,
    message: 'NicType is required or NicType expects intranet.',
    when: 'a group is the source in a group of the classic network, and NicType is not intranet',
  },
  'NotSupported.ClassicNetworkPrefixList': {
    status: 400,
    message: 'The prefix list is not supported when the network type of security group is classic.',
    when: 'a prefix list is the object in a group of the classic network',
  },
  'NotSupported.ClassicNetworkPortRangeList': {
    status: 400,
    message: 'The port list is not supported when the network type of security group is classic.',
    when: 'a port list is named in a group of the classic network; code and text are ours',
  },
  'InvalidSecurityGroup.InvalidNetworkType': {
    status: 400,
    message:
      'The specified security group network type is not support this operation, please check the security group network types. For VPC security groups, ClassicLink must be enabled.',
    when: 'the group is in a VPC without ClassicLink, and the object is a group in the classic network',
  },
  'InvalidNetworkType.Conflict': {
    status: 403,
    message:
      'The specified SecurityGroup network type should be same with SourceGroup network type (vpc or classic).',
    when: 'in the Permissions style: the group is in the classic network, and the object is a group in a VPC without ClassicLink',
  },
  'InvalidNetworkType.Conflict#flat': {
    status: 403,
    message:
      'The parameter SecurityGroup network type should be same with SourceGroup network type (vpc or classic).',
    when: 'the same in the flat style',
  },
  'OperationDenied#classic': {
    status: 403,
    message: 'The current status of the resource does not support this operation.',
    when: 'all groups of an instance in the classic network are to be replaced at once',
  },
  // Links: the pages of their operations, question marks included.
  'InvalidInstanceId.NotFound#link': {
    status: 403,
    message: 'The InstanceId provided does not exist in our records.',
    when: 'InstanceId names no instance of the account in the region',
  },
  'InvalidInstanceId.MalFormed': {
    status: 403,
    message: 'The specified instance is not a classic network instance.',
    when: 'the instance is in a VPC',
  },
  'InvalidVpcId.Malformed': {
    status: 403,
    message: 'The specified parameter ?VpcId? is not valid.',
    when: 'VpcId names no VPC of the account in the region',
  },
  'OperationDenied#no-link': {
    status: 403,
    message: 'The specified vpc is disabled attach classic link.',
    when: 'the VPC does not have ClassicLink',
  },
  'OperationDenied#linked': {
    status: 403,
    message: 'The instance has been linked to other vpc.',
    when: 'the instance is linked to another VPC',
  },
  'OperationDenied#not-linked': {
    status: 403,
    message: 'The instances are not allowed to detach from the linked vpc.',
    when: 'the instance is not linked to the VPC',
  },
  'QuotaExceeded#link': {
    status: 403,
    message: 'The link quota exceeded in this vpc.',
    when: 'as many instances are linked to the VPC as the quota allows',
  },
  'InvalidParameter.InvalidInstanceIdAndVpcId': {
    status: 403,
    message: 'The parameter InstanceId and VpcId are not allowed to be empty at the same time.',
    when: 'neither InstanceId nor VpcId is given',
  },
  'InvalidParameter.ToManyInstanceIds': {
    status: 403,
    message: 'No more than 100 InstanceIds can be specified.',
    when: 'InstanceId holds more than 100 ids',
  },
  'InvalidVpc.NotBelong': {
    status: 403,
    message: 'The specified vpc is not belong to you.',
    when: 'VpcId names no VPC of the account in the region',
  },
  'InvalidParameter.PageNumber': {
    status: 403,
    message: 'The parameter pageNumber is invalid.',
    when: 'PageNumber is no integer from 1',
  },
  'InvalidParameter.PageSize': {
    status: 403,
    message: 'The parameter pageSize is invalid.',
    when: 'PageSize is no integer from 1 to 100',
  },
} as const satisfies ErrorTable
