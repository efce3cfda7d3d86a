import { minutesText } from '../../model/context.js'
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
}

/** An instance as answered. Emulated instances have no hardware of their own: Cpu and Memory are 0. */
export function describeInstance(row: InstanceRow, parts: InstanceParts): object {
  const [primary] = parts.interfaces
  const addresses = parts.addresses.get(primary?.id ?? '') ?? []
  return {
    ...identity(row),
    ...network(row, addresses),
    SecurityGroupIds: { SecurityGroupId: parts.groupIds.get(primary?.id ?? '') ?? [] },
    NetworkInterfaces: {
      NetworkInterface: parts.interfaces.map((nic) => {
        const own = parts.addresses.get(nic.id) ?? []
        return {
          NetworkInterfaceId: nic.id,
          MacAddress: nic.mac,
          Type: nic.type,
          PrimaryIpAddress: primaryAddress(own),
          ...addressSets(own),
        }
      }),
    },
    Tags: ecsTags(parts.tags),
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
  StartTime: row.started_at === '' ? '' : minutesText(row.started_at),
  InstanceType: row.instance_type,
  InstanceTypeFamily: row.instance_type.split('.').slice(0, 2).join('.'),
  ImageId: row.image_id,
  InstanceChargeType: row.charge_type,
  KeyPairName: row.key_pair_name,
  ResourceGroupId: '',
  OSType: 'linux',
  Cpu: 0,
  Memory: 0,
  GPUAmount: 0,
  GPUSpec: '',
  IoOptimized: true,
  SpotStrategy: 'NoSpot',
  DeletionProtection: row.deletion_protection === 1,
  DeviceAvailable: true,
  Recyclable: false,
  ClusterId: '',
  DeploymentSetId: '',
  HpcClusterId: '',
  DedicatedHostAttribute: { DedicatedHostId: '', DedicatedHostName: '', DedicatedHostClusterId: '' },
  OperationLocks: {
    LockReason: row.lock_reason === '' ? [] : [{ LockReason: row.lock_reason, LockMsg: '' }],
  },
})

const network = (row: InstanceRow, addresses: readonly InterfaceAddressRow[]) => ({
  InstanceNetworkType: 'vpc',
  VpcAttributes: {
    VpcId: row.vpc_id,
    VSwitchId: row.vswitch_id,
    NatIpAddress: '',
    PrivateIpAddress: {
      IpAddress: addresses.filter(({ family }) => family === 4).map(({ address }) => address),
    },
  },
  InnerIpAddress: { IpAddress: [] },
  PublicIpAddress: { IpAddress: [] },
  RdmaIpAddress: { IpAddress: [] },
  EipAddress: { AllocationId: '', IpAddress: '', InternetChargeType: '' },
  InternetChargeType: '',
  InternetMaxBandwidthIn: 0,
  InternetMaxBandwidthOut: 0,
  VlanId: '',
})
