import type { Bits } from './bits.js'
import { bitOf, bitsBelow, countBits, hasBit, nextBit, numbersIn } from './bits.js'
import type { Coverage, Meter } from './budget.js'
import type { Classes } from './classes.js'
import { isCovered, isNeedless } from './counterexample.js'
import { relationsOf } from './relations.js'
import type { Level, Universe } from './universe.js'
import { universesOf } from './universe.js'

/**
 * Which entries of one order decide, and which make a difference. One flow of each shows most that are of use, and one
 * other entry that covers it shows most that are of none; the rest are asked about one by one.
 */
export interface Liveness extends Coverage {
  /** Entries in question that are of no use: proven for each. */
  readonly idle: Bits
  /** Entries in question that are not proven to be of use; the same ones where the answer is complete. */
  readonly unproven: Bits
}

const without = (set: Bits, entry: number): void => {
  set[entry >>> 5]! &= ~bitOf(entry)
}

/** Of each entry, the slot that has the fewest others: where it most likely decides. */
function lonelySlots({ slots, rows, every }: Level, count: number): Int32Array {
  const width = every.length
  const best = new Int32Array(count).fill(-1)
  const fewest = new Int32Array(count)
  for (let slot = 0; slot < slots; slot++) {
    let size = 0
    for (let word = 0; word < width; word++) size += countBits(rows[slot * width + word]!)
    for (let word = 0; word < width; word++) {
      for (let rest = rows[slot * width + word]!; rest !== 0;) {
        const first = Math.clz32(rest)
        const entry = (word << 5) + first
        rest = (rest & ~(0x80000000 >>> first)) >>> 0
        if (best[entry]! >= 0 && fewest[entry]! <= size) continue
        best[entry] = slot
        fewest[entry] = size
      }
    }
  }
  return best
}

/** The entry of which a flow shows that it is of use; -1 if none. `matching` are all that match the flow. */
type Shown = (matching: Bits) => number

/** Looks at one flow of each entry. `lonelyIn` is by level; undefined beyond the budget. */
function probe(
  { levels, entries }: Universe,
  unproven: Bits,
  shown: Shown,
  lonelyIn: (level: Level) => Int32Array | undefined,
): void {
  const lonely = levels.flatMap((level) => lonelyIn(level) ?? [])
  if (lonely.length < levels.length) return
  const width = entries.length
  for (const entry of numbersIn(unproven)) {
    if (!hasBit(entries, entry)) continue
    const matching = entries.slice()
    for (const [index, { rows }] of levels.entries()) {
      const at = lonely[index]![entry]! * width
      for (let word = 0; word < width; word++) matching[word]! &= at < 0 ? 0 : rows[at + word]!
    }
    const found = shown(matching)
    if (found >= 0) without(unproven, found)
  }
}

/** Whether one entry is idle; undefined beyond the budget. */
type IsIdle = (entry: number, meter: Meter) => boolean | undefined

/** Asks which of the entries in `question` are idle: flows first, then each that no flow shows to be of use. */
function ask(classes: Classes, question: Bits, meter: Meter, shown: Shown, isIdle: IsIdle): Liveness {
  const unproven = question.slice()
  const lonely = new Map<Level, Int32Array | undefined>()
  // Universes share levels.
  const lonelyIn = (level: Level): Int32Array | undefined => {
    const known = lonely.get(level) ?? (meter.spend() ? lonelySlots(level, classes.boxes.length) : undefined)
    lonely.set(level, known)
    return known
  }
  for (const universe of universesOf(classes)) probe(universe, unproven, shown, lonelyIn)
  const idle = unproven.slice()
  let unknown = 0
  for (const entry of numbersIn(unproven)) {
    const found = meter.spend() ? isIdle(entry, meter) : undefined
    if (found === false) without(unproven, entry)
    if (found !== true) without(idle, entry)
    if (found === undefined) unknown++
  }
  if (unknown === 0) return { idle, unproven, complete: true, covered: 1 }
  const asked = numbersIn(question).length
  return { idle, unproven, complete: false, covered: Math.min((asked - unknown) / asked, 0.999999) }
}

/** Those of a set that are less than an entry. */
const below = (set: Bits, entry: number): Bits => set.map((word, at) => word & bitsBelow(entry, at << 5))

/** Those of a set that are more than an entry. */
const beyond = (set: Bits, entry: number): Bits =>
  set.map((word, at) => word & ~bitsBelow(entry + 1, at << 5))

/** Which of the entries in question decide no flow. */
export function idleEntries(classes: Classes, question: Bits, meter: Meter): Liveness {
  const { isOutdone, meeting } = relationsOf(classes)
  return ask(
    classes,
    question,
    meter,
    (matching) => nextBit(matching, 0),
    (entry, rest) => isOutdone(entry) || isCovered(classes, entry, below(meeting(entry), entry), rest),
  )
}

/**
 * Which of the entries in question change no verdict by being there: wherever one decides, the next that matches says
 * the same. `accepts` holds the entries that accept.
 */
export function needlessEntries(
  classes: Classes,
  question: Bits,
  meter: Meter,
  { accepts, fallback }: { readonly accepts: Bits; readonly fallback: boolean },
): Liveness {
  const { covering, meeting } = relationsOf(classes)
  const shown: Shown = (matching) => {
    const first = nextBit(matching, 0)
    const second = nextBit(matching, first + 1)
    const otherwise = second < 0 ? fallback : hasBit(accepts, second)
    return otherwise === hasBit(accepts, first) ? -1 : first
  }
  return ask(classes, question, meter, shown, (entry, rest) => {
    const verdict = hasBit(accepts, entry)
    const met = meeting(entry)
    const later = beyond(met, entry)
    const alike = accepts.map((word) => (verdict ? word : ~word))
    const sayings = {
      before: below(met, entry),
      same: later.map((word, at) => word & alike[at]!),
      opposite: later.map((word, at) => word & ~alike[at]!),
      fallback: fallback === verdict ? ('same' as const) : ('opposite' as const),
    }
    // Nothing that objects stands before the first that covers it and says the same.
    const covers = covering(entry)
    const objection = nextBit(sayings.opposite, 0)
    const excuse = nextBit(
      sayings.same.map((word, at) => word & covers[at]!),
      0,
    )
    if (excuse >= 0 ? objection < 0 || excuse < objection : objection < 0 && fallback === verdict) return true
    return isNeedless(classes, entry, sayings, rest)
  })
}
