import { regionName } from '../../model/catalogue.js'
import { ecsRead } from '../../model/context.js'
import { languageInput } from './language-input.js'

export const describeRegions = ecsRead({
  name: 'DescribeRegions',
  summary: 'Lists the regions that this server answers for. Every one has the endpoint that was called.',
  inputs: {
    AcceptLanguage: languageInput,
    InstanceChargeType: {
      kind: 'string',
      oneOf: ['PrePaid', 'PostPaid', 'SpotWithPriceLimit', 'SpotAsPriceGo'],
      doc: 'Only regions that charge this way: all do.',
    },
    ResourceType: {
      kind: 'string',
      oneOf: ['instance', 'disk', 'reservedinstance', 'scu'],
      doc: 'Only regions that have this: all do.',
    },
  },
  errors: [],
  handle: (input, caller, { settings }) =>
    Promise.resolve({
      Regions: {
        Region: settings.regions.map((region) => ({
          RegionId: region.id,
          LocalName: regionName(region, input.AcceptLanguage),
          RegionEndpoint: caller.host,
          Status: 'available',
        })),
      },
    }),
})
