import type { Change, Interface } from '@sallyport/engine'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { group, rule, without } from './facts.js'
import type { Stage } from './stage.js'
import { describePackets, setStage } from './stage.js'
import { sh } from './topology.js'

const OUT = '203.0.113.1'

describePackets('several interfaces of one instance', () => {
  let stage: Stage
  const web = { protocol: 'tcp', destinationPorts: { first: 80, last: 80 } } as const

  /** The interface of instance `a` at a place. */
  const nic = (
    device: number,
    addresses: string[],
    groups: string[],
    more: Partial<Interface> = {},
  ): Change =>
    stage.eni(`a${device}`, addresses, groups, {
      ...{ instance: `i-${stage.mark}-a`, device, mac: `02:00:5e:20:00:0${device}` },
      ...more,
    })
  const first = () => nic(0, ['10.0.0.1', 'fd01::1'], ['sg-closed'])
  const second = () => nic(1, ['10.0.0.11', '10.0.0.12', 'fd01::11'], ['sg-web'])
  const third = () => nic(2, ['10.0.0.21'], ['sg-web'])
  const links = () => sh(`ip -n ${stage.namespace('a')} -o link`)
  const fromB = (host: string) => stage.at('b').tcp({ host, port: 80, timeout: 0.8 })

  beforeAll(async () => {
    stage = await setStage([`${OUT}/32`], { uplinkRoutes: true })
    await stage.feed.change(
      group('sg-closed', stage.vpc),
      group('sg-web', stage.vpc),
      group('sg-b', stage.vpc),
      rule('r-web', 'sg-web', web),
      rule('r-web6', 'sg-web', { ...web, peer: { kind: 'cidr', cidr: '::/0' } }),
      rule('r-b', 'sg-b', { ...web, peer: { kind: 'group', group: 'sg-web' } }),
      stage.eni('b', ['10.0.0.2', 'fd01::2'], ['sg-b']),
      first(),
      second(),
    )
    await stage.at('a').serve('tcp', 80)
    await stage.at('b').serve('tcp', 80)
    await stage.outside.station.serve('tcp', 80)
  })
  afterAll(() => stage.end())

  it('each is judged by its own groups, at each of its addresses, and answers by itself', async () => {
    expect(await Promise.all(['10.0.0.1', '10.0.0.11', '10.0.0.12'].map(fromB))).toEqual([false, true, true])
    expect(await Promise.all(['fd01::1', 'fd01::11'].map(fromB))).toEqual([false, true])
  })

  it('what is sent goes by the interface whose address it has, else by the primary one', async () => {
    const to = { host: '10.0.0.2', port: 80, timeout: 0.8 }
    // Only members of sg-web may reach b: the second interface, not the first.
    expect(await stage.at('a').tcp(to)).toBe(false)
    expect(await stage.at('a').tcp({ ...to, source: '10.0.0.1' })).toBe(false)
    expect(await stage.at('a').tcp({ ...to, source: '10.0.0.11' })).toBe(true)
    expect(await stage.at('a').tcp({ ...to, source: '10.0.0.12' })).toBe(true)
    expect(await stage.at('a').tcp({ host: OUT, port: 80, source: '10.0.0.11' })).toBe(true)
    expect(await stage.at('a').tcp({ host: OUT, port: 80 })).toBe(true)
  })

  it('what is bound to an interface goes by it', () => {
    const route = (more: string) =>
      sh(`ip -n ${stage.namespace('a')} route get ${OUT} ${more}`).split('\n')[0]
    expect(route('')).toContain('dev eth0 src 10.0.0.1')
    expect(route('oif eth1')).toContain('dev eth1 table 83001 src 10.0.0.11')
    expect(route('from 10.0.0.12')).toContain('dev eth1 table 83001')
  })

  it('others come and go, and get and lose addresses, without a word lost on the rest', async () => {
    expect(await stage.at('b').open('kept', { host: '10.0.0.11', port: 80 })).toBe(true)
    const before = links()
    await stage.feed.change(third())
    expect(await fromB('10.0.0.21')).toBe(true)
    await stage.feed.change(nic(2, ['10.0.0.21', '10.0.0.22'], ['sg-web']))
    expect(await fromB('10.0.0.22')).toBe(true)
    await stage.feed.change(third())
    expect(await fromB('10.0.0.22')).toBe(false)
    expect(await stage.at('b').say('kept')).toBe(true)
    await stage.feed.change(without(third()))
    expect(await fromB('10.0.0.21')).toBe(false)
    expect(await stage.at('b').say('kept')).toBe(true)
    // Indexes of links are never used twice: nothing was made anew.
    expect(links()).toBe(before)
  })

  it('an interface moves to another instance with its addresses', async () => {
    await stage.feed.change(third())
    const moved = { instance: `i-${stage.mark}-b`, device: 1 }
    await stage.feed.change(nic(2, ['10.0.0.21'], ['sg-web'], moved))
    expect(links()).not.toContain('eth2')
    expect(await stage.at('a').tcp({ host: '10.0.0.21', port: 80, source: '10.0.0.11' })).toBe(true)
    await stage.feed.change(without(third()))
  })

  it('a new agent adopts them as they are', async () => {
    expect(await stage.at('b').open('adopted', { host: '10.0.0.12', port: 80 })).toBe(true)
    const state = () =>
      sh(`n=${stage.namespace('a')}; ip -n $n -o addr; ip -n $n rule; ip -n $n route show table all`)
    const before = state()
    stage.feed.reports.length = 0
    await stage.restart()
    await expect.poll(() => stage.feed.reports.at(-1)?.errors, { timeout: 15_000 }).toEqual([])
    expect(state()).toBe(before)
    expect(await stage.at('b').say('adopted')).toBe(true)
  })

  it('stopped, the instance loses all of them; nothing complained meanwhile', async () => {
    const stop = [nic(0, ['10.0.0.1'], ['sg-closed'], { running: false })]
    await stage.feed.change(...stop, nic(1, ['10.0.0.11'], ['sg-web'], { running: false }))
    expect(sh('ip netns list')).not.toContain(stage.namespace('a'))
    expect(stage.complaints).toEqual([])
  })
})
