import type { Bits } from './bits.js'
import { addBit, numbersIn, wordsFor } from './bits.js'
import type { SlotSets } from './relations.js'
import { slotSetsOf } from './relations.js'
import type { Universe } from './universe.js'

/** What entries cover of one another in the fields that are left. */
export interface Shadows {
  /** The other entries that match all that one does, as far as the fields from a level on go. */
  readonly coverers: (level: number, entry: number) => Bits
  /** The first entry of `among` that matches the same as one in the fields from a level on; itself without any. */
  readonly standIn: (level: number, entry: number) => number
}

const holdsAll = (a: Bits, b: Bits): boolean => {
  for (let word = 0; word < a.length; word++) if ((b[word]! & ~a[word]!) !== 0) return false
  return true
}

/** Compares the entries of a universe. Worth its cost only where a walk is long. `among` may stand for others. */
export function shadowsOf(universe: Universe, count: number, among: Bits): Shadows {
  const sets = universe.levels.map((level) => slotSetsOf(level, universe.entries, count))
  const rests = restsOf(sets, count)
  const present = numbersIn(universe.entries)
  const coverersAt = sets.map(() => new Map<number, Bits>())
  const standIns = rests.map((rest) => {
    const first = new Map<number, number>()
    for (const entry of numbersIn(among)) if (!first.has(rest[entry]!)) first.set(rest[entry]!, entry)
    return first
  })
  /** Which sets of a level hold all of one: looked up for every entry, so told by set. */
  const holdersAt = sets.map(() => new Map<number, Uint8Array>())
  const holders = (level: number, set: number): Uint8Array => {
    const known = holdersAt[level]!.get(set)
    if (known) return known
    const { bits } = sets[level]!
    const answer = Uint8Array.from(bits, (one) => Number(holdsAll(one, bits[set]!)))
    holdersAt[level]!.set(set, answer)
    return answer
  }
  const findCoverers = (level: number, entry: number): Bits => {
    const left = sets.slice(level).map(({ of }, at) => ({ of, holding: holders(level + at, of[entry]!) }))
    const found = new Uint32Array(wordsFor(count))
    for (const other of present) {
      if (other !== entry && left.every(({ of, holding }) => holding[of[other]!] === 1)) addBit(found, other)
    }
    return found
  }
  return {
    coverers: (level, entry) => {
      const known = coverersAt[level]!.get(entry) ?? findCoverers(level, entry)
      coverersAt[level]!.set(entry, known)
      return known
    },
    standIn: (level, entry) => standIns[level]!.get(rests[level]![entry]!) ?? entry,
  }
}

/** By level: a number that entries share which match the same in the fields from there on. */
function restsOf(sets: readonly SlotSets[], count: number): Int32Array[] {
  const rests = [new Int32Array(count)]
  for (const { of } of sets.toReversed()) {
    const after = rests[0]!
    const numbers = new Map<number, number>()
    rests.unshift(
      Int32Array.from(of, (set, entry) => {
        const key = set * count + after[entry]!
        const number = numbers.get(key) ?? numbers.size
        numbers.set(key, number)
        return number
      }),
    )
  }
  return rests
}
