import { ecsRead } from '../../model/context.js'
import { instanceFamilies } from '../../model/instance-types.js'
import { regionOf } from '../../model/regions.js'
import { regionId } from './shared-inputs.js'

export const describeInstanceTypeFamilies = ecsRead({
  name: 'DescribeInstanceTypeFamilies',
  summary: 'Lists the families of the instance types in the catalogue.',
  inputs: {
    RegionId: regionId,
    Generation: {
      kind: 'string',
      oneOf: ['ecs-1', 'ecs-2', 'ecs-3', 'ecs-4', 'ecs-5', 'ecs-6'],
      doc: 'Only families of this generation.',
    },
  },
  errors: ['MissingParameter.RegionId', 'InvalidRegionId.NotFound'],
  handle: (input, _caller, { settings }) => {
    regionOf(settings, input.RegionId)
    const families = instanceFamilies.filter(
      ({ generation }) => input.Generation === undefined || generation === input.Generation,
    )
    return Promise.resolve({
      InstanceTypeFamilies: {
        InstanceTypeFamily: families.map(({ id, generation }) => ({
          ...{ InstanceTypeFamilyId: id, Generation: generation },
        })),
      },
    })
  },
})
