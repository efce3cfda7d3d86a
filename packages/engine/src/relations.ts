import type { Bits } from './bits.js'
import { addBit, bitsBelow, hasBit, numbersIn, wordsFor } from './bits.js'
import type { Classes } from './classes.js'
import { stateTable } from './state-table.js'
import type { Level, Universe } from './universe.js'
import { universesOf } from './universe.js'

/** How the boxes of entries lie to one another, exactly: boxes meet or cover where they do in every field. */
export interface Relations {
  /** Entries that match some flow that this one matches, itself among them. */
  readonly meeting: (entry: number) => Bits
  /** Entries that match every flow that this one matches, itself among them. */
  readonly covering: (entry: number) => Bits
  /** Whether each flow is matched by some entry before it that covers all of its family and kind. */
  readonly isOutdone: (entry: number) => boolean
}

/** The distinct sets of slots that entries have of one level, and which of them each entry has. */
export interface SlotSets {
  readonly of: Int32Array
  readonly bits: readonly Bits[]
}

/** Gathers the sets of slots of the entries below `count` that are in `entries`; others have the empty set. */
export function slotSetsOf({ slots, rows }: Level, entries: Bits, count: number): SlotSets {
  const width = wordsFor(slots)
  const all = new Uint32Array(count * width)
  for (let slot = 0; slot < slots; slot++) {
    for (let word = 0; word < entries.length; word++) {
      let left = (rows[slot * entries.length + word]! & entries[word]!) >>> 0
      while (left !== 0) {
        const first = Math.clz32(left)
        addBit(all, slot, ((word << 5) + first) * width)
        left = (left & ~(0x80000000 >>> first)) >>> 0
      }
    }
  }
  const table = stateTable(width)
  const bits: Bits[] = []
  const of = new Int32Array(count)
  for (let entry = 0; entry < count; entry++) {
    const row = all.subarray(entry * width, (entry + 1) * width)
    of[entry] = table.intern(row)
    if (of[entry] === bits.length) bits.push(row)
  }
  return { of, bits }
}

/** Of one level: the entries that have some, or all, of an entry's slots. */
interface LevelRelations {
  readonly some: (entry: number) => Bits
  readonly all: (entry: number) => Bits
}

function levelRelations(level: Level, entries: Bits, count: number): LevelRelations {
  const { of, bits } = slotSetsOf(level, entries, count)
  const { rows } = level
  const width = entries.length
  const bySet = (join: (words: Bits, slot: number) => void, start: number) => {
    const known: Bits[] = []
    return (entry: number): Bits => {
      const set = of[entry]!
      const found = known[set]
      if (found) return found
      const words = new Uint32Array(width).fill(start)
      for (const slot of numbersIn(bits[set]!)) join(words, slot)
      known[set] = words
      return words
    }
  }
  return {
    some: bySet((words, slot) => {
      for (let word = 0; word < width; word++) words[word]! |= rows[slot * width + word]!
    }, 0),
    all: bySet((words, slot) => {
      for (let word = 0; word < width; word++) words[word]! &= rows[slot * width + word]!
    }, 0xffffffff),
  }
}

/** Entries of one universe that meet an entry of it, and those that cover it. */
function inUniverse({ levels, entries }: Universe, count: number): LevelRelations {
  let made: LevelRelations[] | undefined
  const related =
    (kind: keyof LevelRelations) =>
    (entry: number): Bits => {
      made ??= levels.map((level) => levelRelations(level, entries, count))
      const words = entries.slice()
      for (const relations of made) {
        const found = relations[kind](entry)
        for (let word = 0; word < words.length; word++) words[word]! &= found[word]!
      }
      return words
    }
  return { some: related('some'), all: related('all') }
}

const made = new WeakMap<Classes, Relations>()

/** The relations of all entries; what they cost is paid as they are asked for, and kept as long as the classes. */
export function relationsOf(classes: Classes): Relations {
  const known = made.get(classes) ?? makeRelations(classes)
  made.set(classes, known)
  return known
}

function makeRelations(classes: Classes): Relations {
  const count = classes.boxes.length
  const universes = universesOf(classes).map((universe) => ({
    entries: universe.entries,
    ...inUniverse(universe, count),
  }))
  const having = (entry: number) => universes.filter(({ entries }) => hasBit(entries, entry))
  const width = Math.max(1, wordsFor(count))
  return {
    meeting: (entry) => {
      const words = new Uint32Array(width)
      for (const { some } of having(entry)) {
        const found = some(entry)
        for (let word = 0; word < width; word++) words[word]! |= found[word]!
      }
      return words
    },
    covering: (entry) => {
      const words = new Uint32Array(width).fill(0xffffffff)
      for (const { all } of having(entry)) {
        const found = all(entry)
        for (let word = 0; word < width; word++) words[word]! &= found[word]!
      }
      return words
    },
    isOutdone: (entry) =>
      having(entry).every(({ all }) =>
        all(entry).some((word, at) => (word & bitsBelow(entry, at << 5)) !== 0),
      ),
  }
}
