import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Flow, Policy, PolicyDiff } from '../src/index.js'
import { compile, diff, exampleFor, exampleOf, policyOf, regionsOfEntry } from '../src/index.js'
import { compiled, decided, probed } from './engine-view.js'
import type { Situation } from './naive-decision.js'
import { ruleSet, setKinds } from './rule-sets.mjs'
import { flowsIn, holds, sizeOf, smallRegions, turns } from './small-regions.js'
import { group, rule, worldOf } from './world-of.js'

const budget = { nodes: 1_000_000 }

/** The situation after one call: a rule revoked, authorized the other way round, moved, or a list emptied. */
function edited(situation: Situation, turn: number): Situation {
  const { rules } = situation
  const at = turn % Math.max(1, rules.length)
  const rest = rules.filter((_, index) => index !== at)
  const one = rules[at]
  if (!one) return situation
  switch (turn % 4) {
    case 0:
      return { ...situation, rules: rest }
    case 1:
      return {
        ...situation,
        rules: [...rest, { ...one, policy: one.policy === 'accept' ? 'drop' : 'accept' }],
      }
    case 2:
      return { ...situation, rules: [...rest, { ...one, priority: one.priority === 1 ? 100 : 1 }] }
    default:
      return { ...situation, prefixLists: situation.prefixLists.map((list) => ({ ...list, cidrs: [] })) }
  }
}

const textOf = (flow: Flow): string =>
  JSON.stringify(flow, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))

const distinct = (flows: readonly Flow[]): Flow[] => [
  ...new Map(flows.map((flow) => [textOf(flow), flow])).values(),
]

/** Every flow that differs, by trying all. */
function tried(before: Policy, after: Policy, flows: readonly Flow[]): { opens: Flow[]; closes: Flow[] } {
  const changed = flows.filter((flow) => decided(before, flow).verdict !== decided(after, flow).verdict)
  return {
    opens: changed.filter((flow) => decided(after, flow).verdict === 'accept'),
    closes: changed.filter((flow) => decided(after, flow).verdict === 'drop'),
  }
}

function checkExamples(before: Policy, after: Policy, found: PolicyDiff): void {
  for (const [way, verdicts] of [
    ['opens', ['drop', 'accept']],
    ['closes', ['accept', 'drop']],
  ] as const) {
    for (const changed of found[way].regions) {
      expect(holds(changed.region, changed.example)).toBe(true)
      expect(changed.before).toEqual(decided(before, changed.example))
      expect(changed.after).toEqual(decided(after, changed.example))
      expect([changed.before.verdict, changed.after.verdict]).toEqual(verdicts)
    }
  }
}

