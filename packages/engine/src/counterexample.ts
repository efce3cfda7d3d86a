import type { Bits } from './bits.js'
import { addBit, firstCommon, hasBit, lastCommon, nextBit, numbersIn } from './bits.js'
import type { Meter } from './budget.js'
import type { Classes } from './classes.js'
import type { Judge, Spot } from './doubt.js'
import { findDoubt, spotIn } from './doubt.js'
import { overlapOf } from './overlap.js'
import { relationsOf } from './relations.js'

/**
 * Questions about the flows of one entry that many others may answer together. A few of the others are looked at first;
 * a flow that these leave open either disproves the statement or names another one to look at. Few are needed as a rule,
 * where a walk that carries all of them would meet no end of combinations.
 */

/** Of the entries in both sets, the one that shares most flows with an entry. */
function largest(classes: Classes, entry: number, a: Bits, b: Bits): number {
  let best = -1
  let most = -1
  for (let at = nextBit(a, 0); at >= 0; at = nextBit(a, at + 1)) {
    if (!hasBit(b, at)) continue
    const shared = overlapOf(classes.boxes[entry]!, classes.boxes[at]!)
    if (shared <= most) continue
    best = at
    most = shared
  }
  return best
}

/** So many are looked at from the start. */
const FEW = 4

/** Flows that all of `held` match and none of `others`. 'none' is proven, 'unknown' is beyond the budget. */
export function uncovered(
  classes: Classes,
  held: readonly number[],
  others: Bits,
  meter: Meter,
): Spot | 'none' | 'unknown' {
  const all = numbersIn(others).length <= FEW
  const chosen = all ? others : new Uint32Array(others.length)
  const judge: Judge = (state, covers) =>
    firstCommon(state, chosen, covers) >= 0
      ? 'fine'
      : firstCommon(state, chosen, state) < 0
        ? 'doubtful'
        : 'open'
  for (;;) {
    const doubt = findDoubt(classes, held, chosen, judge, meter)
    if (typeof doubt === 'string') return doubt
    const spot = spotIn(doubt, held, others)
    const next = all ? -1 : largest(classes, held[0]!, spot.matching, others)
    if (next < 0) return spot
    addBit(chosen, next)
  }
}

/** Whether `others` together match every flow that `entry` matches; undefined beyond the budget. */
export function isCovered(classes: Classes, entry: number, others: Bits, meter: Meter): boolean | undefined {
  const found = uncovered(classes, [entry], others, meter)
  return found === 'unknown' ? undefined : found === 'none'
}

/** Entries that meet the one asked about, by what they say, compared with it; `fallback` likewise. */
export interface Sayings {
  /** Those before it. */
  readonly before: Bits
  /** Those after it that say the same, and those that say the opposite. */
  readonly same: Bits
  readonly opposite: Bits
  readonly fallback: 'same' | 'opposite'
}

/**
 * Whether every flow that the entry decides would fare alike without it: what matches next says the same. Undefined
 * beyond the budget.
 */
export function isNeedless(
  classes: Classes,
  entry: number,
  sayings: Sayings,
  meter: Meter,
): boolean | undefined {
  const { before, same, opposite, fallback } = sayings
  const { meeting } = relationsOf(classes)
  const count = classes.boxes.length
  const chosen = new Uint32Array(before.length)
  const excuses = before.map((word, at) => word | same[at]!)
  let trustFallback = false
  /** Where the first one after the entry that says the same stands; `count` for the fallback. */
  const firstSame = (state: Bits, covers: Bits): number => {
    const found = firstCommon(state, same, covers)
    return found >= 0 ? found : trustFallback ? count : -1
  }
  const judge: Judge = (state, covers) => {
    if (firstCommon(state, before, covers) >= 0) return 'fine'
    const end = firstSame(state, covers)
    const objection = firstCommon(state, opposite, state)
    if (end >= 0 && (objection < 0 || objection > end)) return 'fine'
    const excused = firstCommon(state, excuses, state) >= 0 || trustFallback
    if (!excused) return 'doubtful'
    // Where all candidates match, the first one tells.
    const full = firstCommon(state, opposite, covers)
    const hope =
      firstCommon(state, before, state) >= 0 || lastCommon(state, same, full < 0 ? count : full) >= 0
    return hope || (full < 0 && trustFallback) ? 'open' : 'doubtful'
  }
  /** Takes an entry, or the fallback, for an excuse; with it come all that stand between and may object. */
  const excuseBy = (later: number): void => {
    if (later < count) addBit(chosen, later)
    else trustFallback = true
    const met = later < count ? meeting(later) : opposite
    for (let at = nextBit(opposite, entry + 1); at >= 0 && at < later; at = nextBit(opposite, at + 1)) {
      if (hasBit(met, at)) addBit(chosen, at)
    }
  }
  for (;;) {
    const doubt = findDoubt(classes, [entry], chosen, judge, meter)
    if (doubt === 'none') return true
    if (doubt === 'unknown') return undefined
    const { matching } = spotIn(doubt, [entry], excuses)
    const earlier = largest(classes, entry, matching, before)
    if (earlier >= 0) {
      addBit(chosen, earlier)
      continue
    }
    const next = nextBit(matching, entry + 1)
    if (next < 0 ? fallback === 'opposite' : !hasBit(same, next)) return false
    excuseBy(next < 0 ? count : next)
  }
}
