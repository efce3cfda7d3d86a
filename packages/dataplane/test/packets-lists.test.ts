import { afterAll, beforeAll, expect, it } from 'vitest'
import { desiredOf } from '../src/desired.js'
import { formOf } from '../src/intermediate.js'
import { routerOf } from '../src/names.js'
import { readBack } from '../src/nftables/read-back.js'
import { render } from '../src/nftables/render.js'
import { capabilitiesOf } from '../src/probe.js'
import { group, portList, prefixList, rule } from './facts.js'
import type { Stage } from './stage.js'
import { describePackets, setStage } from './stage.js'

const A = '10.0.0.1'
const B = '10.0.0.2'
const A6 = 'fd01::1'
const B6 = 'fd01::2'

describePackets('lists on real packets', () => {
  let stage: Stage

  beforeAll(async () => {
    stage = await setStage([])
    await stage.feed.change(
      group('sg-a', stage.vpc),
      group('sg-b', stage.vpc),
      stage.eni('a', [A, A6], ['sg-a']),
      stage.eni('b', [B, B6], ['sg-b']),
    )
    for (const port of [80, 443, 8500]) await stage.at('b').serve('tcp', port)
    await stage.at('b').serve('udp', 53)
  })
  afterAll(() => stage.end())

  const tcp = (host: string, port: number) => stage.at('a').tcp({ host, port })
  const fromList = rule('r', 'sg-b', { protocol: 'tcp', peer: { kind: 'prefix-list', list: 'pl-1' } })

  /** Whether the kernel holds what the facts ask for, read back by nobody who made it. */
  async function expectHeld(): Promise<void> {
    const { nat4, nat6, ipv6 } = await capabilitiesOf()
    const desired = desiredOf(stage.feed.world, stage.vpc, { ipv6 })
    if (!desired) throw new Error('nothing is desired')
    const families = [...(nat4 ? ([4] as const) : []), ...(nat6 && ipv6 ? ([6] as const) : [])]
    const held = await readBack(routerOf(stage.vpc))
    expect(render(formOf(desired, stage.mark, families), held)).toMatchObject({ transactions: [] })
  }

  it('a prefix list gains and loses an entry, and its rule follows without being touched', async () => {
    await stage.facts(fromList, prefixList('pl-1', '192.0.2.0/24'))
    expect(await tcp(B, 80)).toBe(false)
    await stage.facts(fromList, prefixList('pl-1', '192.0.2.0/24', '10.0.0.0/31'))
    expect(await tcp(B, 80)).toBe(true)
    await expectHeld()
    await stage.facts(fromList, prefixList('pl-1', '192.0.2.0/24', '10.0.0.2/31', '198.51.100.1/32'))
    expect(await tcp(B, 80)).toBe(false)
    await stage.facts(fromList, prefixList('pl-1'))
    expect(await tcp(B, 80)).toBe(false)
    await stage.facts(fromList, prefixList('pl-1', '0.0.0.0/0'))
    expect(await tcp(B, 80)).toBe(true)
  })

  it('a list speaks of its own family only', async () => {
    const everything = rule('r', 'sg-b', { peer: { kind: 'prefix-list', list: 'pl-1' } })
    await stage.facts(everything, prefixList('pl-1', '2001:db8::/32', 'fd01::/64'))
    expect(await Promise.all([tcp(B, 80), tcp(B6, 80)])).toEqual([false, true])
    await expectHeld()
    await stage.facts(everything, prefixList('pl-1', '10.0.0.0/16', '192.0.2.0/24'))
    expect(await Promise.all([tcp(B, 80), tcp(B6, 80)])).toEqual([true, false])
    await stage.facts(everything, prefixList('pl-1', '::/0'))
    expect(await Promise.all([tcp(B, 80), tcp(B6, 80)])).toEqual([false, true])
  })

  it('a port list gains and loses an entry, and its rule follows without being touched', async () => {
    const onList = rule('r', 'sg-b', { protocol: 'tcp', destinationPorts: { list: 'prl-1' } })
    const ports = () => Promise.all([tcp(B, 80), tcp(B, 443), tcp(B, 8500)])
    await stage.facts(onList, portList('prl-1', '80'))
    expect(await ports()).toEqual([true, false, false])
    await stage.facts(onList, portList('prl-1', '80', '8000-9000'))
    expect(await ports()).toEqual([true, false, true])
    await expectHeld()
    await stage.facts(onList, portList('prl-1', '443-443', '8000-9000'))
    expect(await ports()).toEqual([false, true, true])
    await stage.facts(onList, portList('prl-1'))
    expect(await ports()).toEqual([false, false, false])
  })

  it('a restarted agent adopts the sets of lists that it finds', async () => {
    await stage.facts(
      rule('r', 'sg-b', {
        protocol: 'tcp',
        peer: { kind: 'prefix-list', list: 'pl-1' },
        destinationPorts: { list: 'prl-1' },
      }),
      prefixList('pl-1', '10.0.0.0/31', '192.0.2.1/32'),
      portList('prl-1', '80', '8000-9000'),
    )
    await stage.restart()
    await stage.feed.applied()
    await expectHeld()
    expect(await Promise.all([tcp(B, 80), tcp(B, 443), tcp(B, 8500)])).toEqual([true, false, true])
  })

  it('during 100 changes of a list no probe passes that it denies throughout', async () => {
    const denied = rule('r-denied', 'sg-b', {
      protocol: 'udp',
      policy: 'drop',
      peer: { kind: 'prefix-list', list: 'pl-1' },
      destinationPorts: { list: 'prl-1' },
    })
    const allowed = rule('r-allowed', 'sg-b', { protocol: 'udp', priority: 2 })
    const lists = (change: number) => [
      prefixList('pl-1', `10.0.0.0/${16 + (change % 15)}`, `192.0.2.${change}/32`),
      portList('prl-1', '50-60', `${1000 + change}`),
    ]
    await stage.facts(denied, allowed, ...lists(0))
    // No datagram to this port was ever accepted, so that none can pass as part of an older conversation.
    await stage.at('b').serve('udp', 54)
    await stage.at('a').flood('denied', B, 54)
    for (let change = 1; change <= 100; change++) await stage.facts(denied, allowed, ...lists(change))
    const sent = await stage.at('a').stopFlood('denied')
    expect(sent).toBeGreaterThan(100)
    expect(await stage.at('b').received('udp/54')).toBe(0)
  })
})
