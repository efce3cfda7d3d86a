import type { Box } from './box.js'
import type { PortSet } from './entry.js'
import type { Kind } from './protocol-fields.js'
import { kindOfProtocol } from './protocol-fields.js'

/** Sizes of what boxes have in common, as approximate numbers: good for an order, not for a proof. */

const V4_SIZE = 2 ** 32
const V6_SIZE = 2 ** 128

/** How many IPv4 addresses two lists of begins and ends have in common; null is everything. */
function commonV4(a: Float64Array | null, b: Float64Array | null): number {
  if (a === null || b === null || a === b) {
    const one = a ?? b
    if (one === null) return V4_SIZE
    let total = 0
    for (let at = 0; at < one.length; at += 2) total += one[at + 1]! - one[at]!
    return total
  }
  let total = 0
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const first = Math.max(a[i]!, b[j]!)
    const end = Math.min(a[i + 1]!, b[j + 1]!)
    if (end > first) total += end - first
    if (a[i + 1]! < b[j + 1]!) i += 2
    else j += 2
  }
  return total
}

/** How many IPv6 addresses, likewise. */
function commonV6(a: readonly bigint[] | null, b: readonly bigint[] | null): number {
  if (a === null || b === null || a === b) {
    const one = a ?? b
    if (one === null) return V6_SIZE
    let total = 0
    for (let at = 0; at < one.length; at += 2) total += Number(one[at + 1]! - one[at]!)
    return total
  }
  let total = 0
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const first = a[i]! > b[j]! ? a[i]! : b[j]!
    const aEnds = a[i + 1]! < b[j + 1]!
    const end = aEnds ? a[i + 1]! : b[j + 1]!
    if (end > first) total += Number(end - first)
    if (aEnds) i += 2
    else j += 2
  }
  return total
}

/** How many pairs of addresses both boxes have. */
function addressesCommon(a: Box, b: Box): number {
  const v4 = commonV4(a.remote.v4, b.remote.v4)
  const v6 = commonV6(a.remote.v6, b.remote.v6)
  return (
    (v4 === 0 ? 0 : v4 * commonV4(a.local.v4, b.local.v4)) +
    (v6 === 0 ? 0 : v6 * commonV6(a.local.v6, b.local.v6))
  )
}

/** How many numbers two sets have in common. */
function numbersCommon(a: PortSet | null, b: PortSet | null, size: number): number {
  if (a === null) return b === null ? size : b.reduce((total, { first, last }) => total + last - first + 1, 0)
  if (b === null) return numbersCommon(b, a, size)
  let total = 0
  for (const one of a) {
    for (const other of b) {
      const first = Math.max(one.first, other.first)
      const last = Math.min(one.last, other.last)
      if (first <= last) total += last - first + 1
    }
  }
  return total
}

/** How many protocols of each kind both boxes have. */
function protocolsCommon(a: PortSet | null, b: PortSet | null): Readonly<Record<Kind, number>> {
  if (a === null) return b === null ? allProtocols : protocolsCommon(b, a)
  const kinds = { ported: 0, typed: 0, plain: 0 }
  for (const { first, last } of a) {
    for (let number = first; number <= last; number++) {
      if (b === null || b.some((range) => range.first <= number && number <= range.last)) {
        kinds[kindOfProtocol(number)]++
      }
    }
  }
  return kinds
}

const allProtocols = { ported: 2, typed: 2, plain: 252 }

/** About how many flows both boxes hold; 0 only if none. */
export function overlapOf(a: Box, b: Box): number {
  const addresses = addressesCommon(a, b)
  if (addresses === 0) return 0
  const protocols = protocolsCommon(a.protocols, b.protocols)
  const tests = (field: 'remotePorts' | 'localPorts' | 'icmpTypes'): boolean =>
    a[field] !== null || b[field] !== null
  const [ports, types] = [tests('remotePorts') || tests('localPorts'), tests('icmpTypes')]
  const ported = types
    ? 0
    : protocols.ported *
      numbersCommon(a.remotePorts, b.remotePorts, 65_536) *
      numbersCommon(a.localPorts, b.localPorts, 65_536)
  const typed = ports ? 0 : protocols.typed * numbersCommon(a.icmpTypes, b.icmpTypes, 256)
  const plain = ports || types ? 0 : protocols.plain
  return addresses * (ported + typed + plain)
}
