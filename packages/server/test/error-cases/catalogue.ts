import type { Case, Cases } from './case.js'
import { region } from './world.js'

const asking =
  (parameters: object): Case =>
  (call) =>
    call({ RegionId: region, DestinationResource: 'InstanceType', ...parameters })

export const describeAvailableResourceCases: Cases = {
  'Invalid.RegionId': asking({ RegionId: 'nowhere' }),
  'Invalid.Param': asking({ DestinationResource: undefined }),
  'Invalid.DestinationResource': asking({ DestinationResource: 'x' }),
  'Invalid.ResourceType': asking({ ResourceType: 'x' }),
  'Invalid.InstanceChargeType': asking({ InstanceChargeType: 'x' }),
  'Invalid.SpotStrategy': asking({ SpotStrategy: 'x' }),
  'Invalid.IoOptimized': asking({ IoOptimized: 'x' }),
  'Invalid.NetworkCategory': asking({ NetworkCategory: 'x' }),
  'InvalidDedicatedHostId.NotFound': asking({ DedicatedHostId: 'dh-1' }),
  'InvalidParam.Cores': asking({ DestinationResource: 'Zone', Cores: 2 }),
  'InvalidParam.Memory': asking({ DestinationResource: 'Zone', Memory: '8.0' }),
  'InvalidParam.TypeAndCpuMem.Conflict': asking({ InstanceType: 'ecs.g6.large', Cores: 2 }),
}

export const describeImagesCases: Cases = {
  'InvalidImageOwnerAlias.ValueNotSupported': (call) => call({ RegionId: region, ImageOwnerAlias: 'x' }),
  UnsupportedParameter: (call) => call({ RegionId: region, Filter: [{ Key: 'x', Value: 'y' }] }),
}
