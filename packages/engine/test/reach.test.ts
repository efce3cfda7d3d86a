import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type {
  AddressRange,
  End,
  Flow,
  PathQuery,
  PathRegion,
  Policies,
  Verdict,
  World,
} from '../src/index.js'
import {
  assertStatements,
  ownAddresses,
  parseAddress,
  parseCidr,
  policiesOf,
  reach,
  whoMayReach,
} from '../src/index.js'
import { decided, probed } from './engine-view.js'
import type { Situation } from './naive-decision.js'
import { flowsIn, holds, smallRegions, turns } from './small-regions.js'
import { group, iface, rule, worldOf } from './world-of.js'

const budget = { nodes: 10_000_000 }
const any: PathQuery = { protocol: null, destinationPorts: null, sourcePorts: null }
const tcp = (port: number): PathQuery => ({
  protocol: 6,
  destinationPorts: [{ first: port, last: port }],
  sourcePorts: null,
})

const block = (text: string): AddressRange => {
  const cidr = parseCidr(text)
  if (typeof cidr === 'string') throw new Error(text)
  return { family: cidr.family, first: cidr.first, last: cidr.last }
}

const worldFromSituation = ({ groups, rules, interfaces, prefixLists, portLists }: Situation): World =>
  worldOf({ groups, rules, interfaces, prefixLists, portLists })

const asRegion = ({ source, destination, sourcePorts, destinationPorts, ...rest }: PathRegion) => ({
  ...rest,
  local: source,
  remote: destination,
  localPorts: sourcePorts,
  remotePorts: destinationPorts,
})

/** The flow as the other end sees it. */
const turned = ({ local, remote, localPort, remotePort, ...rest }: Flow): Flow => ({
  ...rest,
  remote: local ?? remote,
  local: remote,
  ...(localPort !== undefined && { remotePort: localPort }),
  ...(remotePort !== undefined && { localPort: remotePort }),
})

/** What each side says of a flow that is seen from its source. */
function sidesOf(world: World, policies: Policies, from: End, to: End, flow: Flow): Verdict[] {
  const groups = (end: End): readonly string[] | undefined =>
    'interface' in end ? world.interfaces.get(end.interface)?.groups : undefined
  const [leaving, entering] = [groups(from), groups(to)]
  return [
    ...(leaving ? [decided(policies(leaving, 'egress'), flow)] : []),
    ...(entering ? [decided(policies(entering, 'ingress'), turned(flow))] : []),
  ]
}

const addressesOf = (world: World, end: End): readonly AddressRange[] => {
  if ('ranges' in end) return end.ranges
  const one = world.interfaces.get(end.interface)
  return one ? [...ownAddresses(one, 4), ...ownAddresses(one, 6)] : []
}

