import type { Bits } from './bits.js'
import { bitsFrom, hasBit, numbersIn } from './bits.js'
import type { Budget, Coverage, Meter } from './budget.js'
import { meterOf } from './budget.js'
import type { Classes } from './classes.js'
import { classesOf } from './classes.js'
import { isCovered } from './counterexample.js'
import type { Entry, Policy } from './entry.js'
import type { Liveness } from './liveness.js'
import { idleEntries, needlessEntries } from './liveness.js'
import { overlapOf } from './overlap.js'
import { relationsOf } from './relations.js'

/** An entry that decides no flow, because those before it decide all that it matches. */
export interface DeadEntry {
  readonly entry: Entry
  /**
   * Entries before it, those first that share most with it: as few of these as cover it together, and then the first
   * one of the other verdict, if none is among them. None where the entry matches no flow at all.
   */
  readonly blockers: readonly Entry[]
}

/** Entries that decide no flow, in decision order. Proven and explained for each; beyond the budget there may be others. */
export interface DeadEntries extends Coverage {
  readonly dead: readonly DeadEntry[]
}

/** Entries that decide some flows and change no verdict: without any one of them, all flows fare alike. */
export interface RedundantEntries extends Coverage {
  readonly redundant: readonly Entry[]
}

const rulesOf = ({ entries }: Policy, among?: ReadonlySet<Entry>): Bits =>
  bitsFrom(
    entries.flatMap((entry, at) => (entry.reason === 'rule' && (among?.has(entry) ?? true) ? [at] : [])),
    Math.max(1, entries.length),
  )

const idleIn = new WeakMap<Policy, Liveness>()

/** Which rules of a policy decide no flow. Kept once the answer is complete, as both questions below begin with it. */
function idleRulesOf(policy: Policy, meter: Meter): Liveness {
  const known = idleIn.get(policy) ?? idleEntries(classesOf(policy), rulesOf(policy), meter)
  if (known.complete) idleIn.set(policy, known)
  return known
}

/**
 * Finds the rules that can never decide, whatever the flow: exactly those, also where several cover one together.
 * Blockers cost more than the rest; they are looked for where `explained` says so, for all if it is left out.
 */
export function deadEntries(
  policy: Policy,
  budget: Budget,
  explained: (entry: Entry) => boolean = () => true,
): DeadEntries {
  const classes = classesOf(policy)
  const meter = meterOf(budget)
  const { idle, complete, covered } = idleRulesOf(policy, meter)
  const found = numbersIn(idle)
  const dead = found.flatMap((at): DeadEntry[] => {
    const entry = policy.entries[at]!
    if (!explained(entry)) return [{ entry, blockers: [] }]
    // Beyond the budget nobody can say what blocks it.
    if (!meter.spend()) return []
    return [{ entry, blockers: blockersOf(policy, classes, at, meter).map((one) => policy.entries[one]!) }]
  })
  if (dead.length === found.length) return { dead, complete, covered }
  const asked = Math.max(1, numbersIn(rulesOf(policy)).length)
  const told = covered - (found.length - dead.length) / asked
  return { dead, complete: false, covered: Math.min(Math.max(told, 0), 0.999999) }
}

/** Finds the rules that decide but need not be there: of all rules, or of those in `among`. */
export function redundantEntries(
  policy: Policy,
  budget: Budget,
  among?: ReadonlySet<Entry>,
): RedundantEntries {
  const classes = classesOf(policy)
  const meter = meterOf(budget)
  const rules = rulesOf(policy, among)
  const alive = among ? idleEntries(classes, rules, meter) : idleRulesOf(policy, meter)
  const question = rules.map((word, at) => word & ~alive.unproven[at]!)
  const verdicts = {
    accepts: bitsFrom(
      policy.entries.flatMap(({ verdict }, at) => (verdict === 'accept' ? [at] : [])),
      Math.max(1, policy.entries.length),
    ),
    fallback: policy.fallback === 'accept',
  }
  const { idle, complete, covered } = needlessEntries(classes, question, meter, verdicts)
  const redundant = numbersIn(idle).map((at) => policy.entries[at]!)
  return { redundant, complete: complete && alive.complete, covered: covered * alive.covered }
}

/**
 * Who stands in the way of a dead entry, as Batfish chooses (filterLineReachability): the blockers that share most
 * with it, as many as it takes to cover it, and the largest one of the other action.
 */
function blockersOf(policy: Policy, classes: Classes, dead: number, meter: Meter): number[] {
  const { boxes, possible } = classes
  if (!hasBit(possible, dead)) return []
  const box = boxes[dead]!
  const shares = numbersIn(relationsOf(classes).meeting(dead))
    .filter((at) => at < dead)
    .map((at) => ({ at, shared: overlapOf(box, boxes[at]!) }))
  const sharing = shares.sort((a, b) => b.shared - a.shared || a.at - b.at).map(({ at }) => at)
  const needed = sharing.slice(0, leastCover(classes, dead, sharing, meter))
  const { verdict } = policy.entries[dead]!
  const other = (at: number): boolean => policy.entries[at]!.verdict !== verdict
  const largest = needed.some(other) ? undefined : sharing.find(other)
  return largest === undefined ? needed : [...needed, largest]
}

/** How many of the entries it takes from the first on to cover one. All where the budget does not suffice to say. */
function leastCover(classes: Classes, entry: number, sharing: readonly number[], meter: Meter): number {
  const suffice = (count: number): boolean =>
    meter.left() > 0 &&
    isCovered(classes, entry, bitsFrom(sharing.slice(0, count), classes.boxes.length), meter) === true
  let low = Math.min(1, sharing.length)
  let high = sharing.length
  // Mostly few do: looks near the beginning first.
  for (let few = low; few < high; few *= 2) {
    if (suffice(few)) high = few
    else low = few + 1
  }
  while (low < high) {
    const middle = (low + high) >>> 1
    if (suffice(middle)) high = middle
    else low = middle + 1
  }
  return high
}
