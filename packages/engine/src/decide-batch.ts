import type { Family } from './address.js'
import { classesOf } from './classes.js'
import type { Policy } from './entry.js'
import type { Lookup, V4Lookup, V6Lookup } from './lookup.js'
import { lookupOf } from './lookup.js'

/**
 * Whole flows of one family, as columns. An IPv4 address is one word, an IPv6 address four words, the highest first.
 * Ports are read for every protocol, as `decide` does where a flow has them: they are 0 where there are none. Types are
 * read for ICMP and ICMPv6.
 */
export interface FlowBatch {
  readonly family: Family
  readonly length: number
  readonly protocols: Uint8Array
  readonly remotes: Uint32Array
  readonly locals: Uint32Array
  readonly remotePorts: Uint16Array
  readonly localPorts: Uint16Array
  readonly icmpTypes: Uint8Array
}

/** Answers as columns: the place of the deciding entry in `policy.entries`, -1 for the fallback; 1 for accept. */
export interface VerdictBatch {
  readonly entries: Int32Array
  readonly accepts: Uint8Array
}

/** Columns for the answers to that many flows. */
export const verdictBatch = (length: number): VerdictBatch => ({
  entries: new Int32Array(length),
  accepts: new Uint8Array(length),
})

function rowOfV4({ blocks, finer, starts, offset }: V4Lookup, address: number): number {
  // Where all addresses are alike, the index need not be touched.
  if (offset.length === 1) return offset[0]!
  const block = address >>> 16
  let low = blocks[block]!
  let high: number
  if (low >= 0) {
    high = blocks[block + 1]!
    if (high < 0) high = finer[-1 - high]!
  } else {
    const place = -1 - low + ((address >>> 8) & 255)
    low = finer[place]!
    high = finer[place + 1]!
  }
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (starts[middle]! <= address) low = middle
    else high = middle - 1
  }
  return offset[low]!
}

function rowOfV6({ starts, offset }: V6Lookup, addresses: Uint32Array, at: number): number {
  const [a, b, c, d] = [addresses[at]!, addresses[at + 1]!, addresses[at + 2]!, addresses[at + 3]!]
  let low = 0
  let high = offset.length - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    const place = middle << 2
    const first = starts[place]!
    let after = first > a
    if (first === a) {
      const second = starts[place + 1]!
      after = second > b
      if (second === b) {
        const third = starts[place + 2]!
        after = third > c || (third === c && starts[place + 3]! > d)
      }
    }
    if (after) high = middle - 1
    else low = middle
  }
  return offset[low]!
}

/** Finds where each flow's rows of both addresses begin. */
function addressRows({ remote, local }: Lookup, batch: FlowBatch, from: number, rows: Uint32Array): void {
  const { family, length, remotes, locals } = batch
  const count = Math.min(CHUNK, length - from)
  if (family === 4) {
    for (let flow = 0; flow < count; flow++) {
      rows[2 * flow] = rowOfV4(remote[4], remotes[from + flow]!)
      rows[2 * flow + 1] = rowOfV4(local[4], locals[from + flow]!)
    }
  } else {
    for (let flow = 0; flow < count; flow++) {
      rows[2 * flow] = rowOfV6(remote[6], remotes, 4 * (from + flow))
      rows[2 * flow + 1] = rowOfV6(local[6], locals, 4 * (from + flow))
    }
  }
}

const CHUNK = 1024

/**
 * `decide` for many whole flows at once, in millions a second: the same classes under tables. Columns must hold
 * `length` flows. The tables cost a megabyte and some milliseconds at the first batch of a policy.
 */
export function decideBatch(policy: Policy, batch: FlowBatch, out: VerdictBatch): void {
  const lookup = lookupOf(classesOf(policy))
  const accepts = Uint8Array.from(policy.entries, ({ verdict }) => Number(verdict === 'accept'))
  const fallback = Number(policy.fallback === 'accept')
  const rows = new Uint32Array(2 * CHUNK)
  for (let from = 0; from < batch.length; from += CHUNK) {
    addressRows(lookup, batch, from, rows)
    firstEntries(lookup, batch, from, rows, out.entries)
    const end = Math.min(batch.length, from + CHUNK)
    for (let flow = from; flow < end; flow++) {
      const entry = out.entries[flow]!
      out.accepts[flow] = entry < 0 ? fallback : accepts[entry]!
    }
  }
}

const ICMP = 1
const ICMPV6 = 58

/** Where the row of a flow's protocol, or of its ICMP type, is found. */
const kindOf = (protocol: number, type: number): number =>
  protocol === ICMP ? 256 + type : protocol === ICMPV6 ? 512 + type : protocol

function firstEntries(
  lookup: Lookup,
  batch: FlowBatch,
  from: number,
  rows: Uint32Array,
  out: Int32Array,
): void {
  const { summary, words } = lookup.kind.rows
  const stride = summary + words
  const remotes = lookup.remote[batch.family].rows.data
  const locals = lookup.local[batch.family].rows.data
  const kinds = lookup.kind.rows.data
  const remotePorts = lookup.remotePort.rows.data
  const localPorts = lookup.localPort.rows.data
  const kindAt = lookup.kind.rowOf
  const remotePortAt = lookup.remotePort.rowOf
  const localPortAt = lookup.localPort.rowOf
  const count = Math.min(CHUNK, batch.length - from)
  for (let index = 0; index < count; index++) {
    const flow = from + index
    const a = rows[2 * index]!
    const b = rows[2 * index + 1]!
    const c = kindAt[kindOf(batch.protocols[flow]!, batch.icmpTypes[flow]!)]! * stride
    const d = remotePortAt[batch.remotePorts[flow]!]! * stride
    const e = localPortAt[batch.localPorts[flow]!]! * stride
    let found = -1
    search: for (let part = 0; part < summary; part++) {
      let set =
        remotes[a + part]! &
        locals[b + part]! &
        kinds[c + part]! &
        remotePorts[d + part]! &
        localPorts[e + part]!
      while (set !== 0) {
        const first = Math.clz32(set)
        const word = (part << 5) + first
        const at = summary + word
        const met =
          remotes[a + at]! & locals[b + at]! & kinds[c + at]! & remotePorts[d + at]! & localPorts[e + at]!
        if (met !== 0) {
          found = (word << 5) + Math.clz32(met)
          break search
        }
        set &= ~(0x80000000 >>> first)
      }
    }
    out[flow] = found
  }
}
