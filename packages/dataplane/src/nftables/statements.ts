import type { Operator, Selector, Statement, Verdict } from './ruleset.js'

/** A field equals (or not) a value: text as nft writes it. */
export const match = (
  selector: Selector,
  value: string,
  operator: Operator = '==',
  mask?: number,
): Statement => ({
  kind: 'match',
  selector,
  operator,
  values: [value],
  ...(mask !== undefined && { mask }),
})

/** A key is (or is not) in a named set. */
export const lookup = (
  selectors: readonly Selector[],
  set: string,
  operator: Operator = '==',
): Statement => ({
  kind: 'lookup',
  selectors,
  operator,
  set,
})

/** The end of a rule. */
export const verdict = (what: Verdict): Statement => ({ kind: 'verdict', verdict: what })
