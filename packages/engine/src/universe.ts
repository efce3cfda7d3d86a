import type { Family } from './address.js'
import type { Bits } from './bits.js'
import { addBit, bitsFrom, wordsFor } from './bits.js'
import type { Box } from './box.js'
import { matchesNothing } from './box.js'
import type { AddressPartition, Classes, NumberPartition } from './classes.js'
import type { Kind } from './protocol-fields.js'
import { kindOfProtocol } from './protocol-fields.js'
import type { Partition } from './sweep.js'

/** A field that a walk decides by. */
export type FieldName = 'remote' | 'local' | 'protocol' | 'remotePort' | 'localPort' | 'icmpType'

/**
 * One field of a universe. A slot is a class of values; slot s's entries are the words from `s * words` of `rows`.
 * Only fields of several slots are levels: what all entries see alike decides nothing.
 */
export interface Level {
  readonly field: FieldName
  readonly slots: number
  /** The class that each slot is. */
  readonly classes: Int32Array
  /** Whether every value of the field is in some slot. */
  readonly whole: boolean
  readonly rows: Bits
  /** Entries that are in every slot. */
  readonly every: Bits
  /** How many values each slot has, and all of them together. */
  readonly weights: readonly bigint[]
  readonly size: bigint
}

/**
 * All flows of a family and a kind: the part of the question in which every flow has the same fields. Asked about some
 * regions only, values that none of them has are in no slot.
 */
export interface Universe {
  readonly family: Family
  readonly kind: Kind
  /** Protocol numbers of the kind. */
  readonly protocols: readonly number[]
  /** All fields that its flows have. */
  readonly fields: readonly Level[]
  readonly levels: readonly Level[]
  /** By level: the entries that match whatever the fields from this level on are. One more than levels. */
  readonly covers: readonly Bits[]
  /** By level: how many flows differ in the fields from this level on only. One more than levels. */
  readonly below: readonly bigint[]
  /** Entries that match some flow of the universe. */
  readonly entries: Bits
  readonly flows: bigint
  /** How many of the regions asked about have flows here. One has all flows of the universe. */
  readonly regions: number
}

const kinds: readonly Kind[] = ['ported', 'typed', 'plain']

const protocolsOf = (kind: Kind): number[] =>
  Array.from({ length: 256 }, (_, number) => number).filter((number) => kindOfProtocol(number) === kind)

/** Whether the box's tests name only fields that flows of the kind have. */
const suits = ({ remotePorts, localPorts, icmpTypes }: Box, kind: Kind): boolean =>
  (kind === 'ported' || (remotePorts === null && localPorts === null)) &&
  (kind === 'typed' || icmpTypes === null)

/** Whether the box holds flows of a family and a kind. */
function holdsSome(box: Box, family: Family, kind: Kind): boolean {
  const addresses = ({ v4, v6 }: Box['remote']): boolean => (family === 4 ? v4 : v6)?.length !== 0
  const { protocols } = box
  return (
    suits(box, kind) &&
    !matchesNothing(box) &&
    [box.remote, box.local].every(addresses) &&
    protocolsOf(kind).some(
      (number) => protocols?.some(({ first, last }) => first <= number && number <= last) ?? true,
    )
  )
}

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
  const all = new Uint32Array(words)
  if (rows.length > 0) all.set(rows.subarray(0, words))
  for (let at = words; at < rows.length; at++) all[at % words]! &= rows[at]!
  return all
}

/** Entries that are in at least one row. */
function inSome(rows: Bits, words: number): Bits {
  const all = new Uint32Array(words)
  for (let at = 0; at < rows.length; at++) all[at % words]! |= rows[at]!
  return all
}

/** A level of the classes whose values are asked about: all, or those that some guard has. */
function levelFrom(
  field: FieldName,
  sizes: ReadonlyMap<number, bigint>,
  { bits, words }: Partition,
  guards: Bits | null,
): Level {
  const asked = (found: number): boolean => {
    if (!guards) return true
    for (let word = 0; word < words; word++)
      if ((bits[found * words + word]! & guards[word]!) !== 0) return true
    return false
  }
  const classes = Int32Array.from([...sizes.keys()].filter(asked))
  const rows = new Uint32Array(classes.length * words)
  for (const [slot, found] of classes.entries()) {
    rows.set(bits.subarray(found * words, (found + 1) * words), slot * words)
  }
  const weights = Array.from(classes, (found) => sizes.get(found)!)
  return {
    field,
    slots: classes.length,
    classes,
    whole: classes.length === sizes.size,
    rows,
    every: inEvery(rows, words),
    weights,
    size: weights.reduce((sum, weight) => sum + weight, 0n),
  }
}

