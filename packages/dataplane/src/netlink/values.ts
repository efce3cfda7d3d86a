import type { AddressRange, Family } from '@sallyport/engine'
import { formatAddress, parseAddress, widthOf } from '@sallyport/engine'
import { rangeText } from '../intermediate.js'
import type { DataType } from '../nftables/ruleset.js'

/** How the kernel and nft hold a type: nft's number for it, its bytes, and whether they are in the machine's order. */
interface Shape {
  readonly number: number
  readonly bytes: number
  readonly ownOrder: boolean
}

/** Numbers of nft's data types, as its programs write them into sets. */
export const shapes: Readonly<Record<Exclude<DataType, 'verdict'>, Shape>> = {
  ipv4_addr: { number: 7, bytes: 4, ownOrder: false },
  ipv6_addr: { number: 8, bytes: 16, ownOrder: false },
  ether_addr: { number: 9, bytes: 6, ownOrder: false },
  inet_proto: { number: 12, bytes: 1, ownOrder: false },
  inet_service: { number: 13, bytes: 2, ownOrder: false },
  mark: { number: 19, bytes: 4, ownOrder: true },
  ifname: { number: 41, bytes: 16, ownOrder: true },
}

/** What verdicts are called where types are told. */
export const VERDICT_NUMBER = 0xff_ff_ff_00

/** Bytes of a type in a key of several, where each begins at a multiple of four. */
export const padded = (type: DataType): number => (bytesOf(type) + 3) & ~3

export const bytesOf = (type: DataType): number => (type === 'verdict' ? 4 : shapes[type].bytes)

const protocols: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, gre: 47, icmpv6: 58 }

function addressBytes(text: string): Buffer {
  if (!text.includes(':')) {
    const parts = text.split('.').map(Number)
    if (parts.length === 4 && parts.every((part) => Number.isInteger(part) && part >= 0 && part < 256))
      return Buffer.from(parts)
  }
  const address = parseAddress(text)
  if (!address) throw new Error(`${JSON.stringify(text)} is no address`)
  return Buffer.from(address.bits.toString(16).padStart(widthOf(address.family) / 4, '0'), 'hex')
}

function numberBytes(text: string, bytes: number, ownOrder: boolean): Buffer {
  const value = protocols[text] ?? Number(text)
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * bytes))
    throw new Error(`${JSON.stringify(text)} is no number of ${bytes} bytes`)
  const buffer = Buffer.alloc(bytes)
  if (ownOrder) buffer.writeUIntLE(value, 0, bytes)
  else buffer.writeUIntBE(value, 0, bytes)
  return buffer
}

function nameBytes(text: string): Buffer {
  const name = text.replaceAll('"', '')
  if (name.length > 15) throw new Error(`link name ${text} is longer than 15 characters`)
  const buffer = Buffer.alloc(16)
  buffer.write(name, 'latin1')
  return buffer
}

/** The bytes of one value written as nft writes it. */
export function valueBytes(text: string, type: Exclude<DataType, 'verdict'>): Buffer {
  switch (type) {
    case 'ipv4_addr':
    case 'ipv6_addr':
      return addressBytes(text)
    case 'ether_addr':
      return Buffer.from(text.replaceAll(':', ''), 'hex')
    case 'ifname':
      return nameBytes(text)
    default:
      return numberBytes(text, shapes[type].bytes, shapes[type].ownOrder)
  }
}

/** The text of one value, as `valueBytes` reads it. */
export function valueText(bytes: Buffer, type: Exclude<DataType, 'verdict'>): string {
  switch (type) {
    case 'ipv4_addr':
      return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`
    case 'ipv6_addr':
      return formatAddress({ family: 6, bits: BigInt(`0x${bytes.toString('hex')}`) })
    case 'ether_addr':
      return (bytes.toString('hex').match(/../g) ?? []).join(':')
    case 'ifname':
      return `"${bytes.toString('latin1').replace(/\0.*$/s, '')}"`
    default:
      return `${shapes[type].ownOrder ? bytes.readUIntLE(0, bytes.length) : bytes.readUIntBE(0, bytes.length)}`
  }
}

/** The next value above, or null above the highest. */
export function successor(bytes: Buffer): Buffer | null {
  const next = Buffer.from(bytes)
  for (let at = next.length - 1; at >= 0; at--) {
    const byte = next[at] ?? 0
    next[at] = (byte + 1) & 0xff
    if (byte !== 0xff) return next
  }
  return null
}

/** The next value below; of the lowest, the highest. */
function predecessor(bytes: Buffer): Buffer {
  const next = Buffer.from(bytes)
  for (let at = next.length - 1; at >= 0; at--) {
    const byte = next[at] ?? 0
    next[at] = (byte - 1) & 0xff
    if (byte !== 0) break
  }
  return next
}

/** How many leading bits of a block are fixed, else undefined. */
export function prefixOf(text: string): number | undefined {
  const slash = text.indexOf('/')
  return slash < 0 ? undefined : Number(text.slice(slash + 1))
}

/** First and last of a value, a block or a range. */
export function boundsOf(text: string, type: Exclude<DataType, 'verdict'>): [Buffer, Buffer] {
  const dash = type === 'ifname' ? -1 : text.indexOf('-')
  if (dash >= 0) return [valueBytes(text.slice(0, dash), type), valueBytes(text.slice(dash + 1), type)]
  const prefix = prefixOf(text)
  if (prefix === undefined) {
    const value = valueBytes(text, type)
    return [value, value]
  }
  const first = valueBytes(text.slice(0, text.indexOf('/')), type)
  const mask = maskBytes(prefix, first.length)
  return [first, Buffer.from(first.map((byte, at) => byte | (~(mask[at] ?? 0) & 0xff)))]
}

/** Ones for so many leading bits. */
export const maskBytes = (prefix: number, length: number): Buffer =>
  Buffer.from(
    Array.from({ length }, (_, at) => (0xff << (8 - Math.max(0, Math.min(8, prefix - 8 * at)))) & 0xff),
  )

const bits = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString('hex')}`)

/** The canonical text of a range of which `end` is the first value above; null: it goes to the highest. */
export function boundsText(first: Buffer, end: Buffer | null, type: Exclude<DataType, 'verdict'>): string {
  const last = end === null ? Buffer.alloc(first.length, 0xff) : predecessor(end)
  if (first.equals(last)) return valueText(first, type)
  if (type !== 'ipv4_addr' && type !== 'ipv6_addr')
    return `${valueText(first, type)}-${valueText(last, type)}`
  const family: Family = type === 'ipv4_addr' ? 4 : 6
  const range: AddressRange = { family, first: bits(first), last: bits(last) }
  return rangeText(range) ?? (family === 4 ? '0.0.0.0/0' : '::/0')
}
