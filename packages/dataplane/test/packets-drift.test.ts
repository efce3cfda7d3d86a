import { afterAll, beforeAll, expect, it } from 'vitest'
import { capabilitiesOf, desiredOf, formOf } from '../src/index.js'
import { routerOf } from '../src/names.js'
import { driftOf } from '../src/nftables/drift.js'
import type { Ruleset } from '../src/nftables/ruleset.js'
import { rulesetOf } from '../src/nftables/table.js'
import { eventually } from './eventually.js'
import { group, portList, prefixList, rule } from './facts.js'
import type { Stage } from './stage.js'
import { describePackets, setStage } from './stage.js'
import { sh } from './topology.js'

const A = '10.0.0.1'
const B = '10.0.0.2'
const timeouts = { tcpEstablished: 100, tcpClosed: 5, udp: 40 }

describePackets('rules that another hand changed', () => {
  let stage: Stage
  let wanted: Ruleset

  beforeAll(async () => {
    stage = await setStage([], { lookEvery: 1000 })
    await stage.feed.change(
      group('sg-a', stage.vpc),
      group('sg-b', stage.vpc),
      prefixList('pl-1', '192.0.2.0/24', '10.0.0.0/31', '198.51.100.7/32'),
      prefixList('pl-6', 'fd02::/64', 'fd03::1/128'),
      portList('ports', '80', '443-445'),
      rule('r1', 'sg-b', { protocol: 'tcp', destinationPorts: { first: 80, last: 80 } }),
      rule('r2', 'sg-b', { protocol: 'tcp', peer: { kind: 'prefix-list', list: 'pl-1' } }),
      rule('r3', 'sg-b', { protocol: 'udp', destinationPorts: { list: 'ports' } }),
      rule('r4', 'sg-b', { protocol: 'udp', peer: { kind: 'prefix-list', list: 'pl-6' } }),
      rule('r5', 'sg-b', { protocol: 'tcp', policy: 'drop', destinationPorts: { first: 81, last: 81 } }),
      // So large that its members are told apart by identity, in a map that a rule brings along.
      group('sg-large', stage.vpc),
      rule('r6', 'sg-b', { protocol: 'gre', peer: { kind: 'group', group: 'sg-large' } }),
      ...Array.from({ length: 300 }, (_, index) =>
        stage.eni(`large${index}`, [`10.0.${1 + (index >> 8)}.${index & 255}`], ['sg-large'], {
          running: false,
        }),
      ),
      stage.eni('a', [A, 'fd01::1'], ['sg-a'], { timeouts }),
      stage.eni('b', [B, 'fd01::2'], ['sg-b']),
    )
    for (const port of [80, 81]) await stage.at('b').serve('tcp', port)
    const { nat4, nat6, ipv6 } = await capabilitiesOf()
    const desired = desiredOf(stage.feed.world, stage.vpc, { ipv6 })
    if (!desired) throw new Error('nothing is desired')
    const families = [...(nat4 ? ([4] as const) : []), ...(nat6 && ipv6 ? ([6] as const) : [])]
    wanted = rulesetOf(formOf(desired, stage.mark, families))
  })
  afterAll(() => stage.end())

  const nft = (command: string) =>
    sh(`nsenter --net=/run/netns/${routerOf(stage.vpc)} nft ${command.replaceAll(/[{};"]/g, '\\$&')}`)
  const drift = () => driftOf(routerOf(stage.vpc), wanted)
  const drifts = () => stage.feed.reports.at(-1)?.drifts
  const opens = (port: number) => stage.at('a').tcp({ host: B, port })

  it('rules as they were sent, with lists and timeouts, are not taken for changed', async () => {
    // The second look goes by the digest that the first one kept.
    expect([await drift(), await drift(), drifts()]).toEqual([null, null, { count: 0, last: null }])
  })

  const link = () => /"(sp[0-9a-f]+)" : goto/.exec(nft('list map inet sallyport egress'))?.[1] ?? 'no link'
  /** Puts another rule in the place of one that says something, under its comment. */
  const replace = (chain: string, pattern: RegExp, by: string): string => {
    const line = nft(`-a list chain inet sallyport ${chain}`)
      .split('\n')
      .find((text) => pattern.test(text))
    const [, comment, handle] = /comment "(.*)" # handle (\d+)$/.exec(line ?? '') ?? []
    return `replace rule inet sallyport ${chain} handle ${handle} ${by} comment "${comment?.replaceAll('#', '\\#').replaceAll(' ', '\\ ')}"`
  }
  const chainOf = (pattern: RegExp): string => {
    const listed = nft('list table inet sallyport')
    return /chain (\S+) \{/.exec(listed.slice(listed.lastIndexOf('chain', listed.search(pattern))))?.[1] ?? ''
  }
  it.each<[string, () => string, string | RegExp]>([
    ['the table is deleted', () => 'delete table inet sallyport', 'the table is gone'],
    ['a chain is emptied', () => 'flush chain inet sallyport forward', 'chain forward is changed'],
    [
      'an element is deleted',
      () => `delete element inet sallyport enforced { "${link()}" }`,
      'set enforced is changed',
    ],
    ['a rule is added', () => 'insert rule inet sallyport forward accept', 'chain forward is changed'],
    [
      'a chain is added',
      () => 'add chain inet sallyport own { type filter hook forward priority 5 ; }',
      'chain own is new',
    ],
    [
      'a rule is replaced under its comment',
      () => replace('forward', /jump receiver/, 'accept'),
      'chain forward is changed',
    ],
    [
      'the map that a rule brought along is another',
      () => replace(chainOf(/meta mark vmap/), /meta mark vmap/, 'meta mark vmap { 7 : accept }'),
      /^chain s-[0-9a-f]+ is changed$/,
    ],
    [
      'the table is made dormant',
      () => 'add table inet sallyport { flags dormant ; }',
      'the table is dormant',
    ],
  ])('%s: it is found, said, and put back', async (_, command, what) => {
    const before = drifts()?.count ?? 0
    stage.complaints.length = 0
    nft(command())
    const said = typeof what === 'string' ? what : (expect.stringMatching(what) as string)
    await eventually(() => drifts()).toMatchObject({
      count: before + 1,
      last: { vpc: stage.vpc, what: said },
    })
    expect([await drift(), await opens(80), await opens(81)]).toEqual([null, true, false])
    expect(stage.complaints.filter((text) => text.startsWith('another hand'))).toEqual([
      `another hand changed the rules of ${stage.vpc}: ${drifts()?.last?.what}; they are put back`,
    ])
  })

  it("the router's namespace is deleted: it is made again with its links and rules", async () => {
    const before = drifts()?.count ?? 0
    sh(`ip netns del ${routerOf(stage.vpc)}`)
    await eventually(() => drifts()?.count).toBe(before + 1)
    await eventually(() => stage.feed.reports.at(-1)?.errors).toEqual([])
    expect([await drift(), await opens(80), await opens(81)]).toEqual([null, true, false])
  })

  it("another's table beside ours stays as it is", async () => {
    nft('add table inet other')
    nft('add chain inet other theirs')
    const theirs = nft('-a list table inet other')
    const before = drifts()?.count ?? 0
    nft('flush chain inet sallyport input')
    await eventually(() => drifts()?.count).toBe(before + 1)
    expect(nft('-a list table inet other')).toBe(theirs)
  })

  it("a table in ours' place without our mark is reported and left, and replaced once it is gone", async () => {
    nft('delete table inet sallyport')
    nft('add table inet sallyport')
    const problem = `${stage.vpc} is not enforced: table inet sallyport in ${routerOf(stage.vpc)} is not marked ${stage.mark}: remove it`
    await eventually(() => stage.feed.reports.at(-1)?.errors).toEqual([problem])
    expect(nft('list table inet sallyport')).not.toContain('chain')
    nft('delete table inet sallyport')
    await eventually(() => stage.feed.reports.at(-1)?.errors).toEqual([])
    expect(await drift()).toBeNull()
  })
})
