import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Policy, Region, Rule, World } from '../src/index.js'
import { diagramOf, diffWorlds, parseAddress, policyOf, regionOf, worldFrom } from '../src/index.js'
import { countOf } from '../src/diagram-answers.js'
import type { Situation } from './naive-decision.js'
import { ruleSet, setKinds } from './rule-sets.mjs'

const budget = { nodes: 2_000_000 }

/** All flows of an interface that one policy accepts and the other does not, by a diagram of both that leaves nothing out. */
function plainly(
  before: Policy,
  after: Policy,
  within: readonly Region[],
): { opens: bigint; closes: bigint } {
  const diagram = diagramOf({
    layers: [
      { policy: before, by: 'verdict' },
      { policy: after, by: 'verdict' },
    ],
    within,
    budget,
  })
  expect(diagram.complete).toBe(true)
  const from = (verdict: 'accept' | 'drop'): bigint =>
    countOf(diagram, ([one, two]) => one?.verdict === verdict && two?.verdict !== verdict)
  return { opens: from('drop'), closes: from('accept') }
}

const worldOf = (situation: Situation, rules: readonly Rule[]): World =>
  worldFrom({ epoch: 'e', revision: 1, vpcs: [], ...situation, rules })

/** Takes rules away, turns their verdict or moves them. */
const edits = fc.array(fc.tuple(fc.nat(), fc.constantFrom('remove', 'flip', 'move')), {
  minLength: 1,
  maxLength: 3,
})

const changed = (rules: readonly Rule[], list: readonly (readonly [number, string])[]): Rule[] => {
  const edit = new Map(list.map(([place, kind]) => [place % rules.length, kind]))
  return rules.flatMap((rule, at) => {
    switch (edit.get(at)) {
      case 'remove':
        return []
      case 'flip':
        return [{ ...rule, policy: rule.policy === 'accept' ? 'drop' : 'accept' }]
      case 'move':
        return [{ ...rule, priority: 101 - rule.priority }]
      default:
        return [rule]
    }
  })
}

describe('comparing only where two states can differ', () => {
  it('finds as many flows as comparing everything', { timeout: 240_000 }, () => {
    const seen = { equal: 0, opens: 0, closes: 0 }
    fc.assert(
      fc.property(
        fc.constantFrom(...setKinds),
        fc.integer({ min: 1, max: 1_000 }),
        edits,
        (kind, seed, list) => {
          const situation = ruleSet(kind, 24, seed)
          const [before, after] = [situation.rules, changed(situation.rules, list)].map((rules) =>
            worldOf(situation, rules),
          ) as [World, World]
          const own = situation.interfaces[0]!.addresses.map((text) => {
            const { family, bits } = parseAddress(text)!
            return regionOf(family, { local: [{ family, first: bits, last: bits }] })
          })
          const [old, young] = [before, after].map((world) =>
            policyOf(world, situation.joined, situation.direction),
          ) as [Policy, Policy]
          const expected = plainly(old, young, own)
          const { interfaces, complete } = diffWorlds(before, after, { budget })
          expect(complete).toBe(true)
          const found = interfaces.find(({ id, direction }) => id === 'eni-0' && direction === 'ingress')
          const counts = { opens: found?.diff.opens.count ?? 0n, closes: found?.diff.closes.count ?? 0n }
          expect(counts).toEqual(expected)
          if (expected.opens > 0n) seen.opens++
          if (expected.closes > 0n) seen.closes++
          if (expected.opens + expected.closes === 0n) seen.equal++
        },
      ),
      { numRuns: 150 },
    )
    expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(5)
  })
})
