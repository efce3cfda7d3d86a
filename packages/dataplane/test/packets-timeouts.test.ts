import type { Change, ConnectionTimeouts } from '@sallyport/engine'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { group, rule } from './facts.js'
import type { Stage } from './stage.js'
import { describePackets, setStage } from './stage.js'
import { sh } from './topology.js'

const OUT = '203.0.113.1'
const addresses: Readonly<Record<string, string>> = { a: '10.0.0.1', b: '10.0.0.2', c: '10.0.0.3' }
const short: ConnectionTimeouts = { tcpEstablished: 60, tcpClosed: 3, udp: 10 }
const long: ConnectionTimeouts = { tcpEstablished: 910, tcpClosed: 15, udp: 100 }

/** Where the kernel tells of connections: family, its number, protocol, its number, seconds left, ends. */
const TABLE = '/proc/net/nf_conntrack'

describePackets('timeouts of interfaces', () => {
  let stage: Stage
  const nics = (times: Partial<Record<string, ConnectionTimeouts>> = { b: short, c: long }): Change[] =>
    Object.entries(addresses).map(([name, address], index) =>
      stage.eni(name, [address], ['sg'], {
        ...(times[name] && { timeouts: times[name] }),
        mac: `02:00:5e:30:00:0${index}`,
      }),
    )

  beforeAll(async () => {
    stage = await setStage([`${OUT}/32`])
    await stage.feed.change(group('sg', stage.vpc), rule('r', 'sg'), ...nics())
    for (const name of ['a', 'b', 'c']) {
      for (const port of [80, 81]) await stage.at(name).serve('tcp', port)
      await stage.at(name).serve('udp', 53)
    }
    await stage.outside.station.serve('udp', 53, OUT)
  })
  afterAll(() => stage.end())

  /** Seconds that the router still remembers what one sent to an address and port: the most of all connections. */
  function remembered(protocol: 'tcp' | 'udp', from: string, host: string, port: number): number {
    const times = sh(`nsenter --net=/run/netns/sp-${stage.vpc} cat ${TABLE}`)
      .split('\n')
      .filter((line) => line.includes(` ${protocol} `))
      .filter(
        (line) => line.includes(` src=${addresses[from]} dst=${host} `) && line.includes(` dport=${port} `),
      )
      .map((line) => Number(line.split(/\s+/)[4]))
    return Math.max(...times)
  }
  const udpTo = async (from: string, host: string): Promise<number> => {
    expect(await stage.at(from).udp({ host, port: 53 })).not.toBe(false)
    return remembered('udp', from, host, 53)
  }
  const tcpTo = async (from: string, host: string, port = 80): Promise<number> => {
    expect(await stage.at(from).open(`${from} ${host} ${port}`, { host, port })).toBe(true)
    expect(await stage.at(from).say(`${from} ${host} ${port}`)).toBe(true)
    return remembered('tcp', from, host, port)
  }
  /** At most so many seconds, and more than the next shorter time that could have been meant. */
  const within = (seconds: number, most: number, least: number): void => {
    expect(seconds).toBeLessThanOrEqual(most)
    expect(seconds).toBeGreaterThan(least)
  }

  it('the default ones hold for connections that no other is told of', async () => {
    await stage.feed.change(...nics({}))
    within(await udpTo('a', '10.0.0.2'), 30, 10)
    within(await tcpTo('a', '10.0.0.3', 81), 910, 60)
    await stage.feed.change(...nics())
  })

  it('a connection is forgotten by the shorter time of its two ends', async () => {
    within(await tcpTo('a', '10.0.0.2'), 60, 0)
    within(await tcpTo('b', '10.0.0.3'), 60, 0)
    within(await tcpTo('a', '10.0.0.3'), 910, 60)
    within(await udpTo('c', '10.0.0.2'), 10, 0)
    within(await udpTo('a', '10.0.0.3'), 30, 10)
  })

  it('towards outside the interface alone says how long', async () => {
    within(await udpTo('c', OUT), 100, 30)
    within(await udpTo('b', OUT), 10, 0)
  })

  it('what the kernel holds reads back as what was sent, and goes when it is not wanted', async () => {
    const rules = () => sh(`nsenter --net=/run/netns/sp-${stage.vpc} nft list table inet sallyport`)
    const before = rules()
    expect(before).toContain('ct timeout tcp-60-3')
    stage.feed.reports.length = 0
    await stage.restart()
    await expect.poll(() => stage.feed.reports.at(-1)?.errors, { timeout: 15_000 }).toEqual([])
    expect(rules()).toBe(before)
    await stage.feed.change(...nics({}))
    expect(rules()).not.toContain('ct timeout')
    expect(stage.complaints).toEqual([])
  })
})
