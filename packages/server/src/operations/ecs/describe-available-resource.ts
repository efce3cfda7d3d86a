import type { Values } from '@sallyport/protocol'
import { ecsError } from '../../errors/ecs.js'
import { diskCategories } from '../../model/catalogue.js'
import { ecsRead } from '../../model/context.js'
import { instanceTypes } from '../../model/instance-types.js'
import { availableResourceInputs } from './describe-available-resource-inputs.js'

type Input = Values<typeof availableResourceInputs>

/**
 * Everything is in stock in every zone. An instance type that the catalogue does not list is, too, because instances of
 * it can be made. SystemDisk and DataDisk are answered without an InstanceType as well.
 */
export const describeAvailableResource = ecsRead({
  name: 'DescribeAvailableResource',
  summary: 'Says what is in stock in each zone.',
  inputs: availableResourceInputs,
  errors: [
    'MissingParameter.RegionId',
    'Invalid.RegionId',
    'Invalid.Param',
    'Invalid.DestinationResource',
    'Invalid.ResourceType',
    'Invalid.InstanceChargeType',
    'Invalid.SpotStrategy',
    'Invalid.IoOptimized',
    'Invalid.NetworkCategory',
    'InvalidDedicatedHostId.NotFound',
    'InvalidParam.Cores',
    'InvalidParam.Memory',
    'InvalidParam.TypeAndCpuMem.Conflict',
  ],
  handle: (input, _caller, { settings }) => {
    const region = settings.regions.find(({ id }) => id === input.RegionId)
    if (!region) throw ecsError('Invalid.RegionId')
    checkRequest(input)
    const zones = region.zones.filter((zone) => input.ZoneId === undefined || zone === input.ZoneId)
    const stocked = zones.flatMap((zone) => {
      const supported = neverInStock(input) ? [] : resources(input, zone)
      return supported.length === 0
        ? []
        : [describeZone(region.id, zone, input.DestinationResource, supported)]
    })
    return Promise.resolve({ AvailableZones: { AvailableZone: stocked } })
  },
})

function checkRequest(input: Input): void {
  if (input.DedicatedHostId !== undefined) throw ecsError('InvalidDedicatedHostId.NotFound')
  if (input.DestinationResource !== 'InstanceType') {
    if (input.Cores !== undefined) throw ecsError('InvalidParam.Cores')
    if (input.Memory !== undefined) throw ecsError('InvalidParam.Memory')
  }
  if (input.InstanceType !== undefined && (input.Cores !== undefined || input.Memory !== undefined)) {
    throw ecsError('InvalidParam.TypeAndCpuMem.Conflict')
  }
}

const neverInStock = (input: Input): boolean =>
  input.IoOptimized === 'none' ||
  input.NetworkCategory === 'classic' ||
  input.DestinationResource === 'ddh' ||
  !['instance', 'disk'].includes(input.ResourceType ?? 'instance')

interface Resource {
  readonly value: string
  /** Smallest and largest size in GiB, of disks. */
  readonly range?: readonly [number, number]
}

const diskRange = [20, 32_768] as const
const systemDiskRange = [20, 2_048] as const

function resources(input: Input, zone: string): Resource[] {
  switch (input.DestinationResource) {
    case 'Zone':
      return [{ value: zone }]
    case 'IoOptimized':
      return [{ value: 'optimized' }]
    case 'Network':
      return [{ value: 'vpc' }]
    case 'SystemDisk':
      return disks(input.SystemDiskCategory, systemDiskRange)
    case 'DataDisk':
      return disks(input.DataDiskCategory, diskRange)
    default:
      return typesOf(input).map((value) => ({ value }))
  }
}

const disks = (category: string | undefined, range: readonly [number, number]): Resource[] =>
  diskCategories
    .filter((disk) => category === undefined || disk === category)
    .map((value) => ({ value, range }))

function typesOf({ InstanceType, Cores, Memory }: Input): string[] {
  if (InstanceType !== undefined) return [InstanceType]
  return instanceTypes
    .filter(({ cpus }) => Cores === undefined || cpus === Cores)
    .filter(({ memory }) => Memory === undefined || memory === Number(Memory))
    .map(({ id }) => id)
}

const inStock = { Status: 'Available', StatusCategory: 'WithStock' } as const

const describeZone = (regionId: string, zone: string, type: string, supported: Resource[]): object => ({
  RegionId: regionId,
  ZoneId: zone,
  ...inStock,
  AvailableResources: {
    AvailableResource: [
      {
        Type: type,
        SupportedResources: {
          SupportedResource: supported.map(({ value, range }) => ({
            Value: value,
            ...inStock,
            ...(range && { Min: range[0], Max: range[1], Unit: 'GiB' }),
          })),
        },
      },
    ],
  },
})
