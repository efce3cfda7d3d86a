import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { control, mustControl, withAdmin } from './control-calls.js'
import { newGroup, region } from './group-calls.js'
import { testServer, type TestServer } from './harness.js'

let server: TestServer
let group: string
let rule: string
beforeEach(async () => {
  server = await testServer(withAdmin)
  group = await newGroup(server)
  const permission = { IpProtocol: 'tcp', PortRange: '22/22', SourceCidrIp: '0.0.0.0/0' }
  await server.ok('AuthorizeSecurityGroup', {
    ...{ RegionId: region, SecurityGroupId: group, Permissions: [permission] },
  })
  const { rules } = await mustControl(server, 'GET', '/v1/state')
  rule = (rules as { id: string }[])[0]?.id ?? ''
})
afterEach(() => server.stop())

const reading = (packets: number, more: object = {}) => ({
  ...{ counter: 'vpc-1 hit-i-1', direction: 'ingress', kind: 'rule', rule, groups: [group], staged: false },
  ...{ packets, bytes: packets * 60, ...more },
})

const report = (counts: readonly object[], host = 'h1') =>
  mustControl(server, 'POST', '/v1/hits', { host, counts })

interface Told {
  readonly rule: string | null
  readonly packets: number
  readonly bytes: number
  readonly since: string | null
  readonly lastHit: string | null
}

const hits = async (): Promise<readonly Told[]> =>
  (await mustControl(server, 'GET', `/v1/hits?group=${group}`))['hits'] as Told[]

const packets = async () => (await hits()).map((one) => one.packets)

describe('hits of a rule', () => {
  it('are what counters grew by, however often the same is reported', async () => {
    for (const value of [5, 5, 8, 8]) await report([reading(value)])
    expect(await hits()).toMatchObject([{ rule, packets: 8, bytes: 480 }])
  })

  it('go on when a counter begins anew', async () => {
    for (const value of [5, 2, 3]) await report([reading(value)])
    expect(await packets()).toEqual([8])
  })

  it('are those of all hosts, and of all counters of a host', async () => {
    await report([reading(1), reading(2, { counter: 'vpc-2 hit-i-1' })])
    await report([reading(4)], 'h2')
    expect(await packets()).toEqual([7])
  })

  it('outlive a restart of the server, and are then not counted twice', async () => {
    await report([reading(5)])
    await server.restart()
    await report([reading(6)])
    expect(await packets()).toEqual([6])
  })

  it('tell since when a rule was never hit, and when it was last', async () => {
    expect(await hits()).toMatchObject([{ rule, packets: 0, since: null, lastHit: null }])
    await report([reading(0)])
    const [never] = await hits()
    expect([never?.since, never?.lastHit]).toEqual([expect.stringMatching(/^\d{4}-/), null])
    await report([reading(1)])
    const [hit] = await hits()
    expect(hit?.since).toBe(never?.since)
    expect(hit?.lastHit).toMatch(/^\d{4}-/)
    await report([reading(1)])
    expect((await hits())[0]?.lastHit).toBe(hit?.lastHit)
  })

  it('stand beside those of defaults, and what audit only counted is told apart', async () => {
    const implicit = { kind: 'default', rule: '' }
    await report([
      reading(1),
      reading(2, { counter: 'a', staged: true }),
      reading(3, { counter: 'b', ...implicit, groups: ['sg-other', group] }),
      reading(4, { counter: 'c', ...implicit, groups: ['sg-other'] }),
    ])
    expect(await hits()).toMatchObject([
      { rule, staged: false, packets: 1 },
      { rule, staged: true, packets: 2 },
      { rule: null, kind: 'default', groups: [group, 'sg-other'].sort(), packets: 3 },
    ])
  })

  it('make no revision', async () => {
    const before = await mustControl(server, 'GET', '/v1/status')
    await report([reading(5)])
    expect((await mustControl(server, 'GET', '/v1/status'))['revision']).toBe(before['revision'])
  })

  it('go with the rule', async () => {
    await report([reading(5)])
    await server.ok('RevokeSecurityGroup', {
      ...{ RegionId: region, SecurityGroupId: group, SecurityGroupRuleId: [rule] },
    })
    expect(await hits()).toEqual([])
  })

  it('are refused where they are malformed, and of no group that is not there', async () => {
    const send = (counts: unknown) => control(server, 'POST', '/v1/hits', { host: 'h1', counts })
    expect((await send([reading(-1)])).status).toBe(400)
    expect((await send([reading(1, { direction: 'up' })])).status).toBe(400)
    expect((await control(server, 'GET', '/v1/hits?group=sg-none')).status).toBe(404)
  })
})
