import type { Family } from './address.js'
import { widthOf } from './address.js'
import type { Bits } from './bits.js'
import { addBit, wordsFor } from './bits.js'
import type { Box } from './box.js'
import type { AddressPartition, Classes, NumberPartition } from './classes.js'
import type { AddressRange } from './entry.js'
import type { Kind } from './protocol-fields.js'
import { kindOfProtocol } from './protocol-fields.js'
import type { PortRange } from './rule.js'

/** A field that a walk decides by. */
export type FieldName = 'remote' | 'local' | 'protocol' | 'remotePort' | 'localPort' | 'icmpType'

/**
 * One field of a universe. A slot is a class of values; slot s's entries are the words from `s * words` of `rows`.
 * Only fields of several slots are levels: what all entries see alike decides nothing.
 */
export interface Level {
  readonly field: FieldName
  readonly slots: number
  readonly rows: Bits
  /** Entries that are in every slot. */
  readonly every: Bits
  /** How many values each slot has, and all of them together. */
  readonly weights: readonly bigint[]
  readonly size: bigint
}

/** All flows of a family and a kind: the part of the question in which every flow has the same fields. */
export interface Universe {
  readonly family: Family
  readonly kind: Kind
  /** Protocol numbers of the kind. */
  readonly protocols: readonly number[]
  readonly levels: readonly Level[]
  /** By level: the entries that match whatever the fields from this level on are. One more than levels. */
  readonly covers: readonly Bits[]
  /** By level: how many flows differ in the fields from this level on only. One more than levels. */
  readonly below: readonly bigint[]
  /** Entries that match some flow of the universe. */
  readonly entries: Bits
  readonly flows: bigint
}

const kinds: readonly Kind[] = ['ported', 'typed', 'plain']

const protocolsOf = (kind: Kind): number[] =>
  Array.from({ length: 256 }, (_, number) => number).filter((number) => kindOfProtocol(number) === kind)

/** Whether the box's tests name only fields that flows of the kind have. */
const suits = ({ remotePorts, localPorts, icmpTypes }: Box, kind: Kind): boolean =>
  (kind === 'ported' || (remotePorts === null && localPorts === null)) &&
  (kind === 'typed' || icmpTypes === null)

/** How many values each interval of a partition has. */
function intervalSizes(partition: AddressPartition | NumberPartition, family: Family): bigint[] {
  if ('size' in partition) {
    const { starts, size } = partition
    return Array.from(starts, (start, at) => BigInt((starts[at + 1] ?? size) - start))
  }
  const { starts, starts6 } = partition
  if (family === 4) return Array.from(starts, (start, at) => BigInt((starts[at + 1] ?? 2 ** 32) - start))
  return starts6.map((start, at) => (starts6[at + 1] ?? 1n << 128n) - start)
}

/** Entries that are in every row. */
function inEvery(rows: Bits, words: number): Bits {
  const all = rows.slice(0, words)
  for (let at = words; at < rows.length; at++) all[at % words]! &= rows[at]!
  return all
}

/** Entries that are in at least one row. */
function inSome(rows: Bits, words: number): Bits {
  const all = rows.slice(0, words)
  for (let at = words; at < rows.length; at++) all[at % words]! |= rows[at]!
  return all
}

function levelOf(field: FieldName, partition: AddressPartition | NumberPartition, family: Family): Level {
  const weights = new Array<bigint>(partition.classes).fill(0n)
  for (const [interval, size] of intervalSizes(partition, family).entries()) {
    weights[partition.classOf[interval]!]! += size
  }
  const size = weights.reduce((sum, weight) => sum + weight, 0n)
  const { classes, bits, words } = partition
  return { field, slots: classes, rows: bits, every: inEvery(bits, words), weights, size }
}

/** The protocols of a kind only. */
function protocolLevel({ protocol }: Classes, numbers: readonly number[]): Level {
  const { starts, classOf, bits, words } = protocol
  const classes = new Map<number, bigint>()
  let interval = 0
  for (const number of numbers) {
    while (starts[interval + 1]! <= number) interval++
    const found = classOf[interval]!
    classes.set(found, (classes.get(found) ?? 0n) + 1n)
  }
  const rows = new Uint32Array(classes.size * words)
  for (const [slot, found] of [...classes.keys()].entries()) {
    rows.set(bits.subarray(found * words, (found + 1) * words), slot * words)
  }
  return {
    field: 'protocol',
    slots: classes.size,
    rows,
    every: inEvery(rows, words),
    weights: [...classes.values()],
    size: BigInt(numbers.length),
  }
}

/** Levels by field and family: the kinds share them. */
type KnownLevels = Map<string, Level>

