import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Flow, Interface, Policies, World, WorldDiff } from '../src/index.js'
import {
  applyChange,
  decide,
  diffWorlds,
  ownAddresses,
  policiesOf,
  snapshotOf,
  worldFrom,
} from '../src/index.js'
import { probed } from './engine-view.js'
import type { Situation } from './naive-decision.js'
import { flowsIn, holds, smallRegions, turns } from './small-regions.js'
import { group, iface, rule, worldOf } from './world-of.js'

const budget = { nodes: 10_000_000 }
const copyOf = (world: World): World => worldFrom(structuredClone(snapshotOf(world)))

const worldFromSituation = ({ groups, rules, interfaces, prefixLists, portLists }: Situation): World =>
  worldOf({ groups, rules, interfaces, prefixLists, portLists })

/** What calls of the API do: rules, lists, members and addresses change, interfaces come and go. */
function changed(world: World, turn: number): World {
  const after = copyOf(world)
  const pick = <T>(map: ReadonlyMap<string, T>): T | undefined =>
    [...map.values()][turn % Math.max(1, map.size)]
  const rules = new Map([...after.rules.values()].flatMap((one) => [...one]))
  const [one, eni, list] = [pick(rules), pick(after.interfaces), pick(after.prefixLists)]
  const other = [...after.groups.keys()][turn % after.groups.size] ?? ''
  switch (turn % 8) {
    case 0:
      if (one) applyChange(after, { kind: 'rule', id: one.id, value: null })
      break
    case 1:
      if (one) {
        const policy = one.policy === 'accept' ? 'drop' : 'accept'
        applyChange(after, { kind: 'rule', id: one.id, value: { ...one, policy } })
      }
      break
    case 2:
      if (list) applyChange(after, { kind: 'prefix-list', id: list.id, value: { ...list, cidrs: [] } })
      break
    case 3:
      if (eni) applyChange(after, { kind: 'interface', id: eni.id, value: { ...eni, groups: [other] } })
      break
    case 4:
      if (eni)
        applyChange(after, { kind: 'interface', id: eni.id, value: { ...eni, addresses: ['10.1.0.99'] } })
      break
    case 5:
      if (eni) applyChange(after, { kind: 'interface', id: eni.id, value: null })
      break
    case 6:
      if (eni) applyChange(after, { kind: 'interface', id: 'eni-new', value: { ...eni, id: 'eni-new' } })
      break
    default:
  }
  return after
}

/** Whether a flow passes at an interface: never where it has not that address. */
function passes(
  world: World,
  policies: Policies,
  id: string,
  direction: 'ingress' | 'egress',
  flow: Flow,
): boolean {
  const one = world.interfaces.get(id)
  const { local } = flow
  if (!one || !local) return false
  if (!ownAddresses(one, local.family).some(({ first, last }) => first <= local.bits && local.bits <= last))
    return false
  const verdict = decide(policies(one.groups, direction), flow)
  return 'verdict' in verdict && verdict.verdict === 'accept'
}

const flowsOf = (one: Interface, flows: readonly Flow[]): Flow[] =>
  flows.flatMap((flow) =>
    ownAddresses(one, flow.remote.family).map(({ family, first }) => ({
      ...flow,
      local: { family, bits: first },
    })),
  )

const textOf = (found: WorldDiff): string =>
  JSON.stringify(found, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))

