import type { Bits } from './bits.js'
import { bitOf, bitsBelow, bitsFrom, countBits, firstCommon, hasBit, nextBit, numbersIn } from './bits.js'
import type { Coverage, Meter } from './budget.js'
import { partOf } from './budget.js'
import type { Classes } from './classes.js'
import { isCovered, isNeedless } from './counterexample.js'
import { slotGroups } from './slot-groups.js'
import { stateTable } from './state-table.js'
import type { Level, Universe } from './universe.js'
import { universesOf } from './universe.js'

/**
 * Which entries of one order decide, and which make a difference. Both are walks like a diagram's that only go where an
 * entry is not proven yet, so that most of the work is spared where most entries are of use.
 */
export interface Liveness extends Coverage {
  /** Entries in question that are of no use: proven for each. */
  readonly idle: Bits
  /** Entries in question that are not proven to be of use; the same ones where the answer is complete. */
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

/** Looks at one flow for each entry first: most entries that are of use show it there. `lonelyIn` is by level. */
function probe(
  { levels, covers, entries }: Universe,
  unproven: Bits,
  visit: Visit,
  lonelyIn: (level: Level) => Int32Array | undefined,
): void {
  const lonely = levels.flatMap((level) => lonelyIn(level) ?? [])
  // Beyond the budget.
  if (lonely.length < levels.length) return
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

/** Goes wherever something may be left to prove. Answers whether the budget sufficed. */
function walk({ levels, covers, entries }: Universe, meter: Meter, visit: Visit): boolean {
  let complete = true
  const seen = levels.map(() => stateTable(entries.length))
  const go = (level: number, candidates: Bits): void => {
    const last = visit(candidates, covers[level]!)
    if (last === 'done' || level === levels.length) return
    for (let word = 0; word < candidates.length; word++) candidates[word]! &= bitsBelow(last + 1, word << 5)
    const before = seen[level]!.size()
    if (seen[level]!.intern(candidates) < before) return
    if (!meter.spend()) {
      complete = false
      return
    }
    for (const group of slotGroups(levels[level]!, candidates)) go(level + 1, group.candidates)
  }
  go(0, entries.slice())
  return complete
}

/** Whether one entry is idle, answered by itself; undefined beyond the budget. */
type AskAlone = (entry: number, meter: Meter) => boolean | undefined

/** Nodes that one walk for all entries may take, for each of them. Where it takes more, each is asked about alone. */
const TOGETHER = 4

/** Asks of the entries in `question` whether `visitFor` proves them. */
function ask(
  classes: Classes,
  question: Bits,
  meter: Meter,
  visitFor: (unproven: Bits) => Visit,
  alone: AskAlone,
): Liveness {
  const unproven = question.slice()
  const visit = visitFor(unproven)
  const universes = universesOf(classes)
  const count = classes.boxes.length
  const lonely = new Map<Level, Int32Array | undefined>()
  // Universes share levels.
  const lonelyIn = (level: Level): Int32Array | undefined => {
    const known = lonely.get(level) ?? (meter.spend() ? lonelySlots(level, count) : undefined)
    lonely.set(level, known)
    return known
  }
  for (const universe of universes) probe(universe, unproven, visit, lonelyIn)
  const together = partOf(meter, TOGETHER * count)
  const walked = universes.every((universe) => walk(universe, together, visit))
  if (walked) return { idle: unproven, unproven, complete: true, covered: 1 }
  const idle = unproven.slice()
  let unknown = 0
  for (const entry of numbersIn(unproven)) {
    const found = meter.spend() ? alone(entry, meter) : undefined
    if (found === false) prove(unproven, entry)
    if (found !== true) prove(idle, entry)
    if (found === undefined) unknown++
  }
  if (unknown === 0) return { idle, unproven, complete: true, covered: 1 }
  const asked = numbersIn(question).length
  return { idle, unproven, complete: false, covered: Math.min((asked - unknown) / asked, 0.999999) }
}

const below = (entry: number, count: number): Bits =>
  bitsFrom(
    Array.from({ length: entry }, (_, at) => at),
    count,
  )

/** Which of the entries in question decide no flow. */
export function idleEntries(classes: Classes, question: Bits, meter: Meter): Liveness {
  const visitFor =
    (unproven: Bits): Visit =>
    (state, covers) => {
      const full = firstCommon(state, state, covers)
      const first = nextBit(state, 0)
      if (first >= 0 && first === full) prove(unproven, first)
      const last = full < 0 ? state.length << 5 : full
      return first === full || !someInQuestion(state, unproven, last) ? 'done' : last
    }
  return ask(classes, question, meter, visitFor, (entry, rest) =>
    isCovered(classes, entry, below(entry, classes.boxes.length), rest),
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
  const visitFor =
    (unproven: Bits): Visit =>
    (state, covers) => {
      const full = firstCommon(state, state, covers)
      if (!someInQuestion(state, unproven, full < 0 ? state.length << 5 : full)) return 'done'
      const second = full < 0 ? -1 : nextCommon(state, covers, full + 1)
      const end = second < 0 ? state.length << 5 : second
      if (full < 0 || nextBit(state, 0) !== full) return end
      // The first candidate decides all that is left: what would be said without it?
      const otherwise = second < 0 ? fallback : hasBit(accepts, second)
      for (let at = nextBit(state, full + 1); at >= 0 && at < end; at = nextBit(state, at + 1)) {
        if (hasBit(accepts, at) !== otherwise) return end
      }
      if (otherwise !== hasBit(accepts, full)) prove(unproven, full)
      return 'done'
    }
  const count = classes.boxes.length
  return ask(classes, question, meter, visitFor, (entry, rest) => {
    const before = below(entry, count)
    const verdict = hasBit(accepts, entry)
    const after = (alike: boolean): Bits =>
      accepts.map((word, at) => {
        const later = ~before[at]! & ~(at === entry >>> 5 ? bitOf(entry) : 0)
        return (alike === verdict ? word : ~word) & later
      })
    const sayings = { before, same: after(true), opposite: after(false) }
    return isNeedless(
      classes,
      entry,
      { ...sayings, fallback: fallback === verdict ? 'same' : 'opposite' },
      rest,
    )
  })
}

function nextCommon(a: Bits, b: Bits, from: number): number {
  for (let at = nextBit(a, from); at >= 0; at = nextBit(a, at + 1)) if (hasBit(b, at)) return at
  return -1
}
