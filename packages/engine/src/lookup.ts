import type { Bits } from './bits.js'
import { addBit, wordsFor } from './bits.js'
import type { AddressPartition, Classes, NumberPartition } from './classes.js'
import { entriesOfNumber } from './classes.js'
import { typedProtocols } from './protocol-fields.js'
import { stateTable } from './state-table.js'
import { intervalOf } from './sweep.js'

/**
 * Entry sets of one field, row after row. A row is `summary` words that say which of the `words` after them are not
 * zero, so that an intersection looks only at words in which every field has an entry.
 */
export interface Rows {
  readonly data: Bits
  readonly summary: number
  readonly words: number
}

function rowsOf(bits: Bits, words: number): Rows {
  const summary = wordsFor(words)
  const stride = summary + words
  const rows = bits.length / words
  const data = new Uint32Array(rows * stride)
  for (let row = 0; row < rows; row++) {
    const at = row * stride
    for (let word = 0; word < words; word++) {
      const value = bits[row * words + word]!
      data[at + summary + word] = value
      if (value !== 0) addBit(data, word, at)
    }
  }
  return { data, summary, words }
}

/** A value's row, by value. */
export interface NumberLookup {
  readonly rows: Rows
  readonly rowOf: Uint16Array
}

function numberLookup(partition: NumberPartition): NumberLookup {
  const { starts, classOf, bits, words, size } = partition
  const rowOf = new Uint16Array(size)
  for (let interval = 0; interval < starts.length; interval++) {
    rowOf.fill(classOf[interval]!, starts[interval], starts[interval + 1] ?? size)
  }
  return { rows: rowsOf(bits, words), rowOf }
}

/** Rows of a protocol, and of a type of ICMP (from 256) and of ICMPv6 (from 512): both fields in one step. */
function kindLookup({ protocol, icmpType, words }: Classes): NumberLookup {
  const kinds = [
    ...Array.from({ length: 256 }, (_, number) => [number, -1] as const),
    ...typedProtocols.flatMap((number) => Array.from({ length: 256 }, (_, type) => [number, type] as const)),
  ]
  const table = stateTable(words)
  const rows: Bits[] = []
  const rowOf = new Uint16Array(kinds.length)
  for (const [kind, [number, type]] of kinds.entries()) {
    const types = entriesOfNumber(icmpType, type)
    const row = entriesOfNumber(protocol, number).slice()
    for (let word = 0; word < words; word++) row[word]! &= types[word]!
    const found = table.intern(row)
    if (found === rows.length) rows.push(row)
    rowOf[kind] = found
  }
  const bits = new Uint32Array(rows.length * words)
  for (const [index, row] of rows.entries()) bits.set(row, index * words)
  return { rows: rowsOf(bits, words), rowOf }
}

/**
 * IPv4 intervals under an index of the first 16 bits. A block of 65,536 addresses that holds many intervals has an
 * index of its next 8 bits. `blocks` is the interval of a block's first address, or where its own index begins, as
 * -1 - place.
 */
export interface V4Lookup {
  readonly rows: Rows
  readonly blocks: Int32Array
  readonly finer: Int32Array
  readonly starts: Uint32Array
  readonly offset: Uint32Array
}

const FEW = 4

function v4Lookup({ starts, classOf, bits, words }: AddressPartition): V4Lookup {
  const rows = rowsOf(bits, words)
  const stride = rows.summary + words
  const at = new Int32Array(65_537)
  for (let block = 0, interval = 0; block <= 65_536; block++) {
    while (starts[interval + 1]! <= block * 65_536) interval++
    at[block] = interval
  }
  const finer: number[] = []
  const blocks = at.slice()
  for (let block = 0; block < 65_536; block++) {
    if (at[block + 1]! - at[block]! <= FEW) continue
    blocks[block] = -1 - finer.length
    for (let low = 0; low <= 256; low++) finer.push(intervalOf(starts, block * 65_536 + low * 256))
  }
  return {
    rows,
    blocks,
    finer: Int32Array.from(finer),
    starts: Uint32Array.from(starts),
    offset: Uint32Array.from(classOf, (found) => found * stride),
  }
}

/** IPv6 intervals; `starts` is four words an interval, the highest first. */
export interface V6Lookup {
  readonly rows: Rows
  readonly starts: Uint32Array
  readonly offset: Uint32Array
}

function v6Lookup({ starts6, classOf, bits, words }: AddressPartition): V6Lookup {
  const rows = rowsOf(bits, words)
  const stride = rows.summary + words
  const quarters = starts6.flatMap((start) =>
    [96n, 64n, 32n, 0n].map((shift) => Number((start >> shift) & 0xffffffffn)),
  )
  return {
    rows,
    starts: Uint32Array.from(quarters),
    offset: Uint32Array.from(classOf, (found) => found * stride),
  }
}

/** The classes of a policy under tables, for many flows in a row. */
export interface Lookup {
  readonly kind: NumberLookup
  readonly remotePort: NumberLookup
  readonly localPort: NumberLookup
  readonly remote: { readonly 4: V4Lookup; readonly 6: V6Lookup }
  readonly local: { readonly 4: V4Lookup; readonly 6: V6Lookup }
}

const made = new WeakMap<Classes, Lookup>()

/**
 * The tables of some classes, made when first asked for and kept as long as the classes: 256 KiB for each side's IPv4
 * addresses, 128 KiB for each port field, and the rows once more.
 */
export function lookupOf(classes: Classes): Lookup {
  const known = made.get(classes) ?? {
    kind: kindLookup(classes),
    remotePort: numberLookup(classes.remotePort),
    localPort: numberLookup(classes.localPort),
    remote: { 4: v4Lookup(classes.remote[4]), 6: v6Lookup(classes.remote[6]) },
    local: { 4: v4Lookup(classes.local[4]), 6: v6Lookup(classes.local[6]) },
  }
  made.set(classes, known)
  return known
}
