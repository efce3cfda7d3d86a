import type { World } from '@sallyport/engine'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { desiredOf } from '../src/desired.js'
import type { Form } from '../src/intermediate.js'
import { formOf, rangeText } from '../src/intermediate.js'
import { render as renderNft } from '../src/nftables/render.js'
import type { Ruleset } from '../src/nftables/ruleset.js'
import { rulesetOf } from '../src/nftables/table.js'
import { textOf } from '../src/nftables/text.js'
import { render as renderNoop } from '../src/noop/render.js'
import { eni, group, portList, prefixList, rule, vpc } from './facts.js'
import { carriedOut, execute, shapeOf } from './nft-model.js'
import { anyWorld, worldOf } from './worlds.js'

const MARK = 'abcd'

function formFor(world: World, id: string): Form {
  const desired = desiredOf(world, id, { ipv6: true })
  if (!desired) throw new Error(`${id} has no running interface`)
  return formOf(desired, MARK, [4, 6])
}

const worldWithEverything = worldOf(
  vpc('vpc-1', '10.0.0.0/16', 'fd01::/64'),
  group('sg-web', 'vpc-1', { innerAccess: 'accept' }),
  group('sg-db', 'vpc-1', { type: 'advanced' }),
  rule('r-smtp', 'sg-web', {
    direction: 'egress',
    policy: 'drop',
    protocol: 'tcp',
    destinationPorts: { first: 25, last: 25 },
  }),
  rule('r-web', 'sg-web', {
    protocol: 'tcp',
    destinationPorts: { first: 80, last: 443 },
    peer: { kind: 'cidr', cidr: '::/0' },
  }),
  rule('r-ping', 'sg-web', { protocol: 'icmp', priority: 100 }),
  rule('r-ping6', 'sg-web', { protocol: 'icmpv6', peer: { kind: 'cidr', cidr: '::/0' } }),
  rule('r-gre', 'sg-db', { protocol: 'gre', peer: { kind: 'cidr', cidr: '192.0.2.1' } }),
  rule('r-db', 'sg-db', {
    protocol: 'tcp',
    peer: { kind: 'group', group: 'sg-web' },
    destinationPorts: { first: 3306, last: 3306 },
  }),
  rule('r-own', 'sg-db', { protocol: 'udp', local: '10.0.0.6/32', sourcePorts: { first: 53, last: 53 } }),
  rule('r-none', 'sg-db', { policy: 'drop', priority: 50, peer: { kind: 'cidr', cidr: '10.0.0.0/8' } }),
  prefixList('pl-office', '198.51.100.0/24', '203.0.113.7/32', '198.51.100.128/25', '203.0.113.8/32'),
  prefixList('pl-one6', '2001:db8::/32'),
  prefixList('pl-none'),
  portList('prl-web', '80', '8000-8999', '443', '8500-9000'),
  portList('prl-one', '22'),
  rule('r-office', 'sg-web', {
    protocol: 'tcp',
    priority: 3,
    peer: { kind: 'prefix-list', list: 'pl-office' },
    destinationPorts: { list: 'prl-web' },
  }),
  rule('r-office-out', 'sg-web', {
    direction: 'egress',
    policy: 'drop',
    priority: 3,
    peer: { kind: 'prefix-list', list: 'pl-office' },
  }),
  rule('r-one', 'sg-web', {
    protocol: 'udp',
    priority: 3,
    peer: { kind: 'prefix-list', list: 'pl-one6' },
    destinationPorts: { list: 'prl-one' },
  }),
  rule('r-nobody', 'sg-web', { priority: 3, peer: { kind: 'prefix-list', list: 'pl-none' } }),
  eni('web', 'vpc-1', ['10.0.0.5', 'fd01::5'], ['sg-web'], { mac: '02:00:00:00:00:05' }),
  eni('db', 'vpc-1', ['10.0.0.6'], ['sg-db', 'sg-web'], {
    mac: '02:00:00:00:00:06',
    timeouts: { tcpEstablished: 60, tcpClosed: 15, udp: 100 },
  }),
  eni('off', 'vpc-1', ['10.0.0.7'], ['sg-db'], { mac: '02:00:00:00:00:07', running: false }),
)

describe('golden outputs', () => {
  const form = formFor(worldWithEverything, 'vpc-1')
  it('the intermediate form is plain data without any kernel word', async () => {
    const plain = (_: string, value: unknown): unknown => {
      if (typeof value === 'bigint') return String(value)
      if (value instanceof Map) return Object.fromEntries(value)
      return value instanceof Set ? [...value] : value
    }
    const { judges, ...rest } = form
    const names = judges.map(({ key, policy, groups }) => ({ key, policy, groups }))
    const text = JSON.stringify({ ...rest, judges: names }, plain, 1)
    await expect(`${text}\n`).toMatchFileSnapshot('golden/form.txt')
  })
  it('nftables gets a transaction that prepares, and one that lets packets reach what is prepared', async () => {
    const texts = renderNft(form, null).transactions.map(textOf)
    expect(texts).toHaveLength(2)
    await expect(texts.join('\n')).toMatchFileSnapshot('golden/nftables.txt')
  })
  it('noop tells the same in words', async () => {
    await expect(renderNoop(form, null).text).toMatchFileSnapshot('golden/noop.txt')
  })
})

