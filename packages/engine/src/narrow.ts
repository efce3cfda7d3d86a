import type { AddressSet, Box } from './box.js'
import { matchesNothing } from './box.js'
import type { PortSet } from './entry.js'
import { overlapOf } from './overlap.js'

/** Where a question about several policies can have more than one answer: a part of all flows, most often a small one. */

/** What two lists of begins and ends have in common, as such a list. */
function commonBounds<P extends number | bigint>(a: ArrayLike<P>, b: ArrayLike<P>): P[] {
  const bounds: P[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const first = a[i]! > b[j]! ? a[i]! : b[j]!
    const aEnds = a[i + 1]! < b[j + 1]!
    const end = aEnds ? a[i + 1]! : b[j + 1]!
    if (end > first) bounds.push(first, end)
    if (aEnds) i += 2
    else j += 2
  }
  return bounds
}

/** Null is everything. */
const meet = <S>(a: S | null, b: S | null, common: (a: S, b: S) => S): S | null =>
  a === null ? b : b === null ? a : common(a, b)

const commonAddresses = (a: AddressSet, b: AddressSet): AddressSet => ({
  v4: meet(a.v4, b.v4, (one, other) => Float64Array.from(commonBounds(one, other))),
  v6: meet<readonly bigint[]>(a.v6, b.v6, (one, other) => commonBounds(one, other)),
})

const commonNumbers = (a: PortSet | null, b: PortSet | null): PortSet | null =>
  meet(a, b, (one, other) =>
    one.flatMap(({ first, last }) =>
      other
        .filter((range) => range.first <= last && first <= range.last)
        .map((range) => ({ first: Math.max(first, range.first), last: Math.min(last, range.last) })),
    ),
  )

/** The flows that are in both boxes. */
export const intersectionOf = (a: Box, b: Box): Box => ({
  remote: commonAddresses(a.remote, b.remote),
  local: commonAddresses(a.local, b.local),
  protocols: commonNumbers(a.protocols, b.protocols),
  remotePorts: commonNumbers(a.remotePorts, b.remotePorts),
  localPorts: commonNumbers(a.localPorts, b.localPorts),
  icmpTypes: commonNumbers(a.icmpTypes, b.icmpTypes),
})

/** More parts than these cost more to keep apart than they spare. */
const MOST = 8

/** The sets of pooled boxes are the same objects where they are equal. */
const sameBox = (a: Box, b: Box): boolean =>
  a.remote === b.remote &&
  a.local === b.local &&
  a.protocols === b.protocols &&
  a.remotePorts === b.remotePorts &&
  a.localPorts === b.localPorts &&
  a.icmpTypes === b.icmpTypes

/**
 * The parts of `regions` (null: of all flows) where lists that end alike can differ: what the entries match that only one
 * of them has. Everything that is asked about where these are many.
 */
export function whereDifferent(
  changed: readonly Box[],
  regions: readonly Box[] | null,
): readonly Box[] | null {
  const distinct = changed.filter(
    (box, at) => !matchesNothing(box) && changed.findIndex((other) => sameBox(box, other)) === at,
  )
  if (distinct.length * (regions?.length ?? 1) > MOST) return regions
  if (regions === null) return distinct
  return regions
    .flatMap((region) => distinct.map((box) => intersectionOf(region, box)))
    .filter((box) => !matchesNothing(box))
}

/** Whether a box has flows of one of the regions; taken for granted where these are many. */
export const meetsSome = (box: Box, regions: readonly Box[] | null): boolean =>
  regions === null || regions.length > MOST || regions.some((region) => overlapOf(box, region) > 0)
