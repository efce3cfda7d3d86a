import type { ErrorTable } from '@sallyport/protocol'

/**
 * What operations on network interfaces answer. Today's reference pages leave most texts as `%s`; the texts are those
 * of the pages of 2018 to 2019, which wrote them out, where they have one.
 */
export const interfaceErrors = {
  'InvalidEcsId.NotFound': {
    status: 404,
    message: 'The specified EcsId is not found.',
    when: 'InstanceId names no instance of the account in the region',
  },
  'InvalidParams.NetworkInterfaceName': {
    status: 403,
    message: 'The specified parameter NetworkInterfaceName is not valid.',
    when: 'the name is not 2 to 128 characters beginning with a letter',
  },
  'InvalidParameter.EniConnectionTrackingConfiguration': {
    status: 400,
    message: 'The specify network interface connection tracking configuration exceeds limit.',
    when: 'a timeout is not one of those that are allowed',
  },
  'InvalidParameter.SecurityGroupIdRepeated': {
    status: 404,
    message: 'The specified security group ids has repeated.',
    when: 'one group is given twice',
  },
  'InvalidParameter#attachment': {
    status: 400,
    message: 'The specified network interface is not attached to the specified instance.',
    when: 'the interface to detach is attached to another instance',
  },
  'InvalidOperation.InvalidEniState': {
    status: 400,
    message:
      'The operation is not allowed in the current ENI state. Expecting status is "%s" while current status is "%s".',
    when: 'the interface is attached where it must not be, or is not where it must',
  },
  'InvalidOperation.InvalidEniState#queues': {
    status: 403,
    message:
      'Available status or ECS instance attached is Stopped is allowed to modify network interface queue number.',
    when: 'the queue number of an interface of a running instance is to change',
  },
  'InvalidOperation.InvalidEniType': {
    status: 403,
    message:
      'The operation is not allowed in the current ENI type. Expecting type is "%s" while current type is "%s".',
    when: 'a primary interface is to be deleted',
  },
  'InvalidOperation.DetachPrimaryEniNotAllowed': {
    status: 400,
    message: 'Detaching primary ENI from ECS instance is not allowed.',
    when: 'a primary interface is to be detached',
  },
  'InvalidOperation.PrimaryEniOnlySupportModifyNameAndDesc': {
    status: 404,
    message: 'Primary NetworkInterface is only allowed to modify name and description.',
    when: 'groups are given for a primary interface, whose groups are those of its instance',
  },
  'InvalidOperation.ModifyPrimaryEniQueueNumber': {
    status: 403,
    message: 'Primary NetworkInterface is not allowed to modify queue number.',
    when: 'the queue number of a primary interface is to change',
  },
  'InvalidOperation.VpcMismatch#instance': {
    status: 403,
    message: 'The specified network interface and instance are not in the same VPC.',
    when: 'the instance to attach to is in another VPC',
  },
  'InvalidOperation.AvailabilityZoneMismatch': {
    status: 403,
    message: 'The VPC VSwitch of the specified ENI and ECS instance are not in the same availability zone.',
    when: 'the instance to attach to is in another zone',
  },
  'InvalidOperation.MultiGroupType#interface': {
    status: 403,
    message: "The specified instance can't join different types of security group.",
    when: 'basic and advanced groups would be mixed on a network interface',
  },
  JoinedGroupLimitExceed: {
    status: 400,
    message: 'The maximum number of security groups that a network interface can join is exceeded.',
    when: 'the interface would be in more groups than the quota allows',
  },
  MaxEniCountExceeded: {
    status: 403,
    message: 'The number of ENI exceeds the limit per region.',
    when: 'the account has as many secondary interfaces in the region as the quota allows',
  },
  EniPerInstanceLimitExceeded: {
    status: 403,
    message: 'The number of ENI exceeds the limit for the type of instance you are trying to launch.',
    when: 'the instance has as many interfaces as its type allows',
  },
  'InvalidOperation.Ipv4CountExceeded': {
    status: 403,
    message: 'The number of eni %s ipv4 address exceeds the limit(%s). Assigned: %s. Expecting assign: %s.',
    when: 'the interface would have more private IPv4 addresses than its instance type, or being detached, allows',
  },
  'InvalidOperation.Ipv6CountExceeded': {
    status: 403,
    message: 'The number of eni %s ipv6 address exceeds the limit(%s). Assigned: %s. Expecting assign: %s.',
    when: 'the interface would have more IPv6 addresses than its instance type, or being detached, allows',
  },
  'InvalidVSwitchId.IpNotEnough': {
    status: 403,
    message: 'The specified VSwitch "%s" does not have enough IP addresses.',
    when: 'no private IPv4 address is free in the vSwitch',
  },
  'InvalidVSwitchId.IpInvalid': {
    status: 403,
    message: 'The specified IpAddress "%s" is not valid in VSwitch CIDR block "%s".',
    when: 'a private IPv4 address is not in the vSwitch, or is one that the vSwitch keeps for itself',
  },
  'InvalidIp.IpRepeated': {
    status: 403,
    message: 'The specified ipAddress "%s" is(are) repeated.',
    when: 'one address is given twice',
  },
  'InvalidIp.IpUnassigned': {
    status: 403,
    message: 'The specified IP "%s" is not assigned on this ENI.',
    when: 'the interface does not have the address to take from it, or has it as its primary one',
  },
} as const satisfies ErrorTable
