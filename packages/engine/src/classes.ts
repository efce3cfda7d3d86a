import type { Address, Family } from './address.js'
import type { Bits } from './bits.js'
import { addBit, wordsFor } from './bits.js'
import type { AddressSet, Box } from './box.js'
import { boxReader, matchesNothing, setPool } from './box.js'
import type { Policy, PortSet } from './entry.js'
import type { Partition } from './sweep.js'
import { bySet, intervalOf, sweep } from './sweep.js'

/** The addresses of one family on one side, in classes. `starts6` is where IPv6 intervals begin; `starts` counts them. */
export interface AddressPartition extends Partition {
  readonly starts6: readonly bigint[]
}

/** Numbers of one field, in classes; `any` is the entries that do not test the field. */
export interface NumberPartition extends Partition {
  readonly any: Bits
  readonly size: number
}

/** Boxes in decision order, with the values of each field in classes. Entry numbers are places in `boxes`. */
export interface Classes {
  readonly boxes: readonly Box[]
  readonly words: number
  /** Entries that match anything at all. */
  readonly possible: Bits
  readonly remote: Readonly<Record<Family, AddressPartition>>
  readonly local: Readonly<Record<Family, AddressPartition>>
  readonly protocol: NumberPartition
  readonly remotePort: NumberPartition
  readonly localPort: NumberPartition
  readonly icmpType: NumberPartition
}

const PORTS = 65_536
const BYTE = 256

/** Null for sets that do not restrict the family, undefined for those without any address of it. */
const restriction = <S extends { readonly length: number }>(set: S | null): S | null | undefined =>
  set === null ? null : set.length === 0 ? undefined : set

function partitionV4(sets: readonly (AddressSet | undefined)[]): AddressPartition {
  const { distinct, any } = bySet(sets.map((set) => set && restriction(set.v4)))
  const atoms = distinct.map(({ set, entries }) => ({ bounds: set, entries }))
  return { ...sweep(atoms, any, 2 ** 32), starts6: [] }
}

/** IPv6 addresses are swept by their rank among all bounds, so that the sweep needs small numbers only. */
function partitionV6(sets: readonly (AddressSet | undefined)[]): AddressPartition {
  const { distinct, any } = bySet(sets.map((set) => set && restriction(set.v6)))
  const bounds = distinct.flatMap(({ set }) => set)
  const ranked = [...new Set([0n, ...bounds])].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const rank = new Map(ranked.map((bound, index) => [bound, index]))
  const atoms = distinct.map(({ set, entries }) => ({
    bounds: set.map((bound) => rank.get(bound) ?? 0),
    entries,
  }))
  const size = ranked.at(-1) === 1n << 128n ? ranked.length - 1 : ranked.length
  const swept = sweep(atoms, any, size)
  const starts6 = Array.from(swept.starts, (index) => ranked[index]!)
  return { ...swept, starts: Float64Array.from(starts6.keys()), starts6 }
}

function partitionNumbers(sets: readonly (PortSet | null | undefined)[], size: number): NumberPartition {
  const { distinct, any } = bySet(sets)
  const atoms = distinct.map(({ set, entries }) => ({
    bounds: set.flatMap(({ first, last }) => [first, last + 1]),
    entries,
  }))
  return { ...sweep(atoms, any, size), any, size }
}

/** Cuts the values of every field into classes. A box that matches nothing is in none of them. */
export function classesOfBoxes(boxes: readonly Box[]): Classes {
  const live = boxes.map((box) => (matchesNothing(box) ? undefined : box))
  const possible = new Uint32Array(Math.max(1, wordsFor(boxes.length)))
  for (const [index, box] of live.entries()) if (box) addBit(possible, index)
  const field = <T>(read: (box: Box) => T): (T | undefined)[] => live.map((box) => box && read(box))
  const remotes = field((box) => box.remote)
  const locals = field((box) => box.local)
  return {
    boxes,
    words: possible.length,
    possible,
    remote: { 4: partitionV4(remotes), 6: partitionV6(remotes) },
    local: { 4: partitionV4(locals), 6: partitionV6(locals) },
    protocol: partitionNumbers(
      field((box) => box.protocols),
      BYTE,
    ),
    remotePort: partitionNumbers(
      field((box) => box.remotePorts),
      PORTS,
    ),
    localPort: partitionNumbers(
      field((box) => box.localPorts),
      PORTS,
    ),
    icmpType: partitionNumbers(
      field((box) => box.icmpTypes),
      BYTE,
    ),
  }
}

const compiled = new WeakMap<Policy, Classes>()

/** The classes of a policy's entries, made when first asked for and kept as long as the policy. */
export function classesOf(policy: Policy): Classes {
  const known = compiled.get(policy) ?? classesOfBoxes(policy.entries.map(boxReader(setPool())))
  compiled.set(policy, known)
  return known
}

function intervalOfBits(starts: readonly bigint[], bits: bigint): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (starts[middle]! <= bits) low = middle
    else high = middle - 1
  }
  return low
}

/** Where in `partition.bits` the entries that match the address begin. */
export const rowOfAddress = (
  partition: Readonly<Record<Family, AddressPartition>>,
  { family, bits }: Address,
): number => {
  const { starts, starts6, classOf, words } = partition[family]
  const interval = family === 4 ? intervalOf(starts, Number(bits)) : intervalOfBits(starts6, bits)
  return classOf[interval]! * words
}

/** The entries that match a number; one outside the field's values is matched by entries that do not test it. */
export function entriesOfNumber(partition: NumberPartition, value: number): Bits {
  const { starts, classOf, words, bits, any, size } = partition
  if (!(value >= 0 && value < size)) return any
  const at = classOf[intervalOf(starts, value)]! * words
  return bits.subarray(at, at + words)
}
