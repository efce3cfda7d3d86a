import type { ErrorTable } from '@sallyport/protocol'

/**
 * What operations on rules answer: the reference page's table, then rows of its siblings' pages. Rows "with today's
 * codes" belong to the setting `errorGeneration: current`; model/rule-mistakes.ts says which answers which mistake.
 */
export const ruleErrors = {
  OperationDenied: {
    status: 400,
    message: 'The specified IpProtocol does not exist or IpProtocol and PortRange do not match.',
    when: 'IpProtocol is missing or unknown, or PortRange does not fit it',
  },
  'InvalidIpProtocol.Malformed': {
    status: 400,
    message: 'The specified parameter "PortRange" is not valid.',
    when: 'PortRange is missing or is not two port numbers in order',
  },
  'InvalidSourcePortRange.Malformed': {
    status: 400,
    message: 'The specified parameter "SourcePortRange" is not valid.',
    when: 'SourcePortRange is not two port numbers in order, or does not fit the protocol',
  },
  'InvalidPriority.Malformed': {
    status: 400,
    message: 'The parameter Priority is invalid.',
    when: 'Priority is not an integer, or (in the codes of the reference page) not one from 1 to 100',
  },
  'InvalidPolicy.Malformed': {
    status: 400,
    message: 'The specified parameter "Policy" is not valid.',
    when: 'Policy is neither accept nor drop',
  },
  'InvalidSecurityGroupDiscription.Malformed#rule': {
    status: 400,
    message: 'The specified security group rule description is not valid.',
    when: "a rule's description is longer than 512 characters",
  },
  'MissingParameter#dest': {
    status: 403,
    message: 'The input parameter "DestGroupId" or "DestCidrIp" cannot be both blank.',
    when: 'an outbound rule has no destination',
  },
  'MissingParameter#source': {
    status: 403,
    message: 'The input parameter "SourceGroupId" or "SourceCidrIp" cannot be both blank.',
    when: 'an inbound rule has no source',
  },
  'MissingParameter#revoke-dest': {
    status: 400,
    message: 'The input parameter "DestGroupId" or "DestCidrIp" cannot be both blank.',
    when: 'the outbound rule to revoke has no destination',
  },
  'MissingParameter#revoke-source': {
    status: 400,
    message: 'The input parameter "SourceGroupId" or "SourceCidrIp" cannot be both blank.',
    when: 'the inbound rule to revoke has no source',
  },
  'InvalidIpProtocol.ValueNotSupported': {
    status: 400,
    message: 'The specified IpProtocol does not exist.',
    when: 'IpProtocol of the rule to revoke is missing or unknown',
  },
  'InvalidIpProtocol.ValueNotSupported#current': {
    status: 400,
    message: 'The parameter %s must be specified with case insensitive TCP, UDP, ICMP, GRE or All.',
    when: "IpProtocol is missing or unknown, with today's codes",
  },
  'InvalidPortRange.Malformed': {
    status: 400,
    message: 'The specified parameter PortRange must set.',
    when: "PortRange is missing, with today's codes",
  },
  'InvalidParam.PortRange': {
    status: 400,
    message:
      'The specified parameter %s is not valid. It should be two integers less than 65535 in ?/? format.',
    when: "PortRange is not two port numbers in order, with today's codes",
  },
  'InvalidPriority.ValueNotSupported': {
    status: 400,
    message: 'The parameter Priority is invalid.',
    when: "Priority is an integer out of 1 to 100, with today's codes",
  },
  'MissingParameter.Dest': {
    status: 400,
    message:
      'One of the parameters DestCidrIp, Ipv6DestCidrIp, DestGroupId or DestPrefixListId in %s must be specified.',
    when: "an outbound rule has no destination, with today's codes",
  },
  'MissingParameter.Source': {
    status: 400,
    message:
      'One of the parameters SourceCidrIp, Ipv6SourceCidrIp, SourceGroupId or SourcePrefixListId in %s must be specified.',
    when: "an inbound rule has no source, with today's codes",
  },
  'InvalidParameter.Ipv6CidrIp': {
    status: 400,
    message: 'The specified Ipv6CidrIp is not valid.',
    when: "an IPv6 mask is over 128, with today's codes",
  },
  'InvalidIpPortRange.Malformed': {
    status: 400,
    message: 'The specified parameter "PortRange" is not valid.',
    when: 'PortRange of the rule to revoke is missing, malformed or does not fit the protocol',
  },
  'InvalidSecurityGroup.IsSame': {
    status: 403,
    message: 'The authorized SecurityGroupId should be different from the DestGroupId.',
    when: 'DestGroupId is the group itself, in the Permissions style',
  },
  'InvalidParamter.Conflict#group': {
    status: 403,
    message: 'The specified SecurityGroupId should be different from the SourceGroupId.',
    when: 'the object is the group itself: DestGroupId in the flat style, SourceGroupId in any',
  },
  'InvalidDestCidrIp.Malformed': {
    status: 400,
    message: 'The specified parameter "DestCidrIp" is not valid.',
    when: 'DestCidrIp is neither an IPv4 address nor anything like one',
  },
  'InvalidDestCidrIp.Malformed#mask': {
    status: 400,
    message: 'The specified parameter DestCidrIp is not valid.',
    when: 'DestCidrIp is an IPv4 address with a mask that is no number',
  },
  'InvalidDestCidrIp.Malformed#ipv6': {
    status: 400,
    message: 'The parameter DestCidrIp is not valid.',
    when: 'DestCidrIp has the form of an IPv6 address',
  },
  'InvalidParam.DestCidrIp': {
    status: 400,
    message: 'The specified parameter DestCidrIp is invalid.',
    when: 'the mask of DestCidrIp is over 32',
  },
  'InvalidSourceCidrIp.Malformed': {
    status: 400,
    message: 'The specified parameter "SourceCidrIp" is not valid.',
    when: "an inbound rule's SourceCidrIp is not an IPv4 address or CIDR block",
  },
  'InvalidParam.SourceCidrIp': {
    status: 400,
    message: 'The specified param SourceCidrIp is not valid.',
    when: 'SourceCidrIp of an outbound rule is not an IPv4 address or CIDR block, or its mask is over 32',
  },
  'InvalidParam.Ipv6DestCidrIp': {
    status: 400,
    message: 'The specified param Ipv6DestCidrIp is not valid.',
    when: 'Ipv6DestCidrIp is not an IPv6 address or CIDR block',
  },
  'InvalidParam.Ipv6SourceCidrIp': {
    status: 400,
    message: 'The specified param Ipv6SourceCidrIp is not valid.',
    when: 'Ipv6SourceCidrIp is not an IPv6 address or CIDR block',
  },
  ILLEGAL_IPV6_CIDR: {
    status: 400,
    message: 'The specified parameter %s is not valid.',
    when: 'an IPv6 mask is over 128',
  },
  'InvalidParam.DestIp': {
    status: 400,
    message: 'The Parameters DestCidrIp and Ipv6DestCidrIp in %s cannot be set at the same time.',
    when: 'IPv4 and IPv6 are both given for the destination',
  },
  'InvalidParam.SourceIp': {
    status: 400,
    message: 'The Parameters SourceCidrIp and Ipv6SourceCidrIp in %s cannot be set at the same time.',
    when: 'IPv4 and IPv6 are both given for the source',
  },
  'InvalidParameter.Conflict': {
    status: 400,
    message: 'IPv6 and IPv4 addresses cannot exist at the same time.',
    when: 'one side is IPv4 and the other is IPv6',
  },
  'InvalidParam.Ipv4ProtocolConflictWithIpv6Address': {
    status: 400,
    message: 'IPv6 address cannot be specified for IPv4-specific protocol.',
    when: 'ICMP or GRE is given with an IPv6 address',
  },
  'InvalidParam.Ipv6ProtocolConflictWithIpv4Address': {
    status: 400,
    message: 'IPv4 address cannot be specified for IPv6-specific protocol.',
    when: 'ICMPv6 is given with an IPv4 address',
  },
  'InvalidParamter.Conflict': {
    status: 400,
    message: 'The specified SourceCidrIp should be different from the DestCidrIp.',
    when: 'source and destination are the same block',
  },
  'InvalidParam.Permissions': {
    status: 400,
    message: 'The specified parameter Permissions cannot coexist with other parameters.',
    when: 'a parameter is given both with and without the Permissions prefix, or Permissions.N is out of 1 to 100',
  },
  'InvalidParam.DuplicatePermissions': {
    status: 400,
    message: 'There are duplicate permissions in the specified parameter Permissions.',
    when: 'two permissions of one request are the same rule',
  },
  AuthorizationLimitExceed: {
    status: 403,
    message: 'The limit of authorization records in the security group reaches.',
    when: 'the group, or an interface over all its groups, would have more rules than its quota',
  },
  'AuthorizedGroupRule.LimitExceed': {
    status: 400,
    message: 'The limit of authorized security group rules in the security group reaches.',
    when: 'the group would name more than 20 groups as objects',
  },
  'InvalidGroupAuthParameter.OperationDenied': {
    status: 400,
    message: 'The security group can not authorize to enterprise level security group.',
    when: 'a group is the object in an advanced group, or the object is an advanced group',
  },
  'InvalidDestGroupId.Mismatch': {
    status: 400,
    message: 'Specified security group and destination group are not in the same VPC.',
    when: 'the destination group is in another VPC',
  },
  'InvalidSourceGroupId.Mismatch': {
    status: 400,
    message: 'Specified security group and source group are not in the same VPC.',
    when: 'the source group is in another VPC',
  },
  'InvalidDestGroupId.NotFound': {
    status: 404,
    message: 'The DestGroupId provided does not exist in our records.',
    when: 'DestGroupId names no group',
  },
  'InvalidSourceGroupId.NotFound': {
    status: 404,
    message: 'The SourceGroupId provided does not exist in our records.',
    when: 'SourceGroupId names no group',
  },
  'InvalidDestGroup.NotFound': {
    status: 400,
    message: 'Specified destination security group does not exist.',
    when: 'DestGroupId and its owner are given, and the owner has no such group',
  },
  'InvalidSourceGroup.NotFound': {
    status: 400,
    message: 'Specified source security group does not exist.',
    when: 'SourceGroupId and its owner are given, and the owner has no such group',
  },
  'InvalidSecurityGroupId.NotFound': {
    status: 404,
    message: 'The specified SecurityGroupId does not exist.',
    when: 'SecurityGroupId names no group of the account in the region',
  },
  'InvalidSecurityGroupRule.RuleNotExist': {
    status: 400,
    message: 'The specified rule does not exist.',
    when: 'no rule of the group has the given properties',
  },
  'InvalidSecurityGroupRuleId.NotFound': {
    status: 404,
    message: 'The specified SecurityGroupRuleId is not exists.',
    when: 'SecurityGroupRuleId names no rule of the group',
  },
  'InvalidParam.SecurityGroupRuleId': {
    status: 400,
    message: 'The specified parameter SecurityGroupRuleId is not valid.',
    when: 'SecurityGroupRuleId is malformed, or names a rule of the other direction',
  },
  'InvalidParam.SecurityGroupRuleIdRepeated': {
    status: 400,
    message: 'The specified parameter SecurityGroupRuleId is repeated.',
    when: 'one rule id is given twice',
  },
  'SecurityGroupRule.NotFound#ingress': {
    status: 404,
    message: 'The target security group rule not exist.',
    when: 'no inbound rule of the group has the given properties',
  },
  'SecurityGroupRule.NotFound#egress': {
    status: 404,
    message: 'The target security group rule do not exist.',
    when: 'no outbound rule of the group has the given properties',
  },
  'InvalidOperation.ModifySgRuleEntityType': {
    status: 400,
    message: 'The source or destination type of the rules cannot be modified.',
    when: 'the object given is of another kind than that of the rule, or an address of the other family',
  },
  'InvalidOperation.ModifyNicType': {
    status: 400,
    message: 'NicType is not allowed to modify.',
    when: "NicType is given and is not the rule's",
  },
  'InvalidOperation.ModifyPortRangeType': {
    status: 400,
    message:
      'The PortRange type is not allowed to be modified. You cannot modify a rule from using the port list to not using it, and vice versa.',
    when: 'a port list is given for a rule that has ports of its own',
  },
  'InvalidOperation.RuleDuplicate': {
    status: 400,
    message: '%s.',
    when: 'the rule would be the same as another of the group',
  },
  'InvalidParam.InvalidModifyRuleRequest': {
    status: 400,
    message: 'The request parameters are illegal.',
    when: 'SecurityGroupRuleId is given and nothing to change',
  },
  'InvalidParam.ProtocolAndPortRangeMismatch': {
    status: 400,
    message: 'The specified Protocol and PortRange do not match.',
    when: 'the changed rule would have ports that do not fit its protocol',
  },
  'InvalidParam.ProtocolAndAddressFamilyMismatch': {
    status: 400,
    message: 'The specified Protocol and address family do not match.',
    when: 'the changed rule would have addresses of a family that its protocol does not have',
  },
  'InvalidSourceOrDestGroupId.DirectionMissmatch': {
    status: 400,
    message: 'The specified SourceGroupId or DestGroupId does not match the direction of the rule.',
    when: 'SecurityGroupRuleId names a rule of the other direction, and a group is given',
  },
} as const satisfies ErrorTable
