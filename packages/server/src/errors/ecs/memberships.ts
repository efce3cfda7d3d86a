import type { ErrorTable } from '@sallyport/protocol'

/** What operations that put interfaces into groups, or take them out, answer. */
export const membershipErrors = {
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
    when: 'both InstanceId and NetworkInterfaceId are given',
  },
  IncorrectInstanceStatus: {
    status: 403,
    message: 'The current status of the resource does not support this operation.',
    when: "the instance's status does not allow the operation",
  },
  InstanceLockedForSecurity: {
    status: 403,
    message: 'The specified operation is denied as your instance is locked for security reasons.',
    when: 'the instance is locked for security reasons',
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
} as const satisfies ErrorTable
