import { createHash } from 'node:crypto'
import { minutesText } from '../../model/context.js'
import { imageOf } from '../../model/images.js'
import { type InstanceDetails, readDetails } from '../../model/instance-details.js'
import { familyOf, instanceTypeOf } from '../../model/instance-types.js'
import { ecsTags, type Tag } from '../../model/tags.js'
import type { InstanceRow, InterfaceAddressRow, InterfaceRow } from '../../store/schema.js'
import { addressSets, primaryAddress } from './interface-answer.js'

/** What an instance is answered with beside its row. */
export interface InstanceParts {
  /** The primary one first. */
  readonly interfaces: readonly InterfaceRow[]
  readonly addresses: ReadonlyMap<string, readonly InterfaceAddressRow[]>
  readonly groupIds: ReadonlyMap<string, readonly string[]>
  readonly tags: readonly Tag[] | undefined
  /** Resource group that it was put into. */
  readonly resourceGroupId: string | undefined
}

/** An instance as DescribeInstances answers it. */
export function describeInstance(row: InstanceRow, parts: InstanceParts): object {
  const details = readDetails(row.details)
  return {
    ...identity(row),
    ...system(row),
    ...hardware(row),
    ...charge(row, details),
    ...networkOf(row, parts),
    ...metadata(details),
    ...absentFeatures,
    KeyPairName: row.key_pair_name,
    ResourceGroupId: parts.resourceGroupId ?? '',
    DeletionProtection: row.deletion_protection === 1,
    IoOptimized: true,
    OperationLocks: {
      LockReason: row.lock_reason === '' ? [] : [{ LockReason: row.lock_reason, LockMsg: '' }],
    },
    NetworkInterfaces: {
      NetworkInterface: row.vpc_id === '' ? [] : parts.interfaces.map((nic) => describeNic(nic, parts)),
    },
    Tags: ecsTags(parts.tags),
  }
}

/** An instance as DescribeInstanceAttribute answers it: flat, and with IoOptimized as text. */
export function describeInstanceAttributes(row: InstanceRow, parts: InstanceParts) {
  const details = readDetails(row.details)
  const { Cpu, Memory } = hardware(row)
  return {
    ...identity(row),
    ...{ Cpu, Memory, CreditSpecification: details.creditSpecification ?? '' },
    ...{ InstanceChargeType: row.charge_type, ExpiredTime: expiredTime(row, details) },
    ...networkOf(row, parts),
    IoOptimized: 'optimized',
    ...{ EnableJumboFrame: false, EnableNetworkEncryption: false },
    OperationLocks: { LockReason: row.lock_reason === '' ? [] : [{ LockReason: row.lock_reason }] },
    DedicatedHostAttribute: { DedicatedHostId: '', DedicatedHostName: '' },
    SecurityOptions: {},
  }
}

const identity = (row: InstanceRow) => ({
  InstanceId: row.id,
  InstanceName: row.name,
  HostName: row.host_name,
  Description: row.description,
  RegionId: row.region_id,
  ZoneId: row.zone_id,
  Status: row.status,
  StoppedMode: row.stopped_mode === '' ? 'Not-applicable' : row.stopped_mode,
  CreationTime: minutesText(row.created_at),
  InstanceType: row.instance_type,
  ImageId: row.image_id,
  SerialNumber: serialNumber(row.id),
  ClusterId: '',
  VlanId: '',
})

/** A UUID that stays the instance's. */
function serialNumber(id: string): string {
  const hex = createHash('sha256').update(id).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  )
}

/** An image that the catalogue does not list is taken for a Linux one without a name. */
function system(row: InstanceRow) {
  const image = imageOf(row.image_id)
  const [chinese, english] = image?.osName ?? ['', '']
  return { OSType: image?.osType ?? 'linux', OSName: chinese, OSNameEn: english }
}

