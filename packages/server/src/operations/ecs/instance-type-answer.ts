import { instanceFamilies, type InstanceType } from '../../model/instance-types.js'

/** Kbit/s as answered for Gbit/s: a captured answer has 3,072,000 for 3. */
const KBITS_PER_GBIT = 1_024_000

/** An instance type as answered. */
export function describeInstanceType(type: InstanceType) {
  const family = instanceFamilies.find(({ id }) => id === type.family)
  if (!family) throw new Error(`instance type ${type.id} has no family`)
  return {
    InstanceTypeId: type.id,
    InstanceTypeFamily: type.family,
    InstanceFamilyLevel: family.level,
    InstanceCategory: family.category,
    ...processor(type, family),
    MemorySize: type.memory,
    BaselineCredit: type.baselineCredit,
    InitialCredit: type.initialCredit,
    ...interfaces(type),
    DiskQuantity: 17,
    NvmeSupport: 'unsupported',
    ...{ LocalStorageAmount: 0, LocalStorageCapacity: 0, LocalStorageCategory: '' },
    ...{ GPUAmount: 0, GPUSpec: '', GPUMemorySize: 0 },
    SupportedBootModes: { SupportedBootMode: ['BIOS', 'UEFI'] },
    Attributes: { Attribute: [] },
    ...{ Clock: {}, EnhancedNetwork: {}, NetworkInfo: { BandwidthWeighting: {} }, SecurityOptions: {} },
  }
}

export type InstanceTypeAnswer = ReturnType<typeof describeInstanceType>

const processor = (
  { cpus }: InstanceType,
  { processor, clock }: { readonly processor: string; readonly clock: readonly [number, number] },
) => ({
  CpuCoreCount: cpus,
  CpuArchitecture: 'X86',
  CpuSpeedFrequency: clock[0],
  CpuTurboFrequency: clock[1],
  PhysicalProcessorModel: processor,
  CpuOptions: {
    ...{ Core: cpus / 2, CoreFactor: 2, ThreadsPerCore: 2, HyperThreadingAdjustable: false },
    SupportedTopologyTypes: { SupportedTopologyType: [] },
  },
})

const interfaces = (type: InstanceType) => ({
  EniQuantity: type.interfaces,
  EniTotalQuantity: type.interfaces,
  EniTrunkSupported: false,
  EniPrivateIpAddressQuantity: type.ipv4,
  EniIpv6AddressQuantity: type.ipv6,
  ...{ EriQuantity: 0, QueuePairNumber: 0, NetworkCardQuantity: 0, NetworkCards: { NetworkCardInfo: [] } },
  PrimaryEniQueueNumber: type.queues,
  SecondaryEniQueueNumber: type.queues,
  MaximumQueueNumberPerEni: type.queues,
  TotalEniQueueQuantity: type.queues * type.interfaces,
  ...{ JumboFrameSupport: false, NetworkEncryptionSupport: false },
  InstanceBandwidthRx: Math.round(type.bandwidth * KBITS_PER_GBIT),
  InstanceBandwidthTx: Math.round(type.bandwidth * KBITS_PER_GBIT),
  InstancePpsRx: type.packets,
  InstancePpsTx: type.packets,
})
