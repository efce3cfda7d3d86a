import type { ElementSet } from '../nftables/ruleset.js'
import { putVerdictData } from './expressions.js'
import type { Writer } from './message.js'
import { newWriter, putBytes, putCopy, putNested, putNumber, putText } from './message.js'
import type { Bound } from './ranges.js'
import { numberOf, rangesOf } from './ranges.js'
import { VERDICT_NUMBER, bytesOf, padded, shapes, valueBytes } from './values.js'

/** Flags of linux/netfilter/nf_tables.h. */
export const SET_FLAGS = { anonymous: 1, constant: 2, interval: 4, map: 8 } as const

/** What nft notes in a set's or element's user data (libnftnl's udata.h): kind, length, four bytes. */
const note = (kind: number, value: number): number[] => [kind, 4, value, 0, 0, 0]

/** The orders of bytes that nft notes: 1 is the machine's, 2 the network's, 0 none or several. */
const orderOf = (type: ElementSet['key'][number] | undefined): number =>
  type === undefined || type === 'verdict' ? 0 : shapes[type].ownOrder ? 1 : 2

/** The type of a concatenation, which nft notes beside its fields: its expression's number, without content. */
const CONCATENATION = [3, 8, ...note(0, 13), 1, 0]

function notes({ key, data }: ElementSet): Buffer {
  const order = key.length > 1 ? [...note(0, 0), ...CONCATENATION] : note(0, orderOf(key[0]))
  const values = data === null ? [] : [...note(1, orderOf(data)), ...note(6, 0)]
  return Buffer.from([...order, ...values])
}

const flagsOf = ({ data, interval }: ElementSet, own: boolean): number =>
  (own ? SET_FLAGS.anonymous | SET_FLAGS.constant : 0) |
  (interval ? SET_FLAGS.interval : 0) |
  (data === null ? 0 : SET_FLAGS.map)

const typeNumber = (key: ElementSet['key']): number =>
  key.reduce((sum, type) => sum * 64 + (type === 'verdict' ? 0 : shapes[type].number), 0)

const keyLength = (key: ElementSet['key']): number =>
  key.length === 1 ? bytesOf(key[0] ?? 'mark') : key.reduce((sum, type) => sum + padded(type), 0)

/** Writes what a set is. `own`: a rule brings it along, and its content never changes. */
export function putSet(writer: Writer, name: string, set: ElementSet, id: number, own = false): void {
  const { key, data, elements } = set
  putText(writer, 2, name)
  putNumber(writer, 3, flagsOf(set, own))
  putNumber(writer, 4, typeNumber(key))
  putNumber(writer, 5, keyLength(key))
  if (data !== null) {
    putNumber(writer, 6, data === 'verdict' ? VERDICT_NUMBER : shapes[data].number)
    putNumber(writer, 7, data === 'verdict' ? 0 : bytesOf(data))
  }
  putNumber(writer, 10, id)
  if (own) putNested(writer, 9, () => putNumber(writer, 1, elements.size))
  putBytes(writer, 13, notes(set))
}

/** What an element is beside its key. */
interface Kind {
  readonly value: string
  /** Where a range ends: the first key above it. */
  readonly isEnd: boolean
  /** A range that goes to the highest key has no end, which nft notes. */
  readonly isOpen: boolean
}

const END: Kind = { value: '', isEnd: true, isOpen: false }

/** Elements as the kernel has them: their keys, one after another in one buffer, and what each is. */
interface Packed {
  readonly width: number
  readonly keys: Buffer
  readonly kinds: readonly Kind[]
}

type Pair = readonly [string, string]

/** Kinds of elements that are alike are one object, by what they are. */
function kindsBy(isOpen: boolean): (value: string) => Kind {
  const known = new Map<string, Kind>()
  return (value) => {
    const found = known.get(value) ?? { value, isEnd: false, isOpen }
    known.set(value, found)
    return found
  }
}

function packSingles({ key: types }: ElementSet, wanted: readonly Pair[]): Packed {
  const width = keyLength(types)
  const keys = Buffer.alloc(wanted.length * width)
  const kindOf = kindsBy(false)
  wanted.forEach(([text], at) => writeKey(keys, at * width, text, types))
  return { width, keys, kinds: wanted.map(([, value]) => kindOf(value)) }
}

