import type { AddressRange, Family } from '@sallyport/engine'
import { mergeRanges } from '@sallyport/engine'
import type { Identities } from './identities.js'
import { nearOf, usesNear, withNear } from './identities.js'

/**
 * A packet may read which judge it has before a flip, and its identity after it. So judges must know every identity that
 * comes with the flip that takes them away; where they do not, there is a flip in between, to judges that know both those
 * of before and those of after.
 */

type Near = ReturnType<typeof nearOf>

const families = [4, 6] as const satisfies readonly Family[]

const hold = (ranges: readonly AddressRange[], others: readonly AddressRange[]): boolean =>
  others.every(({ first, last }) => ranges.some((range) => range.first <= first && last <= range.last))

const holdNear = (before: Near, after: Near): boolean =>
  families.every((family) =>
    [...after[family]].every(([id, ranges]) => hold(before[family].get(id) ?? [], ranges)),
  )

/** Whether judges made for identities judge rightly by those of after. */
function suffices(before: Identities, after: Identities): boolean {
  if (before.groups.size === 0) return true
  return (
    [...before.groups].every((group) => after.groups.has(group)) &&
    [...after.sets.keys()].every((id) => before.sets.has(id)) &&
    families.every((family) => hold(before.within[family], after.within[family])) &&
    (!usesNear(before) || holdNear(nearOf(before), nearOf(after)))
  )
}

const joinedNear = (before: Near, after: Near, family: Family): Map<number, readonly AddressRange[]> =>
  new Map(
    [...new Set([...before[family].keys(), ...after[family].keys()])].map((id) => [
      id,
      mergeRanges([...(before[family].get(id) ?? []), ...(after[family].get(id) ?? [])]),
    ]),
  )

/**
 * The identities of before, as judges must know them that will meet those of after; null where the judges of before do
 * already. Groups that are told apart by identity only before or only after are folded into ranges meanwhile.
 */
export function passageOf(before: Identities, after: Identities): Identities | null {
  if (suffices(before, after)) return null
  const within = (family: Family): AddressRange[] =>
    mergeRanges([...before.within[family], ...after.within[family]])
  const passage: Identities = {
    groups: new Set([...before.groups].filter((group) => after.groups.has(group))),
    sets: new Map([...before.sets, ...after.sets]),
    of: before.of,
    within: { 4: within(4), 6: within(6) },
  }
  return withNear(passage, () => {
    const [old, next] = [nearOf(before), nearOf(after)]
    return { 4: joinedNear(old, next, 4), 6: joinedNear(old, next, 6) }
  })
}
