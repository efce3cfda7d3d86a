import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Diagram, Flow, Layer, Outcome, Policy, Verdict } from '../src/index.js'
import {
  addressesWith,
  areAlike,
  cidrsOf,
  compile,
  countOf,
  coverageOf,
  decide,
  diagramOf,
  exampleOf,
  flowsOf,
  parseCidr,
  regionOf,
  regionsOfEntry,
  regionsWith,
} from '../src/index.js'
import { compiled, decided, flowOf, probed } from './engine-view.js'
import { flowsIn, holds, sizeOf, smallRegions, turns } from './small-regions.js'

const budget = { nodes: 1_000_000 }
const everything = (): boolean => true

/** Who decides, in a form that compares: rule, group and reason. */
const decider = ({ entry, verdict }: Outcome): string =>
  [verdict, entry?.reason ?? 'default', entry?.rule ?? null, entry?.group ?? null].join(' ')
const deciderIn = ({ verdict, reason, rule, group }: Verdict): string =>
  [verdict, reason, rule, group].join(' ')

const mirrored = ({ protocol, remote, local, remotePort, localPort, icmpType }: Flow): Flow => ({
  protocol,
  remote: local ?? remote,
  local: remote,
  ...(localPort !== undefined && { remotePort: localPort }),
  ...(remotePort !== undefined && { localPort: remotePort }),
  ...(icmpType !== undefined && { icmpType }),
})

/** The policy with one entry taken out, one turned around and one put elsewhere. */
function edited({ entries, fallback, direction }: Policy, turn: number): Policy {
  const changed = [...entries]
  const at = turn % changed.length
  const [taken] = changed.splice(at, 1)
  if (taken && turn % 2 === 0) changed.splice((turn * 5) % (changed.length + 1), 0, taken)
  const turned = changed[(turn * 3) % changed.length]
  if (turned && turn % 5 < 2) {
    changed[(turn * 3) % changed.length] = {
      ...turned,
      verdict: turned.verdict === 'accept' ? 'drop' : 'accept',
    }
  }
  return compile(changed, fallback, direction)
}

const distinctFlows = (flows: readonly Flow[]): Flow[] => [
  ...new Map(
    flows.map((flow) => [
      JSON.stringify(flow, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part)),
      flow,
    ]),
  ).values(),
]

function countsBy(flows: readonly Flow[], key: (flow: Flow) => string): Record<string, bigint> {
  const counts: Record<string, bigint> = {}
  for (const flow of flows) counts[key(flow)] = (counts[key(flow)] ?? 0n) + 1n
  return counts
}

/** Counts of the diagram by what was told, only those above 0. */
function toldBy(diagram: Diagram, key: (outcomes: readonly Outcome[]) => string): Record<string, bigint> {
  const keys = new Set<string>()
  countOf(diagram, (outcomes) => (keys.add(key(outcomes)), false))
  const counts = [...keys].map((one) => [one, countOf(diagram, (outcomes) => key(outcomes) === one)] as const)
  return Object.fromEntries(counts.filter(([, count]) => count > 0n))
}

