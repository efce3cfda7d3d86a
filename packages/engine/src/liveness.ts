import type { Bits } from './bits.js'
import { addBit, bitOf, bitsBelow, firstCommon, hasBit, nextBit, numbersIn } from './bits.js'
import type { Coverage, Meter } from './budget.js'
import type { Classes } from './classes.js'
import { slotGroups } from './slot-groups.js'
import { stateTable } from './state-table.js'
import type { Level, Universe } from './universe.js'
import { universesOf } from './universe.js'

/**
 * Which entries of one order decide, and which make a difference. Both are walks like a diagram's that only go where an
 * entry is not proven yet, so that most of the work is spared where most entries are of use.
 */
export interface Liveness extends Coverage {
  /** Entries that decide no flow, as far as they are in question; not known to if the answer is not complete. */
  readonly unproven: Bits
}

/** What settles a question about entries at some flows: proves those of `unproven` that it can and says whether to go on. */
type Visit = (state: Bits, covers: Bits) => Visited

/** 'done': nothing is left to prove here. Else how far candidates can matter: up to this entry, included. */
type Visited = 'done' | number

const prove = (unproven: Bits, entry: number): void => {
  unproven[entry >>> 5]! &= ~bitOf(entry)
}

/** Whether an entry in question is among the candidates up to `last`. */
function someInQuestion(state: Bits, unproven: Bits, last: number): boolean {
  for (let word = 0; word < unproven.length; word++) {
    if ((state[word]! & unproven[word]! & bitsBelow(last + 1, word << 5)) !== 0) return true
  }
  return false
}

/** Of each entry, the slot that has the fewest others: where it most likely decides. */
function lonelySlots({ slots, rows, every }: Level, count: number): Int32Array {
  const width = every.length
  const best = new Int32Array(count).fill(-1)
  const fewest = new Int32Array(count)
  for (let slot = 0; slot < slots; slot++) {
    const row = rows.subarray(slot * width, (slot + 1) * width)
    const members = numbersIn(row)
    for (const entry of members) {
      if (best[entry]! >= 0 && fewest[entry]! <= members.length) continue
      best[entry] = slot
      fewest[entry] = members.length
    }
  }
  return best
}

/** Looks at one flow for each entry first: most entries that are of use show it there. */
function probe({ levels, covers, entries }: Universe, count: number, unproven: Bits, visit: Visit): void {
  const lonely = levels.map((level) => lonelySlots(level, count))
  const width = entries.length
  const end = covers[levels.length]!
  for (let entry = nextBit(unproven, 0); entry >= 0; entry = nextBit(unproven, entry + 1)) {
    if (!hasBit(entries, entry)) continue
    const state = entries.slice()
    for (const [index, { rows }] of levels.entries()) {
      const at = lonely[index]![entry]! * width
      for (let word = 0; word < width; word++) state[word]! &= at < 0 ? 0 : rows[at + word]!
    }
    visit(state, end)
  }
}

/** Goes wherever something may be left to prove. */
function walk({ levels, covers, entries }: Universe, meter: Meter, visit: Visit): void {
  const seen = levels.map(() => stateTable(entries.length))
  const go = (level: number, candidates: Bits): void => {
    const last = visit(candidates, covers[level]!)
    if (last === 'done' || level === levels.length) return
    for (let word = 0; word < candidates.length; word++) candidates[word]! &= bitsBelow(last + 1, word << 5)
    const before = seen[level]!.size()
    if (seen[level]!.intern(candidates) < before) return
    if (!meter.spend()) return
    for (const group of slotGroups(levels[level]!, candidates)) go(level + 1, group.candidates)
  }
  go(0, entries.slice())
}

/** Asks of the entries in `question` whether `visitFor` proves them. */
function ask(classes: Classes, question: Bits, meter: Meter, visitFor: (unproven: Bits) => Visit): Liveness {
  const unproven = question.slice()
  const visit = visitFor(unproven)
  const universes = universesOf(classes)
  const count = classes.boxes.length
  for (const universe of universes) probe(universe, count, unproven, visit)
  for (const universe of universes) walk(universe, meter, visit)
  // A meter that stands at nothing may have just sufficed; then the answer is only too careful.
  const complete = meter.left() > 0
  if (complete) return { unproven, complete, covered: 1 }
  const asked = numbersIn(question).length
  const open = numbersIn(unproven).length
  return { unproven, complete, covered: asked === 0 ? 0 : Math.min((asked - open) / asked, 0.999999) }
}

/** Which of the entries in question decide no flow. */
export const idleEntries = (classes: Classes, question: Bits, meter: Meter): Liveness =>
  ask(classes, question, meter, (unproven) => (state, covers) => {
    const full = firstCommon(state, state, covers)
    const first = nextBit(state, 0)
    if (first >= 0 && first === full) prove(unproven, first)
    const last = full < 0 ? state.length << 5 : full
    return first === full || !someInQuestion(state, unproven, last) ? 'done' : last
  })

/**
 * Which of the entries in question change no verdict by being there: wherever one decides, the next that matches says
 * the same. `accepts` holds the entries that accept.
 */
export const needlessEntries = (
  classes: Classes,
  question: Bits,
  meter: Meter,
  { accepts, fallback }: { readonly accepts: Bits; readonly fallback: boolean },
): Liveness =>
  ask(classes, question, meter, (unproven) => (state, covers) => {
    const full = firstCommon(state, state, covers)
    const last = full < 0 ? state.length << 5 : full
    if (!someInQuestion(state, unproven, last)) return 'done'
    const second = full < 0 ? -1 : nextCommon(state, covers, full + 1)
    const end = full < 0 || second < 0 ? state.length << 5 : second
    if (full < 0 || nextBit(state, 0) !== full) return end
    // The first candidate decides all that is left: what would be said without it?
    const verdict = hasBit(accepts, full)
    const otherwise = second < 0 ? fallback : hasBit(accepts, second)
    let between = false
    for (let at = nextBit(state, full + 1); at >= 0 && at < end; at = nextBit(state, at + 1)) {
      if (hasBit(accepts, at) !== otherwise) between = true
    }
    if (between) return end
    if (otherwise !== verdict) prove(unproven, full)
    return 'done'
  })

function nextCommon(a: Bits, b: Bits, from: number): number {
  for (let at = nextBit(a, from); at >= 0; at = nextBit(a, at + 1)) if (hasBit(b, at)) return at
  return -1
}

/** Whether the entries of `others` together match every flow that `entry` matches; undefined beyond the budget. */
export function isCovered(classes: Classes, entry: number, others: Bits, meter: Meter): boolean | undefined {
  let unknown = false
  for (const { levels, covers, entries } of universesOf(classes)) {
    if (!hasBit(entries, entry)) continue
    const seen = levels.map(() => stateTable(entries.length))
    const holds = (level: number, candidates: Bits): boolean => {
      if (!hasBit(candidates, entry)) return true
      if (firstCommon(candidates, others, covers[level]!) >= 0) return true
      if (firstCommon(candidates, others, candidates) < 0) return false
      const before = seen[level]!.size()
      if (seen[level]!.intern(candidates) < before) return true
      if (!meter.spend()) {
        unknown = true
        return true
      }
      return slotGroups(levels[level]!, candidates).every((group) => holds(level + 1, group.candidates))
    }
    const start = entries.map((word, at) => word & others[at]!)
    addBit(start, entry)
    if (!holds(0, start)) return false
  }
  return unknown ? undefined : true
}
