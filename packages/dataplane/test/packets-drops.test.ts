import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Denied } from '../src/denied.js'
import { eventually } from './eventually.js'
import { group, rule } from './facts.js'
import type { Stage } from './stage.js'
import { describePackets, setStage } from './stage.js'

const A = '10.0.0.1'
const B = '10.0.0.2'
const A6 = 'fd01::1'
const B6 = 'fd01::2'

describePackets('denied flows', () => {
  let stage: Stage

  const drop = rule('r-drop', 'sg-a', {
    ...{ direction: 'egress', policy: 'drop', protocol: 'udp' },
    destinationPorts: { first: 53, last: 53 },
  })

  beforeAll(async () => {
    stage = await setStage([], { dropsEvery: 100 })
    await stage.feed.change(stage.eni('a', [A, A6], ['sg-a']), stage.eni('b', [B, B6], ['sg-b']))
    await stage.facts(group('sg-a', stage.vpc), group('sg-b', stage.vpc), drop)
  })
  afterAll(() => stage.end())

  /** What was told of flows to a port, without when and where from. */
  const toldOf = (port: number, destination = B): object[] =>
    stage.feed.drops
      .filter((one) => one.destinationPort === port && one.destination === destination)
      .map(({ at: _, sourcePort: __, ...rest }: Denied) => rest)

  it('are told with their five-tuple, the interface and the rule that denied them', async () => {
    // The agent listens from its first look on that finds the VPC.
    await eventually(async () => {
      await stage.at('a').udp({ host: B, port: 53 })
      return toldOf(53).length
    }).toBeGreaterThan(0)
    expect(toldOf(53).at(-1)).toEqual({
      ...{ vpc: stage.vpc, protocol: 17, source: A, destination: B, destinationPort: 53 },
      ...{ interface: `eni-${stage.mark}-a`, instance: `i-${stage.mark}-a`, direction: 'egress' },
      ...{ reason: 'rule', rule: 'r-drop', group: 'sg-a' },
    })
    expect(stage.feed.drops.at(-1)?.sourcePort).toBeGreaterThan(0)
  })

  it('are told of the receiver where its default denied them, in either family', async () => {
    await Promise.all([stage.at('a').tcp({ host: B, port: 81 }), stage.at('a').tcp({ host: B6, port: 82 })])
    await eventually(() => Math.min(toldOf(81).length, toldOf(82, B6).length)).toBeGreaterThan(0)
    for (const told of [toldOf(81)[0], toldOf(82, B6)[0]]) {
      expect(told).toMatchObject({
        ...{ protocol: 6, interface: `eni-${stage.mark}-b`, direction: 'ingress' },
        ...{ reason: 'default', rule: null },
      })
    }
  })

  it('are not told of what passes', async () => {
    await stage.at('b').serve('tcp', 90)
    const accept = rule('r-in', 'sg-b', { protocol: 'tcp', destinationPorts: { first: 90, last: 90 } })
    await stage.facts(group('sg-a', stage.vpc), group('sg-b', stage.vpc), drop, accept)
    expect(await stage.at('a').tcp({ host: B, port: 90 })).toBe(true)
    await stage.at('a').tcp({ host: B, port: 91 })
    await eventually(() => toldOf(91).length).toBeGreaterThan(0)
    expect(toldOf(90)).toEqual([])
  })

  it('are told by the next agent, too', async () => {
    await stage.restart({ dropsEvery: 100 })
    await eventually(async () => {
      await stage.at('a').udp({ host: B, port: 99 })
      return toldOf(99).length
    }).toBeGreaterThan(0)
  })
})
