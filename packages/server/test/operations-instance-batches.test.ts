import { describe, expect, it } from 'vitest'
import {
  type Body,
  call,
  factOf,
  listed,
  listedIds,
  ok,
  one,
  refusal,
  started,
  useInstances,
  vpc,
} from './instance-fixture.js'

useInstances()

const responses = (body: Body): Body[] =>
  (body.InstanceResponses as { InstanceResponse: Body[] }).InstanceResponse

const statuses = async (): Promise<unknown[]> => (await listed({ VpcId: vpc })).map(({ Status }) => Status)

describe('calls on several instances', () => {
  it('all together: every one changes, and the answer says from what to what', async () => {
    const ids = await started({ Amount: 2 })
    const stopped = await ok('StopInstances', { InstanceId: ids, StoppedMode: 'StopCharging' })
    expect(responses(stopped)).toEqual(
      ids.map((InstanceId) => ({
        ...{ InstanceId, PreviousStatus: 'Running', CurrentStatus: 'Stopped' },
        ...{ Code: '200', Message: 'success' },
      })),
    )
    expect((await listed({ VpcId: vpc })).map(({ StoppedMode }) => StoppedMode)).toEqual([
      'StopCharging',
      'StopCharging',
    ])
    const again = await ok('StartInstances', { InstanceId: ids })
    expect(responses(again).map(({ CurrentStatus }) => CurrentStatus)).toEqual(['Running', 'Running'])
    const rebooted = await ok('RebootInstances', { InstanceId: ids })
    expect(responses(rebooted)).toMatchObject([
      { PreviousStatus: 'Running', CurrentStatus: 'Running' },
      { PreviousStatus: 'Running', CurrentStatus: 'Running' },
    ])
    expect(await factOf(ids[1] ?? '')).toMatchObject({ running: true })
  })

  it('all together: one that cannot leaves all as they were', async () => {
    const [a, b] = await started({ Amount: 2 })
    await ok('StopInstance', { InstanceId: b })
    const refused = await call('StopInstances', { InstanceId: [a, b] })
    expect(refusal(refused)).toEqual([403, 'IncorrectInstanceStatus'])
    expect(refusal(await call('StopInstances', { InstanceId: [a, 'i-none'] }))).toEqual([
      404,
      'InvalidInstanceId.NotFound',
    ])
    expect(await statuses()).toEqual(['Stopped', 'Running'])
    expect(await factOf(a ?? '')).toMatchObject({ running: true })
  })

  it('success first: each goes its own way', async () => {
    const [a, b] = await started({ Amount: 2 })
    await ok('StopInstance', { InstanceId: b })
    const answer = await ok('StopInstances', {
      InstanceId: [a, b, 'i-none'],
      BatchOptimization: 'SuccessFirst',
    })
    expect(responses(answer)).toEqual([
      {
        ...{ InstanceId: a, PreviousStatus: 'Running', CurrentStatus: 'Stopped' },
        ...{ Code: '200', Message: 'success' },
      },
      {
        ...{ InstanceId: b, PreviousStatus: 'Stopped', CurrentStatus: 'Stopped' },
        ...{ Code: 'IncorrectInstanceStatus' },
        Message: 'The current status of the resource does not support this operation.',
      },
      {
        ...{ InstanceId: 'i-none', PreviousStatus: '', CurrentStatus: '' },
        ...{ Code: 'InvalidInstanceId.NotFound', Message: 'The specified InstanceId does not exist.' },
      },
    ])
    expect(await statuses()).toEqual(['Stopped', 'Stopped'])
    expect(await factOf(a ?? '')).toMatchObject({ running: false })
  })

  it('a dry run changes nothing, and with SuccessFirst looks at no instance', async () => {
    const ids = await started({ Amount: 2 })
    const dry = [400, 'DRYRUN.SUCCESS']
    expect(refusal(await call('StopInstances', { InstanceId: ids, DryRun: true }))).toEqual(dry)
    expect(refusal(await call('DeleteInstances', { InstanceId: ids, Force: true, DryRun: true }))).toEqual(
      dry,
    )
    expect(refusal(await call('StartInstances', { InstanceId: ids, DryRun: true }))).toEqual([
      403,
      'IncorrectInstanceStatus',
    ])
    const first = { BatchOptimization: 'SuccessFirst', DryRun: true }
    expect(refusal(await call('StartInstances', { InstanceId: ids, ...first }))).toEqual(dry)
    expect(await statuses()).toEqual(['Running', 'Running'])
  })

  it('DeleteInstances deletes all or none', async () => {
    const [a, b] = await started({ Amount: 2 })
    await ok('StopInstance', { InstanceId: a })
    expect(refusal(await call('DeleteInstances', { InstanceId: [a, b] }))).toEqual([
      403,
      'IncorrectInstanceStatus',
    ])
    expect(await listedIds({ VpcId: vpc })).toEqual([b, a])
    await ok('DeleteInstances', { InstanceId: [a, b], Force: true, ClientToken: 'gone' })
    await ok('DeleteInstances', { InstanceId: [a, b], Force: true, ClientToken: 'gone' })
    expect(await listedIds({ VpcId: vpc })).toEqual([])
    expect(await factOf(a ?? '')).toBeUndefined()
  })

  it('a call names 1 to 100 instances', async () => {
    expect(refusal(await call('StartInstances'))).toEqual([400, 'MissingParameter'])
    expect(refusal(await call('StartInstances', { 'InstanceId.101': 'i-x' }))).toEqual([
      400,
      'InvalidParameter',
    ])
  })
})

describe('rebooting', () => {
  it('keeps groups, addresses and status, and sets the time of the start', async () => {
    const id = await one()
    const [before] = await listed({ VpcId: vpc })
    const fact = await factOf(id)
    await ok('RebootInstance', { InstanceId: id, ForceStop: true })
    const [after] = await listed({ VpcId: vpc })
    expect({ ...after, StartTime: '' }).toEqual({ ...before, StartTime: '' })
    expect(await factOf(id)).toEqual(fact)
    await ok('StopInstance', { InstanceId: id })
    expect(refusal(await call('RebootInstance', { InstanceId: id }))).toEqual([
      403,
      'IncorrectInstanceStatus',
    ])
  })
})

describe('DescribeInstanceStatus', () => {
  it('lists id and status by region, zone and ids', async () => {
    const [a, b] = await started({ Amount: 2 })
    await ok('StopInstance', { InstanceId: a })
    const answer = await ok('DescribeInstanceStatus', { InstanceId: [a, b, 'i-none'] })
    expect(answer).toMatchObject({
      ...{ TotalCount: 2, PageNumber: 1, PageSize: 10 },
      InstanceStatuses: {
        InstanceStatus: [
          { InstanceId: b, Status: 'Running' },
          { InstanceId: a, Status: 'Stopped' },
        ],
      },
    })
    const zone = async (ZoneId: string) =>
      (await ok('DescribeInstanceStatus', { InstanceId: [a, b], ZoneId })).TotalCount
    expect([await zone('cn-hangzhou-h'), await zone('cn-hangzhou-i')]).toEqual([2, 0])
    const page = await ok('DescribeInstanceStatus', { InstanceId: [a, b], PageNumber: 2, PageSize: 1 })
    expect(page).toMatchObject({
      ...{ TotalCount: 2, PageNumber: 2, PageSize: 1 },
      InstanceStatuses: { InstanceStatus: [{ InstanceId: a, Status: 'Stopped' }] },
    })
    expect((await ok('DescribeInstanceStatus', { ClusterId: 'c-1' })).TotalCount).toBe(0)
  })
})
