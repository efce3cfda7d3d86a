import type { Address, Family } from './address.js'
import { contains, storedCidr } from './address.js'
import type { AddressRange } from './entry.js'
import { mergeRanges } from './ranges.js'
import { allAddresses } from './region.js'

/**
 * Which side of an instance in the classic network traffic passes: the public network or the internal one. In a VPC
 * there is only the internal one.
 */
export type Nic = 'internet' | 'intranet'

/** What the internal side leads to: private addresses (RFC 1918), and those of the service itself (RFC 6598). */
const internal = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].map(storedCidr)

/** The side of an instance in the classic network that traffic with the remote address passes. */
export const nicOf = (remote: Address): Nic =>
  internal.some((block) => contains(block, remote)) ? 'intranet' : 'internet'

/** The remote addresses of one family that traffic passing a side of an instance in the classic network may have. */
export function remotesOf(nic: Nic, family: Family): AddressRange[] {
  if (family === 6) return nic === 'internet' ? [allAddresses(6)] : []
  const inside = mergeRanges(internal.map(({ first, last }) => ({ family, first, last })))
  if (nic === 'intranet') return inside
  const ends = [-1n, ...inside.map(({ last }) => last)]
  const begins = [...inside.map(({ first }) => first), allAddresses(4).last + 1n]
  return begins.map((begin, at) => ({ family, first: ends[at]! + 1n, last: begin - 1n }))
}