describe('the difference of two worlds', () => {
  it('holds exactly the flows that fare differently at an interface of its own', { timeout: 240_000 }, () => {
    const seen = { opens: 0, closes: 0, alike: 0, unlisted: 0 }
    fc.assert(
      fc.property(probed, turns, ({ situation, edges }, turn) => {
        const before = worldFromSituation(situation)
        const after = changed(before, turn)
        const found = diffWorlds(before, after, { budget, regions: 10_000 })
        expect(found.complete).toBe(true)
        const flows = smallRegions(edges, turn).flatMap(flowsIn)
        const worlds = [before, after].map((world) => ({ world, policies: policiesOf(world) }))
        const every = [...before.interfaces.values(), ...after.interfaces.values()]
        for (const one of every) {
          for (const direction of ['ingress', 'egress'] as const) {
            const entry = found.interfaces.find(
              ({ id, direction: way }) => id === one.id && way === direction,
            )
            const wrong = flowsOf(one, flows).filter((flow) => {
              const [was, is] = worlds.map(({ world, policies }) =>
                passes(world, policies, one.id, direction, flow),
              )
              const listed = (list: 'opens' | 'closes'): number =>
                entry?.diff[list].regions.filter(({ region }) => holds(region, flow)).length ?? 0
              seen[was === is ? 'alike' : is ? 'opens' : 'closes']++
              return listed('opens') !== Number(!was && is) || listed('closes') !== Number(was && !is)
            })
            expect(wrong).toEqual([])
            if (!entry) seen.unlisted++
          }
        }
      }),
      { numRuns: 40 },
    )
    expect(Math.min(seen.opens, seen.closes)).toBeGreaterThan(200)
    expect(seen.unlisted).toBeGreaterThan(100)
  })

  it('lists nothing between a world and an equal one', () => {
    fc.assert(
      fc.property(probed, ({ situation }) => {
        const world = worldFromSituation(situation)
        expect(diffWorlds(world, copyOf(world), { budget })).toEqual({
          revision: { before: 1, after: 1 },
          interfaces: [],
          complete: true,
          covered: 1,
        })
      }),
      { numRuns: 50 },
    )
  })

  const three = {
    groups: [group('sg-1'), group('sg-2')],
    rules: [
      rule('web'),
      rule('block', { policy: 'drop', priority: 2, destinationPorts: { first: 22, last: 22 } }),
    ],
    interfaces: [
      iface('eni-1', '10.0.0.1', ['sg-1']),
      iface('eni-2', '10.0.0.2', ['sg-1']),
      iface('eni-3', '10.0.0.3', ['sg-2']),
    ],
  }
  const edit = (...changes: Parameters<typeof applyChange>[1][]): WorldDiff => {
    const after = worldOf(three)
    for (const change of changes) applyChange(after, change)
    return diffWorlds(worldOf(three), after, { budget })
  }

  it('names each interface with its own address, and computes alike ones alike', () => {
    const ssh = rule('ssh', { priority: 1, destinationPorts: { first: 22, last: 22 } })
    const { interfaces } = edit({ kind: 'rule', id: 'ssh', value: ssh })
    expect(interfaces.map(({ id, direction, status }) => [id, direction, status].join(' '))).toEqual([
      'eni-1 ingress changed',
      'eni-2 ingress changed',
    ])
    const [one, two] = interfaces
    expect(one?.diff.opens.count).toBe(2n ** 24n * 65_536n)
    expect(two?.diff.opens.count).toBe(one?.diff.opens.count)
    expect([one, two].map((found) => found?.diff.opens.regions[0]?.example.local?.bits)).toEqual([
      0x0a000001n,
      0x0a000002n,
    ])
    expect(two?.diff.opens.regions[0]?.region.local).toEqual([
      { family: 4, first: 0x0a000002n, last: 0x0a000002n },
    ])
    expect(one?.dead).toEqual([
      {
        rule: 'block',
        group: 'sg-1',
        blockers: [{ verdict: 'accept', reason: 'rule', rule: 'ssh', group: 'sg-1', priority: 1 }],
      },
    ])
  })

  it('says which rules come to life again', () => {
    const web = rule('web', { destinationPorts: { first: 1, last: 65535 } })
    const before = worldOf({ ...three, rules: [web, ...three.rules.slice(1)] })
    const { interfaces } = diffWorlds(before, worldOf(three), { budget })
    expect(interfaces[0]).toMatchObject({ id: 'eni-1', direction: 'ingress', dead: [], revived: ['block'] })
  })

  it('lets everything that a new interface accepts open, and all of a removed one close', () => {
    const added = edit({ kind: 'interface', id: 'eni-4', value: iface('eni-4', '10.0.0.4', ['sg-1']) })
    expect(
      added.interfaces.map(({ id, direction, status, diff }) => [id, direction, status, diff.closes.count]),
    ).toEqual([
      ['eni-4', 'ingress', 'added', 0n],
      ['eni-4', 'egress', 'added', 0n],
    ])
    expect(added.interfaces[0]?.diff.opens.regions).toContainEqual(
      expect.objectContaining({
        before: { verdict: 'drop', reason: 'default', rule: null, group: null, priority: null },
      }),
    )
    const removed = edit({ kind: 'interface', id: 'eni-1', value: null })
    expect(removed.interfaces.map(({ status, diff }) => [status, diff.opens.count])).toEqual([
      ['removed', 0n],
      ['removed', 0n],
    ])
    expect(removed.interfaces[0]?.diff.closes.count).toBe(added.interfaces[0]?.diff.opens.count)
  })

  it('follows members of groups and entries of lists to the rules that name them', () => {
    const facts = {
      ...three,
      rules: [
        rule('members', { peer: { kind: 'group', group: 'sg-2' } }),
        rule('list', { peer: { kind: 'prefix-list', list: 'pl-1' } }),
      ],
      prefixLists: [{ id: 'pl-1', family: 4 as const, cidrs: ['10.9.0.0/32'] }],
    }
    const opened = (change: Parameters<typeof applyChange>[1]): unknown => {
      const after = worldOf(facts)
      applyChange(after, change)
      const { interfaces } = diffWorlds(worldOf(facts), after, { budget })
      return interfaces
        .filter(({ id }) => id === 'eni-1')
        .map(({ diff }) => diff.opens.regions[0]?.region.remote)
    }
    const moved = { ...three.interfaces[2]!, addresses: ['10.0.0.3', '10.0.0.9'] }
    expect(opened({ kind: 'interface', id: 'eni-3', value: moved })).toEqual([
      [{ family: 4, first: 0x0a000009n, last: 0x0a000009n }],
    ])
    const list = { id: 'pl-1', family: 4 as const, cidrs: ['10.9.0.0/31'] }
    expect(opened({ kind: 'prefix-list', id: 'pl-1', value: list })).toEqual([
      [{ family: 4, first: 0x0a090001n, last: 0x0a090001n }],
    ])
  })

  it('tells the two sides of an instance in the classic network apart', () => {
    const classic = { ...iface('eni-1', '10.0.0.1', ['sg-1']), vpc: '' }
    const facts = { groups: [group('sg-1', { vpc: '' })], interfaces: [classic] }
    const anyone = { peer: { kind: 'cidr', cidr: '0.0.0.0/0' } } as const
    const opens = (more: Partial<ReturnType<typeof rule>>): bigint | undefined =>
      diffWorlds(worldOf(facts), worldOf({ ...facts, rules: [rule('a', { ...anyone, ...more })] }), {
        budget,
      }).interfaces[0]?.diff.opens.count
    const internal = 2n ** 24n + 2n ** 20n + 2n ** 16n + 2n ** 22n
    expect(opens({})).toBe(internal * 65_536n)
    expect(opens({ nic: 'internet' })).toBe((2n ** 32n - internal) * 65_536n)
  })

  it('covers less when the budget ends, and says nothing wrong', () => {
    const full = edit({ kind: 'rule', id: 'web', value: null })
    const seen = new Set<boolean>()
    for (let nodes = 0; nodes < 40; nodes++) {
      const after = worldOf(three)
      applyChange(after, { kind: 'rule', id: 'web', value: null })
      const found = diffWorlds(worldOf(three), after, { budget: { nodes } })
      seen.add(found.complete)
      if (found.complete) expect(textOf(found)).toBe(textOf(full))
      else expect(found.covered).toBeLessThan(1)
      for (const { diff } of found.interfaces) if (!diff.complete) expect(diff.equal).toBe(false)
    }
    expect(seen).toEqual(new Set([true, false]))
  })
})