describe('reach', () => {
  it(
    'tells for every flow whether it passes, and names every side that drops it',
    { timeout: 240_000 },
    () => {
      const seen = { passes: 0, one: 0, both: 0 }
      fc.assert(
        fc.property(probed, turns, ({ situation, edges }, turn) => {
          const world = worldFromSituation(situation)
          const policies = policiesOf(world)
          const ids = [...world.interfaces.keys()]
          const outside: End = { ranges: ['10.1.0.0/27', '198.51.100.0/24', 'fd00::/64'].map(block) }
          const from: End = turn % 3 === 0 ? outside : { interface: ids[turn % ids.length] ?? '' }
          const to: End = turn % 3 === 1 ? outside : { interface: ids[(turn * 7 + 1) % ids.length] ?? '' }
          const { forward, reverse } = reach(world, from, to, any, { budget, regions: 10_000 })
          expect([forward.complete, forward.covered, reverse.complete]).toEqual([true, 1, true])
          const inside = (ranges: readonly AddressRange[], flow: Flow['remote'] | undefined): boolean =>
            ranges.some(
              ({ family, first, last }) => flow?.family === family && first <= flow.bits && flow.bits <= last,
            )
          // Every flow of some small regions, put at the addresses of the ends.
          const flows = smallRegions(edges, turn)
            .flatMap(flowsIn)
            .flatMap((flow) =>
              addressesOf(world, from).flatMap(({ family, first }) =>
                addressesOf(world, to)
                  .filter((other) => other.family === family)
                  .map((other) => ({
                    ...flow,
                    local: { family, bits: first },
                    remote: { family, bits: other.first },
                  })),
              ),
            )
          const wrong = flows.slice(0, 2_000).filter((flow) => {
            expect(inside(addressesOf(world, to), flow.remote)).toBe(true)
            const sides = sidesOf(world, policies, from, to, flow)
            const drops = sides.filter(({ verdict }) => verdict === 'drop')
            seen[drops.length === 0 ? 'passes' : drops.length === 1 ? 'one' : 'both']++
            const allowed = forward.allowed.parts.filter(({ region }) => holds(asRegion(region), flow))
            const denied = forward.denied.parts.filter(({ region }) => holds(asRegion(region), flow))
            const [part] = [...allowed, ...denied]
            return (
              allowed.length !== Number(drops.length === 0) ||
              denied.length !== Number(drops.length > 0) ||
              JSON.stringify(part?.sides.map(({ decider }) => decider)) !== JSON.stringify(sides) ||
              JSON.stringify(denied[0]?.blockers.map(({ decider }) => decider) ?? []) !==
                JSON.stringify(drops)
            )
          })
          expect(wrong).toEqual([])
          for (const answer of [forward, reverse]) {
            for (const list of [answer.allowed, answer.denied]) {
              expect(list.parts.reduce((sum, { count }) => sum + count, 0n)).toBe(list.count)
              expect(list.more).toBe(false)
            }
          }
          // The reverse is the forward of the ends changed.
          const back = reach(world, to, from, any, { budget, regions: 10_000 })
          expect([back.forward.allowed.count, back.forward.denied.count]).toEqual([
            reverse.allowed.count,
            reverse.denied.count,
          ])
        }),
        { numRuns: 40 },
      )
      expect(seen.passes).toBeGreaterThan(100)
      expect(seen.one).toBeGreaterThan(100)
      expect(seen.both).toBeGreaterThan(50)
    },
  )

  const shop = worldOf({
    groups: [group('sg-web'), group('sg-db', { type: 'advanced' })],
    rules: [
      rule('web-in', { group: 'sg-web', peer: { kind: 'cidr', cidr: '0.0.0.0/0' } }),
      rule('no-db', {
        group: 'sg-web',
        direction: 'egress',
        policy: 'drop',
        destinationPorts: { first: 3300, last: 3309 },
        peer: { kind: 'cidr', cidr: '10.0.0.0/24' },
      }),
      rule('db-in', {
        group: 'sg-db',
        peer: { kind: 'cidr', cidr: '10.0.0.1/32' },
        destinationPorts: { first: 3306, last: 3306 },
      }),
    ],
    interfaces: [
      iface('eni-web', '10.0.0.1', ['sg-web']),
      iface('eni-other', '10.0.0.3', ['sg-web']),
      iface('eni-db', '10.0.0.2', ['sg-db']),
    ],
  })

  it('names the blockers of both sides, with a packet for each part', () => {
    const { forward } = reach(shop, { interface: 'eni-web' }, { interface: 'eni-db' }, tcp(3307), { budget })
    expect(forward.allowed).toEqual({ count: 0n, parts: [], more: false })
    expect(forward.denied.count).toBe(65_536n)
    expect(forward.denied.parts[0]).toMatchObject({
      example: {
        protocol: 6,
        source: { bits: 0x0a000001n },
        destination: { bits: 0x0a000002n },
        sourcePort: 40_000,
        destinationPort: 3307,
      },
      blockers: [
        { side: 'egress', interface: 'eni-web', decider: { rule: 'no-db' } },
        { side: 'ingress', interface: 'eni-db', decider: { reason: 'default', rule: null } },
      ],
    })
  })

  it('asks about one side only where the other end is not ours, and refuses two such ends', () => {
    const world: End = { ranges: [block('203.0.113.0/24')] }
    const { forward, reverse } = reach(shop, world, { interface: 'eni-web' }, tcp(80), { budget })
    expect(forward.allowed.count).toBe(256n * 65_536n)
    expect(forward.allowed.parts[0]?.sides).toMatchObject([
      { side: 'ingress', interface: 'eni-web', decider: { rule: 'web-in' } },
    ])
    expect(reverse.allowed.parts[0]?.sides).toMatchObject([
      { side: 'egress', decider: { reason: 'default' } },
    ])
    expect(() => reach(shop, world, world, any, { budget })).toThrow(RangeError)
    expect(() => reach(shop, world, { interface: 'eni-none' }, any, { budget })).toThrow(/eni-none/)
  })

  it('covers less when the budget ends', () => {
    const { forward } = reach(shop, { interface: 'eni-web' }, { interface: 'eni-db' }, any, {
      budget: { nodes: 1 },
    })
    expect([forward.complete, forward.covered < 1]).toEqual([false, true])
  })

  it('lists who may reach a target as blocks, and the interfaces whose own rules let them', () => {
    const ports = (port: number) => [{ first: port, last: port }]
    const db = whoMayReach(shop, { interface: 'eni-db', protocol: 6, ports: ports(3306) }, { budget })
    expect(db).toEqual({ cidrs: ['10.0.0.1/32'], cidrs6: [], interfaces: [], complete: true, covered: 1 })
    const web = whoMayReach(shop, { interface: 'eni-web', protocol: 6, ports: ports(80) }, { budget })
    expect(web).toEqual({
      cidrs: ['0.0.0.0/0'],
      cidrs6: [],
      interfaces: ['eni-other'],
      complete: true,
      covered: 1,
    })
  })

  it('lists exactly the sources from which something passes', { timeout: 240_000 }, () => {
    fc.assert(
      fc.property(probed, ({ situation, edges }) => {
        const world = worldFromSituation(situation)
        const [target] = world.interfaces.values()
        if (!target) return
        const port = edges.destinationPorts[0] ?? 80
        const found = whoMayReach(
          world,
          { interface: target.id, protocol: 6, ports: [{ first: port, last: port }] },
          { budget },
        )
        const blocks = [...found.cidrs, ...found.cidrs6].map(block)
        const sources = edges.remotes.flatMap((text) => parseAddress(text) ?? [])
        for (const source of sources) {
          const listed = blocks.some(
            ({ family, first, last }) =>
              family === source.family && first <= source.bits && source.bits <= last,
          )
          const answer = reach(
            world,
            { ranges: [{ family: source.family, first: source.bits, last: source.bits }] },
            { interface: target.id },
            { protocol: 6, destinationPorts: [{ first: port, last: port }], sourcePorts: null },
            { budget },
          )
          expect(listed).toBe(answer.forward.allowed.count > 0n)
        }
        const expected = [...world.interfaces.keys()].filter(
          (id) =>
            id !== target.id &&
            reach(
              world,
              { interface: id },
              { interface: target.id },
              { protocol: 6, destinationPorts: [{ first: port, last: port }], sourcePorts: null },
              { budget },
            ).forward.allowed.count > 0n,
        )
        expect(found.interfaces).toEqual(expected.sort())
      }),
      { numRuns: 25 },
    )
  })

  it('proves statements, or shows a packet and who is to blame', () => {
    const [web, db] = [{ interface: 'eni-web' }, { interface: 'eni-db' }]
    const statements = [
      { must: 'deny', from: { ranges: [block('0.0.0.0/0')] }, to: db, query: tcp(22) },
      { must: 'permit', from: { ranges: [block('0.0.0.0/0')] }, to: web, query: tcp(80) },
      { must: 'permit', from: web, to: db, query: tcp(3306) },
      { must: 'deny', from: { ranges: [block('10.0.0.0/31')] }, to: db, query: tcp(3306) },
      { must: 'deny', from: { ranges: [block('fd00::/64')] }, to: db, query: any },
    ] as const
    const answers = assertStatements(shop, statements, { budget })
    expect(answers).toMatchObject([
      { result: 'holds', flows: 2n ** 32n * 65_536n },
      { result: 'holds' },
      { result: 'fails', blockers: [{ side: 'egress', decider: { rule: 'no-db' } }] },
      {
        result: 'fails',
        counterexample: {
          example: { source: { bits: 0x0a000001n } },
          sides: [{ decider: { rule: 'db-in' } }],
        },
      },
      { result: 'holds', flows: 0n },
    ])
    expect(assertStatements(shop, statements.slice(3, 4), { budget: { nodes: 0 } })).toMatchObject([
      { result: 'unknown' },
    ])
  })
})
