import type { Bits } from './bits.js'
import { hasBit } from './bits.js'
import type { Level } from './universe.js'

/** Slots of a level in which the same candidates are left, and these. */
export interface SlotGroup {
  readonly slots: number[]
  readonly candidates: Bits
}

const NONE = -1

/** Words of candidates that some slots have and others lack. */
function wordsInDoubt({ every }: Level, candidates: Bits): number[] {
  const words: number[] = []
  for (let word = 0; word < every.length; word++) {
    if ((candidates[word]! & ~every[word]!) !== 0) words.push(word)
  }
  return words
}

/**
 * Groups the slots of a level by which candidates they leave; with `holding`, only slots that have this entry.
 * `candidates` may have more words than sets of entries.
 */
export function slotGroups(level: Level, candidates: Bits, holding = NONE): SlotGroup[] {
  const { slots, rows, every } = level
  const width = every.length
  const left = (slot: number): Bits => {
    const words = new Uint32Array(width)
    for (let word = 0; word < width; word++) words[word] = rows[slot * width + word]! & candidates[word]!
    return words
  }
  const doubtful = wordsInDoubt(level, candidates)
  if (doubtful.length === 0) {
    return [{ slots: Array.from({ length: slots }, (_, slot) => slot), candidates: left(0) }]
  }
  const mask = tableSize(slots) - 1
  const table = new Int32Array(mask + 1).fill(NONE)
  const groups: SlotGroup[] = []
  const sameAs = (known: Bits, slot: number): boolean => {
    for (const word of doubtful) {
      if (known[word] !== (rows[slot * width + word]! & candidates[word]!) >>> 0) return false
    }
    return true
  }
  for (let slot = 0; slot < slots; slot++) {
    if (holding >= 0 && !hasBit(rows, holding, slot * width)) continue
    let hash = 0
    for (const word of doubtful) {
      hash = Math.imul(hash ^ (rows[slot * width + word]! & candidates[word]!), 0x9e3779b1)
      hash ^= hash >>> 15
    }
    let place = hash & mask
    while (table[place] !== NONE && !sameAs(groups[table[place]!]!.candidates, slot))
      place = (place + 1) & mask
    const known = table[place]!
    if (known === NONE) {
      table[place] = groups.length
      groups.push({ slots: [slot], candidates: left(slot) })
    } else groups[known]!.slots.push(slot)
  }
  return groups
}

const tableSize = (slots: number): number => 2 ** Math.ceil(Math.log2(2 * slots + 1))