describe('the difference of two policies', () => {
  it('is exactly the flows that trying every one finds', { timeout: 240_000 }, () => {
    const seen = { opens: 0, closes: 0, equal: 0 }
    fc.assert(
      fc.property(probed, turns, ({ situation, edges }, turn) => {
        const [before, after] = [compiled(situation), compiled(edited(situation, turn))]
        const within = smallRegions(edges, turn)
        const found = diff(before, after, { budget, within, regions: 10_000 })
        const expected = tried(before, after, distinct(within.flatMap(flowsIn)))
        expect(found.complete).toBe(true)
        expect(found.covered).toBe(1)
        expect(found.equal).toBe(expected.opens.length + expected.closes.length === 0)
        if (found.equal) seen.equal++
        for (const way of ['opens', 'closes'] as const) {
          seen[way] += expected[way].length
          expect(found[way].count).toBe(BigInt(expected[way].length))
          expect(found[way].more).toBe(false)
          for (const flow of expected[way]) {
            expect(found[way].regions.filter(({ region }) => holds(region, flow))).toHaveLength(1)
          }
        }
        checkExamples(before, after, found)
      }),
      { numRuns: 400 },
    )
    // Few situations differ within so small regions, some by many flows.
    expect(seen.opens).toBeGreaterThan(10)
    expect(seen.closes).toBeGreaterThan(10)
    expect(seen.equal).toBeGreaterThan(20)
  })

  it(
    'is empty exactly when both mean the same, and turns around when they change places',
    { timeout: 240_000 },
    () => {
      const seen = { equal: 0, differ: 0 }
      fc.assert(
        fc.property(probed, turns, ({ situation }, turn) => {
          const [before, after] = [compiled(situation), compiled(edited(situation, turn))]
          const found = diff(before, after, { budget })
          const back = diff(after, before, { budget })
          expect([back.opens.count, back.closes.count]).toEqual([found.closes.count, found.opens.count])
          expect(diff(before, compiled(situation), { budget }).equal).toBe(true)
          seen[found.equal ? 'equal' : 'differ']++
          checkExamples(before, after, found)
          for (const { regions, count, more } of [found.opens, found.closes]) {
            const listed = regions.reduce((sum, { region }) => sum + sizeOf(region), 0n)
            expect(more ? listed < count : listed === count).toBe(true)
            expect(regions.length).toBeLessThanOrEqual(20)
          }
        }),
        { numRuns: 300 },
      )
      expect(seen.equal).toBeGreaterThan(10)
      expect(seen.differ).toBeGreaterThan(10)
    },
  )

  it(
    'is the same flows whether it is asked for within the box of the rule taken away or everywhere',
    { timeout: 240_000 },
    () => {
      let changed = 0n
      for (const kind of setKinds) {
        const situation = ruleSet(kind, 200)
        const before = policyOf(worldOf({ ...situation }), situation.joined, 'ingress')
        for (let at = 5; at < before.entries.length; at += 17) {
          const after = compile(before.entries.toSpliced(at, 1), before.fallback, 'ingress')
          const within = regionsOfEntry(before.entries[at]!)
          const [near, far] = [diff(before, after, { budget, within }), diff(before, after, { budget })]
          expect([near.complete, far.complete]).toEqual([true, true])
          expect([near.opens.count, near.closes.count]).toEqual([far.opens.count, far.closes.count])
          changed += near.opens.count + near.closes.count
          checkExamples(before, after, near)
          for (const { regions, count, more } of [near.opens, near.closes]) {
            for (const { region } of regions) {
              expect(
                within.some((one) => sizeOf(one) >= sizeOf(region) && holds(one, exampleOf(region))),
              ).toBe(true)
            }
            const listed = regions.reduce((sum, { region }) => sum + sizeOf(region), 0n)
            expect(more ? listed < count : listed === count).toBe(true)
          }
        }
      }
      expect(changed > 0n).toBe(true)
    },
  )

  it('says less but nothing wrong when the budget ends early', () => {
    const seen = { partial: 0 }
    fc.assert(
      fc.property(probed, turns, fc.nat({ max: 1 }), ({ situation }, turn, nodes) => {
        const [before, after] = [compiled(situation), compiled(edited(situation, turn))]
        const found = diff(before, after, { budget: { nodes } })
        const whole = diff(before, after, { budget })
        checkExamples(before, after, found)
        expect(found.opens.count <= whole.opens.count).toBe(true)
        if (found.complete) expect(found).toEqual(whole)
        else {
          seen.partial++
          expect([found.equal, found.covered < 1]).toEqual([false, true])
        }
      }),
      { numRuns: 600 },
    )
    expect(seen.partial).toBeGreaterThan(8)
  })

  it('reads as a network engineer would say it', () => {
    const facts = {
      groups: [group('sg-1')],
      rules: [rule('web'), rule('all', { policy: 'drop', priority: 2, protocol: 'all' })],
    }
    const ssh = rule('ssh', { priority: 2, destinationPorts: { first: 22, last: 23 } })
    const of = (more: readonly ReturnType<typeof rule>[]): Policy =>
      policyOf(worldOf({ ...facts, rules: [...facts.rules, ...more] }), ['sg-1'], 'ingress')
    // Of equal priorities the drop decides.
    expect(diff(of([]), of([ssh]), { budget }).equal).toBe(true)
    const { opens, closes } = diff(of([]), of([{ ...ssh, priority: 1 }]), { budget })
    expect(closes).toEqual({ count: 0n, regions: [], more: false })
    expect(opens.count).toBe(2n ** 24n * 2n ** 32n * 2n * 65_536n)
    expect(opens.regions).toMatchObject([
      {
        region: {
          family: 4,
          protocols: [{ first: 6, last: 6 }],
          localPorts: [{ first: 22, last: 23 }],
          remotePorts: null,
        },
        example: { protocol: 6, localPort: 22, remotePort: 40_000, remote: { bits: 0x0a000000n } },
        before: { verdict: 'drop', rule: 'all', priority: 2 },
        after: { verdict: 'accept', rule: 'ssh', priority: 1 },
      },
    ])
  })

  it('shows flows as one sees them: whoever opens a connection has the port of a client', () => {
    const region = { ...flowsOfTcp, remotePorts: null, localPorts: null }
    expect(exampleFor(region, 'ingress')).toMatchObject({ remotePort: 40_000, localPort: 443 })
    expect(exampleFor(region, 'egress')).toMatchObject({ remotePort: 443, localPort: 40_000 })
    const https = { ...region, remotePorts: [{ first: 80, last: 81 }] }
    expect(exampleFor(https, 'egress')).toMatchObject({ remotePort: 80, localPort: 40_000 })
  })
})

const flowsOfTcp = {
  family: 4,
  protocols: [{ first: 6, last: 6 }],
  remote: [{ family: 4, first: 1n, last: 2n }],
  local: [{ family: 4, first: 3n, last: 3n }],
  icmpTypes: null,
  staged: false,
} as const
