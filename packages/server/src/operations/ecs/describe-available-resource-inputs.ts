import type { Inputs } from '@sallyport/protocol'
import { regionId } from './shared-inputs.js'

/** Every parameter of DescribeAvailableResource, in the order checked. */
export const availableResourceInputs = {
  RegionId: regionId,
  DestinationResource: {
    kind: 'string',
    required: 'Invalid.Param',
    oneOf: ['Zone', 'IoOptimized', 'InstanceType', 'Network', 'ddh', 'SystemDisk', 'DataDisk'],
    invalid: 'Invalid.DestinationResource',
    doc: 'What to list. ddh: none, there are no dedicated hosts.',
  },
  ResourceType: {
    kind: 'string',
    oneOf: ['instance', 'disk', 'reservedinstance', 'ddh'],
    invalid: 'Invalid.ResourceType',
    doc: 'What it is for: instance (default) or disk; of the others nothing is in stock.',
  },
  ZoneId: { kind: 'string', doc: 'Only this zone. Default: all zones of the region.' },
  InstanceChargeType: {
    kind: 'string',
    oneOf: ['PrePaid', 'PostPaid'],
    invalid: 'Invalid.InstanceChargeType',
    doc: 'What can be charged this way: everything.',
  },
  SpotStrategy: {
    kind: 'string',
    oneOf: ['NoSpot', 'SpotWithPriceLimit', 'SpotAsPriceGo'],
    invalid: 'Invalid.SpotStrategy',
    doc: 'What is sold this way: everything.',
  },
  SpotDuration: { kind: 'integer', min: 0, doc: 'Hours that a spot instance stays at least: any.' },
  IoOptimized: {
    kind: 'string',
    oneOf: ['none', 'optimized'],
    invalid: 'Invalid.IoOptimized',
    doc: 'optimized (default): everything; none: nothing.',
  },
  NetworkCategory: {
    kind: 'string',
    oneOf: ['vpc', 'classic'],
    invalid: 'Invalid.NetworkCategory',
    doc: 'vpc: everything; classic: nothing.',
  },
  InstanceType: { kind: 'string', doc: 'Only this instance type, or what fits it.' },
  Cores: { kind: 'integer', min: 1, doc: 'Only instance types with so many vCPUs.' },
  Memory: {
    kind: 'string',
    pattern: /^\d{1,6}(\.\d{1,3})?$/,
    doc: 'Only instance types with so much memory, GiB.',
  },
  SystemDiskCategory: { kind: 'string', doc: 'Only this kind of system disk.' },
  DataDiskCategory: { kind: 'string', doc: 'Only this kind of data disk.' },
  DedicatedHostId: { kind: 'string', doc: 'A dedicated host, of which there are none.' },
  Scope: {
    kind: 'string',
    oneOf: ['Region', 'Zone'],
    doc: 'Scope of a reserved instance; of these none is in stock.',
  },
} as const satisfies Inputs
