import type { Inputs, IntegerInput, StringInput, StructsInput, Values } from '@sallyport/protocol'
import { newInstanceInputs } from './new-instance-inputs.js'
import { regionId } from './shared-inputs.js'

const text = (doc: string): StringInput => ({ kind: 'string', doc })
const unsupported = text('Not supported.')
const onlyFalse = { kind: 'boolean', doc: 'Only false.' } as const
const lists = (doc: string, max: number) => ({ kind: 'list', of: { kind: 'string' }, max, doc }) as const

const ipv6Count = {
  kind: 'integer',
  min: 1,
  max: 10,
  doc: 'How many IPv6 addresses. Default: 1 where the vSwitch has an IPv6 block, else none.',
} as const satisfies IntegerInput

/** NetworkInterface.N: at most one primary one, and secondary ones, new or already there. */
const networkInterfaces = {
  kind: 'structs',
  max: 64,
  fields: {
    InstanceType: { kind: 'string', oneOf: ['Primary', 'Secondary'], doc: 'Primary or Secondary (default).' },
    VSwitchId: text('As VSwitchId. Of a secondary one: default that of the instance; in its VPC and zone.'),
    SecurityGroupId: text('As SecurityGroupId. Of a secondary one: default the groups of the instance.'),
    SecurityGroupIds: lists('As SecurityGroupIds.', 100),
    PrimaryIpAddress: text('As PrivateIpAddress. Of a secondary one: with Amount 1 only.'),
    Ipv6Address: lists('As Ipv6Address. Only of a primary one.', 10),
    Ipv6AddressCount: ipv6Count,
    SecondaryPrivateIpAddressCount: {
      kind: 'integer',
      min: 1,
      max: 49,
      doc: 'How many secondary private IPv4 addresses.',
    },
    NetworkInterfaceId: text(
      'A secondary interface that is there and attached to nothing; with Amount 1 only.',
    ),
    NetworkInterfaceName: text('2 to 128 characters. Only of a secondary one.'),
    Description: {
      kind: 'string',
      minLength: 2,
      maxLength: 256,
      pattern: /^(?!https?:\/\/)/i,
      doc: '2 to 256 characters, no web address. Only of a secondary one.',
    },
    DeleteOnRelease: { kind: 'boolean', doc: 'Whether it goes with its instance. Only of a secondary one.' },
    SourceDestCheck: { kind: 'boolean', doc: 'Shown.' },
    QueueNumber: { kind: 'integer', min: 1, max: 2048, doc: 'Shown; links here have one queue.' },
    NetworkInterfaceTrafficMode: {
      kind: 'string',
      oneOf: ['Standard', 'HighPerformance'],
      doc: 'Standard (default); HighPerformance is not supported.',
    },
    NetworkCardIndex: { kind: 'integer', min: 0, doc: 'Only 0.' },
    QueuePairNumber: unsupported,
    RxQueueSize: unsupported,
    TxQueueSize: unsupported,
  },
  doc: 'Network interfaces. A primary one stands instead of the parameters of the same meaning outside.',
} as const satisfies StructsInput

/** What only RunInstances could be asked for, and an emulated instance cannot do. */
const unsupportedInputs = {
  LaunchTemplateId: unsupported,
  LaunchTemplateName: unsupported,
  LaunchTemplateVersion: unsupported,
  Isp: unsupported,
  'CpuOptions.Core': unsupported,
  'CpuOptions.Numa': unsupported,
  'CpuOptions.ThreadsPerCore': unsupported,
  'CpuOptions.TopologyType': unsupported,
  'CpuOptions.NestedVirtualization': unsupported,
  'SchedulerOptions.DedicatedHostClusterId': unsupported,
  'SecurityOptions.ConfidentialComputingMode': unsupported,
  'SecurityOptions.TrustedSystemMode': unsupported,
  'SecurityOptions.EnableSecureBoot': onlyFalse,
  'ClockOptions.PtpStatus': text('Only disabled.'),
  'ImageOptions.LoginAsNonRoot': onlyFalse,
  'NetworkOptions.BandwidthWeighting': text('Only Default.'),
  'NetworkOptions.EnableJumboFrame': onlyFalse,
  'NetworkOptions.EnableNetworkEncryption': onlyFalse,
  'PrivateDnsNameOptions.HostnameType': text('Only Custom.'),
  'PrivateDnsNameOptions.EnableInstanceIdDnsARecord': onlyFalse,
  'PrivateDnsNameOptions.EnableInstanceIdDnsAAAARecord': onlyFalse,
  'PrivateDnsNameOptions.EnableIpDnsARecord': onlyFalse,
  'PrivateDnsNameOptions.EnableIpDnsPtrRecord': onlyFalse,
} as const satisfies Inputs

/** Names of the parameters of RunInstances alone to refuse. */
export const unsupportedByRun: readonly string[] = Object.keys(unsupportedInputs)

/** Every parameter of RunInstances, in the order checked. */
export const runInstancesInputs = {
  RegionId: regionId,
  Amount: { kind: 'integer', min: 1, max: 100, doc: 'How many instances, 1 to 100. Default 1.' },
  MinAmount: {
    kind: 'integer',
    min: 1,
    max: 100,
    doc: 'Fewest instances to make when the vSwitch has too few free addresses. Default: Amount.',
  },
  SecurityGroupId: text('Group to join; exactly one of this and SecurityGroupIds.'),
  SecurityGroupIds: lists('Groups to join, in order.', 100),
  VSwitchId: text(
    "vSwitch. Default: the default vSwitch of the group's VPC, else its oldest, in ZoneId. None with groups in the classic network, which the instances then are in.",
  ),
  ZoneId: text('Zone; must be that of the vSwitch.'),
  PrivateIpAddress: text(
    'First private IPv4 address; further instances get those that follow. Default: free ones.',
  ),
  Ipv6Address: lists('IPv6 addresses, of a single instance.', 10),
  Ipv6AddressCount: ipv6Count,
  NetworkInterface: networkInterfaces,
  NetworkInterfaceQueueNumber: {
    kind: 'integer',
    min: 1,
    max: 2048,
    doc: 'Queues of the primary interface, shown; links here have one.',
  },
  HostNames: lists('Host names, one for each instance; instead of HostName.', 100),
  UniqueSuffix: { kind: 'boolean', doc: 'Whether to append 001, 002, ... to both names. Default false.' },
  ...newInstanceInputs,
  InstanceName: text('2 to 128 characters, beginning with a letter; name[1,3] counts. Default: the id.'),
  HostName: text('2 to 64 letters, digits, "." and "-"; name[1,3] counts, ${instance_id} is the id.'),
  ...unsupportedInputs,
} as const

export type RunInstancesInput = Values<typeof runInstancesInputs>
