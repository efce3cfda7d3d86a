import type { DataType } from '../nftables/ruleset.js'
import { boundsOf, bytesOf, prefixOf, shapes, successor } from './values.js'

type Value = Exclude<DataType, 'verdict'>

/** A value: as a number where it has at most four bytes in network order, else as its bytes. */
export type Bound = number | Buffer

/** A range of values. `end` is the first value above; null: it goes to the highest. */
export interface Range {
  readonly first: Bound
  readonly end: Bound | null
  readonly value: string
}

const [ZERO, NINE, DOT] = [48, 57, 46]

/** The IPv4 address that stands in a part of a text; null for what is none. */
function addressIn(text: string, from: number, to: number): number | null {
  let [address, part, digits, dots] = [0, 0, 0, 0]
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at)
    if (code >= ZERO && code <= NINE) {
      part = part * 10 + code - ZERO
      digits++
      if (part > 255) return null
    } else if (code === DOT && digits > 0) {
      address = address * 256 + part
      part = digits = 0
      dots++
    } else return null
  }
  return dots === 3 && digits > 0 ? address * 256 + part : null
}

const SMALL = /^\d{1,5}$/

/** The number that a text is the value of; null where only its bytes say it. */
export function numberOf(text: string, type: Value, from = 0, to = text.length): number | null {
  if (type === 'ipv4_addr') return addressIn(text, from, to)
  const digits = text.slice(from, to)
  const number = SMALL.test(digits) ? Number(digits) : NaN
  return number < 256 ** bytesOf(type) ? number : null
}

/** Whether values of a type are numbers here. */
export const isNumeric = (type: Value): boolean => !shapes[type].ownOrder && bytesOf(type) <= 4

/** A value, a block or a range by numbers; null where its text is another. */
function numericRange(text: string, value: string, type: Value): Range | null {
  const most = 256 ** bytesOf(type)
  const dash = text.indexOf('-')
  const slash = dash < 0 ? text.indexOf('/') : -1
  const cut = dash >= 0 ? dash : slash >= 0 ? slash : text.length
  const first = numberOf(text, type, 0, cut)
  if (first === null) return null
  let last: number | null = first
  if (dash >= 0) last = numberOf(text, type, dash + 1)
  if (slash >= 0) {
    const size = 2 ** (8 * bytesOf(type) - (prefixOf(text) ?? NaN))
    last = Number.isInteger(size) ? first - (first % size) + size - 1 : null
  }
  if (last === null) return null
  return { first, end: last + 1 < most ? last + 1 : null, value }
}

function rangeOf([text, value]: readonly [string, string], type: Value): Range {
  const numeric = isNumeric(type) ? numericRange(text, value, type) : null
  if (numeric) return numeric
  const [first, last] = boundsOf(text, type)
  const end = successor(last)
  if (!isNumeric(type)) return { first, end, value }
  const number = (bytes: Buffer): number => bytes.readUIntBE(0, bytes.length)
  return { first: number(first), end: end && number(end), value }
}

const compare = ({ first: a }: Range, { first: b }: Range): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : Buffer.compare(a as Buffer, b as Buffer)

/** Ranges in ascending order. Throws for what is no value, block or range of the type. */
export function rangesOf(type: Value, wanted: readonly (readonly [string, string])[]): readonly Range[] {
  const ranges = wanted.map((pair) => rangeOf(pair, type))
  // Most are in order as they come, and sorting a hundred thousand takes long.
  const inOrder = ranges.every((range, at) => at === 0 || compare(ranges[at - 1] as Range, range) <= 0)
  return inOrder ? ranges : ranges.sort(compare)
}

const addressText = (address: number): string =>
  `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`

/** The canonical text of a range of numbers of which `end` is the first above; null: it goes to the highest. */
export function numericRangeText(first: number, end: number | null, type: Value): string {
  const bits = 8 * bytesOf(type)
  const size = (end ?? 2 ** bits) - first
  if (type !== 'ipv4_addr') return size === 1 ? `${first}` : `${first}-${first + size - 1}`
  if (size === 1) return addressText(first)
  const prefix = bits - Math.log2(size)
  if (Number.isInteger(prefix) && first % size === 0) return `${addressText(first)}/${prefix}`
  return `${addressText(first)}-${addressText(first + size - 1)}`
}
