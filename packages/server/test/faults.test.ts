import { afterEach, describe, expect, it } from 'vitest'
import { control, mustControl, rawCall, rawCallV3, withAdmin } from './control-calls.js'
import { testServer, type TestServer } from './harness.js'

const open: TestServer[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.stop()
})

async function start(flags: Record<string, string> = {}): Promise<TestServer> {
  const server = await testServer({ ...withAdmin, ...flags })
  open.push(server)
  return server
}

const setFault = (server: TestServer, fault: object) => mustControl(server, 'POST', '/v1/faults', fault)

/** Statuses of so many calls, one after another. */
async function statuses(server: TestServer, count: number, action = 'DescribeRegions'): Promise<number[]> {
  const found: number[] = []
  for (let index = 0; index < count; index++) found.push((await rawCall(server, action)).status)
  return found
}

describe('a fault', () => {
  it('with a count of three fires three times, and only for its operation', async () => {
    const server = await start()
    await setFault(server, {
      operation: 'DescribeZones',
      error: { code: 'ServiceUnavailable', status: 503 },
      count: 3,
    })
    expect(await statuses(server, 2)).toEqual([200, 200])
    expect(await statuses(server, 5, 'DescribeZones')).toEqual([503, 503, 503, 200, 200])
    expect(await mustControl(server, 'GET', '/v1/faults')).toMatchObject({ faults: [{ fired: 3, count: 3 }] })
  })

  it('with a count fires no more often when calls come at once', async () => {
    const server = await start()
    await setFault(server, { error: { code: 'InternalError' }, count: 3, latencyMs: 5 })
    const answers = await Promise.all(Array.from({ length: 20 }, () => rawCall(server, 'DescribeRegions')))
    expect(answers.filter(({ status }) => status === 500)).toHaveLength(3)
  })

  it('with a probability makes the choices of its seed, again and again', async () => {
    const server = await start()
    const choices = async (seed: number) => {
      await mustControl(server, 'DELETE', '/v1/faults')
      await setFault(server, { error: { code: 'InternalError' }, probability: 0.5, seed })
      return statuses(server, 40)
    }
    const first = await choices(7)
    expect(await choices(7)).toEqual(first)
    expect(await choices(8)).not.toEqual(first)
    expect(first.filter((status) => status === 500).length).toBeGreaterThan(8)
    expect(first.filter((status) => status === 200).length).toBeGreaterThan(8)
  })

  it.each([
    ['V1 in JSON', (server: TestServer) => rawCall(server, 'DescribeRegions')],
    ['V1 in XML', (server: TestServer) => rawCall(server, 'DescribeRegions', { Format: 'XML' })],
    ['ACS3 in JSON', (server: TestServer) => rawCallV3(server, 'DescribeRegions')],
    [
      'ACS3 in XML',
      (server: TestServer) => rawCallV3(server, 'DescribeRegions', { accept: 'application/xml' }),
    ],
  ])('is answered as throttling over %s and recorded under the answered request id', async (name, make) => {
    const server = await start()
    await setFault(server, { throttle: { retryAfterMs: 250 } })
    const { status, headers, text } = await make(server)
    expect([status, headers.get('x-acs-retry-after')]).toEqual([400, '250'])
    expect(text).toContain(name.endsWith('XML') ? '<Code>Throttling.User</Code>' : '"Code":"Throttling.User"')
    expect(text).toContain('Request was denied due to user flow control.')
    const { calls } = await mustControl(server, 'GET', '/v1/calls')
    expect(calls).toMatchObject([{ status: 400, code: 'Throttling.User' }])
    const [call] = calls as { requestId: string }[]
    expect(text).toContain(call?.requestId)
    expect(headers.get('x-acs-request-id')).toBe(call?.requestId)
  })

  it('takes status and text of a known code from the tables, unless they are given', async () => {
    const server = await start()
    await setFault(server, { error: { code: 'InvalidVpcId.NotFound' }, count: 1 })
    await setFault(server, { error: { code: 'Made.Up', status: 409, message: 'As told.' }, count: 1 })
    const known = await rawCall(server, 'CreateSecurityGroup')
    expect([known.status, JSON.parse(known.text)]).toMatchObject([404, { Code: 'InvalidVpcId.NotFound' }])
    const made = await rawCall(server, 'CreateSecurityGroup')
    expect([made.status, JSON.parse(made.text)]).toMatchObject([
      409,
      { Code: 'Made.Up', Message: 'As told.' },
    ])
  })

  it('drops the connection before the operation runs, or after it has taken effect', async () => {
    const server = await start()
    const names = async () => {
      const { SecurityGroups } = await server.ok('DescribeSecurityGroups', { RegionId: 'cn-hangzhou' })
      const { SecurityGroup } = SecurityGroups as { SecurityGroup: { SecurityGroupName: string }[] }
      return SecurityGroup.map(({ SecurityGroupName }) => SecurityGroupName)
    }
    for (const drop of ['before', 'after']) {
      await setFault(server, { operation: 'CreateSecurityGroup', drop, count: 1 })
      await expect(rawCall(server, 'CreateSecurityGroup', { SecurityGroupName: drop })).rejects.toThrow()
    }
    expect(await names()).toEqual(['after'])
    expect(await mustControl(server, 'GET', '/v1/calls?result=unanswered')).toMatchObject({
      calls: [{ status: 0 }, { status: 0 }],
    })
  })

  it('delays a call and lets it be answered', async () => {
    const server = await start()
    await setFault(server, { latencyMs: 60, count: 1 })
    expect(await statuses(server, 1)).toEqual([200])
    const { calls } = await mustControl(server, 'GET', '/v1/calls')
    const [call] = calls as { durationMs: number }[]
    // A timer may be early by a fraction of a millisecond.
    expect(call?.durationMs).toBeGreaterThan(58)
  })

  it('of another account does not fire', async () => {
    const server = await start()
    await setFault(server, { account: '1', error: { code: 'InternalError' } })
    expect(await statuses(server, 2)).toEqual([200, 200])
  })

  it('can be cleared, alone or with all others', async () => {
    const server = await start()
    const { id } = await setFault(server, { error: { code: 'InternalError' } })
    await setFault(server, { operation: 'DescribeZones', error: { code: 'InternalError' } })
    await mustControl(server, 'DELETE', `/v1/faults?id=${String(id)}`)
    expect([await statuses(server, 1), await statuses(server, 1, 'DescribeZones')]).toEqual([[200], [500]])
    await mustControl(server, 'DELETE', '/v1/faults')
    expect(await statuses(server, 1, 'DescribeZones')).toEqual([200])
    expect((await control(server, 'DELETE', '/v1/faults?id=99')).status).toBe(404)
  })

  it('beyond the limit is refused, spent ones counted, until some are cleared', async () => {
    const server = await start({ faultLimit: '2' })
    const once = { operation: 'DescribeZones', count: 1, error: { code: 'InternalError' } }
    const { id } = await setFault(server, once)
    await setFault(server, { ...once, operation: 'RunInstances' })
    await statuses(server, 1, 'DescribeZones')
    const { status, body } = await control(server, 'POST', '/v1/faults', once)
    expect([status, body['hint']]).toEqual([409, expect.stringContaining('faultLimit')])
    expect(await statuses(server, 1, 'DescribeZones')).toEqual([200])
    await mustControl(server, 'DELETE', `/v1/faults?id=${String(id)}`)
    await setFault(server, once)
    expect(await statuses(server, 1, 'DescribeZones')).toEqual([500])
  })

  it.each([
    [{}, 'give error, throttle, drop or latencyMs'],
    [{ drop: 'before', throttle: {} }, 'only one of'],
    [{ drop: 'never' }, 'drop'],
    [{ operation: 'DescribeRegion', drop: 'before' }, 'no operation DescribeRegion'],
    [{ latencyMs: 5, probability: 0 }, 'probability'],
    [{ latencyMs: 5, often: true }, 'often'],
    [{ latencyMs: 5, seed: 1 }, 'seed goes with probability'],
    [{ error: { code: 'X', status: 200 } }, 'error.status'],
  ])('that makes no sense is refused: %j', async (fault, why) => {
    const { status, body } = await control(await start(), 'POST', '/v1/faults', fault)
    expect([status, body['error']]).toEqual([400, expect.stringContaining(why)])
  })
})
