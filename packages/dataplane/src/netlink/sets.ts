import type { ElementSet } from '../nftables/ruleset.js'
import { putVerdictData } from './expressions.js'
import type { Writer } from './message.js'
import { putBytes, putNested, putNumber, putText } from './message.js'
import { VERDICT_NUMBER, boundsOf, bytesOf, padded, shapes, successor, valueBytes } from './values.js'

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

/** An element as the kernel has it. */
interface Element {
  readonly key: Buffer
  readonly value: string
  /** Where a range ends: the first key above it. */
  readonly isEnd: boolean
  /** A range that goes to the highest key has no end, which nft notes. */
  readonly isOpen: boolean
}

function keyBytes(text: string, types: ElementSet['key']): Buffer {
  if (types.length === 1) return valueBytes(text, types[0] as Exclude<(typeof types)[number], 'verdict'>)
  const parts = text.split(' . ')
  return Buffer.concat(
    types.map((type, at) => {
      const bytes = valueBytes(parts[at] ?? '', type as Exclude<typeof type, 'verdict'>)
      return Buffer.concat([bytes], padded(type))
    }),
  )
}

/** Ranges as their ends, in ascending order, as the kernel wants them. */
function rangeElements(set: ElementSet, wanted: readonly (readonly [string, string])[]): Element[] {
  const type = set.key[0] as Exclude<(typeof set.key)[number], 'verdict'>
  if (set.key.length > 1) throw new Error('a set of ranges with several fields is not supported')
  const ranges = wanted.map(([text, value]) => ({ bounds: boundsOf(text, type), value }))
  ranges.sort((a, b) => Buffer.compare(a.bounds[0], b.bounds[0]))
  const elements: Element[] = []
  const lowest = ranges[0]?.bounds[0]
  // A set that is filled as a whole begins with an end at the lowest key, as nft writes it.
  if (wanted.length === set.elements.size && lowest?.some((byte) => byte !== 0))
    elements.push({ key: Buffer.alloc(lowest.length), value: '', isEnd: true, isOpen: false })
  for (const { bounds, value } of ranges) {
    const end = successor(bounds[1])
    elements.push({ key: bounds[0], value, isEnd: false, isOpen: end === null })
    if (end !== null) elements.push({ key: end, value: '', isEnd: true, isOpen: false })
  }
  return elements
}

function elementsOf(set: ElementSet, wanted: readonly (readonly [string, string])[]): Element[] {
  if (set.interval) return rangeElements(set, wanted)
  return wanted.map(([text, value]) => ({
    key: keyBytes(text, set.key),
    value,
    isEnd: false,
    isOpen: false,
  }))
}

function putElement(writer: Writer, at: number, { data }: ElementSet, element: Element): void {
  putNested(writer, at, () => {
    if (element.isEnd) putNumber(writer, 3, 1)
    putNested(writer, 1, () => putBytes(writer, 1, element.key))
    if (data === 'verdict' && !element.isEnd) putVerdictData(writer, 2, element.value)
    if (data === 'mark' && !element.isEnd)
      putNested(writer, 2, () => putBytes(writer, 1, valueBytes(element.value, 'mark')))
    if (element.isOpen) putBytes(writer, 6, Buffer.from(note(1, 1)))
  })
}

/** An attribute's length has 16 bits, and an element is far below the rest of that. */
const MOST_BYTES = 48_000

/** Writes elements, in as many messages as their lists need; `message` begins each. */
export function putElements(
  writer: Writer,
  set: ElementSet,
  wanted: readonly (readonly [string, string])[],
  message: (content: () => void) => void,
): void {
  const elements = elementsOf(set, wanted)
  for (let at = 0; at < elements.length;) {
    message(() => {
      const start = writer.length
      putNested(writer, 3, () => {
        for (let place = 1; at < elements.length && writer.length - start < MOST_BYTES; at++, place++)
          putElement(writer, place, set, elements[at] as Element)
      })
    })
  }
}
