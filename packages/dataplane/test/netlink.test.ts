import { execFileSync } from 'node:child_process'
import { afterEach, expect, it } from 'vitest'
import type { BoundLink } from '../src/bindings/desired-place.js'
import { formOf } from '../src/index.js'
import { within } from '../src/netlink/socket.js'
import { transact } from '../src/netlink/transaction.js'
import type { Command, ElementSet, Rule, Statement } from '../src/nftables/ruleset.js'
import { isSameRule } from '../src/netlink/rule-content.js'
import { bridgeRuleset } from '../src/nftables/bridge-table.js'
import { driftOf } from '../src/nftables/drift.js'
import { placeRuleset } from '../src/nftables/place-table.js'
import { planOf } from '../src/nftables/render.js'
import { readBack } from '../src/nftables/read-back.js'
import { match, verdict } from '../src/nftables/statements.js'
import { commandText, textOf } from '../src/nftables/text.js'
import { describePackets } from './stage.js'
import { newMark, sh } from './topology.js'

const made: string[] = []

function namespace(): string {
  const name = `spt-${newMark()}`
  sh(`ip netns add ${name}`)
  made.push(name)
  return name
}

afterEach(() => {
  for (const name of made.splice(0)) sh(`ip netns del ${name}`)
})

const nft = (name: string, args: string[], input = ''): string =>
  execFileSync('nsenter', [`--net=/run/netns/${name}`, 'nft', ...args], {
    input,
    encoding: 'utf8',
    stdio: 'pipe',
  })

/** The JSON listing without what differs between any two loads. */
function listed(name: string): unknown[] {
  const { nftables } = JSON.parse(nft(name, ['-j', 'list', 'ruleset'])) as { nftables: object[] }
  return nftables.map(
    (entry) =>
      JSON.parse(
        JSON.stringify(entry, (key, value: unknown) => (key === 'handle' ? undefined : value)),
      ) as unknown,
  )
}

const load = (name: string, commands: readonly Command[]): Promise<void> =>
  within(name, (socket) => transact(socket, commands))

const set = (
  key: ElementSet['key'],
  elements: readonly (readonly [string, string])[],
  more: Partial<ElementSet> = {},
): ElementSet => ({ key, data: null, interval: false, elements: new Map(elements), ...more })

const words = (...keys: string[]): [string, string][] => keys.map((key) => [key, ''])
const rule = (chain: string, ...statements: Statement[]): Command => ({
  do: 'add-rule',
  chain,
  rule: { statements, comment: `${chain} #12ab` } satisfies Rule,
})
const accept = verdict('accept')
const drop = verdict('drop')

const sets: Record<string, ElementSet> = {
  names: set(['ifname'], words('"va"', '"sp1234567890a"')),
  four: set(['ipv4_addr'], words('10.0.0.1', '255.255.255.255', '0.0.0.0')),
  six: set(['ipv6_addr'], words('fd01::5', '::')),
  bound: set(['ifname', 'ether_addr', 'ipv4_addr'], words('"va" . 02:00:00:00:00:01 . 10.0.0.1')),
  bound6: set(['ifname', 'ether_addr', 'ipv6_addr'], words('"va" . 02:00:00:00:00:01 . fd01::5')),
  both: set(['ifname', 'inet_service'], words('"va" . 80')),
  ranges: set(['ipv4_addr'], words('1.1.1.1', '10.0.0.0/24', '10.1.0.1-10.1.0.3', '224.0.0.0/3'), {
    interval: true,
  }),
  ranges6: set(['ipv6_addr'], words('::-fd00::', 'fd01::/64'), { interval: true }),
  ports: set(['inet_service'], words('80', '443-445', '65535'), { interval: true }),
  dispatch: set(['ifname'], [['"va"', 'jump plain']], { data: 'verdict' }),
  whole: set(
    ['ipv4_addr'],
    [
      ['0.0.0.0-9.255.255.255', 'goto plain'],
      ['10.0.0.0/8', 'drop'],
      ['11.0.0.0-255.255.255.255', 'return'],
    ],
    { data: 'verdict', interval: true },
  ),
  classes: set(
    ['inet_service'],
    [
      ['0-24', 'drop'],
      ['25', 'jump plain'],
      ['26-65535', 'return'],
    ],
    { data: 'verdict', interval: true },
  ),
  identity: set(['ipv4_addr'], [['10.0.0.1', '7']], { data: 'mark' }),
  marks: set(['mark'], [['7', 'goto plain']], { data: 'verdict' }),
  protocols: set(['inet_proto'], [['6', 'goto plain']], { data: 'verdict' }),
}