/** How many values each class of a partition has, in the order of the classes. */
function classSizes(partition: AddressPartition | NumberPartition, family: Family): Map<number, bigint> {
  const sizes = new Map(Array.from({ length: partition.classes }, (_, found) => [found, 0n]))
  for (const [interval, size] of intervalSizes(partition, family).entries()) {
    const found = partition.classOf[interval]!
    sizes.set(found, sizes.get(found)! + size)
  }
  return sizes
}

/** How many protocols of a kind each class has. */
function protocolSizes({ protocol }: Classes, numbers: readonly number[]): Map<number, bigint> {
  const sizes = new Map<number, bigint>()
  let interval = 0
  for (const number of numbers) {
    while (protocol.starts[interval + 1]! <= number) interval++
    const found = protocol.classOf[interval]!
    sizes.set(found, (sizes.get(found) ?? 0n) + 1n)
  }
  return sizes
}

/** Levels by field, family and guards: the kinds share them. */
type KnownLevels = Map<string, Level>

/** The part of a question that one universe is to be made of. */
interface Part {
  readonly family: Family
  readonly kind: Kind
  readonly protocols: readonly number[]
  /** The regions asked about that hold some of its flows; null where all flows are. */
  readonly guards: Bits | null
  /** How many these are. */
  readonly regions: number
}

function levelsOf(classes: Classes, { family, kind, protocols, guards }: Part, known: KnownLevels): Level[] {
  const of = (field: Exclude<FieldName, 'protocol'>): Level => {
    const side = field === 'remote' || field === 'local'
    const key = [field, side ? family : '', guards?.join()].join(' ')
    const partition = side ? classes[field][family] : classes[field]
    const level = known.get(key) ?? levelFrom(field, classSizes(partition, family), partition, guards)
    known.set(key, level)
    return level
  }
  return [
    of('remote'),
    of('local'),
    levelFrom('protocol', protocolSizes(classes, protocols), classes.protocol, guards),
    ...(kind === 'ported' ? [of('remotePort'), of('localPort')] : kind === 'typed' ? [of('icmpType')] : []),
  ]
}

function universeOf(classes: Classes, part: Part, known: KnownLevels): Universe {
  const { words, boxes, possible } = classes
  const { family, kind, protocols, regions } = part
  const fields = levelsOf(classes, part, known)
  const levels = fields.filter(({ slots }) => slots > 1).sort((a, b) => b.slots - a.slots)
  const entries = new Uint32Array(Math.max(1, wordsFor(boxes.length)))
  for (const [index, box] of boxes.entries()) if (suits(box, kind)) addBit(entries, index)
  for (let word = 0; word < words; word++) entries[word]! &= possible[word]!
  // An entry that is in no slot of some field matches nothing here.
  for (const { rows } of fields) {
    const some = inSome(rows, words)
    for (let word = 0; word < words; word++) entries[word]! &= some[word]!
  }
  const alone = fields.filter(({ slots }) => slots <= 1)
  const covers = [alone.reduce((all, { every }) => all.map((word, at) => word & every[at]!), entries)]
  const below = [alone.reduce((product, { size }) => product * size, 1n)]
  for (const level of levels.toReversed()) {
    covers.unshift(covers[0]!.map((word, at) => word & level.every[at]!))
    below.unshift(below[0]! * level.size)
  }
  return { family, kind, protocols, fields, levels, covers, below, entries, flows: below[0]!, regions }
}

const made = new WeakMap<Classes, readonly Universe[]>()

/**
 * The universes of some classes, six of them: two families of three kinds. `guards` are boxes that stand for the regions
 * asked about; without them all flows are, and the universes are kept as long as the classes.
 */
export function universesOf(classes: Classes, guards: readonly number[] | null = null): readonly Universe[] {
  const known = guards ? undefined : made.get(classes)
  if (known) return known
  const levels: KnownLevels = new Map()
  const universes = ([4, 6] as const).flatMap((family) =>
    kinds.map((kind) => {
      const own = guards?.filter((guard) => holdsSome(classes.boxes[guard]!, family, kind)) ?? []
      const part = { family, kind, protocols: protocolsOf(kind), regions: own.length }
      return universeOf(
        classes,
        { ...part, guards: guards ? bitsFrom(own, classes.boxes.length) : null },
        levels,
      )
    }),
  )
  if (!guards) made.set(classes, universes)
  return universes
}
