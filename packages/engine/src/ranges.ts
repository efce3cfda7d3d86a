import { storedCidr } from './address.js'
import type { AddressRange, PortSet } from './entry.js'
import type { PortList, PrefixList } from './facts.js'
import type { PortRange } from './rule.js'

/**
 * Sorted ranges that hold what the given ones hold; those that meet or touch become one. `reach` says where the next
 * range may begin at most for that: one beyond the end.
 */
function joined<R extends { readonly first: number | bigint; readonly last: number | bigint }>(
  ranges: readonly R[],
  reach: (range: R) => R['last'],
): R[] {
  const sorted = [...ranges].sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0))
  const result: R[] = []
  for (const range of sorted) {
    const before = result.at(-1)
    if (before === undefined || range.first > reach(before)) result.push(range)
    else if (range.last > before.last) result[result.length - 1] = { ...before, last: range.last }
  }
  return result
}

/** The same addresses as sorted ranges that neither meet nor touch. The ranges are of one family. */
export const mergeRanges = (ranges: readonly AddressRange[]): AddressRange[] =>
  joined(ranges, ({ last }) => last + 1n)

/** The same numbers as sorted ranges that neither meet nor touch. */
export const mergePorts = (ranges: PortSet): PortRange[] => joined(ranges, ({ last }) => last + 1)

/** How many addresses there are in ranges that do not meet. */
export const addressCount = (ranges: readonly AddressRange[]): bigint =>
  ranges.reduce((sum, { first, last }) => sum + last - first + 1n, 0n)

/** The range of a stored block. */
export const rangeOf = (cidr: string): AddressRange => {
  const { family, first, last } = storedCidr(cidr)
  return { family, first, last }
}

// Facts are never changed, only replaced, and many policies name the same list.
const addresses = new WeakMap<PrefixList, readonly AddressRange[]>()
const ports = new WeakMap<PortList, PortSet>()

/** The addresses of a prefix list: the union of its entries. */
export function addressesOf(list: PrefixList): readonly AddressRange[] {
  const known = addresses.get(list) ?? mergeRanges(list.cidrs.map(rangeOf))
  addresses.set(list, known)
  return known
}

/** The ports of a port list: the union of its entries. */
export function portsOf(list: PortList): PortSet {
  const known = ports.get(list) ?? mergePorts(list.ranges)
  ports.set(list, known)
  return known
}