/** One of each that can be said. */
const everything: Command[] = [
  { do: 'add-table' },
  {
    do: 'add-timeout',
    name: 'tcp-60-15',
    timeout: { protocol: 'tcp', seconds: { established: 60, close: 15 } },
  },
  {
    do: 'add-timeout',
    name: 'udp-100',
    timeout: { protocol: 'udp', seconds: { unreplied: 100, replied: 100 } },
  },
  { do: 'add-counter', name: 'hits-1' },
  ...Object.entries(sets).map(([name, one]): Command => ({ do: 'add-set', name, set: one })),
  { do: 'add-chain', name: 'owner-abcd', base: null },
  { do: 'add-chain', name: 'plain', base: null },
  {
    do: 'add-chain',
    name: 'forward',
    base: { type: 'filter', hook: 'forward', priority: 0, policy: 'drop' },
  },
  {
    do: 'add-chain',
    name: 'guard',
    base: { type: 'filter', hook: 'prerouting', priority: -300, policy: 'drop' },
  },
  {
    do: 'add-chain',
    name: 'leave',
    base: { type: 'nat', hook: 'postrouting', priority: 100, policy: 'accept' },
  },
  ...Object.entries(sets).map(([name, one]): Command => ({
    do: 'add-elements',
    name,
    set: one,
    elements: [...one.elements],
  })),
  rule('plain', { kind: 'counter', name: 'hits-1' }, verdict('return')),
  rule('plain', { kind: 'counter', name: null }, drop),
  rule('forward', { kind: 'state', operator: '==', states: ['established', 'related'] }, accept),
  rule('forward', { kind: 'state', operator: '!=', states: ['new'] }, drop),
  rule('forward', match('iifname', '"lo"'), match('oifname', '"uplink"', '!='), accept),
  rule('forward', { kind: 'lookup', selectors: ['iifname'], operator: '!=', set: 'names' }, drop),
  rule('forward', { kind: 'vmap', selectors: ['iifname'], map: 'dispatch' }),
  rule(
    'guard',
    { kind: 'lookup', selectors: ['iifname', 'ether saddr', 'ip saddr'], operator: '==', set: 'bound' },
    accept,
  ),
  rule(
    'guard',
    { kind: 'lookup', selectors: ['iifname', 'ether saddr', 'ip6 saddr'], operator: '==', set: 'bound6' },
    accept,
  ),
  rule(
    'guard',
    match('meta l4proto', '6'),
    { kind: 'lookup', selectors: ['iifname', 'th dport'], operator: '==', set: 'both' },
    accept,
  ),
  rule('guard', match('ether saddr', '02:00:00:00:00:01'), match('ip saddr', '10.0.0.1'), accept),
  rule('forward', match('ip saddr', '10.0.0.0/16'), match('ip daddr', '10.0.0.0/15', '!='), drop),
  rule('forward', match('ip saddr', '10.1.0.1-10.1.0.3'), match('ip daddr', '10.1.0.1-10.1.0.3', '!='), drop),
  rule('forward', match('ip6 saddr', 'fe80::/10'), match('icmpv6 type', '133-136'), accept),
  rule(
    'forward',
    match('ip6 daddr', 'fd01::/64'),
    match('meta l4proto', '6'),
    match('th dport', '80-443'),
    accept,
  ),
  rule(
    'forward',
    match('meta nfproto', 'ipv6'),
    match('meta l4proto', '17'),
    match('th dport', '53'),
    match('th sport', '54'),
    accept,
  ),
  rule('forward', match('meta l4proto', '1'), match('icmp type', '8'), accept),
  rule('forward', match('icmp type', '8'), accept),
  rule('forward', match('ip saddr', '192.0.2.1'), match('icmp type', '8'), accept),
  rule(
    'forward',
    match('meta l4proto', '6'),
    { kind: 'lookup', selectors: ['th dport'], operator: '==', set: 'ports' },
    accept,
  ),
  rule(
    'forward',
    match('meta l4proto', '17'),
    { kind: 'match', selector: 'th dport', operator: '==', values: ['53', '80', '1000-2000'] },
    accept,
  ),
  rule('forward', { kind: 'match', selector: 'iifname', operator: '!=', values: ['"va"', '"vb"'] }, accept),
  rule(
    'forward',
    match('meta l4proto', '6'),
    { kind: 'set-timeout', name: 'tcp-60-15' },
    verdict('jump plain'),
  ),
  rule('forward', match('ct direction', 'original'), {
    kind: 'vmap',
    selectors: ['oifname'],
    map: 'dispatch',
  }),
  rule('forward', match('ct direction', 'reply'), drop),
  rule('forward', match('ct mark', '7'), accept),
  rule('forward', { kind: 'match', selector: 'ct mark', operator: '==', values: ['7'], mask: 255 }, accept),
  rule('forward', match('meta mark', '7', '!='), accept),
  rule(
    'forward',
    { kind: 'set-mark', of: 'meta', value: 0 },
    { kind: 'set-mark', of: 'ct', value: 4_000_000_001 },
    { kind: 'set-mark', of: 'ct', value: 0xabcd_e000, keep: 0xfff },
  ),
  rule(
    'forward',
    match('ct original ip daddr', '10.0.0.1'),
    match('ct original ip saddr', '10.0.0.0/8'),
    accept,
  ),
  rule(
    'forward',
    match('ct original ip6 daddr', 'fd00::/64'),
    match('ct original ip6 saddr', 'fd00::/63'),
    accept,
  ),
  rule('forward', { kind: 'map-mark', selectors: ['ct original ip daddr'], map: 'identity' }),
  rule('forward', { kind: 'vmap', selectors: ['meta mark'], map: 'marks' }),
  rule('forward', { kind: 'vmap', selectors: ['ct original ip daddr'], map: 'whole' }),
  rule('forward', { kind: 'vmap', selectors: ['ct original protocol'], map: 'protocols' }),
  rule('forward', {
    kind: 'branch',
    selector: 'ct original protocol',
    cases: [
      ['6', 'goto plain'],
      ['1', 'return'],
    ],
  }),
  rule('forward', {
    kind: 'branch',
    selector: 'meta mark',
    cases: [
      ['1', 'goto plain'],
      ['2', 'drop'],
    ],
  }),
  rule('forward', match('meta l4proto', '6'), {
    kind: 'vmap',
    selectors: ['ct original proto-dst'],
    map: 'classes',
  }),
  rule('forward', match('meta l4proto', '6'), match('ct original proto-src', '1024-65535'), accept),
  rule(
    'forward',
    { kind: 'limit', rate: 10, per: 'second', burst: 7 },
    { kind: 'log', group: 5, prefix: 'drop r-1 ', snaplen: 96 },
    { kind: 'counter', name: null },
    drop,
  ),
  rule('guard', { kind: 'set-zone', zone: 500 }),
  rule('forward', match('ip daddr', '10.0.0.1'), match('ip saddr', '10.0.0.2'), accept),
  rule('leave', match('meta nfproto', 'ipv4'), match('oifname', '"uplink"'), { kind: 'masquerade' }),
]

