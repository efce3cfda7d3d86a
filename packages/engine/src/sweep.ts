import type { Bits } from './bits.js'
import { addBit, bitOf, wordsFor } from './bits.js'

/** A distinct set of values of one field, and the entries that test it. */
export interface Atom {
  /** Begin and end (one beyond the last value) of each range in turn: ascending, the ranges neither meet nor touch. */
  readonly bounds: ArrayLike<number>
  readonly entries: readonly number[]
}

/**
 * The values of one field, cut where an entry begins or ends. Intervals whose values the same entries match are one
 * class; class c's entries are the words from `c * words` of `bits`.
 */
export interface Partition {
  readonly classes: number
  readonly words: number
  readonly bits: Bits
  /** Where each interval begins, ascending from 0. */
  readonly starts: Float64Array
  /** The class of each interval. */
  readonly classOf: Int32Array
}

// A begin or end and its atom in one number, so that the native sort of numbers orders them.
const ATOMS = 2 ** 20

/** Begins and ends of all atoms, sorted by position. Either toggles its atom, whichever it is. */
function eventsOf(atoms: readonly Atom[]): Float64Array {
  if (atoms.length > ATOMS) throw new RangeError(`${atoms.length} distinct sets are more than ${ATOMS}`)
  const events = new Float64Array(atoms.reduce((sum, { bounds }) => sum + bounds.length, 0))
  let at = 0
  for (const [index, { bounds }] of atoms.entries()) {
    for (let bound = 0; bound < bounds.length; bound++) events[at++] = bounds[bound]! * ATOMS + index
  }
  return events.sort()
}

/** Spreads a small number over 32 bits (the finaliser of MurmurHash3), so that sums of few atoms rarely meet. */
function spread(number: number): number {
  let hash = Math.imul(number + 1, 0x9e3779b1)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

/** Words that grow by rows. */
interface Rows {
  readonly push: (row: Bits) => void
  readonly matches: (index: number, row: Bits) => boolean
  readonly all: () => Bits
}

function rowsOf(width: number): Rows {
  let pool = new Uint32Array(width * 16)
  let used = 0
  return {
    push: (row) => {
      if (used + width > pool.length) {
        const wider = new Uint32Array(pool.length * 2)
        wider.set(pool)
        pool = wider
      }
      pool.set(row, used)
      used += width
    },
    matches: (index, row) => {
      for (let word = 0; word < width; word++) if (pool[index * width + word] !== row[word]) return false
      return true
    },
    all: () => pool.slice(0, used),
  }
}

/**
 * Sweeps the values 0 to `size` - 1 once. `any` holds the entries that match every value. The cost is one step a begin
 * or end of a distinct set, whatever the number of entries that share it.
 */
export function sweep(atoms: readonly Atom[], any: Bits, size: number): Partition {
  const events = eventsOf(atoms)
  const active = new Uint32Array(wordsFor(atoms.length))
  let hash = 0
  const classFor = classFinder(atoms, any)
  const starts: number[] = []
  const classOf: number[] = []
  let at = 0
  for (let position = 0; position < size;) {
    for (; at < events.length && Math.floor(events[at]! / ATOMS) === position; at++) {
      const atom = events[at]! % ATOMS
      active[atom >>> 5]! ^= bitOf(atom)
      hash ^= spread(atom)
    }
    const found = classFor.find(active, hash)
    if (classOf.at(-1) !== found) {
      starts.push(position)
      classOf.push(found)
    }
    position = at < events.length ? Math.floor(events[at]! / ATOMS) : size
  }
  const bits = classFor.bits()
  return {
    classes: bits.length / any.length,
    words: any.length,
    bits,
    starts: Float64Array.from(starts),
    classOf: Int32Array.from(classOf),
  }
}

/** Numbers the sets of active atoms as they are met, and writes the entries of each new one. */
function classFinder(
  atoms: readonly Atom[],
  any: Bits,
): { find: (active: Bits, hash: number) => number; bits: () => Bits } {
  const states = rowsOf(wordsFor(atoms.length))
  const rows = rowsOf(any.length)
  const newest = new Map<number, number>()
  const before: number[] = []
  // The row of the class made last; the next one differs by few atoms.
  const row = any.slice()
  const written = new Uint32Array(wordsFor(atoms.length))
  const toggle = (atom: Atom): void => {
    for (const entry of atom.entries) row[entry >>> 5]! ^= bitOf(entry)
  }
  const write = (active: Bits): void => {
    for (let word = 0; word < active.length; word++) {
      for (let rest = (active[word]! ^ written[word]!) >>> 0; rest !== 0;) {
        const first = Math.clz32(rest)
        toggle(atoms[(word << 5) + first]!)
        rest = (rest & ~(0x80000000 >>> first)) >>> 0
      }
    }
    written.set(active)
  }
  return {
    find: (active, hash) => {
      const head = newest.get(hash) ?? -1
      for (let known = head; known >= 0; known = before[known]!) {
        if (states.matches(known, active)) return known
      }
      write(active)
      states.push(active)
      rows.push(row)
      newest.set(hash, before.length)
      before.push(head)
      return before.length - 1
    },
    bits: rows.all,
  }
}

/** The interval that holds a value: the last one that begins at it or before it. */
export function intervalOf(starts: Float64Array, value: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (starts[middle]! <= value) low = middle
    else high = middle - 1
  }
  return low
}

/** The distinct sets of a field, each with the entries that test it, and the entries that test none. */
export function bySet<S extends object>(
  sets: readonly (S | null | undefined)[],
): { distinct: { set: S; entries: number[] }[]; any: Bits } {
  const entriesOf = new Map<S, number[]>()
  const any = new Uint32Array(Math.max(1, wordsFor(sets.length)))
  for (const [entry, set] of sets.entries()) {
    if (set === null) addBit(any, entry)
    else if (set !== undefined) {
      const known = entriesOf.get(set)
      if (known) known.push(entry)
      else entriesOf.set(set, [entry])
    }
  }
  return { distinct: [...entriesOf].map(([set, entries]) => ({ set, entries })), any }
}
