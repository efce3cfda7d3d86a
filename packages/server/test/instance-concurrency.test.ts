import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CallAnswer, testServer, type TestServer } from './harness.js'
import { adminToken, worldState } from './world-state.js'

const CALLERS = 64
const region = 'cn-hangzhou'

let server: TestServer
let group: string
beforeEach(async () => {
  server = await testServer({ adminToken, 'quotas.privateAddressesPerGroup': '40' })
  group = await newGroup()
})
afterEach(() => server.stop())

const newGroup = async (): Promise<string> =>
  String((await server.ok('CreateSecurityGroup', { RegionId: region })).SecurityGroupId)

const callers = <T>(call: (caller: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: CALLERS }, (_, caller) => call(caller)))

const run = (extra: object = {}) =>
  server.call('RunInstances', { RegionId: region, SecurityGroupId: group, ...extra })

const idsOf = ({ body }: CallAnswer): string[] =>
  (body.InstanceIdSets as { InstanceIdSet: string[] } | undefined)?.InstanceIdSet ?? []

const outcomes = (answers: readonly CallAnswer[]) => ({
  made: answers.filter(({ status }) => status === 200).length,
  full: answers.filter(({ key }) => key === 'SecurityGroupInstanceLimitExceed').length,
})

const total = async (): Promise<unknown> =>
  (await server.ok('DescribeInstances', { RegionId: region, SecurityGroupId: group })).TotalCount

describe('64 callers at once', () => {
  it('fill a group with instances to its quota of addresses and no further', async () => {
    expect(outcomes(await callers(() => run()))).toEqual({ made: 40, full: 24 })
    expect(await total()).toBe(40)
    const { interfaces } = await worldState(server)
    const addresses = interfaces.flatMap((nic) => nic.addresses)
    expect(addresses).toHaveLength(40)
    expect(new Set(addresses).size).toBe(40)
  })

  it('that run three instances each never leave a part of the three', async () => {
    const answers = await callers(() => run({ Amount: 3 }))
    // 13 calls make 39 instances; no other call fits.
    expect(outcomes(answers)).toEqual({ made: 13, full: 51 })
    expect(await total()).toBe(39)
    expect(new Set(answers.flatMap(idsOf)).size).toBe(39)
  })

  it('with one ClientToken make one set of instances', async () => {
    const answers = await callers(() => run({ Amount: 2, ClientToken: 'one-set' }))
    expect(new Set(answers.map((answer) => idsOf(answer).join()))).toEqual(
      new Set([idsOf(answers[0] as CallAnswer).join()]),
    )
    expect(await total()).toBe(2)
  })

  it('that move instances into a group stop at its quota, and none is left without a group', async () => {
    const elsewhere = await newGroup()
    const spare = await newGroup()
    const [a, b] = [
      await run({ SecurityGroupId: elsewhere, Amount: 32 }),
      await run({ SecurityGroupId: spare, Amount: 32 }),
    ]
    const ids = [...idsOf(a), ...idsOf(b)]
    const answers = await callers((caller) =>
      server.call('ModifyInstanceAttribute', { InstanceId: ids[caller], SecurityGroupIds: [group] }),
    )
    expect(outcomes(answers)).toEqual({ made: 40, full: 24 })
    expect(await total()).toBe(40)
    const { interfaces } = await worldState(server)
    expect(interfaces.every(({ groups }) => groups.length === 1)).toBe(true)
  })

  it('that start and stop one instance are each told the truth', async () => {
    const [InstanceId] = idsOf(await run())
    const answers = await callers((caller) =>
      server.call(caller % 2 === 0 ? 'StopInstance' : 'StartInstance', { InstanceId }),
    )
    const [stops, starts] = [0, 1].map(
      (odd) => answers.filter(({ status }, caller) => status === 200 && caller % 2 === odd).length,
    )
    const { InstanceStatuses } = await server.ok('DescribeInstanceStatus', { RegionId: region })
    const [{ Status }] = (InstanceStatuses as { InstanceStatus: [{ Status: string }] }).InstanceStatus
    expect(Number(stops) - Number(starts)).toBe(Status === 'Stopped' ? 1 : 0)
  })
})