describePackets('a table loaded by netlink', () => {
  it('is listed by nft as the same table loaded by nft', async () => {
    const [ours, theirs] = [namespace(), namespace()]
    await load(ours, everything)
    // nft 1.0.6 finds no chain for a range's verdict that is made in the same file by a command of its own.
    const chains = everything.findLastIndex((command) => command.do === 'add-chain') + 1
    nft(theirs, ['-f', '-'], textOf(everything.slice(0, chains)))
    nft(theirs, ['-f', '-'], textOf(everything.slice(chains)))
    expect(listed(ours)).toEqual(listed(theirs))
    expect(nft(ours, ['list', 'ruleset'])).toBe(nft(theirs, ['list', 'ruleset']))
  })

  it('is listed as the same where it is a table for bridges, or for links of others', async () => {
    const [ours, theirs] = [namespace(), namespace()]
    const link: BoundLink = {
      ...{
        interface: 'eni-1',
        instance: null,
        vpc: 'vpc-1',
        link: 'va',
        as: 'peer',
        bridge: 'br0',
        closed: false,
      },
      ...{ mac: '02:00:00:00:00:01', addresses: { v4: ['10.0.0.1'], v6: ['fd01::1'] }, timeouts: null },
      ...{ egress: '', ingress: '' },
    }
    const formed = { vpc: 'vpc-1', blocks: [], own: { v4: [], v6: [] }, endpoints: [], policies: [] }
    const links = [
      link,
      { ...link, link: 'vb', bridge: null },
      { ...link, link: 'eth0', bridge: null, as: 'host' as const },
    ]
    // nft 1.0.6 lists it and does not take it: a target of neighbour discovery in the key of a set.
    const unreadable = '@th,64,128'
    const servers = ['192.0.2.1', '2001:db8::1'].map((address) => ({ address, port: 8766 }))
    for (const [family, wanted] of [
      ['bridge', bridgeRuleset('ab', [link])],
      [
        'inet',
        placeRuleset(
          formOf(formed, 'ab', []),
          links.map((one) => ({ ...one, closed: true })),
          servers,
        ),
      ],
      ['inet', placeRuleset(formOf(formed, 'ab', []), links, servers)],
    ] as const) {
      const { transactions } = planOf(wanted, null)
      for (const commands of transactions) {
        await within(ours, (socket) => transact(socket, commands, family))
        nft(
          theirs,
          ['-f', '-'],
          commands
            .map((command) => `${commandText(command, family)}\n`)
            .filter((text) => !text.includes(unreadable))
            .join(''),
        )
      }
      const listed = nft(ours, ['list', 'ruleset']).split('\n')
      const rest = listed.filter((text) => !text.includes(unreadable))
      expect(rest.join('\n')).toBe(nft(theirs, ['list', 'ruleset']))
      expect(listed.length - rest.length).toBe(family === 'bridge' ? 1 : 0)
      expect(await driftOf(ours, wanted, family)).toBeNull()
      for (const one of [ours, theirs]) nft(one, ['flush', 'ruleset'])
    }
  })

  it('is read back as it was sent', async () => {
    const ours = namespace()
    expect(await readBack(ours)).toBeNull()
    await load(ours, everything)
    const held = await readBack(ours)
    expect(Object.fromEntries(held?.sets ?? [])).toEqual(sets)
    expect([...(held?.timeouts.keys() ?? []), ...(held?.counters ?? [])].sort()).toEqual([
      'hits-1',
      'tcp-60-15',
      'udp-100',
    ])
    for (const command of everything)
      if (command.do === 'add-chain') expect(held?.chains.get(command.name)?.base).toEqual(command.base)
    const rules = everything.filter((command) => command.do === 'add-rule')
    for (const [name, chain] of held?.chains ?? []) {
      const sent = rules.filter(({ chain: at }) => at === name).map(({ rule: one }) => one)
      expect(chain.rules.map(({ comment }) => comment)).toEqual(sent.map(({ comment }) => comment))
      for (const [at, one] of sent.entries()) {
        const same = chain.rules.map((found, place) => isSameRule(one, found) && place)
        // All have one comment: each is told from the others by what it is made of.
        expect(same.filter((place) => place !== false)).toEqual([at])
      }
    }
  })

  it('takes 100,000 elements of each kind in one transaction, and gives up single ones', async () => {
    const ours = namespace()
    const address = (at: number): string => `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`
    const many = Array.from({ length: 100_000 }, (_, at): [string, string] => [address(at), ''])
    const spaced = Array.from({ length: 100_000 }, (_, at): [string, string] => [address(2 * at), ''])
    const [hash, ranges] = [set(['ipv4_addr'], many), set(['ipv4_addr'], spaced, { interval: true })]
    await load(ours, [
      { do: 'add-table' },
      { do: 'add-set', name: 'hash', set: hash },
      { do: 'add-set', name: 'ranges', set: ranges },
      { do: 'add-elements', name: 'hash', set: hash, elements: many },
      { do: 'add-elements', name: 'ranges', set: ranges, elements: spaced },
    ])
    await load(ours, [
      { do: 'delete-elements', name: 'hash', set: hash, elements: words(address(5)) },
      { do: 'delete-elements', name: 'ranges', set: ranges, elements: words(address(6)) },
    ])
    const has = (name: string, key: string) => {
      try {
        nft(ours, ['get', 'element', 'inet', 'sallyport', name, `{ ${key} }`])
        return true
      } catch {
        return false
      }
    }
    expect([has('hash', address(99_999)), has('hash', address(5))]).toEqual([true, false])
    expect([has('ranges', address(199_998)), has('ranges', address(6))]).toEqual([true, false])
  })

  it('is refused whole, and the command that was at fault is named', async () => {
    const ours = namespace()
    const wrong: Command[] = [
      { do: 'add-table' },
      { do: 'add-chain', name: 'one', base: null },
      rule('one', { kind: 'vmap', selectors: ['iifname'], map: 'nowhere' }),
    ]
    await expect(load(ours, wrong)).rejects.toThrow(
      /refused add rule inet sallyport one iifname vmap @nowhere .*: no such file or directory \(ENOENT\)/,
    )
    expect(nft(ours, ['list', 'ruleset'])).toBe('')
    await expect(load('spt-none', wrong)).rejects.toThrow(/ENOENT/)
  })
})