function levelsOf(
  classes: Classes,
  family: Family,
  kind: Kind,
  protocols: readonly number[],
  known: KnownLevels,
): Level[] {
  const of = (field: Exclude<FieldName, 'protocol'>): Level => {
    const side = field === 'remote' || field === 'local'
    const key = side ? field + family : field
    const level = known.get(key) ?? levelOf(field, side ? classes[field][family] : classes[field], family)
    known.set(key, level)
    return level
  }
  return [
    of('remote'),
    of('local'),
    protocolLevel(classes, protocols),
    ...(kind === 'ported' ? [of('remotePort'), of('localPort')] : kind === 'typed' ? [of('icmpType')] : []),
  ]
}

function universeOf(classes: Classes, family: Family, kind: Kind, known: KnownLevels): Universe {
  const { words, boxes, possible } = classes
  const protocols = protocolsOf(kind)
  const fields = levelsOf(classes, family, kind, protocols, known)
  const levels = fields.filter(({ slots }) => slots > 1).sort((a, b) => b.slots - a.slots)
  const entries = new Uint32Array(Math.max(1, wordsFor(boxes.length)))
  for (const [index, box] of boxes.entries()) if (suits(box, kind)) addBit(entries, index)
  for (let word = 0; word < words; word++) entries[word]! &= possible[word]!
  // An entry that is in no slot of some field matches nothing here.
  for (const { rows } of fields) {
    const some = inSome(rows, words)
    for (let word = 0; word < words; word++) entries[word]! &= some[word]!
  }
  const covers = [entries]
  const below = [fields.filter(({ slots }) => slots === 1).reduce((product, { size }) => product * size, 1n)]
  for (const level of levels.toReversed()) {
    covers.unshift(covers[0]!.map((word, at) => word & level.every[at]!))
    below.unshift(below[0]! * level.size)
  }
  return { family, kind, protocols, levels, covers, below, entries, flows: below[0]! }
}

const made = new WeakMap<Classes, readonly Universe[]>()

/** The universes of some classes, six of them: two families of three kinds. Kept as long as the classes. */
export function universesOf(classes: Classes): readonly Universe[] {
  const known = made.get(classes)
  if (known) return known
  const levels: KnownLevels = new Map()
  const universes = ([4, 6] as const).flatMap((family) =>
    kinds.map((kind) => universeOf(classes, family, kind, levels)),
  )
  made.set(classes, universes)
  return universes
}

/** The ranges of the given slots of a field; null is all values. */
type Slots = ReadonlySet<number> | null

/** The addresses in the given slots of a side. */
export function addressesIn(
  classes: Classes,
  side: 'remote' | 'local',
  family: Family,
  slots: Slots,
): AddressRange[] {
  const { starts, starts6, classOf } = classes[side][family]
  const end = 1n << BigInt(widthOf(family))
  const startOf = (interval: number): bigint =>
    interval >= classOf.length ? end : family === 4 ? BigInt(starts[interval]!) : starts6[interval]!
  return runsOf(classOf, slots).map(([from, to]) => ({
    family,
    first: startOf(from),
    last: startOf(to) - 1n,
  }))
}

/** The numbers in the given slots of a field. */
export function numbersIn(partition: NumberPartition, slots: Slots): PortRange[] {
  const { starts, classOf, size } = partition
  return runsOf(classOf, slots).map(([from, to]) => ({
    first: starts[from]!,
    last: (starts[to] ?? size) - 1,
  }))
}

/** Runs of intervals, from one and to another (not included), whose classes are among the given ones. */
function runsOf(classOf: Int32Array, slots: Slots): [number, number][] {
  const runs: [number, number][] = []
  let from = -1
  for (let interval = 0; interval <= classOf.length; interval++) {
    const inside = interval < classOf.length && (slots === null || slots.has(classOf[interval]!))
    if (inside && from < 0) from = interval
    if (!inside && from >= 0) {
      runs.push([from, interval])
      from = -1
    }
  }
  return runs
}

/** The protocols of a universe that are in the given slots of its protocol level. */
export function protocolsIn(classes: Classes, { protocols }: Universe, slots: Slots): PortRange[] {
  const { starts, classOf } = classes.protocol
  const order = new Map<number, number>()
  const chosen: PortRange[] = []
  let interval = 0
  for (const number of protocols) {
    while (starts[interval + 1]! <= number) interval++
    const found = classOf[interval]!
    // Slots are numbered as their classes are first met, as `protocolLevel` does.
    const slot = order.get(found) ?? order.size
    order.set(found, slot)
    if (slots !== null && !slots.has(slot)) continue
    const before = chosen.at(-1)
    if (before && before.last + 1 === number)
      chosen[chosen.length - 1] = { first: before.first, last: number }
    else chosen.push({ first: number, last: number })
  }
  return chosen
}
