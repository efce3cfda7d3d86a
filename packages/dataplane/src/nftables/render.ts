import type { Form } from '../intermediate.js'
import { isSameRule } from '../netlink/rule-content.js'
import type { Command, ElementSet, Rule, Ruleset } from './ruleset.js'
import { emptyRuleset, isSameBase, isSameType } from './ruleset.js'
import { rulesetOf } from './table.js'

const sameRules = (a: readonly Rule[], b: readonly Rule[]): boolean =>
  a === b || (a.length === b.length && a.every((one, index) => isSameRule(one, b[index])))

/** What cannot be changed in place: a base chain's hook, a set's type. */
function isSameShape(wanted: Ruleset, held: Ruleset): boolean {
  for (const [name, chain] of held.chains) {
    const twin = wanted.chains.get(name)
    if (twin && !isSameBase(twin, chain)) return false
  }
  for (const [name, set] of held.sets) {
    const twin = wanted.sets.get(name)
    if (twin && !isSameType(twin, set)) return false
  }
  return true
}

function elementCommand(
  verb: 'add-elements' | 'delete-elements',
  name: string,
  set: ElementSet,
  elements: readonly (readonly [string, string])[],
): Command[] {
  return elements.length === 0 ? [] : [{ do: verb, name, set, elements }]
}

const missing = <T>(from: ReadonlyMap<string, T>, other: ReadonlyMap<string, unknown>): [string, T][] =>
  [...from].filter(([name]) => !other.has(name))

/** Elements of `from` that `other` lacks or has with another value. */
function differing(from: ElementSet | undefined, other: ElementSet | undefined): [string, string][] {
  const found: [string, string][] = []
  if (from === other) return found
  for (const [key, value] of from?.elements ?? [])
    if (other?.elements.get(key) !== value) found.push([key, value])
  return found
}

/**
 * Commands from a held table to the wanted one, in an order in which every reference exists when it is made. A chain
 * whose rules differ is emptied and filled: finding single rules by handle made nft list the whole table first, and
 * was no faster (measured with 200 rules).
 */
function changes(wanted: Ruleset, held: Ruleset): Command[] {
  const rulesHeld = (name: string): readonly Rule[] => held.chains.get(name)?.rules ?? []
  const changed = [...wanted.chains].filter(([name, { rules }]) => !sameRules(rules, rulesHeld(name)))
  const goneChains = missing(held.chains, wanted.chains)
  const goneSets = missing(held.sets, wanted.sets)
  const emptied = [...changed, ...goneChains].filter(([name]) => held.chains.has(name))
  const timeouts = missing(wanted.timeouts, held.timeouts)
  const counters = [...wanted.counters].filter((name) => !held.counters.has(name))
  const goneCounters = [...held.counters].filter((name) => !wanted.counters.has(name))
  const commands: (readonly Command[])[] = [
    timeouts.flatMap(([name, timeout]) => (timeout ? [{ do: 'add-timeout', name, timeout }] : [])),
    counters.map((name) => ({ do: 'add-counter', name })),
    // Chains come first: nft 1.0.6 sends the ranges of a new map along with the map.
    missing(wanted.chains, held.chains).map(([name, { base }]) => ({ do: 'add-chain', name, base })),
    // Each is filled at once: the kernel then need not look for it.
    missing(wanted.sets, held.sets).flatMap(([name, set]): Command[] => [
      { do: 'add-set', name, set },
      ...elementCommand('add-elements', name, set, [...set.elements]),
    ]),
    // Sets that go keep what they hold: packets on their way through the old rules still ask them.
    [...wanted.sets].flatMap(([name, set]) =>
      elementCommand('delete-elements', name, set, differing(held.sets.get(name), set)),
    ),
    emptied.map(([name]) => ({ do: 'flush-chain', name })),
    [...wanted.sets].flatMap(([name, set]) =>
      held.sets.has(name)
        ? elementCommand('add-elements', name, set, differing(set, held.sets.get(name)))
        : [],
    ),
    changed.flatMap(([chain, { rules }]) => rules.map((rule) => ({ do: 'add-rule', chain, rule }) as const)),
    goneSets.map(([name, set]) => ({ do: 'delete-set', name, set })),
    goneChains.map(([name]) => ({ do: 'delete-chain', name })),
    missing(held.timeouts, wanted.timeouts).map(([name]) => ({ do: 'delete-timeout', name })),
    goneCounters.map((name) => ({ do: 'delete-counter', name })),
  ]
  return commands.flat()
}

