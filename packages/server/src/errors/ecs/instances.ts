import type { ErrorTable } from '@sallyport/protocol'

/** What operations on instances answer. */
export const instanceErrors = {
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
  'InvalidPassword.Malformed': {
    status: 400,
    message: 'The specified parameter "Password" is not valid.',
    when: 'the password is not 8 to 30 characters of three kinds',
  },
  'InvalidPasswordParam.Mismatch': {
    status: 400,
    message: 'The input password should be null when passwdInherit is true.',
    when: 'both Password and PasswordInherit are given',
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
  'InvalidOperation.DeletionProtection#instance': {
    status: 403,
    message: 'The instance is protected from deletion. Set DeletionProtection to false first.',
    when: 'the instance to delete is protected from deletion',
  },
  'InvalidLockReason.NotFound': {
    status: 404,
    message: 'The specified LockReason is not found',
    when: 'the filter LockReason is no reason that there is',
  },
  'InvalidStatus.NotFound': {
    status: 404,
    message: 'The specified Status is not found',
    when: 'the filter Status is no status of an instance',
  },
  'InvalidInstanceChargeType.NotFound': {
    status: 404,
    message: 'The InstanceChargeType does not exist in our records',
    when: 'the filter InstanceChargeType is neither PostPaid nor PrePaid',
  },
  'InvalidNetworkType.NotFound': {
    status: 404,
    message: 'The specified InstanceNetworkType is not found',
    when: 'the filter InstanceNetworkType is neither vpc nor classic',
  },
  'InvalidInternetChargeType.ValueNotSupported': {
    status: 404,
    message: 'The specified InternetChargeType is not valid',
    when: 'the filter InternetChargeType is neither PayByTraffic nor PayByBandwidth',
  },
  'InvalidHpcClusterId.NotFound': {
    status: 400,
    message: 'The specified HpcClusterId is not found.',
    when: 'the filter HpcClusterId is given: there are no such clusters',
  },
  'InvalidFilterKey.NotFound': {
    status: 404,
    message: 'The specified Filter key is not found.',
    when: 'a Filter key is not CreationStartTime',
  },
  'DRYRUN.SUCCESS': {
    status: 400,
    message: 'Request validation has been passed with DryRun flag set.',
    when: 'DryRun is true in a call for several instances and the request would succeed',
  },
} as const satisfies ErrorTable
