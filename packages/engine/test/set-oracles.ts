import fc from 'fast-check'
import type { Region, Rule } from '../src/index.js'
import { V6_BASE } from './linear-scan.mjs'
import type { Situation } from './naive-decision.js'
import { situations } from './random-situations.js'
import type { Box } from './rectangles.mjs'
import { accepted, decidedBy, difference, everyFlow, overlap, sizeOf, stepsOf } from './rectangles.mjs'

/** Answers about sets of flows by cutting boxes, to compare the engine's with. */

const isRule =
  ({ rules }: Situation) =>
  ({ name }: { readonly name: string }): boolean =>
    rules.some(({ id }) => id === name)

/** Ids of the rules that decide no flow, in decision order. */
export const deadRules = (situation: Situation): string[] =>
  decidedBy(stepsOf(situation).steps)
    .parts.filter(isRule(situation))
    .filter(({ decided }) => decided.length === 0)
    .map(({ name }) => name)

/** Ids of the rules that decide some flows, all of which would fare alike without the rule, in decision order. */
export function redundantRules(situation: Situation): string[] {
  const { steps, fallback } = stepsOf(situation)
  const { parts } = decidedBy(steps)
  return parts
    .filter(isRule(situation))
    .filter(({ name, accept, decided }) => {
      const place = steps.findIndex((step) => step.name === name)
      return decided.length > 0 && faresAlike(decided, steps.slice(place + 1), accept, fallback)
    })
    .map(({ name }) => name)
}

type Steps = ReturnType<typeof stepsOf>['steps']

/** Whether these flows all get the verdict from what comes later. */
function faresAlike(flows: readonly Box[], later: Steps, accept: boolean, fallback: boolean): boolean {
  let left = flows
  for (const step of later) {
    if (step.accept !== accept && overlap(left, step.boxes).length > 0) return false
    left = difference(left, step.boxes)
  }
  return left.length === 0 || fallback === accept
}

/** The flows that open and that close between two situations, as disjoint boxes. */
export function changed(before: Situation, after: Situation): { opens: Box[]; closes: Box[] } {
  const [old, young] = [accepted(before), accepted(after)]
  return { opens: difference(young, old), closes: difference(old, young) }
}

/** A region of the engine as boxes. */
export function boxesOf(region: Region): Box[] {
  const addresses = (ranges: Region['remote']): Box =>
    ranges.map(({ family, first, last }) => {
      const base = family === 6 ? V6_BASE : 0n
      return [base + first, base + last]
    })
  const numbers = (ranges: Region['protocols'] | null, last: bigint): Box =>
    ranges?.map((range) => [BigInt(range.first), BigInt(range.last)]) ?? [[0n, last]]
  const fields = [
    numbers(region.protocols, 255n),
    addresses(region.remote),
    addresses(region.local),
    numbers(region.remotePorts, 65_535n),
    numbers(region.localPorts, 65_535n),
    numbers(region.icmpTypes, 255n),
  ]
  const products = fields.reduce<Box[]>(
    (boxes, ranges) => boxes.flatMap((box) => ranges.map((range) => [...box, range])),
    [[]],
  )
  return overlap(products, everyFlow)
}

/** Whether two lists of disjoint boxes hold the same flows. */
export const sameFlows = (a: readonly Box[], b: readonly Box[]): boolean =>
  sizeOf(a) === sizeOf(b) && difference(a, b).length === 0

/** Changes one of the rules that count. */
type Edit = (rules: readonly Rule[], counts: (rule: Rule) => boolean) => Rule[]

const edit: fc.Arbitrary<Edit> = fc
  .tuple(
    fc.nat({ max: 15 }),
    fc.constantFrom('remove', 'flip', 'flip', 'priority', 'swap ports'),
    fc.constantFrom(1, 2, 99),
  )
  .map(([place, kind, priority]) => (rules, counts) => {
    const own = rules.filter(counts)
    const chosen = own[place % Math.max(1, own.length)]
    return rules.flatMap((rule) => {
      if (rule !== chosen) return [rule]
      switch (kind) {
        case 'remove':
          return []
        case 'flip':
          return [{ ...rule, policy: rule.policy === 'accept' ? 'drop' : 'accept' }]
        case 'priority':
          return [{ ...rule, priority }]
        default:
          return [{ ...rule, destinationPorts: rule.sourcePorts ?? rule.destinationPorts }]
      }
    })
  })

/** A situation and the same after some edits of the rules that decide in it. */
export const edited: fc.Arbitrary<readonly [Situation, Situation]> = fc
  .tuple(situations, fc.array(edit, { minLength: 1, maxLength: 4 }))
  .map(([situation, edits]) => {
    const counts = (rule: Rule): boolean =>
      rule.direction === situation.direction && situation.joined.includes(rule.group)
    const rules = edits.reduce<readonly Rule[]>((list, change) => change(list, counts), situation.rules)
    return [situation, { ...situation, rules }]
  })
