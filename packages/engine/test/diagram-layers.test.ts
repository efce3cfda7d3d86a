import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Flow, Layer, Outcome, Policy } from '../src/index.js'
import { areAlike, countOf, diagramOf } from '../src/index.js'
import { decided } from './engine-view.js'
import { flows, policies, small } from './small-policies.js'

const layers: fc.Arbitrary<Layer[]> = fc.array(
  fc.record({
    policy: policies,
    mirrored: fc.boolean(),
    by: fc.constantFrom('decider' as const, 'verdict' as const),
  }),
  { minLength: 1, maxLength: 3 },
)

const mirror = (flow: Flow): Flow => ({
  protocol: flow.protocol,
  remote: flow.local ?? flow.remote,
  local: flow.remote,
  remotePort: flow.localPort ?? 0,
  localPort: flow.remotePort ?? 0,
})

function told({ policy, mirrored, by }: Layer, flow: Flow): string {
  const { verdict, rule } = decided(policy, mirrored ? mirror(flow) : flow)
  return by === 'verdict' ? verdict : `${verdict} ${rule}`
}

const tell = (outcomes: readonly Outcome[], asked: readonly Layer[]): string =>
  outcomes
    .map(({ verdict, entry }, layer) =>
      asked[layer]?.by === 'verdict' ? verdict : `${verdict} ${entry?.rule ?? null}`,
    )
    .join(', ')

describe('a diagram of several layers', () => {
  it('tells of every flow what each layer says of it', { timeout: 240_000 }, () => {
    fc.assert(
      fc.property(layers, (asked) => {
        const expected: Record<string, bigint> = {}
        for (const flow of flows) {
          const key = asked.map((layer) => told(layer, flow)).join(', ')
          expected[key] = (expected[key] ?? 0n) + 1n
        }
        const diagram = diagramOf({ layers: asked, within: [small], budget: { nodes: 100_000 } })
        const got: Record<string, bigint> = {}
        const keys = new Set<string>()
        countOf(diagram, (outcomes) => keys.add(tell(outcomes, asked)).size < 0)
        for (const key of keys) {
          const count = countOf(diagram, (outcomes) => tell(outcomes, asked) === key)
          if (count > 0n) got[key] = count
        }
        expect(got).toEqual(expected)
      }),
      { numRuns: 600 },
    )
  })

  it('finds two policies alike exactly when no flow tells them apart', { timeout: 240_000 }, () => {
    const seen = { alike: 0, differ: 0 }
    const nearby = fc
      .tuple(policies, policies, fc.nat({ max: 6 }))
      .map(([one, other, cut]): [Policy, Policy] => [
        one,
        // Half of them share their beginning, so that they are often alike.
        cut > 3 ? other : { ...one, entries: [...one.entries.slice(0, cut), ...other.entries.slice(cut)] },
      ])
    fc.assert(
      fc.property(nearby, (pair) => {
        const asked = pair.map((policy): Layer => ({ policy, by: 'verdict' }))
        const diagram = diagramOf({
          layers: asked,
          differences: true,
          within: [small],
          budget: { nodes: 100_000 },
        })
        for (const first of ['accept', 'drop']) {
          const expected = flows.filter((flow) => {
            const [one, other] = asked.map((layer) => told(layer, flow))
            return one === first && other !== first
          })
          const got = countOf(diagram, ([one, other]) => one?.verdict === first && other?.verdict !== first)
          expect(got).toBe(BigInt(expected.length))
        }
        const alike = flows.every((flow) =>
          asked.every((layer) => told(layer, flow) === told(asked[0]!, flow)),
        )
        expect(areAlike(diagram)).toBe(alike)
        seen[alike ? 'alike' : 'differ']++
      }),
      { numRuns: 600 },
    )
    expect(seen.alike).toBeGreaterThan(80)
    expect(seen.differ).toBeGreaterThan(80)
  })
})
