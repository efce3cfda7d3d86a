import { describe, expect, it } from 'vitest'
import {
  ecsOperations,
  locationOperations,
  nisOperations,
  operations,
  resourceManagerOperations,
  stsOperations,
  vpcOperations,
} from '../src/operations/registry.js'

describe.each([
  ['ECS', ecsOperations, 'Ecs', '2014-05-26'],
  ['Location', locationOperations, 'Location', '2015-06-12'],
  ['NIS', nisOperations, 'Nis', '2021-12-16'],
  ['ResourceManager', resourceManagerOperations, 'ResourceManager', '2020-03-31'],
  ['STS', stsOperations, 'Sts', '2015-04-01'],
  ['VPC', vpcOperations, 'Vpc', '2016-04-28'],
] as const)('the registry of %s', (_, actions, product, version) => {
  it('serves each operation under its own name, product and version', () => {
    for (const [action, operation] of Object.entries(actions)) {
      expect(operation).toMatchObject({ name: action, product, version })
      expect(operations).toContain(operation)
    }
  })
})
