import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { adminToken, control, mustControl, withAdmin } from './control-calls.js'
import { newGroup } from './group-calls.js'
import { testServer, type TestServer } from './harness.js'
import { counter, expositionOf, histogram } from '../src/metrics/exposition.js'

let server: TestServer
beforeEach(async () => {
  server = await testServer(withAdmin)
})
afterEach(() => server.stop())

const metrics = async (): Promise<readonly string[]> =>
  String((await mustControl(server, 'GET', '/metrics'))['text']).split('\n')

/** The value of a series, as it is written. */
const valueOf = (lines: readonly string[], series: string): string | undefined =>
  lines.find((line) => line.startsWith(`${series} `))?.slice(series.length + 1)

const report = {
  ...{ host: 'h1', epoch: '', revision: 1, at: '2026-01-01T00:00:00Z', errors: ['no space'] },
  ...{ can: { ipv6: true, nat6: false }, enforces: true, bound: 2, tookMs: 30 },
}

async function reportNow(more: object = {}): Promise<void> {
  const { epoch, revision } = await mustControl(server, 'GET', '/v1/status')
  await mustControl(server, 'POST', '/v1/agents', { ...report, epoch, revision, ...more })
}

describe('the metrics', () => {
  it('count requests by operation and code, whatever an unknown operation is called', async () => {
    await newGroup(server)
    await newGroup(server)
    const refused = { RegionId: 'cn-hangzhou', SecurityGroupId: 'sg-none' }
    await server.call('DescribeSecurityGroupAttribute', refused)
    await server.call('NoSuchThing"\n', {})
    const lines = await metrics()
    const series = (operation: string, code: string, product = 'Ecs') =>
      `sallyport_requests_total{product="${product}",operation="${operation}",code="${code}"}`
    expect(valueOf(lines, series('CreateSecurityGroup', 'OK'))).toBe('2')
    const code = 'InvalidSecurityGroupId.NotFound'
    expect(valueOf(lines, series('DescribeSecurityGroupAttribute', code))).toBe('1')
    expect(lines.join('\n')).not.toContain('NoSuchThing')
    expect(valueOf(lines, 'sallyport_request_duration_seconds_count')).toBe('4')
  })

  it('tell revisions, how far agents are behind, how long they took and what they met', async () => {
    await reportNow({ drifts: { count: 3, last: null } })
    await newGroup(server)
    const lines = await metrics()
    const revision = Number(valueOf(lines, 'sallyport_revision'))
    expect(valueOf(lines, 'sallyport_agent_applied_revision{host="h1"}')).toBe(String(revision - 1))
    expect(valueOf(lines, 'sallyport_agent_lag_revisions{host="h1"}')).toBe('1')
    expect(valueOf(lines, 'sallyport_agent_errors{host="h1"}')).toBe('1')
    expect(valueOf(lines, 'sallyport_agent_drifts_total{host="h1"}')).toBe('3')
    expect(valueOf(lines, 'sallyport_agent_apply_seconds_bucket{le="0.05"}')).toBe('1')
    expect(valueOf(lines, 'sallyport_agent_apply_seconds_bucket{le="0.025"}')).toBe('0')
    expect(Number(valueOf(lines, 'sallyport_commit_revisions_count'))).toBeGreaterThan(0)
  })

  it('are told to whoever has the token only, and hold no secret', async () => {
    const { status } = await fetch(`${server.running.admin}/metrics`)
    expect(status).toBe(401)
    expect((await metrics()).join('\n')).not.toContain(adminToken)
  })

  it('have the text format of Prometheus: cumulated buckets, escaped labels, a bound on series', () => {
    const sizes = histogram('sizes', 'Sizes.', [1, 2])
    for (const size of [1, 2, 2, 3]) sizes.observe(size)
    const hosts = counter('hosts_total', 'Hosts.')
    hosts.add({ host: 'a"\\\n' })
    expect(expositionOf([sizes, hosts])).toBe(
      [
        ...[
          '# HELP sizes Sizes.',
          '# TYPE sizes histogram',
          'sizes_bucket{le="1"} 1',
          'sizes_bucket{le="2"} 3',
        ],
        ...['sizes_bucket{le="+Inf"} 4', 'sizes_sum 8', 'sizes_count 4'],
        ...[
          '# HELP hosts_total Hosts.',
          '# TYPE hosts_total counter',
          'hosts_total{host="a\\"\\\\\\n"} 1',
          '',
        ],
      ].join('\n'),
    )
    for (let host = 0; host < 6000; host++) hosts.add({ host: `h${host}` })
    const lines = hosts.lines()
    expect(lines).toHaveLength(2 + 5001)
    expect(lines.at(-1)).toBe('hosts_total{host="other"} 1001')
  })
})

describe('the health', () => {
  it('says what each host can, what is asked of it and what is in force', async () => {
    await reportNow()
    await reportNow({ host: 'h2', errors: [] })
    await reportNow({ host: 'h3', errors: [], can: null, enforces: false })
    const before = await mustControl(server, 'GET', '/v1/health')
    expect(before).toMatchObject({
      status: 'ok',
      hosts: [
        {
          host: 'h1',
          status: 'errors',
          can: { ipv6: true, nat6: false },
          errors: ['no space'],
          lag: 0,
          bound: 2,
        },
        { host: 'h2', status: 'in force', lag: 0 },
        { host: 'h3', status: 'not enforced', can: null },
      ],
    })
    await newGroup(server)
    const { revision, hosts } = await mustControl(server, 'GET', '/v1/health')
    expect((hosts as object[])[1]).toMatchObject({
      ...{ status: 'behind', asked: revision, inForce: Number(revision) - 1, lag: 1 },
    })
  })

  it('says no more than that the server answers to whoever has no token', async () => {
    await reportNow()
    const response = await fetch(`${server.running.admin}/v1/health`)
    expect(await response.json()).toEqual({ status: 'ok' })
    expect((await control(server, 'POST', '/v1/health')).status).toBe(405)
  })
})
