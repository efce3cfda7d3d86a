import type { Change } from '@sallyport/engine'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { eventually } from './eventually.js'
import { group, rule } from './facts.js'
import type { Stage } from './stage.js'
import { describePackets, setStage } from './stage.js'

const A = '10.0.0.1'
const B = '10.0.0.2'
const A6 = 'fd01::1'
const B6 = 'fd01::2'
const OUT = '203.0.113.1'
const OUT6 = '2001:db8:1::1'
const METADATA = '100.100.100.200'

describePackets('rules on real packets', () => {
  let stage: Stage

  const both = (groupsOfA: string[] = ['sg-a'], groupsOfB: string[] = ['sg-b']): Change[] => [
    stage.eni('a', [A, A6], groupsOfA),
    stage.eni('b', [B, B6], groupsOfB),
  ]
  const basic = (): Change[] => [group('sg-a', stage.vpc), group('sg-b', stage.vpc)]

  beforeAll(async () => {
    stage = await setStage([`${OUT}/32`, `${OUT6}/128`, `${METADATA}/32`], { uplinkRoutes: true })
    await stage.facts(...basic(), ...both())
    for (const name of ['a', 'b'])
      for (const port of [99, 100, 105, 110, 111]) await stage.at(name).serve('tcp', port)
    for (const name of ['a', 'b']) await stage.at(name).serve('udp', 53)
    await stage.outside.station.serve('tcp', 80)
    await stage.outside.station.serve('udp', 53, OUT)
    await stage.at('b').sniff(47)
  })
  afterAll(() => stage.end())
  beforeEach(() => stage.facts(...basic(), ...both()))

  const tcp = (host: string, port = 100, more = {}) => stage.at('a').tcp({ host, port, ...more })

  it('nothing comes in by default, and everything goes out from a basic group', async () => {
    const answers = await Promise.all([
      tcp(B),
      tcp(B6),
      stage.at('a').ping(B),
      stage.at('a').udp({ host: B, port: 53 }),
      stage.outside.station.tcp({ host: A, port: 100 }),
      tcp(OUT, 80),
      tcp(OUT6, 80),
      stage.at('a').ping(OUT),
    ])
    expect(answers).toEqual([false, false, false, false, false, true, true, true])
  })

  it('nothing goes out from an advanced group by default, even to a group that takes everything', async () => {
    await stage.facts(
      group('sg-a', stage.vpc, { type: 'advanced' }),
      group('sg-b', stage.vpc),
      rule('r', 'sg-b'),
      ...both(),
    )
    expect(await Promise.all([tcp(B), tcp(OUT, 80), stage.at('a').ping(B)])).toEqual([false, false, false])
  })

  it('connections outwards leave with the address of the router, those from outside keep theirs', async () => {
    await stage.facts(...basic(), rule('r', 'sg-a', { protocol: 'udp' }), ...both())
    expect(await stage.at('a').udp({ host: OUT, port: 53 })).toMatch(/^169\.254\./)
    const seen = await stage.outside.station.udp({ host: A, port: 53, source: OUT })
    expect(seen).toBe(OUT)
  })

  it('a group in audit drops nothing, and counts what it would drop', async () => {
    const drops = [
      rule('r', 'sg-b', { policy: 'drop', protocol: 'tcp', destinationPorts: { first: 100, last: 100 } }),
      rule('r2', 'sg-b', { policy: 'accept', protocol: 'tcp', priority: 2 }),
    ]
    await stage.facts(...basic(), ...drops, ...both())
    expect(await Promise.all([tcp(B, 100), tcp(B, 110)])).toEqual([false, true])
    const audited = group('sg-b', stage.vpc, { audit: true })
    await stage.facts(group('sg-a', stage.vpc), audited, ...drops, ...both())
    expect(await Promise.all([tcp(B, 100), tcp(B, 110)])).toEqual([true, true])
    // Nothing accepts UDP but the default that is not applied.
    expect(await stage.at('a').udp({ host: B, port: 53 })).toBeTruthy()
    // One joined group that is not in audit is enough for the default to hold.
    await stage.facts(
      ...basic(),
      audited,
      group('sg-c', stage.vpc),
      ...drops,
      ...both(['sg-a'], ['sg-b', 'sg-c']),
    )
    expect(await tcp(B, 100)).toBe(true)
    expect(await stage.at('a').udp({ host: B, port: 53 })).toBe(false)
    await stage.facts(...basic(), ...drops, ...both())
    expect(await Promise.all([tcp(B, 100), tcp(B, 110)])).toEqual([false, true])
  })

  it('a port range holds both its ends and nothing beside them', async () => {
    await stage.facts(
      ...basic(),
      rule('r', 'sg-b', { protocol: 'tcp', destinationPorts: { first: 100, last: 110 } }),
      ...both(),
    )
    expect(await Promise.all([99, 100, 110, 111].map((port) => tcp(B, port)))).toEqual([
      false,
      true,
      true,
      false,
    ])
  })

  it('a rule for one family says nothing of the other', async () => {
    await stage.facts(
      ...basic(),
      rule('r', 'sg-b', { protocol: 'tcp', peer: { kind: 'cidr', cidr: '::/0' } }),
      ...both(),
    )
    expect(await Promise.all([tcp(B), tcp(B6)])).toEqual([false, true])
  })

  it('protocols are told apart: tcp, udp, icmp, icmpv6, gre, all', async () => {
    const tries = () =>
      Promise.all([
        tcp(B),
        stage.at('a').udp({ host: B, port: 53 }),
        stage.at('a').ping(B),
        stage.at('a').ping(B6),
      ])
    const only = async (protocol: 'tcp' | 'udp' | 'icmp' | 'icmpv6' | 'gre' | 'all', cidr = '0.0.0.0/0') => {
      await stage.facts(...basic(), rule('r', 'sg-b', { protocol, peer: { kind: 'cidr', cidr } }), ...both())
      return tries()
    }
    expect(await only('tcp')).toEqual([true, false, false, false])
    expect(await only('udp')).toEqual([false, A, false, false])
    expect(await only('icmp')).toEqual([false, false, true, false])
    expect(await only('icmpv6', '::/0')).toEqual([false, false, false, true])
    expect(await only('all')).toEqual([true, A, true, false])
  })

  it('GRE passes only where a rule says so', async () => {
    await stage.at('a').raw(B, 47)
    await stage.facts(...basic(), rule('r', 'sg-b', { protocol: 'gre' }), ...both())
    await stage.at('a').raw(B, 47)
    await eventually(() => stage.at('b').received('ip/47')).toBe(1)
  })

  it('of equal priority the drop wins, in ingress and egress; a stronger accept beats a drop', async () => {
    const drop = rule('r-drop', 'sg-b', { policy: 'drop', priority: 5 })
    await stage.facts(...basic(), drop, rule('r-accept', 'sg-b', { priority: 5 }), ...both())
    expect(await tcp(B)).toBe(false)
    await stage.facts(...basic(), drop, rule('r-accept', 'sg-b', { priority: 4 }), ...both())
    expect(await tcp(B)).toBe(true)
    const out = { direction: 'egress' as const, priority: 5 }
    await stage.facts(
      ...basic(),
      rule('e1', 'sg-a', { ...out, policy: 'drop' }),
      rule('e2', 'sg-a', out),
      ...both(),
    )
    expect(await tcp(OUT, 80)).toBe(false)
  })

  it('rules of two joined groups are one list', async () => {
    const web = rule('r-web', 'sg-b', {
      protocol: 'tcp',
      priority: 10,
      destinationPorts: { first: 100, last: 111 },
    })
    const deny = rule('r-deny', 'sg-c', {
      protocol: 'tcp',
      priority: 1,
      policy: 'drop',
      destinationPorts: { first: 105, last: 105 },
    })
    await stage.facts(...basic(), group('sg-c', stage.vpc), web, deny, ...both(['sg-a'], ['sg-b', 'sg-c']))
    expect(await Promise.all([tcp(B, 100), tcp(B, 105), tcp(B, 99)])).toEqual([true, false, false])
  })

  it('members of a basic group with inner access reach one another, before its own drop rules', async () => {
    const inner = group('sg-a', stage.vpc, { innerAccess: 'accept' })
    await stage.facts(inner, rule('r', 'sg-a', { policy: 'drop' }), ...both(['sg-a'], ['sg-a']))
    expect(await Promise.all([tcp(B), tcp(B6), stage.outside.station.tcp({ host: B, port: 100 })])).toEqual([
      true,
      true,
      false,
    ])
  })

  it('a rule for a group follows its members as they come and go', async () => {
    const forGroup = rule('r', 'sg-b', { peer: { kind: 'group', group: 'sg-c' } })
    const groups = [...basic(), group('sg-c', stage.vpc)]
    await stage.facts(...groups, forGroup, ...both(['sg-a']))
    expect(await tcp(B)).toBe(false)
    await stage.facts(...groups, forGroup, ...both(['sg-a', 'sg-c']))
    expect(await Promise.all([tcp(B), tcp(B6)])).toEqual([true, true])
    await stage.facts(...groups, forGroup, ...both(['sg-a']))
    expect(await Promise.all([tcp(B), tcp(B6)])).toEqual([false, false])
  })

  it('a change of policy judges new connections; replies of accepted ones need no rule', async () => {
    await stage.facts(
      ...basic(),
      rule('r', 'sg-b'),
      rule('e', 'sg-b', { direction: 'egress', policy: 'drop' }),
      ...both(),
    )
    expect(await tcp(B)).toBe(true)
    expect(await stage.at('a').udp({ host: B, port: 53 })).toBe(A)
    expect(await stage.at('b').tcp({ host: OUT, port: 80 })).toBe(false)
  })

  it('a change judges connections anew: revoked ones stop, whose verdict stays go on, allowed again they go on', async () => {
    const others = [...basic(), ...both()]
    const [one, other] = [99, 100] as const
    const allowed = (port: number) =>
      rule(`r${port}`, 'sg-b', { protocol: 'tcp', destinationPorts: { first: port, last: port } })
    await stage.facts(...others, allowed(one), allowed(other))
    const a = stage.at('a')
    for (const port of [one, other]) expect(await a.open(`s${port}`, { host: B, port })).toBe(true)
    const say = () => Promise.all([a.say(`s${one}`), a.say(`s${other}`)])
    expect(await say()).toEqual([true, true])
    await stage.facts(...others, allowed(other))
    expect(await say()).toEqual([false, true])
    await stage.facts(...others, allowed(one), allowed(other))
    // What was said in vain is repeated by TCP, and answered now.
    await expect.poll(() => a.say(`s${one}`), { timeout: 15_000 }).toBe(true)
    await stage.facts(...others, allowed(one))
    expect(await say()).toEqual([true, false])
  })

  it('told to keep what is tracked, a change judges new connections only', async () => {
    const open = [...basic(), ...both(), rule('r', 'sg-b', { protocol: 'tcp' })]
    await stage.facts(...open)
    await stage.restart({ keepTracked: true })
    await stage.feed.applied()
    expect(await stage.at('a').open('kept', { host: B, port: 99 })).toBe(true)
    await stage.facts(...basic(), ...both())
    expect(await tcp(B)).toBe(false)
    expect(await stage.at('a').say('kept')).toBe(true)
    await stage.restart({ keepTracked: false })
    await expect.poll(() => stage.at('a').say('kept'), { timeout: 15_000 }).toBe(false)
  })

  it('source ports and the own address of a quintuple are matched', async () => {
    await stage.facts(
      ...basic(),
      rule('r', 'sg-b', { protocol: 'tcp', sourcePorts: { first: 5000, last: 5001 } }),
      ...both(),
    )
    const from = (sourcePort: number) => tcp(B, 100, { sourcePort })
    expect(await Promise.all([from(4999), from(5000), from(5001), from(5002)])).toEqual([
      false,
      true,
      true,
      false,
    ])
    await stage.facts(...basic(), rule('r', 'sg-b', { protocol: 'tcp', local: '10.0.0.7/32' }), ...both())
    expect(await tcp(B)).toBe(false)
    await stage.facts(...basic(), rule('r', 'sg-b', { protocol: 'tcp', local: '10.0.0.2/31' }), ...both())
    expect(await tcp(B)).toBe(true)
    const out = { direction: 'egress' as const, protocol: 'tcp' as const, policy: 'drop' as const }
    await stage.facts(
      ...basic(),
      rule('e', 'sg-a', { ...out, local: `${A}/32`, sourcePorts: { first: 6000, last: 6000 } }),
      ...both(),
    )
    expect(
      await Promise.all([tcp(OUT, 80, { sourcePort: 6000 }), tcp(OUT, 80, { sourcePort: 6001 })]),
    ).toEqual([false, true])
  })

  it('the metadata service answers whatever the rules drop', async () => {
    await stage.facts(...basic(), rule('e', 'sg-a', { direction: 'egress', policy: 'drop' }), ...both())
    expect(await Promise.all([tcp(METADATA, 80), tcp(OUT, 80)])).toEqual([true, false])
  })

  it('a drop is silent, where an accept lets the host itself refuse', async () => {
    const closed = { host: B, port: 9 }
    expect(await stage.at('a').why(closed)).toBe('silence')
    await stage.facts(...basic(), rule('r', 'sg-b'), ...both())
    expect(await stage.at('a').why(closed)).toBe('refused')
  })

  it('during 100 changes of a policy no denied probe passes', async () => {
    const denied = rule('r-denied', 'sg-b', {
      protocol: 'udp',
      policy: 'drop',
      destinationPorts: { first: 54, last: 54 },
    })
    const allowed = (last: number) =>
      rule('r-allowed', 'sg-b', {
        priority: 2,
        destinationPorts: null,
        peer: { kind: 'cidr', cidr: `10.0.0.0/${last}` },
      })
    await stage.facts(...basic(), denied, allowed(8), ...both())
    // No datagram to this port was ever accepted, so that none can pass as part of an older conversation.
    await stage.at('b').serve('udp', 54)
    await stage.at('a').flood('denied', B, 54)
    for (let change = 0; change < 100; change++) {
      const rules = change % 3 === 0 ? [denied, allowed(8 + (change % 16))] : change % 3 === 1 ? [denied] : []
      const interfaces = change % 10 === 5 ? both(['sg-a'], ['sg-a', 'sg-b']) : both()
      await stage.facts(...basic(), ...rules, ...interfaces)
    }
    const sent = await stage.at('a').stopFlood('denied')
    expect(sent).toBeGreaterThan(100)
    expect(await stage.at('b').received('udp/54')).toBe(0)
  })
})