describe('a transaction', () => {
  it('is empty when the wanted state is held, in both backends', () => {
    const form = formFor(worldWithEverything, 'vpc-1')
    expect(renderNft(form, rulesetOf(form))).toMatchObject({ transactions: [] })
    expect(renderNoop(form, renderNoop(form, null).listing).text).toBe('')
  })

  it('brings any held state to any wanted state', () => {
    fc.assert(
      fc.property(anyWorld(), anyWorld(), (before, after) => {
        for (const id of ['vpc-1', 'vpc-2']) {
          if (!desiredOf(before, id, { ipv6: true }) || !desiredOf(after, id, { ipv6: true })) continue
          const held = carriedOut(formFor(before, id), null)
          const wanted = rulesetOf(formFor(after, id))
          const reached = carriedOut(formFor(after, id), held)
          expect(shapeOf(reached)).toEqual(shapeOf(wanted))
          expect(renderNft(formFor(after, id), reached)).toMatchObject({ transactions: [] })
        }
      }),
      { numRuns: 150 },
    )
  })

  it('repairs what another hand did: rules added, deleted and out of order, elements and chains gone', () => {
    const form = formFor(worldWithEverything, 'vpc-1')
    const held = carriedOut(form, null) as Ruleset
    const damages: ((
      chains: Map<string, { base: object | null; rules: readonly object[] }>,
      sets: Map<string, { elements: Map<string, string> }>,
    ) => void)[] = [
      (chains) => chains.set('forward', { base: null, rules: [] }),
      (chains) => chains.set('stranger', { base: null, rules: [{ statements: [], comment: '' }] }),
      (chains) => chains.delete('guard'),
      (_, sets) => sets.get('egress')?.elements.clear(),
      (_, sets) => sets.get('bound4')?.elements.set('"x" . 02:00:00:00:00:01 . 1.2.3.4', ''),
      (_, sets) => sets.delete('own6'),
      (chains) => {
        const chain = chains.get('input')
        if (chain) chains.set('input', { ...chain, rules: [...chain.rules].reverse() })
      },
      (chains) => {
        const chain = chains.get('guard')
        if (chain)
          chains.set('guard', {
            ...chain,
            rules: [{ statements: [], comment: '' }, ...chain.rules],
          })
      },
    ]
    for (const damage of damages) {
      const damaged = structuredClone(held) as never as Ruleset & { chains: never; sets: never }
      damage(damaged.chains, damaged.sets)
      // What refers to a set that is gone cannot be there either; the kernel would not let it be deleted.
      const reached = carriedOut(form, damaged)
      expect(shapeOf(reached)).toEqual(shapeOf(rulesetOf(form)))
    }
  })

  it('makes what is new, says who is judged by it, and takes the old away: nothing else is touched', () => {
    const held = carriedOut(formFor(worldWithEverything, 'vpc-1'), null)
    const changed = worldOf(
      ...[...worldWithEverything.vpcs.values()].map((value) => ({
        kind: 'vpc' as const,
        id: value.id,
        value,
      })),
      ...[...worldWithEverything.groups.values()].map((value) => ({
        kind: 'group' as const,
        id: value.id,
        value,
      })),
      ...[...worldWithEverything.rules.values()]
        .flatMap((rules) => [...rules.values()])
        .map((value) => ({
          kind: 'rule' as const,
          id: value.id,
          value: value.id === 'r-none' ? { ...value, policy: 'accept' as const } : value,
        })),
      ...[...worldWithEverything.interfaces.values()].map((value) => ({
        kind: 'interface' as const,
        id: value.id,
        value,
      })),
      ...[...worldWithEverything.prefixLists.values()].map((value) => ({
        kind: 'prefix-list' as const,
        id: value.id,
        value,
      })),
      ...[...worldWithEverything.portLists.values()].map((value) => ({
        kind: 'port-list' as const,
        id: value.id,
        value,
      })),
    )
    const [prepare = '', flip = '', clean = '', ...more] = renderNft(
      formFor(changed, 'vpc-1'),
      held,
    ).transactions.map(textOf)
    expect(more).toEqual([])
    expect(prepare).not.toMatch(/^(delete|flush)/m)
    expect(prepare.match(/^add rule inet sallyport l-\w+ .*$/gm)).toEqual([
      expect.stringMatching(/hit-i-r-none" return comment "sg-db r-none 50 #/),
    ])
    const touched = flip.split('\n').map((line) => line.replace(/inet sallyport (\S+).*/, '$1'))
    expect(touched).toEqual([
      ...['delete element ingress', 'flush chain judged', 'flush chain accepted', 'add element ingress'],
      ...['add rule judged', 'add rule accepted', ''],
    ])
    expect(clean).not.toMatch(/^add/m)
  })

  it('shares one chain between interfaces that joined the same groups in any order', () => {
    const form = formFor(
      worldOf(
        vpc('vpc-1', '10.0.0.0/16'),
        group('sg-a', 'vpc-1'),
        group('sg-b', 'vpc-1'),
        eni('1', 'vpc-1', ['10.0.0.1'], ['sg-a', 'sg-b']),
        eni('2', 'vpc-1', ['10.0.0.2'], ['sg-b', 'sg-a']),
      ),
      'vpc-1',
    )
    expect(form.chains.map(({ direction }) => direction)).toEqual(['egress', 'ingress'])
  })

  it('never makes or changes an interval set: what refers to one finds it filled', () => {
    let prepared = 0
    fc.assert(
      fc.property(anyWorld(), anyWorld(), (before, after) => {
        const id = 'vpc-1'
        if (!desiredOf(before, id, { ipv6: true }) || !desiredOf(after, id, { ipv6: true })) return
        const held = carriedOut(formFor(before, id), null)
        const { transactions } = renderNft(formFor(after, id), held)
        const intervals = transactions.map((commands) => textOf(commands).match(/^.*interval.*$/gm) ?? [])
        const added = intervals.findIndex((lines) => lines.some((line) => line.startsWith('add')))
        expect(added).toBeLessThan(1)
        const between = transactions.map((_, count) =>
          transactions.slice(0, count).reduce((table, commands) => execute(commands, table), held),
        )
        for (const table of between) {
          // Whoever is stopped in between leaves a table that says whose it is, and the next one goes on from there.
          expect(shapeOf(carriedOut(formFor(after, id), table))).toEqual(
            shapeOf(rulesetOf(formFor(after, id))),
          )
          expect(shapeOf(carriedOut(formFor(before, id), table))).toEqual(shapeOf(held))
        }
        if (added < 0 || !held) return
        prepared++
        // What is prepared is reached by no packet: all that was there is as it was.
        for (const [name, chain] of held.chains) expect(between[1]?.chains.get(name)).toEqual(chain)
        for (const [name, set] of held.sets) expect(between[1]?.sets.get(name)).toEqual(set)
      }),
      { numRuns: 200 },
    )
    expect(prepared).toBeGreaterThan(5)
  })

  it('of a list leaves the judges of others alone', () => {
    const ofList = (...cidrs: string[]) =>
      formFor(
        worldOf(
          vpc('vpc-1', '10.0.0.0/16'),
          group('sg-a', 'vpc-1'),
          group('sg-b', 'vpc-1'),
          prefixList('pl-1', ...cidrs),
          rule('r', 'sg-a', { peer: { kind: 'prefix-list', list: 'pl-1' } }),
          eni('1', 'vpc-1', ['10.0.0.1'], ['sg-a'], { mac: '02:00:00:00:00:01' }),
          eni('2', 'vpc-1', ['10.0.0.2'], ['sg-b'], { mac: '02:00:00:00:00:02' }),
        ),
        'vpc-1',
      )
    const held = carriedOut(ofList('192.0.2.0/24', '198.51.100.1/32'), null)
    const { transactions } = renderNft(ofList('192.0.2.0/24', '198.51.100.1/32', '203.0.113.0/24'), held)
    const [prepare = '', flip = '', clean = ''] = transactions.map(textOf)
    expect(prepare.match(/^add map .*$/gm)).toHaveLength(1)
    expect(flip.match(/^add element .*$/gm)).toHaveLength(1)
    expect(clean.match(/^delete map .*$/gm)).toHaveLength(1)
  })
})

describe('a range of addresses', () => {
  const v4 = (first: bigint, last: bigint) => rangeText({ family: 4, first, last })
  it('is written as an address, a block, two ends, or nothing when it is the whole family', () => {
    expect(v4(0x0a000001n, 0x0a000001n)).toBe('10.0.0.1')
    expect(v4(0x0a000000n, 0x0affffffn)).toBe('10.0.0.0/8')
    expect(v4(0x0a000001n, 0x0a000002n)).toBe('10.0.0.1-10.0.0.2')
    expect(v4(0n, 0xffffffffn)).toBeNull()
    expect(rangeText({ family: 6, first: 0n, last: (1n << 128n) - 1n })).toBeNull()
    expect(rangeText({ family: 6, first: 1n << 127n, last: (1n << 128n) - 1n })).toBe('8000::/1')
  })
})
