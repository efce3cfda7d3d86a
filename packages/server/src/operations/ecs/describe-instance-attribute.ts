import { ecsRead } from '../../model/context.js'
import { describeRows } from './describe-instance-rows.js'
import { describeInstanceAttributes } from './instance-answer.js'
import { requireInstance } from './require-instance.js'
import { instanceInputs } from './shared-inputs.js'

export const describeInstanceAttribute = ecsRead({
  name: 'DescribeInstanceAttribute',
  summary: 'Answers the attributes of one instance.',
  inputs: instanceInputs,
  errors: ['InvalidRegionId.NotFound', 'InvalidInstanceId.NotFound'],
  async handle(input, caller, { session, settings }) {
    const named = { id: input.InstanceId, regionId: input.RegionId }
    const instance = await requireInstance(session, settings, caller.accountId, named)
    const [attributes] = await describeRows(session, [instance], describeInstanceAttributes)
    return attributes ?? {}
  },
})
