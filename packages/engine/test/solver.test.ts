import { describe, expect, it } from 'vitest'
import type { Policy } from '../src/index.js'
import { deadEntries, diff, policyOf, worldFrom } from '../src/index.js'
import type { Situation } from './naive-decision.js'
import type { Box } from './rectangles.mjs'
import { everyFlow, stepsOf } from './rectangles.mjs'
import { ruleSet, setKinds } from './rule-sets.mjs'
import { boxesOf } from './set-oracles.js'
import { useSolver } from './solver.js'

/** Questions put to an SMT solver as formulas over bit vectors: a third answer, by other people's code. */

/** Bits of each field of a box. IPv6 addresses come after those of IPv4. */
const WIDTHS = [8, 129, 129, 16, 16, 8]

const declarations = WIDTHS.map((width, field) => `(declare-const field${field} (_ BitVec ${width}))`)

/** A boolean term about one flow that might be any. */
type Term = string

const not = (term: Term): Term => `(not ${term})`
const and = (...terms: Term[]): Term => `(and true ${terms.join(' ')})`
const or = (terms: readonly Term[]): Term => `(or false ${terms.join(' ')})`

const inBox = (box: Box): Term =>
  and(
    ...box.map(([first, last], field) => {
      const number = (value: number | bigint): string => `(_ bv${value} ${WIDTHS[field]})`
      return `(bvuge field${field} ${number(first)}) (bvule field${field} ${number(last)})`
    }),
  )

const inBoxes = (boxes: readonly Box[]): Term => or(boxes.map(inBox))

/** Whether the flow is accepted: a chain of steps, the first that matches decides. */
function accepts(situation: Situation): Term {
  const { steps, fallback } = stepsOf(situation)
  return steps.reduceRight<Term>(
    (later, { boxes, accept }) => `(ite ${inBoxes(boxes)} ${accept} ${later})`,
    `${fallback}`,
  )
}

const flow = inBoxes(everyFlow)

const solver = useSolver()

async function possible(...terms: Term[]): Promise<boolean> {
  const asserted = terms.map((term) => `(assert ${term})`)
  return (await solver.ask([...declarations, ...asserted].join('\n'))) === 'sat'
}

it('the solver refuses what it does not understand, and knows what can be and what cannot', async () => {
  await expect(possible('nonsense')).rejects.toThrow('nonsense')
  expect(await possible('(= field0 #x06)')).toBe(true)
  expect(await possible('(= field0 #x06)', '(= field0 #x11)')).toBe(false)
})

const policyFor = (situation: Situation): Policy =>
  policyOf(worldFrom({ epoch: 'e', revision: 1, vpcs: [], ...situation }), situation.joined, 'ingress')

const budget = { nodes: 1_000_000 }

describe.each(setKinds)('of a generated set (%s)', (kind) => {
  it(
    'a rule is dead exactly when the solver finds no flow that it decides',
    { timeout: 300_000 },
    async () => {
      const situation = ruleSet(kind, 30, 3)
      // Some rules more that the others cover, alone or together.
      const weak = situation.rules
        .slice(0, 8)
        .map((rule) => ({ ...rule, id: `weak-${rule.id}`, priority: 100 }))
      const crowded = { ...situation, rules: [...situation.rules, ...weak] }
      const { steps } = stepsOf(crowded)
      const dead: string[] = []
      for (const [place, { name, boxes }] of steps.entries()) {
        // The weak ones, and some of the others.
        if (place % 5 !== 0 && !name.startsWith('weak')) continue
        const before = steps.slice(0, place).map((step) => inBoxes(step.boxes))
        if (!(await possible(flow, inBoxes(boxes), not(or(before))))) dead.push(name)
      }
      const answer = deadEntries(policyFor(crowded), budget)
      expect(answer.complete).toBe(true)
      expect(answer.dead.map(({ entry }) => entry.rule).sort()).toEqual(dead.sort())
      expect(dead.length).toBeGreaterThan(0)
    },
  )

  it(
    'flows open or close exactly where the solver finds some, and nowhere else',
    {
      timeout: 300_000,
    },
    async () => {
      const before = ruleSet(kind, 30, 5)
      const old = accepts(before)
      for (const place of [0, 20]) {
        const after = {
          ...before,
          rules: before.rules.flatMap((rule, at) =>
            at !== place ? [rule] : place === 20 ? [] : [{ ...rule, policy: flipped[rule.policy] }],
          ),
        }
        const young = accepts(after)
        const answer = diff(policyFor(before), policyFor(after), { budget, regions: 1_000 })
        for (const [change, from, to] of [
          [answer.opens, not(old), young],
          [answer.closes, old, not(young)],
        ] as const) {
          const listed = inBoxes(change.regions.flatMap(({ region }) => boxesOf(region)))
          expect(change.more).toBe(false)
          expect(await possible(flow, from, to)).toBe(change.count > 0n)
          expect(await possible(flow, from, to, not(listed))).toBe(false)
          expect(await possible(flow, listed, not(and(from, to)))).toBe(false)
        }
      }
    },
  )
})

const flipped = { accept: 'drop', drop: 'accept' } as const
