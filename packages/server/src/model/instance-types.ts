/** A kind of instance, with the figures of the instance family reference pages. */
export interface InstanceType {
  /** For example `ecs.g6.large`. */
  readonly id: string
  readonly family: string
  /** vCPUs. */
  readonly cpus: number
  /** GiB. */
  readonly memory: number
  /** Internal bandwidth each way, Gbit/s. */
  readonly bandwidth: number
  /** Packets forwarded a second each way. */
  readonly packets: number
  /** Queues of each network interface. */
  readonly queues: number
  /** Network interfaces, with the primary one. */
  readonly interfaces: number
  /** Addresses of each family that a network interface may have. */
  readonly ipv4: number
  readonly ipv6: number
  /** Credits of burstable ones; zero for others. */
  readonly baselineCredit: number
  readonly initialCredit: number
}

/** Instance types of one name up to the size. */
export interface InstanceFamily {
  /** For example `ecs.g6`. */
  readonly id: string
  readonly generation: string
  readonly level: 'EnterpriseLevel' | 'CreditEntryLevel'
  readonly category: string
  readonly processor: string
  /** GHz, at rest and at best. */
  readonly clock: readonly [base: number, turbo: number]
}

/** Size, vCPUs, bandwidth, packets, queues, interfaces, IPv4 addresses an interface. */
type Size = readonly [string, number, number, number, number, number, number]

const sixth: readonly Size[] = [
  ['large', 2, 1, 300_000, 2, 2, 6],
  ['xlarge', 4, 1.5, 500_000, 4, 3, 10],
  ['2xlarge', 8, 2.5, 800_000, 8, 4, 10],
  ['3xlarge', 12, 4, 900_000, 8, 6, 10],
  ['4xlarge', 16, 5, 1_000_000, 8, 8, 20],
  ['6xlarge', 24, 7.5, 1_500_000, 12, 8, 20],
  ['8xlarge', 32, 10, 2_000_000, 16, 8, 20],
]

const seventh: readonly Size[] = [
  ['large', 2, 2, 900_000, 2, 3, 6],
  ['xlarge', 4, 3, 1_000_000, 4, 4, 15],
  ['2xlarge', 8, 5, 1_600_000, 8, 4, 15],
  ['3xlarge', 12, 8, 2_400_000, 8, 8, 15],
  ['4xlarge', 16, 10, 3_000_000, 8, 8, 30],
  ['6xlarge', 24, 12, 4_500_000, 12, 8, 30],
  ['8xlarge', 32, 16, 6_000_000, 16, 8, 30],
]

/** Which kinds of the sixth and the seventh generation differ in memory alone: GiB a vCPU. */
const kinds = { c: 2, g: 4, r: 8 } as const

const categories = {
  c: 'Compute-optimized',
  g: 'General-purpose',
  r: 'Memory-optimized',
} as const satisfies Record<keyof typeof kinds, string>

const steady = (number: 6 | 7): InstanceType[] =>
  Object.entries(kinds).flatMap(([kind, perCpu]) =>
    (number === 6 ? sixth : seventh).map(([size, cpus, bandwidth, packets, queues, interfaces, ipv4]) => ({
      id: `ecs.${kind}${number}.${size}`,
      family: `ecs.${kind}${number}`,
      ...{ cpus, memory: cpus * perCpu, bandwidth, packets, queues, interfaces, ipv4 },
      ipv6: number === 6 ? 1 : ipv4,
      ...{ baselineCredit: 0, initialCredit: 0 },
    })),
  )

const burstable = (
  id: string,
  [cpus, memory, bandwidth, packets]: readonly [number, number, number, number],
  [ipv4, credits]: readonly [number, number],
): InstanceType => ({
  ...{ id, family: 'ecs.t6', cpus, memory, bandwidth, packets, queues: 1, interfaces: 2, ipv4, ipv6: 1 },
  // 30 credits a vCPU at the start (the page on burstable instances).
  ...{ baselineCredit: credits, initialCredit: cpus * 30 },
})

/** What DescribeInstanceTypes lists. Instances of any other type can be made as well. */
export const instanceTypes: readonly InstanceType[] = [
  burstable('ecs.t6-c2m1.large', [2, 1, 0.08, 60_000], [2, 12]),
  burstable('ecs.t6-c1m1.large', [2, 2, 0.08, 100_000], [2, 24]),
  burstable('ecs.t6-c1m2.large', [2, 4, 0.08, 100_000], [2, 24]),
  burstable('ecs.t6-c1m4.large', [2, 8, 0.08, 100_000], [2, 36]),
  burstable('ecs.t6-c1m4.xlarge', [4, 16, 0.16, 200_000], [6, 96]),
  ...steady(6),
  ...steady(7),
]

const cascadeLake = 'Intel Xeon(Cascade Lake) Platinum 8269CY'
const iceLake = 'Intel Xeon (Ice Lake) Platinum 8369B'

/** The families of the instance types. */
export const instanceFamilies: readonly InstanceFamily[] = [
  {
    ...{ id: 'ecs.t6', generation: 'ecs-5', level: 'CreditEntryLevel', category: 'Shared' },
    ...{ processor: cascadeLake, clock: [2.5, 3.2] },
  },
  ...(['c', 'g', 'r'] as const).flatMap((kind): InstanceFamily[] => [
    {
      ...{ id: `ecs.${kind}6`, generation: 'ecs-5', level: 'EnterpriseLevel', category: categories[kind] },
      ...{ processor: cascadeLake, clock: [2.5, 3.2] },
    },
    {
      ...{ id: `ecs.${kind}7`, generation: 'ecs-6', level: 'EnterpriseLevel', category: categories[kind] },
      ...{ processor: iceLake, clock: [2.7, 3.5] },
    },
  ]),
]

const typesById: ReadonlyMap<string, InstanceType> = new Map(instanceTypes.map((type) => [type.id, type]))

/** What is known of an instance type; undefined for one that the catalogue does not list. */
export const instanceTypeOf = (id: string): InstanceType | undefined => typesById.get(id)

/** The family in an instance type's name: `ecs.g6` of `ecs.g6.large`, `ecs.t6` of `ecs.t6-c1m1.large`. */
export const familyOf = (id: string): string =>
  instanceTypeOf(id)?.family ?? id.split('.').slice(0, 2).join('.')
