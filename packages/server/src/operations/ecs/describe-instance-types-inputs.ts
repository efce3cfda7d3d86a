import type { Inputs, StringInput } from '@sallyport/protocol'

/** Parameters that give the least that a type must have, and of what. */
export const lowerBounds = {
  MinimumBaselineCredit: 'BaselineCredit',
  MinimumCpuCoreCount: 'CpuCoreCount',
  MinimumCpuSpeedFrequency: 'CpuSpeedFrequency',
  MinimumCpuTurboFrequency: 'CpuTurboFrequency',
  MinimumDiskQuantity: 'DiskQuantity',
  MinimumEniIpv6AddressQuantity: 'EniIpv6AddressQuantity',
  MinimumEniPrivateIpAddressQuantity: 'EniPrivateIpAddressQuantity',
  MinimumEniQuantity: 'EniQuantity',
  MinimumEriQuantity: 'EriQuantity',
  MinimumGPUAmount: 'GPUAmount',
  MinimumInitialCredit: 'InitialCredit',
  MinimumInstanceBandwidthRx: 'InstanceBandwidthRx',
  MinimumInstanceBandwidthTx: 'InstanceBandwidthTx',
  MinimumInstancePpsRx: 'InstancePpsRx',
  MinimumInstancePpsTx: 'InstancePpsTx',
  MinimumLocalStorageAmount: 'LocalStorageAmount',
  MinimumLocalStorageCapacity: 'LocalStorageCapacity',
  MinimumMemorySize: 'MemorySize',
  MinimumPrimaryEniQueueNumber: 'PrimaryEniQueueNumber',
  MinimumQueuePairNumber: 'QueuePairNumber',
  MinimumSecondaryEniQueueNumber: 'SecondaryEniQueueNumber',
} as const

/** Parameters that give the most that a type may have, and of what. */
export const upperBounds = {
  MaximumCpuCoreCount: 'CpuCoreCount',
  MaximumCpuSpeedFrequency: 'CpuSpeedFrequency',
  MaximumCpuTurboFrequency: 'CpuTurboFrequency',
  MaximumGPUAmount: 'GPUAmount',
  MaximumMemorySize: 'MemorySize',
} as const

const bounds = <Names extends string>(of: Readonly<Record<Names, string>>, word: string) =>
  Object.fromEntries(
    Object.entries<string>(of).map(([name, field]): [string, StringInput] => [
      name,
      { kind: 'string', pattern: /^\d{1,9}(\.\d{1,6})?$/, doc: `Only types with at ${word} this ${field}.` },
    ]),
  ) as Readonly<Record<Names, StringInput>>

const only = (what: string): StringInput => ({ kind: 'string', doc: `Only types of this ${what}.` })
const among = (what: string, max: number) =>
  ({ kind: 'list', of: { kind: 'string' }, max, doc: `Only types of these ${what}.` }) as const

/** Every parameter of DescribeInstanceTypes. It has no RegionId: types are the same everywhere. */
export const describeInstanceTypesInputs = {
  InstanceTypes: among('names', 10),
  InstanceTypeFamily: only('family'),
  InstanceTypeFamilies: among('families', 10),
  InstanceFamilyLevel: only('level'),
  InstanceCategory: only('category'),
  InstanceCategories: among('categories', 10),
  CpuArchitecture: only('processor architecture'),
  CpuArchitectures: among('processor architectures', 2),
  PhysicalProcessorModel: { kind: 'string', doc: 'Only types whose processor has this in its name.' },
  PhysicalProcessorModels: among('processors, or parts of their names', 10),
  GPUSpec: { kind: 'string', doc: 'Only types whose graphics processor has this in its name.' },
  GpuSpecs: among('graphics processors, or parts of their names', 10),
  LocalStorageCategory: only('kind of local disks'),
  LocalStorageCategories: among('kinds of local disks', 2),
  NvmeSupport: only('support for NVMe'),
  ...bounds(lowerBounds, 'least'),
  ...bounds(upperBounds, 'most'),
  AdditionalAttributes: {
    kind: 'list',
    of: { kind: 'string' },
    max: 100,
    doc: 'Further attributes to show; the catalogue has none.',
  },
  MaxResults: { kind: 'integer', min: 1, doc: 'Types a page, up to 100. Default 100.' },
  NextToken: { kind: 'string', doc: 'Where the page before ended.' },
} as const satisfies Inputs
