import { type ErrorTable, raiser } from '@sallyport/protocol'

/**
 * What VPC 2016-04-28 operations answer when they refuse, beyond the rows they share with ECS (regions, tags,
 * idempotence, resources that do not exist). Codes and texts are those of the CreateVpc, CreateVSwitch, DeleteVpc
 * and DeleteVSwitch reference pages, misspellings included.
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
    when: 'CidrBlock of the VPC is no IPv4 block of /8 to /28, or meets a range that no VPC may use',
  },
  'InvalidParameter#ipv6-block': {
    status: 400,
    message: 'Specified parameter Ipv6CidrBlock is not valid. %s',
    when: 'Ipv6CidrBlock of the VPC is no /56 or belongs to another VPC, or the VPC of the vSwitch has none',
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
  'DependencyViolation.VSwitch': {
    status: 400,
    message: 'Specified object has dependent resources',
    when: 'the VPC to delete has a vSwitch',
  },
  'DependencyViolation.SecurityGroup': {
    status: 400,
    message: 'Specified object has dependent resources SecurityGroup.',
    when: 'the VPC to delete has a security group',
  },
  'DependencyViolation#vswitch': {
    status: 400,
    message: 'Specified object has dependent resources.',
    when: 'an instance or network interface is in the vSwitch to delete',
  },
} as const satisfies ErrorTable

export type VpcErrorKey = keyof typeof vpcErrors

/** Makes a VPC error to throw: `throw vpcError('InvalidCidrBlock.Overlapped')`. */
export const vpcError = raiser(vpcErrors)