/** Fields begin at multiples of four bytes. */
function writeKey(keys: Buffer, at: number, text: string, types: ElementSet['key']): void {
  if (types.length === 1) {
    writeValue(keys, at, text, types[0] as Value)
    return
  }
  const parts = text.split(' . ')
  let place = at
  types.forEach((type, index) => {
    writeValue(keys, place, parts[index] ?? '', type as Value)
    place += padded(type)
  })
}

type Value = Exclude<ElementSet['key'][number], 'verdict'>

function writeValue(keys: Buffer, at: number, text: string, type: Value): void {
  const number = type === 'ipv4_addr' ? numberOf(text, type) : null
  if (number === null) keys.set(valueBytes(text, type), at)
  else keys.writeUInt32BE(number, at)
}

/** Ranges as their ends, in ascending order, as the kernel wants them. */
function packRanges(set: ElementSet, wanted: readonly Pair[]): Packed {
  if (set.key.length > 1) throw new Error('a set of ranges with several fields is not supported')
  const type = set.key[0] as Value
  const width = bytesOf(type)
  const ranges = rangesOf(type, wanted)
  const keys = Buffer.alloc((2 * ranges.length + 1) * width)
  const kinds: Kind[] = []
  const add = (key: Bound, kind: Kind): void => {
    if (typeof key === 'number') keys.writeUIntBE(key, kinds.length * width, width)
    else keys.set(key, kinds.length * width)
    kinds.push(kind)
  }
  const [closed, open] = [kindsBy(false), kindsBy(true)]
  // A set that is filled as a whole begins with an end at the lowest key, as nft writes it.
  if (wanted.length === set.elements.size && ranges[0] && !isLowest(ranges[0].first)) kinds.push(END)
  for (const { first, end, value } of ranges) {
    add(first, end === null ? open(value) : closed(value))
    if (end !== null) add(end, END)
  }
  return { width, keys: keys.subarray(0, kinds.length * width), kinds }
}

const isLowest = (bound: Bound): boolean =>
  typeof bound === 'number' ? bound === 0 : bound.every((byte) => byte === 0)

/** A template of an element with room for its key. */
interface Template {
  readonly bytes: Buffer
  readonly keyAt: number
}

function putElement(writer: Writer, { data }: ElementSet, key: Buffer, { value, isEnd, isOpen }: Kind): void {
  putNested(writer, 1, () => {
    if (isEnd) putNumber(writer, 3, 1)
    putNested(writer, 1, () => putBytes(writer, 1, key))
    if (data === 'verdict' && !isEnd) putVerdictData(writer, 2, value)
    if (data === 'mark' && !isEnd) putNested(writer, 2, () => putBytes(writer, 1, valueBytes(value, 'mark')))
    if (isOpen) putBytes(writer, 6, Buffer.from(note(1, 1)))
  })
}

function templateOf(set: ElementSet, width: number, kind: Kind): Template {
  const writer = newWriter(256)
  putElement(writer, set, Buffer.alloc(width), kind)
  // Before the key are the headers of the element, of the key and of its bytes, and of an end the flag that says so.
  return { bytes: writer.buffer.subarray(0, writer.length), keyAt: 12 + (kind.isEnd ? 8 : 0) }
}

/** An attribute's length has 16 bits, and an element is far below the rest of that. */
const MOST_BYTES = 48_000

/**
 * Writes elements, in as many messages as their lists need; `message` begins each. Elements that differ in their keys
 * alone are copies of one template: there can be a hundred thousand of them.
 */
export function putElements(
  writer: Writer,
  set: ElementSet,
  wanted: readonly Pair[],
  message: (content: () => void) => void,
): void {
  const { width, keys, kinds } = set.interval ? packRanges(set, wanted) : packSingles(set, wanted)
  const templates = new Map<Kind, Template>()
  const put = (at: number, place: number): void => {
    const kind = kinds[at] as Kind
    const template = templates.get(kind) ?? templateOf(set, width, kind)
    templates.set(kind, template)
    const start = putCopy(writer, template.bytes, place)
    // A few bytes are copied faster one by one than by a call.
    for (let byte = 0; byte < width; byte++)
      writer.buffer[start + template.keyAt + byte] = keys[at * width + byte] as number
  }
  for (let at = 0; at < kinds.length;) {
    message(() => {
      const start = writer.length
      putNested(writer, 3, () => {
        for (let place = 1; at < kinds.length && writer.length - start < MOST_BYTES; at++, place++)
          put(at, place)
      })
    })
  }
}
