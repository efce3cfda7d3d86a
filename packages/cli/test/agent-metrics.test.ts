import type { Observation } from '@sallyport/dataplane'
import { afterEach, describe, expect, it } from 'vitest'
import type { AgentListener } from '../src/agent-listener.js'
import { metricsPlace, openAgentListener } from '../src/agent-listener.js'
import { createAgentMetrics } from '../src/agent-metrics.js'

const at = '2026-01-01T00:00:00Z'
const sizes = { chains: 12, rules: 30, sets: 9, elements: 40 }
const seen: Observation = {
  ...{ host: 'h1', mark: 'ab12', connected: true, lag: 2 },
  can: { ipv6: true, nat4: true, nat6: false, timeouts: true, bridges: true, drops: true },
  asked: { epoch: 'e', revision: 7 },
  applied: { epoch: 'e', revision: 5, at, tookMs: 30, errors: ['no space'] },
  drifts: { count: 1, last: { vpc: 'vpc-1', what: 'the table is gone', at } },
  sizes: [{ of: 'vpc-1', interfaces: 3, ...sizes }],
}

describe('an agent about itself', () => {
  let listener: AgentListener
  let now: Observation | null = seen
  afterEach(() => listener.close())

  async function open(): Promise<ReturnType<typeof createAgentMetrics>> {
    const metrics = createAgentMetrics()
    listener = await openAgentListener(
      metricsPlace('0', '127.0.0.1'),
      () => now,
      metrics,
      () => undefined,
    )
    return metrics
  }
  const get = (path: string, options: RequestInit = {}) => fetch(`${listener.url}${path}`, options)

  it('tells Prometheus revisions, lag, errors, drifts, how long it took, and how much is in force', async () => {
    const metrics = await open()
    metrics.applied({ epoch: 'e', revision: 5, problems: [], tookMs: 30 })
    const response = await get('/metrics')
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    const lines = (await response.text()).split('\n')
    for (const line of [
      'sallyport_agent_apply_seconds_bucket{le="0.025"} 0',
      'sallyport_agent_apply_seconds_bucket{le="0.05"} 1',
      'sallyport_agent_connected 1',
      'sallyport_agent_enforces 1',
      'sallyport_agent_asked_revision 7',
      'sallyport_agent_applied_revision 5',
      'sallyport_agent_lag_revisions 2',
      'sallyport_agent_errors 1',
      'sallyport_agent_drifts_total 1',
      'sallyport_agent_interfaces{of="vpc-1"} 3',
      'sallyport_agent_rules{of="vpc-1"} 30',
      'sallyport_agent_elements{of="vpc-1"} 40',
      'sallyport_agent_can{what="nat6"} 0',
      'sallyport_agent_can{what="drops"} 1',
    ])
      expect(lines).toContain(line)
  })

  it('answers its health: what it can do, what is asked, and what is in force', async () => {
    await open()
    expect(await (await get('/v1/health')).json()).toEqual({
      ...{ status: 'behind', host: 'h1', mark: 'ab12', can: seen.can, connected: true, epoch: 'e' },
      ...{ asked: 7, inForce: 5, lag: 2, at, tookMs: 30, errors: ['no space'], drifts: seen.drifts },
      places: seen.sizes,
    })
    const status = async (more: Partial<Observation>) => {
      now = { ...seen, ...more }
      return ((await (await get('/v1/health')).json()) as { status: string }).status
    }
    const fine = { epoch: 'e', revision: 7, at, tookMs: 1, errors: [] }
    expect([
      await status({ lag: 0 }),
      await status({ lag: 0, applied: fine }),
      await status({ asked: null, applied: null, lag: 0 }),
      await status({ can: null }),
    ]).toEqual(['errors', 'in force', 'nothing known', 'not enforced'])
  })

  it('answers nothing else, nothing long, and says when it is starting', async () => {
    await open()
    now = null
    expect((await get('/metrics')).status).toBe(503)
    now = seen
    expect((await get('/')).status).toBe(404)
    expect((await get('/metrics', { method: 'POST', body: 'x'.repeat(100_000) })).status).toBe(405)
    expect((await get(`/metrics?${'x'.repeat(9_000)}`)).status).toBe(431)
    expect((await get('/metrics', { method: 'HEAD' })).status).toBe(200)
  })

  it('is refused a place where it cannot listen', async () => {
    await open()
    const port = new URL(listener.url).port
    const again = openAgentListener(
      metricsPlace(port, '127.0.0.1'),
      () => now,
      createAgentMetrics(),
      () => undefined,
    )
    await expect(again).rejects.toThrow(/^metrics cannot be had at 127.0.0.1:\d+: .*EADDRINUSE/)
    for (const [wrong, host] of [
      ['65536', '::1'],
      ['-1', '::1'],
      ['80', 'a b'],
    ] as const)
      expect(() => metricsPlace(wrong, host)).toThrow(/^metrics are asked for at port/)
  })
})