describe('a decision diagram', () => {
  it(
    'cuts all flows into regions that do not overlap, each decided by the entry that it names',
    { timeout: 240_000 },
    () => {
      let seen = 0
      fc.assert(
        fc.property(probed, ({ situation, packets }) => {
          const policy = compiled(situation)
          const diagram = diagramOf({ layers: [{ policy }], budget })
          const { regions, more } = regionsWith(diagram, everything, Infinity)
          expect(more).toBe(false)
          expect(coverageOf(diagram)).toEqual({ complete: true, covered: 1 })
          const all = sizeOf(regionOf(4)) + sizeOf(regionOf(6))
          expect(flowsOf(diagram)).toBe(all)
          expect(countOf(diagram, everything)).toBe(all)
          expect(regions.reduce((sum, { region }) => sum + sizeOf(region), 0n)).toBe(all)
          for (const { region, outcomes } of regions) {
            const example = exampleOf(region)
            expect(holds(region, example)).toBe(true)
            expect(outcomes.map(decider)).toEqual([deciderIn(decided(policy, example))])
          }
          for (const packet of packets) {
            const flow = flowOf(situation, packet)
            const holding = regions.filter(({ region }) => holds(region, flow))
            expect(holding.map(({ outcomes }) => outcomes.map(decider))).toEqual([
              [deciderIn(decided(policy, flow))],
            ])
            seen++
          }
        }),
        { numRuns: 120 },
      )
      expect(seen).toBeGreaterThan(1_000)
    },
  )

  it(
    'counts the flows of small regions as trying every one does, for two policies at once, one from the other end',
    { timeout: 240_000 },
    () => {
      let flowsTried = 0
      const by = fc.constantFrom('decider' as const, 'verdict' as const)
      fc.assert(
        fc.property(probed, turns, fc.boolean(), by, by, ({ situation, edges }, turn, far, ...modes) => {
          const policy = compiled(situation)
          const layers: [Layer, Layer] = [
            { policy, by: modes[0] },
            { policy: edited(policy, turn), by: modes[1], mirrored: far },
          ]
          const within = [...smallRegions(edges, turn), ...smallRegions(edges, turn + 1)]
          const flows = distinctFlows(within.flatMap(flowsIn))
          flowsTried += flows.length
          const diagram = diagramOf({ layers, within, budget })
          expect(flowsOf(diagram)).toBe(BigInt(flows.length))
          const tell = (outcomes: readonly Outcome[]): string =>
            outcomes.map((one, layer) => (modes[layer] === 'verdict' ? one.verdict : decider(one))).join(', ')
          const told = toldBy(diagram, tell)
          const tried = countsBy(flows, (flow) =>
            layers
              .map((layer, at) => {
                const verdict = decided(layer.policy, layer.mirrored ? mirrored(flow) : flow)
                return modes[at] === 'verdict' ? verdict.verdict : deciderIn(verdict)
              })
              .join(', '),
          )
          expect(told).toEqual(tried)
        }),
        { numRuns: 250 },
      )
      expect(flowsTried).toBeGreaterThan(10_000)
    },
  )

  it('finds exactly the flows on which two policies differ', { timeout: 240_000 }, () => {
    const seen = { alike: 0, differ: 0 }
    fc.assert(
      fc.property(probed, turns, ({ situation, edges }, turn) => {
        const before = compiled(situation)
        const after = edited(before, turn)
        const layers = [before, after].map((policy): Layer => ({ policy, by: 'verdict' }))
        const within = smallRegions(edges, turn)
        const whole = diagramOf({ layers, differences: true, budget })
        const small = diagramOf({ layers, differences: true, within, budget })
        const tried = countsBy(distinctFlows(within.flatMap(flowsIn)), (flow) =>
          [before, after].map((policy) => decided(policy, flow).verdict).join(' '),
        )
        for (const [a, b] of [
          ['accept', 'drop'],
          ['drop', 'accept'],
        ] as const) {
          const changed = ([one, other]: readonly Outcome[]): boolean =>
            one?.verdict === a && other?.verdict === b
          expect(countOf(small, changed)).toBe(tried[`${a} ${b}`] ?? 0n)
          const { regions } = regionsWith(whole, changed, 50)
          for (const { region } of regions) {
            const example = exampleOf(region)
            expect([before, after].map((policy) => decided(policy, example).verdict)).toEqual([a, b])
          }
        }
        const alike = areAlike(whole)
        seen[alike ? 'alike' : 'differ']++
        const plain = diagramOf({ layers, budget })
        const count = (diagram: Diagram): bigint =>
          countOf(diagram, ([one, other]) => one?.verdict !== other?.verdict)
        expect(count(whole)).toBe(count(plain))
        expect(alike).toBe(count(plain) === 0n)
      }),
      { numRuns: 200 },
    )
    expect(seen.alike).toBeGreaterThan(20)
    expect(seen.differ).toBeGreaterThan(20)
  })

  it(
    'projects what is accepted to the addresses for which something is, and to the fewest blocks',
    { timeout: 240_000 },
    () => {
      fc.assert(
        fc.property(probed, turns, ({ situation, edges }, turn) => {
          const policy = compiled(situation)
          const within = smallRegions(edges, turn)
          const diagram = diagramOf({ layers: [{ policy, by: 'verdict' }], within, budget })
          const flows = within.flatMap(flowsIn).filter((flow) => decided(policy, flow).verdict === 'accept')
          for (const side of ['remote', 'local'] as const) {
            const ranges = addressesWith(diagram, side, ([one]) => one?.verdict === 'accept')
            const got = new Set(
              ranges.flatMap(({ family, first, last }) =>
                Array.from(
                  { length: Number(last - first) + 1 },
                  (_, step) => `${family} ${first + BigInt(step)}`,
                ),
              ),
            )
            const expected = new Set(flows.map((flow) => `${flow[side]?.family} ${flow[side]?.bits}`))
            expect(got).toEqual(expected)
            const blocks = cidrsOf(ranges).map(parseCidr)
            const held = blocks.reduce(
              (sum, one) => sum + (typeof one === 'string' ? 0n : one.last - one.first + 1n),
              0n,
            )
            expect(held).toBe(BigInt(expected.size))
          }
        }),
        { numRuns: 100 },
      )
    },
  )

  it('stays within the box of an entry when it is asked so', () => {
    fc.assert(
      fc.property(probed, ({ situation, packets }) => {
        const policy = compiled(situation)
        for (const entry of policy.entries.slice(0, 8)) {
          const within = regionsOfEntry(entry)
          const diagram = diagramOf({ layers: [{ policy }], within, budget })
          expect(flowsOf(diagram)).toBe(within.reduce((sum, region) => sum + sizeOf(region), 0n))
          const alone = compile([entry], entry.verdict === 'accept' ? 'drop' : 'accept', policy.direction)
          for (const packet of packets) {
            const flow = flowOf(situation, packet)
            const matched = decide(alone, flow)
            expect(within.some((region) => holds(region, flow))).toBe(
              'verdict' in matched && matched.reason !== 'default',
            )
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  it(
    'says less but nothing wrong when the budget ends early, and how much it covers',
    { timeout: 240_000 },
    () => {
      const seen = { partial: 0, complete: 0 }
      // Few diagrams are done with a dozen nodes, and most with hundreds.
      const anyNodes = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constant(400))
      fc.assert(
        fc.property(probed, anyNodes, ({ situation }, nodes) => {
          const policy = compiled(situation)
          const whole = diagramOf({ layers: [{ policy }], budget })
          const part = diagramOf({ layers: [{ policy }], budget: { nodes } })
          const { complete, covered } = coverageOf(part)
          seen[complete ? 'complete' : 'partial']++
          expect(covered === 1).toBe(complete)
          const tell = (outcomes: readonly Outcome[]): string => outcomes.map(decider).join()
          const all = toldBy(whole, tell)
          for (const [key, count] of Object.entries(toldBy(part, tell))) {
            expect(count <= (all[key] ?? 0n)).toBe(true)
            if (complete) expect(count).toBe(all[key])
          }
          for (const { region, outcomes } of regionsWith(part, everything, Infinity).regions) {
            expect(outcomes.map(decider)).toEqual([deciderIn(decided(policy, exampleOf(region)))])
          }
        }),
        { numRuns: 100 },
      )
      expect(seen.partial).toBeGreaterThan(15)
      expect(seen.complete).toBeGreaterThan(10)
      const expired = diagramOf({
        layers: [{ policy: compile(carve, 'drop', 'ingress') }],
        budget: { nodes: 1_000, expired: () => true },
      })
      expect(coverageOf(expired).complete).toBe(false)
    },
  )
})

const carve = [
  {
    reason: 'rule',
    rule: 'sgr-1',
    group: 'sg-1',
    priority: 1,
    verdict: 'accept',
    family: 4,
    protocol: 6,
    remote: { kind: 'any' },
    local: null,
    remotePorts: null,
    localPorts: [{ first: 22, last: 22 }],
    icmpTypes: null,
    staged: false,
  },
] as const
