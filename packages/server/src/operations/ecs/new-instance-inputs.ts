import type { Inputs, StringInput, Values } from '@sallyport/protocol'
import { refuseUnsupported } from '../../model/unsupported.js'
import { tagInputs } from './shared-inputs.js'

const text = (doc: string): StringInput => ({ kind: 'string', doc })
const unsupported = text('Not supported.')
const onlyFalse = { kind: 'boolean', doc: 'Only false.' } as const
const disk = text('Accepted: an emulated instance has no disk.')

/** What describes an instance's hardware and login; DescribeInstances shows those that it shows in the real service. */
const descriptive = {
  ImageId: text('Any text; shown. DescribeImages lists some.'),
  ImageFamily: text('Family of an image that DescribeImages lists, instead of ImageId.'),
  InstanceType: text(
    'Any text; shown. Its network interfaces are limited as DescribeInstanceTypes says, if it does.',
  ),
  InstanceChargeType: {
    kind: 'string',
    oneOf: ['PostPaid', 'PrePaid'],
    doc: 'PostPaid (default) or PrePaid; shown. Nothing is charged.',
  },
  Period: {
    kind: 'integer',
    min: 1,
    max: 60,
    doc: 'Of a subscription; ExpiredTime shows its end. Default 1.',
  },
  PeriodUnit: { kind: 'string', oneOf: ['Week', 'Month', 'Year'], doc: 'Month (default), Week or Year.' },
  AutoPay: { kind: 'boolean', doc: 'Nothing is charged.' },
  AutoRenew: { kind: 'boolean', doc: 'An instance stays when its subscription ends.' },
  AutoRenewPeriod: { kind: 'integer', doc: 'As AutoRenew.' },
  SpotStrategy: {
    kind: 'string',
    oneOf: ['NoSpot', 'SpotWithPriceLimit', 'SpotAsPriceGo'],
    doc: 'NoSpot (default), SpotWithPriceLimit or SpotAsPriceGo; shown. Nobody takes the instance back.',
  },
  SpotPriceLimit: { kind: 'string', pattern: /^\d{1,6}(\.\d{1,3})?$/, doc: 'Shown, with a SpotStrategy.' },
  SpotDuration: { kind: 'integer', min: 0, max: 6, doc: 'Shown, with a SpotStrategy. Default 1.' },
  SpotInterruptionBehavior: {
    kind: 'string',
    oneOf: ['Terminate', 'Stop'],
    doc: 'Shown, with a SpotStrategy. Default Terminate.',
  },
  CreditSpecification: {
    kind: 'string',
    oneOf: ['Standard', 'Unlimited'],
    doc: 'Standard or Unlimited; shown. Only of burstable types.',
  },
  HttpEndpoint: {
    kind: 'string',
    oneOf: ['enabled', 'disabled'],
    doc: 'Shown; there is no metadata service.',
  },
  HttpTokens: { kind: 'string', oneOf: ['optional', 'required'], doc: 'As HttpEndpoint.' },
  HttpPutResponseHopLimit: { kind: 'integer', min: 0, max: 64, doc: 'As HttpEndpoint.' },
  KeyPairName: text('Any text; shown. There is no key.'),
  Password: text('8 to 30 characters of three kinds; never stored: an emulated instance has no login.'),
  PasswordInherit: { kind: 'boolean', doc: 'As Password, and not with it.' },
  InternetChargeType: {
    kind: 'string',
    oneOf: ['PayByTraffic', 'PayByBandwidth'],
    doc: 'Shown; there is no public bandwidth. Default PayByTraffic.',
  },
  InternetMaxBandwidthIn: { kind: 'integer', doc: 'Limit of public bandwidth, of which there is none.' },
  SecurityEnhancementStrategy: text('Active or Deactive; no agent is installed either way.'),
  'SystemDisk.Category': disk,
  'SystemDisk.Size': disk,
  'SystemDisk.DiskName': disk,
  'SystemDisk.Description': disk,
  'SystemDisk.PerformanceLevel': disk,
  'SystemDisk.StorageClusterId': disk,
  'SystemDisk.AutoSnapshotPolicyId': disk,
  'SystemDisk.BurstingEnabled': disk,
  'SystemDisk.EncryptAlgorithm': disk,
  'SystemDisk.Encrypted': disk,
  'SystemDisk.KMSKeyId': disk,
  'SystemDisk.ProvisionedIops': disk,
  DataDisk: {
    kind: 'structs',
    max: 16,
    fields: {
      ...{ Category: disk, Size: disk, DiskName: disk, Description: disk, PerformanceLevel: disk },
      ...{ StorageClusterId: disk, AutoSnapshotPolicyId: disk, BurstingEnabled: disk, ProvisionedIops: disk },
      ...{ EncryptAlgorithm: disk, Encrypted: disk, KMSKeyId: disk },
      ...{ SnapshotId: disk, Device: disk, DeleteWithInstance: disk },
    },
    doc: 'As SystemDisk.Category.',
  },
} as const satisfies Inputs

