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
} as const satisfies ErrorTable