/**
 * What is held, with everything new that packets do not reach yet: chains, sets, timeouts and counters that nothing held
 * refers to, filled, and the chain that says whose the table is: it must never be there without.
 */
function preparation(wanted: Ruleset, held: Ruleset): Ruleset {
  const chains = missing(wanted.chains, held.chains).filter(([, { base }]) => base === null)
  return {
    chains: new Map([...held.chains, ...chains]),
    sets: new Map([...held.sets, ...missing(wanted.sets, held.sets)]),
    timeouts: new Map([...held.timeouts, ...missing(wanted.timeouts, held.timeouts)]),
    counters: new Set([...held.counters, ...wanted.counters]),
  }
}

/** What is wanted, with everything held that packets do not reach any more. */
function afterFlip(wanted: Ruleset, prepared: Ruleset): Ruleset {
  const chains = missing(prepared.chains, wanted.chains).filter(([, { base }]) => base === null)
  return {
    chains: new Map([...wanted.chains, ...chains]),
    sets: new Map([...wanted.sets, ...missing(prepared.sets, wanted.sets)]),
    timeouts: new Map([...wanted.timeouts, ...missing(prepared.timeouts, wanted.timeouts)]),
    counters: new Set([...wanted.counters, ...prepared.counters]),
  }
}

/** Without the objects that both maps hold: they are the same before and after. */
function without<T>(from: ReadonlyMap<string, T>, other: ReadonlyMap<string, T>): Map<string, T> {
  const left = new Map<string, T>()
  for (const [name, one] of from) if (other.get(name) !== one) left.set(name, one)
  return left
}

/** What is not the same object in another table: of many policies, a change makes one anew. */
const apartFrom = (table: Ruleset, other: Ruleset): Ruleset => ({
  ...table,
  chains: without(table.chains, other.chains),
  sets: without(table.sets, other.sets),
})

/** Transactions in their order, and the table that they make. None: nothing to do. */
export interface Plan {
  readonly transactions: readonly (readonly Command[])[]
  readonly ruleset: Ruleset
}

/**
 * The transactions that bring the table from what is held to what the form wants; none when they are equal. The first one
 * makes what is new and not yet reached, the second one lets packets reach it, the third one takes away what they no longer
 * reach. A map of ranges that is new in the transaction that makes it live looks empty for a moment (measured), and what it
 * drops would pass.
 *
 * What cannot be changed in place makes the whole table new within one transaction: that is another version's table.
 */
export const render = (form: Form, held: Ruleset | null): Plan => planOf(rulesetOf(form), held)

/** The same for a table that is no form's. */
export function planOf(wanted: Ruleset, heldWhole: Ruleset | null): Plan {
  if (heldWhole === null) return planBetween(wanted, null)
  const { transactions } = planBetween(apartFrom(wanted, heldWhole), apartFrom(heldWhole, wanted), wanted)
  return { transactions, ruleset: wanted }
}

/** The same; what makes a table anew takes the whole of it. */
function planBetween(ruleset: Ruleset, held: Ruleset | null, whole: Ruleset = ruleset): Plan {
  if (held !== null && !isSameShape(ruleset, held)) {
    const renewal: Command[] = [{ do: 'add-table' }, { do: 'delete-table' }, { do: 'add-table' }]
    return { transactions: [[...renewal, ...changes(whole, emptyRuleset)]], ruleset }
  }
  const before = held ?? emptyRuleset
  const prepared = preparation(ruleset, before)
  const flipped = afterFlip(ruleset, prepared)
  const [prepare, flip, clean] = [
    changes(prepared, before),
    changes(flipped, prepared),
    changes(ruleset, flipped),
  ]
  // A dormant table wakes when it is made again as it should be.
  const made: Command[] = held === null || held.dormant === true ? [{ do: 'add-table' }] : []
  return {
    transactions: [[...made, ...prepare], flip, clean].filter((commands) => commands.length > 0),
    ruleset,
  }
}
