import type { Bits } from './bits.js'
import { addBit, countBits, hasBit } from './bits.js'
import type { Meter } from './budget.js'
import type { Classes } from './classes.js'
import type { Region } from './region.js'
import { slotGroups } from './slot-groups.js'
import type { StateTable } from './state-table.js'
import { stateTable } from './state-table.js'
import type { FieldName, Level, Universe } from './universe.js'
import { universesOf } from './universe.js'
import { regionOfPath } from './universe-values.js'

/** Looks for flows that some entries have in common and about which a statement is in doubt. */

/** What is known of some of the flows: they are as stated, one of them is not (as far as looked at), or neither. */
export type Judge = (state: Bits, covers: Bits) => 'fine' | 'doubtful' | 'open'

/** Slots that lead to a flow in doubt, by level; none for levels that it did not come to. */
export interface Doubt {
  readonly universe: Universe
  readonly path: readonly (readonly number[])[]
}

/** Whether a slot of a level has all of these entries. */
const holdsAll = ({ rows, every }: Level, slot: number, held: readonly number[]): boolean => {
  for (const entry of held) if (!hasBit(rows, entry, slot * every.length)) return false
  return true
}

/** Whether some flow of the universe is matched by all of these entries. */
function haveCommon({ entries, levels }: Universe, held: readonly number[]): boolean {
  if (!held.every((entry) => hasBit(entries, entry))) return false
  // One that matches some flow has slots of each level.
  if (held.length < 2) return true
  return levels.every((level) => {
    for (let slot = 0; slot < level.slots; slot++) if (holdsAll(level, slot, held)) return true
    return false
  })
}

/** Looks for a flow of all of `held` that the chosen ones leave in doubt. 'unknown' beyond the budget. */
export function findDoubt(
  classes: Classes,
  held: readonly number[],
  chosen: Bits,
  judge: Judge,
  meter: Meter,
): Doubt | 'none' | 'unknown' {
  for (const universe of universesOf(classes)) {
    const { levels, covers, entries } = universe
    if (!haveCommon(universe, held)) continue
    const fine: StateTable[] = []
    const path: (readonly number[])[] = []
    const search = (level: number, candidates: Bits): 'found' | 'none' | 'unknown' => {
      const judged = judge(candidates, covers[level]!)
      if (judged !== 'open') return judged === 'fine' ? 'none' : 'found'
      const known = (fine[level] ??= stateTable(entries.length))
      const before = known.size()
      if (known.intern(candidates) < before) return 'none'
      if (!meter.spend()) return 'unknown'
      for (const group of slotGroups(levels[level]!, candidates, { holding: held })) {
        path[level] = group.slots
        const found = search(level + 1, group.candidates)
        if (found !== 'none') return found
        path.length = level
      }
      return 'none'
    }
    const start = entries.map((word, at) => word & chosen[at]!)
    for (const entry of held) addBit(start, entry)
    const found = search(0, start)
    if (found === 'found') return { universe, path }
    if (found === 'unknown') return found
  }
  return 'none'
}

/** One slot of each level: flows that the same entries match. */
export interface Spot {
  readonly universe: Universe
  readonly slots: readonly number[]
  readonly matching: Bits
}

/** Flows in doubt that as few of `others` match as can be found level by level. */
export function spotIn({ universe, path }: Doubt, held: readonly number[], others: Bits): Spot {
  const { levels, entries } = universe
  const matching = entries.slice()
  const width = matching.length
  const chosen = levels.map((level, index) => {
    const { rows, slots } = level
    let best = -1
    let fewest = Infinity
    const consider = (slot: number): void => {
      if (!holdsAll(level, slot, held)) return
      let count = 0
      for (let word = 0; word < width; word++) {
        const met = matching[word]! & others[word]! & rows[slot * width + word]!
        if (met !== 0) count += countBits(met)
      }
      if (count >= fewest) return
      best = slot
      fewest = count
    }
    const choice = path[index]
    if (choice) for (const slot of choice) consider(slot)
    else for (let slot = 0; slot < slots && fewest > 0; slot++) consider(slot)
    for (let word = 0; word < width; word++) matching[word]! &= rows[best * width + word]!
    return best
  })
  return { universe, slots: chosen, matching }
}

/** The flows of a spot. */
export function regionOfSpot(classes: Classes, { universe, slots }: Spot): Region {
  const path = universe.levels.map(({ field }, level): [FieldName, ReadonlySet<number>] => [
    field,
    new Set([slots[level]!]),
  ])
  return regionOfPath(classes, universe, new Map(path))
}
