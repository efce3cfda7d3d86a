import { type ErrorTable, raiser } from '@sallyport/protocol'

/**
 * What VPC 2016-04-28 operations answer when they refuse, beyond the rows they share with ECS (regions, tags,
 * idempotence, resources that do not exist). Codes and texts are those of the reference pages of these operations,
 * misspellings included. The pages have no code for a default VPC or vSwitch that is there already, for one secondary
 * block too many and for one that is not there: those codes are ours, by analogy.
 */
export const vpcErrors = {
  'InvalidVpcName.Malformed': {
    status: 400,
    message: 'Specified VPC name is not valid.',
    when: 'VpcName is not 1 to 128 characters or is a web address',
  },
  'InvalidVpcDiscription.Malformed': {
    status: 400,
    message: 'Specified VPC description is not valid.',
    when: 'Description is not 1 to 256 characters or is a web address',
  },
  'InvalidParameter#vpc-block': {
    status: 400,
    message: 'Specified CIDR block is not valid. %s',
    when: 'the IPv4 block of the VPC is none of /8 to /28, meets a range that no VPC may use, or does not fit the VPC',
  },
  'InvalidParameter#ipv6-block': {
    status: 400,
    message: 'Specified parameter Ipv6CidrBlock is not valid. %s',
    when: 'the IPv6 block is no /56, belongs to another VPC, is to be changed, or the VPC has none',
  },
  'InvalidParameter#user-cidr': {
    status: 400,
    message: 'Specified UserCidr invalid format.',
    when: 'UserCidr holds something that is no IPv4 block',
  },
  'InvalidParameter#user-cidr-mask': {
    status: 400,
    message: 'Specified UserCidr Subnet mask is not valid .',
    when: 'the mask of a block in UserCidr is not 8 to 28',
  },
  'InvalidUserCidr.Quota': {
    status: 400,
    message: 'Specified UserCidr number is greater than 3.',
    when: 'UserCidr holds more than three blocks',
  },
  'InvalidUserCidr.Malformed': {
    status: 400,
    message: 'Specified UserCidr overlapping in of 100.64.0.0/10.',
    when: 'a block in UserCidr meets 100.64.0.0/10',
  },
  'QuotaExceeded.Vpc': {
    status: 400,
    message: 'VPC quota exceeded.',
    when: 'the account made as many VPCs in the region as the quota allows',
  },
  'OperationDenied.DefaultVpcExist': {
    status: 400,
    message: 'The region already has a default VPC.',
    when: 'the default VPC to create is there already',
  },
  'InvalidParameter#both-blocks': {
    status: 400,
    message: 'Specified parameters SecondaryCidrBlock and IPv6CidrBlock cannot be used together.',
    when: 'an IPv4 and an IPv6 block are given at once',
  },
  'QuotaExceeded.SecondaryCidr': {
    status: 400,
    message: 'Secondary CIDR block quota exceeded.',
    when: 'the VPC has as many secondary blocks of the family as the quota allows',
  },
  'InvalidCidrBlock.NotFound': {
    status: 404,
    message: 'Specified secondary CIDR block does not exist.',
    when: 'the VPC does not have the block as a secondary one',
  },
  'OperationFailed.CidrInUse': {
    status: 400,
    message: 'The operation failed because the CIDR block is in use.',
    when: 'a vSwitch lies in the secondary block to remove',
  },
  'Forbidden.EnableClassicLink': {
    status: 400,
    message: 'the specified resource does not support this operation.',
    when: 'the VPC whose ClassicLink is to be enabled does not lie in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16',
  },
  'DependencyViolation.Instance': {
    status: 404,
    message: 'ClassicLink Instances exist in VPC.',
    when: 'an instance is linked to the VPC whose ClassicLink is to be disabled, or which is to be deleted',
  },
  'InvalidVRouterId.NotFound': {
    status: 404,
    message: 'Specified virtual router does not exist.',
    when: 'VRouterId names no router of the account in the region',
  },
  'InvalidVRouterName.Malformed': {
    status: 400,
    message: 'Specified virtual router name is not valid.',
    when: 'VRouterName is not 1 to 128 characters or is a web address',
  },
  'InvalidVRouterDiscription.Malformed': {
    status: 400,
    message: 'Specified virtual router description is not valid.',
    when: 'Description is not 1 to 256 characters or is a web address',
  },
  'InvalidRouteTableId.NotFound': {
    status: 404,
    message: 'Specified route table does not exist.',
    when: 'RouteTableId names no route table of the account in the region',
  },
  'InvalidVSwitchName.Malformed': {
    status: 400,
    message: 'Specified virtual switch name is not valid.',
    when: 'VSwitchName is not 1 to 128 characters or is a web address',
  },
  'InvalidVSwitchDiscription.Malformed': {
    status: 400,
    message: 'Specified virtual switch description is not valid.',
    when: 'Description is not 1 to 256 characters or is a web address',
  },
  'InvalidCidrBlock.Malformed': {
    status: 400,
    message: 'Specified CIDR block is not valid.',
    when: 'CidrBlock of the vSwitch is no IPv4 block, or has host bits',
  },
  'InvalidCirdrBlock.MaskLength': {
    status: 400,
    message: 'Specified CIDR block is not valid .',
    when: 'the mask of CidrBlock of the vSwitch is not 16 to 29',
  },
  'InvalidParameter#not-in-vpc': {
    status: 400,
    message: 'Specified CIDR block is not valid in VPC.',
    when: 'CidrBlock of the vSwitch does not lie in the block of its VPC',
  },
  'InvalidCidrBlock.Overlapped': {
    status: 400,
    message: 'Specified CIDR block overlapped with other subnets.',
    when: 'the IPv4 or IPv6 block of the vSwitch meets that of another in the VPC',
  },
  'QuotaExceeded.VSwitch': {
    status: 400,
    message: 'Virtual switch quota exceeded.',
    when: 'the VPC has as many vSwitches as the quota allows',
  },
  'OperationDenied.DefaultVSwitchExist': {
    status: 400,
    message: 'The zone already has a default virtual switch.',
    when: 'the default vSwitch to create is there already',
  },
  'DependencyViolation.VSwitch': {
    status: 400,
    message: 'Specified object has dependent resources',
    when: 'the VPC to delete has a vSwitch, or one has a part of the IPv6 block to take away',
  },
  'DependencyViolation.SecurityGroup': {
    status: 400,
    message: 'Specified object has dependent resources SecurityGroup.',
    when: 'the VPC to delete has a security group',
  },
  'DependencyViolation#vswitch': {
    status: 400,
    message: 'Specified object has dependent resources.',
    when: 'an interface is in the vSwitch to delete, or has an address of the IPv6 block to take away',
  },
  // Tags: the pages of the product's tag operations.
  InvalidTagKey: {
    status: 400,
    message: 'The tag keys are not valid.',
    when: 'a tag key is empty, too long or has a reserved prefix',
  },
  InvalidTagValue: {
    status: 400,
    message: 'The tag values are not valid.',
    when: 'a tag value is too long or is a web address, or a tag to look for has a value and no key',
  },
  'Forbidden.TagKey.Duplicated': {
    status: 400,
    message: 'The specified tag key already exists.',
    when: 'one tag key is given twice',
  },
  'SizeLimitExceeded.TagNum': {
    status: 400,
    message: 'The maximum number of tags is exceeded.',
    when: 'more than 20 tags or tag keys are given',
  },
  'SizeLimitExceeded.ResourceId': {
    status: 400,
    message: 'The maximum number of resource IDs is exceeded.',
    when: 'more than 50 resources are named',
  },
  'QuotaExceeded.TagNum': {
    status: 400,
    message: 'Custom Tags quota exceeded',
    when: 'a resource would have more tags than the quota allows',
  },
  'InvalidInstanceType.NotFound': {
    status: 400,
    message: 'The instance type is not found',
    when: 'VPC has no such type of resource',
  },
  'InvalidInstanceIds.NotFound': {
    status: 400,
    message: 'The instanceIds are not found',
    when: 'one of the resources does not exist in the region',
  },
} as const satisfies ErrorTable

export type VpcErrorKey = keyof typeof vpcErrors

/** Makes a VPC error to throw: `throw vpcError('InvalidCidrBlock.Overlapped')`. */
export const vpcError = raiser(vpcErrors)