/** Cpu and Memory are 0 for a type that the catalogue does not list. Memory is in MiB here. */
function hardware(row: InstanceRow) {
  const type = instanceTypeOf(row.instance_type)
  return {
    InstanceTypeFamily: familyOf(row.instance_type),
    Cpu: type?.cpus ?? 0,
    Memory: (type?.memory ?? 0) * 1024,
    CpuOptions: { CoreCount: (type?.cpus ?? 0) / 2, ThreadsPerCore: 2, Numa: '' },
    ...{ GPUAmount: 0, GPUSpec: '', LocalStorageAmount: 0, LocalStorageCapacity: 0 },
  }
}

/** As captured of an instance that is paid as it goes: it never expires. */
const NEVER = '2099-12-31T15:59Z'

const expiredTime = (row: InstanceRow, { expiresAt }: InstanceDetails): string =>
  row.charge_type === 'PrePaid' && expiresAt !== undefined ? minutesText(expiresAt) : NEVER

const charge = (row: InstanceRow, details: InstanceDetails) => ({
  InstanceChargeType: row.charge_type,
  StartTime: row.started_at === '' ? '' : minutesText(row.started_at),
  ExpiredTime: expiredTime(row, details),
  ...{ AutoReleaseTime: '', SaleCycle: '' },
  CreditSpecification: details.creditSpecification ?? '',
  SpotStrategy: details.spotStrategy ?? 'NoSpot',
  SpotDuration: details.spotDuration ?? 0,
  SpotPriceLimit: Number(details.spotPriceLimit ?? 0),
  SpotInterruptionBehavior: details.spotInterruptionBehavior ?? '',
})

function networkOf(row: InstanceRow, parts: InstanceParts) {
  const [primary] = parts.interfaces
  const own = parts.addresses.get(primary?.id ?? '') ?? []
  const addresses = own.filter(({ family }) => family === 4).map(({ address }) => address)
  const classic = row.vpc_id === ''
  return {
    InstanceNetworkType: classic ? 'classic' : 'vpc',
    VpcAttributes: {
      VpcId: row.vpc_id,
      VSwitchId: row.vswitch_id,
      NatIpAddress: '',
      PrivateIpAddress: { IpAddress: classic ? [] : addresses },
    },
    SecurityGroupIds: { SecurityGroupId: parts.groupIds.get(primary?.id ?? '') ?? [] },
    InnerIpAddress: { IpAddress: classic ? addresses : [] },
    PublicIpAddress: { IpAddress: [] },
    EipAddress: { AllocationId: '', IpAddress: '', InternetChargeType: '' },
    InternetChargeType: readDetails(row.details).internetChargeType ?? 'PayByTraffic',
    ...{ InternetMaxBandwidthIn: 0, InternetMaxBandwidthOut: 0 },
  }
}

function describeNic(nic: InterfaceRow, parts: InstanceParts): object {
  const own = parts.addresses.get(nic.id) ?? []
  return {
    NetworkInterfaceId: nic.id,
    MacAddress: nic.mac,
    Type: nic.type,
    PrimaryIpAddress: primaryAddress(own),
    ...addressSets(own),
  }
}

const metadata = (details: InstanceDetails) => ({
  MetadataOptions: {
    HttpEndpoint: details.httpEndpoint ?? 'enabled',
    HttpTokens: details.httpTokens ?? 'optional',
    HttpPutResponseHopLimit: details.httpPutResponseHopLimit ?? 0,
  },
})

/** What no emulated instance has, in the shape that clients look for. */
const absentFeatures = {
  ...{ DeviceAvailable: true, Recyclable: false, ISP: '', DeploymentSetId: '', HpcClusterId: '' },
  RdmaIpAddress: { IpAddress: [] },
  DedicatedHostAttribute: { DedicatedHostId: '', DedicatedHostName: '', DedicatedHostClusterId: '' },
  DedicatedInstanceAttribute: { Affinity: '', Tenancy: '' },
  EcsCapacityReservationAttr: { CapacityReservationId: '', CapacityReservationPreference: '' },
  HibernationOptions: { Configured: false },
  ImageOptions: { LoginAsNonRoot: false },
  SecurityOptions: {},
} as const
