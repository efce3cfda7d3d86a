import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from './eventually.js'
import { group, rule } from './facts.js'
import type { Stage } from './stage.js'
import { describePackets, setStage } from './stage.js'

const A = '10.0.0.1'
const B = '10.0.0.2'

describePackets('hits of rules', () => {
  let stage: Stage

  const accept = rule('r-in', 'sg-b', { protocol: 'tcp', destinationPorts: { first: 80, last: 80 } })
  const drop = rule('r-drop', 'sg-b', {
    policy: 'drop',
    protocol: 'tcp',
    destinationPorts: { first: 81, last: 81 },
  })

  beforeAll(async () => {
    stage = await setStage([], { countEvery: 200 })
    await stage.feed.change(stage.eni('a', [A], ['sg-a']), stage.eni('b', [B], ['sg-b']))
    await stage.facts(group('sg-a', stage.vpc), group('sg-b', stage.vpc), accept, drop)
    for (const port of [80, 81, 82]) await stage.at('b').serve('tcp', port)
  })
  afterAll(() => stage.end())

  const connect = async (port: number, times = 1): Promise<void> => {
    for (let time = 0; time < times; time++) await stage.at('a').tcp({ host: B, port })
  }

  /** How many packets of new flows were counted for a rule, or for the default of B. */
  const packetsOf = (name: string, staged = false): number =>
    [...stage.feed.counts.values()]
      .filter(
        (count) => (count.rule === '' ? `${count.kind} of ${count.groups.join(' ')}` : count.rule) === name,
      )
      .filter((count) => count.direction === 'ingress' && count.staged === staged)
      .reduce((sum, { packets }) => sum + packets, 0)

  it('count each connection once, on the rule or the default that decided it', async () => {
    await connect(80, 3)
    await eventually(() => packetsOf('r-in')).toBe(3)
    expect([packetsOf('r-drop'), packetsOf('default of sg-b')]).toEqual([0, 0])
    await connect(81)
    await eventually(() => packetsOf('r-drop')).toBeGreaterThan(0)
    await connect(82)
    await eventually(() => packetsOf('default of sg-b')).toBeGreaterThan(0)
  })

  it('go on when other rules come and go, and when the agent starts anew', async () => {
    const before = packetsOf('r-in')
    const other = rule('r-other', 'sg-b', { protocol: 'udp' })
    await stage.facts(group('sg-a', stage.vpc), group('sg-b', stage.vpc), accept, drop, other)
    await connect(80)
    await stage.restart({ countEvery: 200 })
    await connect(80)
    await eventually(() => packetsOf('r-in')).toBe(before + 2)
  })

  it('are counted apart for what a group in audit lets pass', async () => {
    await stage.facts(group('sg-a', stage.vpc), group('sg-b', stage.vpc, { audit: true }), accept, drop)
    expect(await stage.at('a').tcp({ host: B, port: 81 })).toBe(true)
    await eventually(() => packetsOf('r-drop', true)).toBe(1)
    // Nothing accepts it but the default that audit leaves open: both count it.
    await eventually(() => packetsOf('default of sg-b', true)).toBe(1)
  })
})
