import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bool as AnyBool, Context } from 'z3-solver'
import { init, killThreads } from 'z3-solver'
import type { Policy } from '../src/index.js'
import { deadEntries, diff, policyOf, worldFrom } from '../src/index.js'
import type { Situation } from './naive-decision.js'
import type { Box } from './rectangles.mjs'
import { everyFlow, stepsOf } from './rectangles.mjs'
import { ruleSet, setKinds } from './rule-sets.mjs'
import { boxesOf } from './set-oracles.js'

/** Questions put to an SMT solver as formulas over bit vectors: a third answer, by other people's code. */

type Bool = AnyBool<'flows'>

let api: Awaited<ReturnType<typeof init>>
let z3: Context<'flows'>
beforeAll(async () => {
  api = await init()
  z3 = api.Context('flows')
})
afterAll(() => killThreads(api.em))

/** Bits of each field of a box. IPv6 addresses come after those of IPv4. */
const WIDTHS = [8, 129, 129, 16, 16, 8]

/** Formulas about one flow that might be any. */
function formulas() {
  const fields = WIDTHS.map((width, field) => z3.BitVec.const(`field${field}`, width))
  const inBox = (box: Box): Bool =>
    z3.And(
      ...box.flatMap(([first, last], at) => {
        const field = fields[at]!
        const width = WIDTHS[at]!
        return [z3.UGE(field, z3.BitVec.val(first, width)), z3.ULE(field, z3.BitVec.val(last, width))]
      }),
    )
  const inBoxes = (boxes: readonly Box[]): Bool => z3.Or(...boxes.map(inBox))
  /** Whether the flow is accepted: a chain of steps, the first that matches decides. */
  const accepts = (situation: Situation): Bool => {
    const { steps, fallback } = stepsOf(situation)
    return steps.reduceRight<Bool>(
      (later, { boxes, accept }) => z3.If(inBoxes(boxes), z3.Bool.val(accept), later),
      z3.Bool.val(fallback),
    )
  }
  return { inBoxes, accepts, flow: inBoxes(everyFlow) }
}

async function possible(...parts: Bool[]): Promise<boolean> {
  const solver = new z3.Solver()
  solver.add(...parts)
  return (await solver.check()) === 'sat'
}

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
      const { inBoxes, flow } = formulas()
      const { steps } = stepsOf(crowded)
      const dead: string[] = []
      for (const [place, { name, boxes }] of steps.entries()) {
        // The weak ones, and some of the others.
        if (place % 5 !== 0 && !name.startsWith('weak')) continue
        const before = steps.slice(0, place).map((step) => inBoxes(step.boxes))
        if (!(await possible(flow, inBoxes(boxes), z3.Not(z3.Or(...before))))) dead.push(name)
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
      const { inBoxes, accepts, flow } = formulas()
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
          [answer.opens, z3.Not(old), young],
          [answer.closes, old, z3.Not(young)],
        ] as const) {
          const listed = inBoxes(change.regions.flatMap(({ region }) => boxesOf(region)))
          expect(change.more).toBe(false)
          expect(await possible(flow, from, to)).toBe(change.count > 0n)
          expect(await possible(flow, from, to, z3.Not(listed))).toBe(false)
          expect(await possible(flow, listed, z3.Not(z3.And(from, to)))).toBe(false)
        }
      }
    },
  )
})

const flipped = { accept: 'drop', drop: 'accept' } as const
