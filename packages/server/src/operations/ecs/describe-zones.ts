import { diskCategories, zoneName } from '../../model/catalogue.js'
import { ecsRead } from '../../model/context.js'
import { instanceFamilies, instanceTypes } from '../../model/instance-types.js'
import { regionOf } from '../../model/regions.js'
import { languageInput } from './language-input.js'
import { regionId } from './shared-inputs.js'

export const describeZones = ecsRead({
  name: 'DescribeZones',
  summary: 'Lists the zones of a region.',
  inputs: {
    RegionId: regionId,
    AcceptLanguage: languageInput,
    InstanceChargeType: {
      kind: 'string',
      oneOf: ['PrePaid', 'PostPaid'],
      doc: 'Only zones that charge this way: all do.',
    },
    SpotStrategy: {
      kind: 'string',
      oneOf: ['NoSpot', 'SpotWithPriceLimit', 'SpotAsPriceGo'],
      doc: 'Only zones that sell this way: all do.',
    },
    Verbose: { kind: 'boolean', doc: 'Whether to list what a zone offers. Default true.' },
  },
  errors: ['MissingParameter.RegionId', 'InvalidRegionId.NotFound'],
  handle: (input, _caller, { settings }) => {
    const region = regionOf(settings, input.RegionId)
    const details = input.Verbose === false ? {} : offers
    const zones = region.zones.map((zoneId) => ({
      ZoneId: zoneId,
      LocalName: zoneName(region, zoneId, input.AcceptLanguage),
      ZoneType: 'AvailabilityZone',
      ...details,
    }))
    return Promise.resolve({ Zones: { Zone: zones } })
  },
})

const typeIds = instanceTypes.map(({ id }) => id)

/** The Terraform provider takes no zone whose instance types or disk categories are empty. */
const offers = {
  AvailableResourceCreation: { ResourceTypes: ['VSwitch', 'IoOptimized', 'Instance', 'Disk'] },
  AvailableInstanceTypes: { InstanceTypes: typeIds },
  AvailableDiskCategories: { DiskCategories: diskCategories },
  AvailableVolumeCategories: { VolumeCategories: [] },
  AvailableDedicatedHostTypes: { DedicatedHostType: [] },
  DedicatedHostGenerations: { DedicatedHostGeneration: [] },
  AvailableResources: {
    ResourcesInfo: [
      {
        IoOptimized: true,
        NetworkTypes: { SupportedNetworkCategory: ['vpc'] },
        InstanceTypes: { SupportedInstanceType: typeIds },
        InstanceTypeFamilies: { SupportedInstanceTypeFamily: instanceFamilies.map(({ id }) => id) },
        InstanceGenerations: {
          SupportedInstanceGeneration: [...new Set(instanceFamilies.map(({ generation }) => generation))],
        },
        SystemDiskCategories: { SupportedSystemDiskCategory: diskCategories },
        DataDiskCategories: { SupportedDataDiskCategory: diskCategories },
      },
    ],
  },
}
