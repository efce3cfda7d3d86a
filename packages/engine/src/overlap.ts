import type { AddressSet, Box } from './box.js'
import type { PortSet } from './entry.js'
import type { Kind } from './protocol-fields.js'
import { kindOfProtocol } from './protocol-fields.js'

/** Sizes of what boxes have in common, as approximate numbers: good for an order, not for a proof. */

const V4_SIZE = 2 ** 32
const V6_SIZE = 2 ** 128

type Bounds = ArrayLike<number> | ArrayLike<bigint>

/** How many values two lists of begins and ends have in common; null is everything. */
function common(a: Bounds | null, b: Bounds | null, size: number): number {
  if (a === null || a === b) return b === null ? size : sum(b)
  if (b === null) return sum(a)
  let total = 0
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const first = a[i]! > b[j]! ? a[i]! : b[j]!
    const aEnds = a[i + 1]! < b[j + 1]!
    const end = aEnds ? a[i + 1]! : b[j + 1]!
    if (end > first) total += distance(first, end)
    if (aEnds) i += 2
    else j += 2
  }
  return total
}

const distance = (first: number | bigint, end: number | bigint): number =>
  typeof end === 'number' ? end - Number(first) : Number(end - BigInt(first))

function sum(bounds: Bounds): number {
  let total = 0
  for (let at = 0; at < bounds.length; at += 2) total += distance(bounds[at]!, bounds[at + 1]!)
  return total
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

const pairs = (a: Box, b: Box, part: (set: AddressSet) => Bounds | null, size: number): number => {
  const remote = common(part(a.remote), part(b.remote), size)
  return remote === 0 ? 0 : remote * common(part(a.local), part(b.local), size)
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
  const addresses = pairs(a, b, ({ v4 }) => v4, V4_SIZE) + pairs(a, b, ({ v6 }) => v6, V6_SIZE)
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
