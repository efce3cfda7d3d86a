import type { Values } from '@sallyport/protocol'
import { ecsRead } from '../../model/context.js'
import { instanceTypes } from '../../model/instance-types.js'
import { nextToken, readToken } from '../../model/paging.js'
import { describeInstanceTypesInputs, lowerBounds, upperBounds } from './describe-instance-types-inputs.js'
import { describeInstanceType, type InstanceTypeAnswer } from './instance-type-answer.js'

type Input = Values<typeof describeInstanceTypesInputs>

export const describeInstanceTypes = ecsRead({
  name: 'DescribeInstanceTypes',
  summary: 'Lists a small catalogue of instance types. Instances of any other type can be made as well.',
  inputs: describeInstanceTypesInputs,
  errors: ['InValidParameter.NextToken'],
  handle: (input) => {
    const [start = 0] = readToken('instance-types', input.NextToken, 1) ?? []
    const size = Math.min(100, input.MaxResults ?? 100)
    const matching = answers.filter((answer) => matches(answer, input))
    const end = start + size
    return Promise.resolve({
      NextToken: end < matching.length ? nextToken('instance-types', end) : '',
      InstanceTypes: { InstanceType: matching.slice(start, end) },
    })
  },
})

const answers = instanceTypes.map(describeInstanceType)

function matches(answer: InstanceTypeAnswer, input: Input): boolean {
  return (
    withinBounds(answer, input) &&
    equal(answer.InstanceTypeId, undefined, input.InstanceTypes) &&
    equal(answer.InstanceTypeFamily, input.InstanceTypeFamily, input.InstanceTypeFamilies) &&
    equal(answer.InstanceFamilyLevel, input.InstanceFamilyLevel, []) &&
    equal(answer.InstanceCategory, input.InstanceCategory, input.InstanceCategories) &&
    equal(answer.CpuArchitecture, input.CpuArchitecture, input.CpuArchitectures) &&
    equal(answer.LocalStorageCategory, input.LocalStorageCategory, input.LocalStorageCategories) &&
    equal(answer.NvmeSupport, input.NvmeSupport, []) &&
    holds(answer.GPUSpec, input.GPUSpec, input.GpuSpecs) &&
    holds(answer.PhysicalProcessorModel, input.PhysicalProcessorModel, input.PhysicalProcessorModels)
  )
}

function withinBounds(answer: InstanceTypeAnswer, input: Input): boolean {
  return (
    Object.entries(lowerBounds).every(([parameter, field]) => {
      const least = input[parameter as keyof typeof lowerBounds]
      return least === undefined || answer[field] >= Number(least)
    }) &&
    Object.entries(upperBounds).every(([parameter, field]) => {
      const most = input[parameter as keyof typeof upperBounds]
      return most === undefined || answer[field] <= Number(most)
    })
  )
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** Whether a value is the one asked for and among those asked for, without case. */
const equal = (value: string, one: string | undefined, several: readonly string[]): boolean =>
  (one === undefined || same(value, one)) &&
  (several.length === 0 || several.some((other) => same(value, other)))

/** The same for texts that need only be part of the value. */
const holds = (value: string, one: string | undefined, several: readonly string[]): boolean => {
  const has = (part: string): boolean => value.toLowerCase().includes(part.toLowerCase())
  return (one === undefined || has(one)) && (several.length === 0 || several.some(has))
}