/** What an emulated instance cannot do. */
const unsupportedInputs = {
  InternetMaxBandwidthOut: { kind: 'integer', min: 0, doc: 'Only 0: there are no public addresses.' },
  IoOptimized: { kind: 'string', oneOf: ['none', 'optimized'], doc: 'Only optimized.' },
  Tenancy: text('Only default.'),
  Affinity: text('Only default.'),
  UserData: unsupported,
  RamRoleName: unsupported,
  AutoReleaseTime: unsupported,
  DedicatedHostId: unsupported,
  DeploymentSetId: unsupported,
  DeploymentSetGroupNo: unsupported,
  HpcClusterId: unsupported,
  StorageSetId: unsupported,
  StorageSetPartitionNumber: unsupported,
  ManagedHostId: unsupported,
  'HibernationOptions.Configured': onlyFalse,
  'PrivatePoolOptions.Id': unsupported,
  'PrivatePoolOptions.MatchCriteria': text('Only Open and None.'),
  Arn: {
    kind: 'structs',
    max: 20,
    fields: { RoleType: unsupported, Rolearn: unsupported, AssumeRoleFor: unsupported },
    doc: 'Not supported.',
  },
} as const satisfies Inputs

/** Parameters that RunInstances and CreateInstance share. */
export const newInstanceInputs = {
  InstanceName: text('2 to 128 characters, beginning with a letter. Default: the id.'),
  HostName: text('2 to 64 letters, digits, "." and "-". Default: made of the id.'),
  Description: text('2 to 256 characters, no web address.'),
  ResourceGroupId: text('Resource group that the instance is put into.'),
  Tag: { ...tagInputs, doc: 'Tags of the instance and its primary network interface, N from 1 to 20.' },
  DeletionProtection: { kind: 'boolean', doc: 'Whether DeleteInstance is refused. Default false.' },
  DryRun: { kind: 'boolean', doc: 'Only check the request.' },
  ...descriptive,
  ...unsupportedInputs,
} as const satisfies Inputs

export type NewInstanceInput = Values<typeof newInstanceInputs>

/** Values that ask for nothing, of parameters that are refused otherwise. */
const harmless: Readonly<Record<string, readonly string[]>> = {
  IoOptimized: ['optimized'],
  Tenancy: ['default'],
  Affinity: ['default'],
  'PrivatePoolOptions.MatchCriteria': ['Open', 'None'],
  'ClockOptions.PtpStatus': ['disabled'],
  'NetworkOptions.BandwidthWeighting': ['Default'],
  'PrivateDnsNameOptions.HostnameType': ['Custom'],
}

/** Refuses the parameters of these names that ask for what no instance here does: 400 UnsupportedParameter. */
export const refuseFeatures = (names: readonly string[], input: Readonly<Record<string, unknown>>): void =>
  refuseUnsupported(
    Object.fromEntries(
      names.map((name) => [name, harmless[name]?.includes(String(input[name])) ? undefined : input[name]]),
    ),
  )

/** Names of the shared parameters to refuse. */
export const unsupportedNames: readonly string[] = Object.keys(unsupportedInputs)
