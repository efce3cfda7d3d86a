import { setImmediate as soon, setTimeout as sleep } from 'node:timers/promises'
import { contentOf, isSameRule } from '../netlink/rule-content.js'
import { readTable, versionIn } from './read-back.js'
import type { ElementSet, RuleChain, Ruleset, TableFamily } from './ruleset.js'
import { isSameBase, isSameType } from './ruleset.js'

/** As many differences are named; the rest is counted. */
const MOST_NAMED = 3

/** Versions of tables that were found equal to what is held: while they stay, nothing need be read. */
const seen = new WeakMap<Ruleset, string>()

function chainDifference(wanted: RuleChain, found: RuleChain): boolean {
  return (
    !isSameBase(wanted, found) ||
    wanted.rules.length !== found.rules.length ||
    wanted.rules.some((one, index) => !isSameRule(one, found.rules[index]))
  )
}

function setDifference(wanted: ElementSet, found: ElementSet): boolean {
  return (
    !isSameType(wanted, found) ||
    wanted.elements.size !== found.elements.size ||
    [...wanted.elements].some(([key, value]) => found.elements.get(key) !== value)
  )
}

const named = (names: ReadonlySet<string>): Map<string, null> =>
  new Map([...names].map((name) => [name, null]))

function compare<T>(
  word: string,
  wanted: ReadonlyMap<string, T>,
  found: ReadonlyMap<string, T>,
  differs: (a: T, b: T) => boolean,
): string[] {
  const differences: string[] = []
  for (const [name, one] of wanted) {
    const other = found.get(name)
    if (other === undefined) differences.push(`${word} ${name} is gone`)
    else if (differs(one, other)) differences.push(`${word} ${name} is changed`)
  }
  for (const name of found.keys()) if (!wanted.has(name)) differences.push(`${word} ${name} is new`)
  return differences
}

/** How a table differs from what was put there, in words; empty when it does not. */
export function differences(held: Ruleset, found: Ruleset | null): string[] {
  if (found === null) return ['the table is gone']
  return [
    ...(found.dormant === true ? ['the table is dormant'] : []),
    ...compare('chain', held.chains, found.chains, chainDifference),
    ...compare('set', held.sets, found.sets, setDifference),
    ...compare('timeout', held.timeouts, found.timeouts, () => false),
    ...compare('counter', named(held.counters), named(found.counters), () => false),
  ]
}

const summary = (all: readonly string[]): string =>
  all.slice(0, MOST_NAMED).join(', ') +
  (all.length > MOST_NAMED ? ` and ${all.length - MOST_NAMED} more` : '')

/** So many rules are put into words before others get their turn. */
const AT_ONCE = 100

/** Puts rules into words, which comparing them does otherwise, all at once. */
async function prepare({ chains }: Ruleset): Promise<void> {
  let prepared = 0
  for (const { rules } of chains.values())
    for (const rule of rules) {
      contentOf(rule)
      if (++prepared % AT_ONCE === 0) await soon()
    }
}

/**
 * How many elements are listed less than are held, when nothing else differs and they are all in hashes; else null. A large
 * hash that was just filled is still being spread over more buckets, and is listed meanwhile with elements left out
 * (measured: up to 4 % of 100,000).
 */
export function gapsIn(held: Ruleset, found: Ruleset | null, differing: number): number | null {
  let [gaps, sets] = [0, 0]
  for (const [name, wanted] of held.sets) {
    const other = found?.sets.get(name)
    if (!other || !setDifference(wanted, other)) continue
    const kept = [...other.elements].every(([key, value]) => wanted.elements.get(key) === value)
    if (wanted.interval || !isSameType(wanted, other) || !kept) return null
    sets++
    gaps += wanted.elements.size - other.elements.size
  }
  return sets === differing ? gaps : null
}

/** Milliseconds until gaps are looked for again, and how often at most. */
const SETTLES = 100
const MOST_TRIES = 5

/** Whether anything of the namespace's tables changed since one was last found to be what is held. */
export const hasChanged = async (namespace: string | null, held: Ruleset): Promise<boolean> =>
  seen.get(held) !== (await versionIn(namespace).catch(() => ''))

/** Looks at the table in a namespace; returns how it differs from what is held, or null when it does not. */
export async function driftOf(
  namespace: string | null,
  held: Ruleset,
  family: TableFamily = 'inet',
): Promise<string | null> {
  let before: number | null = null
  for (let tries = 1; ; tries++) {
    const reading = await readTable(namespace, seen.get(held), family)
    if (reading === null) return null
    await prepare(held)
    const all = differences(held, reading.ruleset)
    if (all.length === 0) {
      seen.set(held, reading.version)
      return null
    }
    const gaps = gapsIn(held, reading.ruleset, all.length)
    if (gaps === null || gaps === before || tries === MOST_TRIES) return summary(all)
    before = gaps
    await sleep(SETTLES)
  }
}
