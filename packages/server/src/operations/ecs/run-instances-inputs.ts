import type { IntegerInput, StringInput, StructsInput, Values } from '@sallyport/protocol'
import { regionId, tagInputs } from './shared-inputs.js'

const text = (doc: string): StringInput => ({ kind: 'string', doc })
const unsupported = text('Not supported.')

const ipv6Count = {
  kind: 'integer',
  min: 1,
  max: 10,
  doc: 'How many IPv6 addresses. Default: 1 where the vSwitch has an IPv6 block, else none.',
} as const satisfies IntegerInput

const lists = (doc: string, max: number) => ({ kind: 'list', of: { kind: 'string' }, max, doc }) as const

/** NetworkInterface.N. Secondary interfaces and what only they have are refused. */
const networkInterfaces = {
  kind: 'structs',
  max: 10,
  fields: {
    InstanceType: {
      kind: 'string',
      oneOf: ['Primary', 'Secondary'],
      doc: 'Primary; Secondary (default) is not supported.',
    },
    VSwitchId: text('As VSwitchId.'),
    SecurityGroupId: text('As SecurityGroupId.'),
    SecurityGroupIds: lists('As SecurityGroupIds.', 100),
    PrimaryIpAddress: text('As PrivateIpAddress.'),
    Ipv6Address: lists('As Ipv6Address.', 10),
    Ipv6AddressCount: ipv6Count,
    NetworkInterfaceId: unsupported,
    SecondaryPrivateIpAddressCount: { kind: 'integer', doc: 'Not supported.' },
    NetworkInterfaceTrafficMode: {
      kind: 'string',
      oneOf: ['Standard'],
      doc: 'Standard (default).',
    },
    NetworkInterfaceName: text('Not for the primary interface, as in the real service.'),
    Description: text('Not for the primary interface, as in the real service.'),
    DeleteOnRelease: { kind: 'boolean', doc: 'The primary interface is always deleted with its instance.' },
  },
  doc: 'The primary network interface, instead of the parameters of the same meaning outside.',
} as const satisfies StructsInput

/** Describes an instance's hardware and login; DescribeInstances shows those that it shows in the real service. */
const descriptive = {
  ImageId: text('Any text; shown, and otherwise without effect.'),
  InstanceType: text('Any text; shown, and otherwise without effect.'),
  InstanceChargeType: {
    kind: 'string',
    oneOf: ['PostPaid', 'PrePaid'],
    doc: 'PostPaid (default) or PrePaid; shown. Nothing is charged.',
  },
  KeyPairName: text('Any text; shown. There is no key.'),
  Password: text('Accepted and never stored: an emulated instance has no login.'),
  PasswordInherit: { kind: 'boolean', doc: 'As Password.' },
  'SystemDisk.Category': text('Accepted: an emulated instance has no disk.'),
  'SystemDisk.Size': text('As SystemDisk.Category.'),
  'SystemDisk.DiskName': text('As SystemDisk.Category.'),
  'SystemDisk.Description': text('As SystemDisk.Category.'),
  'SystemDisk.PerformanceLevel': text('As SystemDisk.Category.'),
  DataDisk: {
    kind: 'structs',
    max: 16,
    fields: { Category: text('Kind of disk.'), Size: text('GiB.'), DiskName: text('Name.') },
    doc: 'As SystemDisk.Category.',
  },
  Period: { kind: 'integer', doc: 'Of a subscription; nothing is charged.' },
  PeriodUnit: text('As Period.'),
  AutoPay: { kind: 'boolean', doc: 'As Period.' },
  AutoRenew: { kind: 'boolean', doc: 'As Period.' },
  AutoRenewPeriod: { kind: 'integer', doc: 'As Period.' },
  SpotStrategy: { kind: 'string', oneOf: ['NoSpot'], doc: 'NoSpot (default).' },
  InternetChargeType: text('Of public bandwidth, of which there is none.'),
  IoOptimized: text('none or optimized; every instance is shown as optimized.'),
  SecurityEnhancementStrategy: text('Active or Deactive; no agent is installed either way.'),
} as const

/** What an emulated instance cannot do. */
export const unsupportedInputs = {
  InternetMaxBandwidthOut: { kind: 'integer', min: 0, doc: 'Only 0: there are no public addresses.' },
  UserData: unsupported,
  RamRoleName: unsupported,
  LaunchTemplateId: unsupported,
  LaunchTemplateName: unsupported,
  ImageFamily: unsupported,
  AutoReleaseTime: unsupported,
  DedicatedHostId: unsupported,
  DeploymentSetId: unsupported,
  HpcClusterId: unsupported,
  StorageSetId: unsupported,
  HostNames: lists('Not supported: use HostName with a number range.', 100),
} as const

/** Every parameter of RunInstances, in the order checked. */
export const runInstancesInputs = {
  RegionId: regionId,
  Amount: { kind: 'integer', min: 1, max: 100, doc: 'How many instances, 1 to 100. Default 1.' },
  MinAmount: { kind: 'integer', min: 1, max: 100, doc: 'At most Amount; here all are made or none.' },
  SecurityGroupId: text('Group to join; exactly one of this and SecurityGroupIds.'),
  SecurityGroupIds: lists('Groups to join, in order.', 100),
  VSwitchId: text("vSwitch. Default: the default vSwitch of the group's VPC, else its oldest, in ZoneId."),
  ZoneId: text('Zone; must be that of the vSwitch.'),
  PrivateIpAddress: text(
    'First private IPv4 address; further instances get those that follow. Default: free ones.',
  ),
  Ipv6Address: lists('IPv6 addresses, of a single instance.', 10),
  Ipv6AddressCount: ipv6Count,
  NetworkInterface: networkInterfaces,
  InstanceName: text('2 to 128 characters, beginning with a letter; name[1,3] counts. Default: the id.'),
  HostName: text('2 to 64 letters, digits, "." and "-"; name[1,3] counts, ${instance_id} is the id.'),
  UniqueSuffix: { kind: 'boolean', doc: 'Whether to append 001, 002, ... to both names. Default false.' },
  Description: text('2 to 256 characters, no web address.'),
  ResourceGroupId: text('This server has no resource groups yet.'),
  Tag: tagInputs,
  DeletionProtection: { kind: 'boolean', doc: 'Whether DeleteInstance is refused. Default false.' },
  DryRun: { kind: 'boolean', doc: 'Only check the request.' },
  ...descriptive,
  ...unsupportedInputs,
} as const

export type RunInstancesInput = Values<typeof runInstancesInputs>
