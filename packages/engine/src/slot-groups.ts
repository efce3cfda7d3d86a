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

/** What not all slots need be looked at for. */
export interface SlotLimits {
  /** Only slots that have all of these entries. */
  readonly holding?: readonly number[]
  /** Slots without any of these candidates are one group: without them nothing is left to ask. */
  readonly asking?: Bits
}

/** Groups the slots of a level by which candidates they leave. `candidates` may have more words than sets of entries. */
export function slotGroups(
  level: Level,
  candidates: Bits,
  { holding, asking }: SlotLimits = {},
): SlotGroup[] {
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
  const holds = (slot: number, wanted: readonly number[]): boolean => {
    for (const entry of wanted) if (!hasBit(rows, entry, slot * width)) return false
    return true
  }
  const asks = (slot: number): boolean => {
    if (!asking) return true
    for (const word of doubtful) {
      if ((rows[slot * width + word]! & candidates[word]! & asking[word]!) !== 0) return true
    }
    return false
  }
  const settled = asking && !someIn(candidates, every, asking) ? { slots: [] as number[] } : undefined
  for (let slot = 0; slot < slots; slot++) {
    if (holding && !holds(slot, holding)) continue
    if (settled && !asks(slot)) {
      settled.slots.push(slot)
      continue
    }
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
  if (settled?.slots.length) groups.push({ slots: settled.slots, candidates: left(settled.slots[0]!) })
  return groups
}

/** Whether one of the candidates asked for is in every slot. */
function someIn(candidates: Bits, every: Bits, asking: Bits): boolean {
  for (let word = 0; word < every.length; word++) {
    if ((candidates[word]! & every[word]! & asking[word]!) !== 0) return true
  }
  return false
}

const tableSize = (slots: number): number => 2 ** Math.ceil(Math.log2(2 * slots + 1))
