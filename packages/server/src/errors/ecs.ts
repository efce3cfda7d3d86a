import { type ErrorTable, raiser } from '@sallyport/protocol'

/**
 * What ECS 2014-05-26 operations answer when they refuse. Where the AuthorizeSecurityGroupEgress reference page has a
 * row that fits, its status, code and text hold, misspellings included; other rows come from the pages of the other
 * operations. `Code#variant` tells rows of one code apart.
 */
export const ecsErrors = {
  // Requests in general
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
    message: 'The parameters PageNumber and PageSize cannot be used together with MaxResults and NextToken.',
    when: 'both styles of paging are given',
  },
  'InValidParameter.NextToken': {
    status: 400,
    message: 'The specified parameter NextToken is not valid.',
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
  'InvalidResourceGroup.NotFound': {
    status: 404,
    message: 'The ResourceGroup provided does not exist in our records.',
    when: 'ResourceGroupId names no resource group',
  },

  // Groups
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

  // Rules: the reference page's table
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
    when: 'Priority is not an integer from 1 to 100',
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
    when: 'DestCidrIp is not an IPv4 address or CIDR block',
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

  // Membership
  'InvalidInstanceId.NotFound': {
    status: 404,
    message: 'The specified InstanceId does not exist.',
    when: 'InstanceId names no instance of the account in the region',
  },
  'InvalidEniId.NotFound': {
    status: 404,
    message: 'The specified NetworkInterfaceId does not exist.',
    when: 'NetworkInterfaceId names no interface of the account in the region',
  },
  'InvalidInstanceId.AlreadyExists': {
    status: 403,
    message: 'The specified instance already exists in the specified security group.',
    when: 'the interface is already in the group',
  },
  'InvalidInstanceId.Mismatch': {
    status: 400,
    message: 'Specified instance and security group are not in the same VPC.',
    when: 'the group to join is in another VPC',
  },
  'InvalidOperation.MultiGroupType': {
    status: 400,
    message: "The specified instance can't join different types of security group.",
    when: 'basic and advanced groups would be mixed on one interface',
  },
  'InvalidOperation.VpcMismatch': {
    status: 403,
    message: 'The specified network interface and security group are not in the same VPC.',
    when: 'the group that a network interface is to join is in another VPC',
  },
  InstanceSecurityGroupLimitExceeded: {
    status: 400,
    message: 'Exceeding the allowed amount of security groups that an instance can be in.',
    when: 'the interface is in as many groups as the quota allows',
  },
  SecurityGroupInstanceLimitExceeded: {
    status: 403,
    message: 'The maximum number of instances in a security group is exceeded.',
    when: 'the group has as many private addresses as the quota allows',
  },
  SecurityGroupInstanceLimitExceed: {
    status: 403,
    message: 'The maximum number of instances in a security group is exceeded.',
    when: 'a new interface would give the group more private addresses than the quota allows',
  },
  AclLimitExceed: {
    status: 403,
    message: 'The limit of authorization records of the network interface reaches.',
    when: 'the interface would have more rules over all its groups than the quota allows',
  },
  'InvalidParam.EniIdAndInstanceId.Conflict': {
    status: 403,
    message: 'The specified parameters NetworkInterfaceId and InstanceId cannot be set at the same time.',
    when: 'both or neither of InstanceId and NetworkInterfaceId are given',
  },
  IncorrectInstanceStatus: {
    status: 403,
    message: 'The current status of the resource does not support this operation.',
    when: "the instance's status does not allow the operation",
  },
  'InvalidSecurityGroupAssociation.NotFound': {
    status: 400,
    message: 'The specified security group association does not exist.',
    when: 'the interface is not in the group to leave',
  },
  InstanceLastSecurityGroup: {
    status: 403,
    message: 'The specified security group is the last security group for the instance.',
    when: "the group to leave is the instance's last",
  },
  'InvalidOperation.AtLeastInOneGroup': {
    status: 403,
    message: 'The network interface must be in at least one security group.',
    when: "the group to leave is the interface's last",
  },

  // Instances
  'InvalidVSwitchId.NotFound': {
    status: 404,
    message: 'The specified VSwitchId does not exist.',
    when: 'VSwitchId names no vSwitch of the account in the region',
  },
  'InvalidParameter.Mismatch': {
    status: 400,
    message: 'Specified security group and virtual switch are not in the same VPC.',
    when: 'the group and the vSwitch are in different VPCs',
  },
  'InvalidParameter.Mismatch#zone': {
    status: 400,
    message: 'Specified virtual switch is not in the specified zone.',
    when: 'VSwitchId and ZoneId do not fit',
  },
  'InvalidVSwitchId.Necessary': {
    status: 400,
    message: 'The VSwitchId is necessary.',
    when: "no VSwitchId is given and the group's VPC has no vSwitch, or none in the zone",
  },
  'InvalidZoneId.NotFound': {
    status: 404,
    message: 'The specified zone does not exist.',
    when: 'ZoneId names no zone of the region',
  },
  'MissingParameter#group': {
    status: 400,
    message:
      'The input parameter "SecurityGroupId" that is mandatory for processing this request is not supplied.',
    when: 'an instance is to be made without a group',
  },
  'InvalidParameter.Conflict#both': {
    status: 400,
    message: 'The parameters %s and %s cannot be set at the same time.',
    when: 'two parameters exclude one another',
  },
  'InvalidInstanceName.Malformed': {
    status: 400,
    message: 'The specified parameter "InstanceName" is not valid.',
    when: 'the name, or one that numbering makes of it, is not 2 to 128 characters beginning with a letter',
  },
  'InvalidHostName.Malformed': {
    status: 400,
    message: 'The specified parameter "HostName" is not valid.',
    when: 'the host name, or one that numbering makes of it, is not 2 to 64 letters, digits, "." and "-"',
  },
  'InvalidDescription.Malformed': {
    status: 400,
    message: 'The specified parameter "Description" is not valid.',
    when: 'the description is not 2 to 256 characters or is a web address',
  },
  InvalidPrivateIpAddress: {
    status: 400,
    message: 'Specified private IP address is not in the CIDR block of virtual switch.',
    when: 'a private IPv4 address is not in the vSwitch, or is one that the vSwitch keeps for itself',
  },
  'InvalidPrivateIpAddress.Duplicated': {
    status: 400,
    message: 'Specified private IP address is duplicated.',
    when: 'a private IPv4 address belongs to another interface',
  },
  'QuotaExceeded.PrivateIpAddress': {
    status: 400,
    message: "Don't have enough private IPs in this switch.",
    when: 'no private IPv4 address is free in the vSwitch',
  },
  'InvalidVSwitch.Ipv6NotTurnOn': {
    status: 403,
    message: 'IPv6 is not enabled for the specified VSwitch.',
    when: 'an IPv6 address is asked for in a vSwitch without an IPv6 block',
  },
  'InvalidIp.Address': {
    status: 403,
    message: 'The specified IPv6 address %s is not valid in the VSwitch.',
    when: "an IPv6 address is not in the vSwitch's block, or is its first",
  },
  'InvalidIp.IpAssigned': {
    status: 403,
    message: 'The specified IP address %s has been assigned.',
    when: 'an IPv6 address belongs to another interface',
  },
} as const satisfies ErrorTable

export type EcsErrorKey = keyof typeof ecsErrors

/** Makes an ECS error to throw: `throw ecsError('InvalidDestGroupId.NotFound')`. */
export const ecsError = raiser(ecsErrors)
