import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { tearDown } from '../src/index.js'
import { built } from './built.js'
import { eventually } from './eventually.js'
import { group, rule, without } from './facts.js'
import type { Farm } from './own-links.js'
import { askAgent, makeFarm } from './own-links.js'
import type { Stage } from './stage.js'
import { describePackets, setStage } from './stage.js'
import { sh } from './topology.js'

const guests = {
  a: { mac: '02:00:00:00:00:0a', v4: '10.0.0.10', v6: 'fd01::a' },
  b: { mac: '02:00:00:00:00:0b', v4: '10.0.0.11', v6: 'fd01::b' },
  c: { mac: '02:00:00:00:00:0c', v4: '10.0.0.12', v6: 'fd01::c' },
}
type Name = keyof typeof guests

describePackets('links of others that lead to interfaces', () => {
  let stage: Stage
  let farm: Farm
  let before: string

  const ask = (method: string, path: string, body?: unknown) => askAgent(farm.state, method, path, body)
  const id = (name: Name): string => `eni-${stage.mark}-${name}`
  const fact = (name: Name, groups: string[], more = {}) =>
    stage.eni(name, [guests[name].v4, guests[name].v6], groups, { mac: guests[name].mac, ...more })
  const bind = (name: Name) =>
    ask('POST', '/v1/bindings', { interface: id(name), link: `v${name}`, netns: farm.host })
  const opens = (from: Name | 'host', to: string, port: number) => farm.at(from).tcp({ host: to, port })
  const web = (rest = {}) =>
    rule('web', 'sg-b', { protocol: 'tcp', destinationPorts: { first: 80, last: 80 }, ...rest })

  beforeAll(async () => {
    farm = makeFarm(guests, 'routed')
    // Rules of another's, and marks of another's on every connection.
    farm.inside(`nft -f - <<X
table inet theirs {
  chain f { type filter hook forward priority -10; policy accept; ct mark set ct mark or 0x5; meta mark set 0x77; }
  chain g { type filter hook forward priority 10; policy accept; meta mark != 0x77 counter drop; ct mark and 0xf != 0x5 drop; }
}
X`)
    stage = await setStage([], { state: farm.state, lookEvery: 200, countEvery: 200 })
    await stage.feed.change(
      group('sg-a', stage.vpc),
      group('sg-b', stage.vpc),
      web({ peer: { kind: 'group', group: 'sg-a' } }),
      fact('a', ['sg-a'], { running: false }),
      fact('b', ['sg-b'], { running: false, timeouts: { tcpEstablished: 100, tcpClosed: 5, udp: 40 } }),
    )
    for (const name of ['a', 'b', 'c'] as const)
      for (const port of [80, 81]) await farm.at(name).serve('tcp', port)
    await farm.at('host').serve('tcp', 90)
    for (const name of ['b', 'c'] as const) await farm.at(name).serve('udp', 53)
    before = farm.rules()
  })
  afterAll(async () => {
    await stage.end()
    farm.remove()
  })

  it('before anything is bound everything passes and nothing is there', async () => {
    expect([await opens('a', '10.0.0.11', 81), (await ask('GET', '/v1/bindings')).body]).toEqual([
      true,
      { bindings: [] },
    ])
  })

  it('what is bound obeys its groups in both directions, over IPv4 and IPv6', async () => {
    expect(await bind('b')).toMatchObject({ status: 200, body: { state: 'enforced', bridge: null } })
    for (const address of ['10.0.0.11', 'fd01::b']) {
      const tries = () => Promise.all([80, 81].map((port) => opens('a', address, port)))
      expect(await tries()).toEqual([true, false])
    }
    await stage.feed.change(rule('out', 'sg-b', { direction: 'egress', policy: 'drop', protocol: 'tcp' }))
    expect(await opens('b', '10.0.0.10', 80)).toBe(false)
    await stage.feed.change({ kind: 'rule', id: 'out', value: null })
    expect(await opens('b', '10.0.0.10', 80)).toBe(true)
  })

  it("the host's own packets to and from a bound link are judged, too", async () => {
    expect(await opens('host', '10.0.0.11', 80)).toBe(false)
    expect(await opens('b', '192.0.2.1', 90)).toBe(true)
  })

  it('remote groups are known by their members, wherever these are', async () => {
    await stage.feed.change(fact('a', []))
    expect(await opens('a', '10.0.0.11', 80)).toBe(false)
    await stage.feed.change(fact('a', ['sg-a'], { running: false }))
    expect(await opens('a', '10.0.0.11', 80)).toBe(true)
  })

  it('links that are not bound are left alone, and so are the marks of others', async () => {
    expect(await opens('a', '10.0.0.12', 81)).toBe(true)
    expect(await opens('c', '10.0.0.10', 81)).toBe(true)
    expect(farm.rules()).toMatch(/counter packets 0 bytes 0 drop/)
  })

  it('a source that is not the interface’s is dropped', async () => {
    await farm.at('b').spoof('10.0.0.10', '10.0.0.12', 53)
    await farm.at('b').spoof('10.0.0.11', '10.0.0.12', 53)
    await eventually(() => farm.at('c').received('udp/53')).toBe(1)
  })

  it('a connection ends with the change that revokes it, and connections keep their times', async () => {
    expect(await farm.at('a').open('kept', { host: '10.0.0.11', port: 80 })).toBe(true)
    expect(farm.inside('cat /proc/net/nf_conntrack 2>/dev/null || conntrack -L 2>/dev/null')).toMatch(
      /tcp +6 (100|9\d) ESTABLISHED src=10.0.0.10 dst=10.0.0.11/,
    )
    await stage.feed.change(web({ destinationPorts: { first: 79, last: 79 } }))
    expect(await farm.at('a').say('kept')).toBe(false)
    await stage.feed.change(web({ peer: { kind: 'group', group: 'sg-a' } }))
    expect(await farm.at('a').say('kept')).toBe(true)
  })

  it('what is bound, closed or away is told, and what cannot be bound is refused with what to do', async () => {
    const status = async (more: object, name = 'x') =>
      ask('POST', '/v1/bindings', { interface: id(name as Name), link: 'va', netns: farm.host, ...more })
    expect(await status({ link: 'nope' })).toMatchObject({
      status: 404,
      body: { error: `there is no link nope in namespace ${farm.host}`, hint: 'There are: va, vb, vc.' },
    })
    expect(await status({ netns: 'spt-nowhere' })).toMatchObject({ status: 404 })
    expect(await status({ link: 'vb' })).toMatchObject({
      status: 409,
      body: { error: `link vb in ${farm.host} is bound to ${id('b')} already` },
    })
    expect(await status({ link: 'va' }, 'b')).toMatchObject({ status: 409 })
    expect(await status({ link: 'lo' })).toMatchObject({ status: 400 })
    expect(await status({ netns: '../../etc' })).toMatchObject({ status: 400 })
    expect(await status({ confirmWithin: 1 })).toMatchObject({ status: 400 })
    expect((await ask('DELETE', '/v1/bindings/eni-none')).status).toBe(404)
    expect((await ask('GET', '/v1/other')).status).toBe(404)
  })

  it('an interface that the server does not know passes nothing until it does', async () => {
    const link = { interface: id('c'), link: 'vc', netns: farm.host }
    expect((await ask('POST', '/v1/bindings', link)).body['state']).toBe('closed')
    expect([await opens('a', '10.0.0.12', 81), await opens('c', '10.0.0.10', 81)]).toEqual([false, false])
    expect(stage.feed.reports.at(-1)?.errors).toEqual([
      `vc in ${farm.host} passes nothing for ${id('c')}: the server does not know the interface`,
    ])
    const { errors } = await stage.feed.change(fact('c', ['sg-a'], { running: false }))
    expect([errors, await opens('c', '10.0.0.11', 80), await opens('c', '10.0.0.10', 81)]).toEqual([
      [],
      true,
      true,
    ])
    await ask('DELETE', `/v1/bindings/${id('c')}`)
  })

  it('what a bound link drops is told, and what its rules decide is counted', async () => {
    await opens('a', '10.0.0.11', 81)
    await eventually(() => stage.feed.drops.at(-1)).toMatchObject({
      ...{ vpc: stage.vpc, source: '10.0.0.10', destination: '10.0.0.11', destinationPort: 81 },
      ...{ interface: id('b'), direction: 'ingress', reason: 'default' },
    })
    await opens('a', '10.0.0.11', 80)
    const hits = () => [...stage.feed.counts.values()].filter(({ rule: of }) => of === 'web')
    await eventually(() => hits()[0]?.packets ?? 0).toBeGreaterThan(0)
  })

  it('nothing denied passes, and nothing allowed is lost, while rules and members change', async () => {
    const sent = () => farm.at('b').received('udp/53')
    await stage.feed.change(
      rule('dns', 'sg-b', {
        ...{ protocol: 'udp', destinationPorts: { first: 53, last: 53 } },
        peer: { kind: 'cidr', cidr: '10.0.0.12/32' },
      }),
    )
    await farm.at('b').serve('udp', 54)
    expect(await farm.at('c').udp({ host: '10.0.0.11', port: 53 })).toBe('10.0.0.12')
    // What a busy receiver has no room for has passed all the same.
    const overrun = (): number => {
      const text = sh(`nsenter --net=/run/netns/${farm.guest('b')} sh -c 'grep ^Udp: /proc/net/snmp'`)
      const [names = [], values = []] = text.split('\n').map((line) => line.split(' '))
      return Number(values[names.indexOf('RcvbufErrors')])
    }
    const overrunBefore = overrun()
    const before = await sent()
    await farm.at('a').flood('denied', '10.0.0.11', 54)
    await farm.at('c').flood('allowed', '10.0.0.11', 53)
    for (let change = 0; change < 60; change++) {
      await stage.feed.change(
        rule('noise', 'sg-b', {
          protocol: 'udp',
          priority: 1 + (change % 50),
          destinationPorts: { first: 100, last: 100 + change },
        }),
        stage.eni('d', [`10.0.1.${change}`], ['sg-a'], { running: false }),
      )
    }
    const [denied, allowed] = [
      await farm.at('a').stopFlood('denied'),
      await farm.at('c').stopFlood('allowed'),
    ]
    expect([denied > 100, allowed > 100]).toEqual([true, true])
    // The last one may have left while it was not counted yet.
    await eventually(async () => (await sent()) - before + overrun() - overrunBefore).toBeGreaterThanOrEqual(
      allowed,
    )
    expect(await farm.at('b').received('udp/54')).toBe(0)
    await stage.feed.change(without(rule('dns', 'sg-b')), without(rule('noise', 'sg-b')))
  })

  it('what another hand changed is put back', async () => {
    farm.inside('nft flush chain inet sallyport judge-through')
    await eventually(() => stage.feed.reports.at(-1)?.drifts.last?.what).toBe(
      'chain judge-through is changed',
    )
    await eventually(() => opens('a', '10.0.0.11', 81)).toBe(false)
    farm.inside('nft delete table inet sallyport')
    await eventually(() => opens('a', '10.0.0.11', 81)).toBe(false)
  })

  it('a bound interface whose instance runs is not made as a namespace; unbound, it is', async () => {
    const made = () => sh('ip netns list').includes(stage.namespace('b'))
    expect((await stage.feed.change(fact('b', ['sg-b']))).errors).toEqual([])
    expect(made()).toBe(false)
    expect((await ask('DELETE', `/v1/bindings/${id('b')}`)).status).toBe(200)
    expect(made()).toBe(true)
    expect(await bind('b')).toMatchObject({ status: 200 })
    expect(made()).toBe(false)
    await stage.feed.change(fact('b', ['sg-b'], { running: false }))
  })

  it('killed, the agent leaves its rules; the next one adopts them without a change', async () => {
    const handles = () =>
      farm.inside('nft -a list table inet sallyport').replaceAll(/(packets|bytes) \d+/g, '')
    await stage.agent.stop()
    const child = await startBuilt()
    const held = handles()
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await opens('a', '10.0.0.11', 81)).toBe(false)
    expect(await farm.at('a').say('kept')).toBe(true)
    await stage.restart()
    expect((await ask('GET', '/v1/bindings')).body).toMatchObject({ bindings: [{ interface: id('b') }] })
    expect([handles(), await farm.at('a').say('kept')]).toEqual([held, true])
  })

  it('unbound, all is as it was before', async () => {
    expect((await ask('DELETE', `/v1/bindings/${id('b')}`)).status).toBe(200)
    expect(farm.rules().replaceAll(/packets \d+ bytes \d+/g, '')).toBe(
      before.replaceAll(/packets \d+ bytes \d+/g, ''),
    )
    expect(await opens('a', '10.0.0.11', 81)).toBe(true)
    expect(JSON.parse(readFileSync(join(farm.state, 'bindings.json'), 'utf8'))).toMatchObject({
      bindings: [],
      places: [],
    })
  })

  it('a table of ours without our mark is refused and left', async () => {
    farm.inside('nft add table inet sallyport')
    expect(await bind('b')).toMatchObject({
      status: 409,
      body: { error: expect.stringContaining(`is not marked ${stage.mark}: remove it`) as string },
    })
    farm.inside('nft add chain inet sallyport owner-abcd')
    expect((await bind('b')).body['error']).toContain("is another agent's, marked abcd: bind by that one")
    expect((await ask('GET', '/v1/bindings')).body).toEqual({ bindings: [] })
    farm.inside('nft delete table inet sallyport')
  })

  it('tearing down takes bindings away', async () => {
    expect(await bind('b')).toMatchObject({ status: 200 })
    await stage.agent.stop()
    await tearDown(stage.mark, { uplinkNetns: stage.outside.namespace, state: farm.state })
    expect(farm.rules().replaceAll(/packets \d+ bytes \d+/g, '')).toBe(
      before.replaceAll(/packets \d+ bytes \d+/g, ''),
    )
  })

  /** An agent in a process of its own, from the sources as they are. */
  async function startBuilt(): Promise<ChildProcess> {
    const { feed, mark, outside } = stage
    const options = {
      ...{ feed: { url: feed.url }, token: feed.token, mark, state: farm.state },
      uplinkNetns: outside.namespace,
    }
    const script = `import { runAgent } from ${JSON.stringify(built())}
await runAgent({ ...${JSON.stringify(options)}, log: () => undefined })
console.log('ready')`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    return child
  }
})
