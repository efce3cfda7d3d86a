/** 4 for IPv4, 6 for IPv6. */
export type Family = 4 | 6

/** One address as a number: 32 bits for IPv4, 128 for IPv6. */
export interface Address {
  readonly family: Family
  readonly bits: bigint
}

/** A block of addresses. `host` is the address as written (its host bits may be set), `first`/`last` the block. */
export interface Cidr {
  readonly family: Family
  readonly host: bigint
  readonly first: bigint
  readonly last: bigint
  readonly prefix: number
  /** Whether the text had a `/`; a bare address is echoed bare. */
  readonly written: 'address' | 'block'
}

/** Why `parseCidr` refused: not an address at all, or an address whose mask is too long. */
export type CidrProblem = 'malformed' | 'mask-out-of-range'

/** Number of bits in an address of the family. */
export const widthOf = (family: Family): 32 | 128 => (family === 4 ? 32 : 128)

const DOT = 46
const ZERO = 48

/** Reads dotted-quad IPv4 strictly: four decimal numbers without leading zeros. */
function parseV4(text: string): bigint | undefined {
  let [bits, octet, digits, dots] = [0, 0, 0, 0]
  // By character: a hundred rules in one call make this a path that matters.
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === DOT) {
      if (digits === 0) return undefined
      bits = bits * 256 + octet
      dots++
      octet = 0
      digits = 0
    } else {
      const digit = code - ZERO
      if (digit < 0 || digit > 9 || (digits > 0 && octet === 0)) return undefined
      octet = octet * 10 + digit
      digits++
      if (octet > 255) return undefined
    }
  }
  return dots === 3 && digits > 0 ? BigInt(bits * 256 + octet) : undefined
}

/** Splits `a:b:c` into 16-bit groups; the last may be a dotted quad. Undefined when any part is not one. */
function hexGroups(text: string, quadAllowed: boolean): number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [index, part] of parts.entries()) {
    if (quadAllowed && index === parts.length - 1 && part.includes('.')) {
      const quad = parseV4(part)
      if (quad === undefined) return undefined
      groups.push(Number(quad >> 16n), Number(quad & 0xffffn))
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined
      groups.push(Number.parseInt(part, 16))
    }
  }
  return groups
}

/** Reads IPv6 text of RFC 4291 section 2.2, without zone ids. */
function parseV6(text: string): bigint | undefined {
  const gap = text.indexOf('::')
  let groups: number[]
  if (gap < 0) {
    const all = hexGroups(text, true)
    if (all?.length !== 8) return undefined
    groups = all
  } else {
    const head = hexGroups(text.slice(0, gap), false)
    const tail = hexGroups(text.slice(gap + 2), true)
    if (!head || !tail || head.length + tail.length > 7) return undefined
    groups = [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail]
  }
  return groups.reduce((bits, group) => (bits << 16n) | BigInt(group), 0n)
}

/** Reads one address, strictly; undefined when the text is not one. No `010.1`, no zone ids, no blanks. */
export function parseAddress(text: string): Address | undefined {
  if (text.length > 45) return undefined
  const family: Family = text.includes(':') ? 6 : 4
  const bits = family === 6 ? parseV6(text) : parseV4(text)
  return bits === undefined ? undefined : { family, bits }
}

/**
 * Reads an address or a CIDR block. Host bits may be set: 10.0.0.5/8 is the block 10.0.0.0/8
 * Returns why it refused, because the two refusals have different error codes.
 */
export function parseCidr(text: string): Cidr | CidrProblem {
  const slash = text.indexOf('/')
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash))
  if (!address) return 'malformed'
  const width = widthOf(address.family)
  if (slash < 0) return blockOf(address, width, 'address')
  const mask = text.slice(slash + 1)
  if (!/^(0|[1-9]\d{0,3})$/.test(mask)) return 'malformed'
  const prefix = Number(mask)
  return prefix > width ? 'mask-out-of-range' : blockOf(address, prefix, 'block')
}

function blockOf({ family, bits }: Address, prefix: number, written: Cidr['written']): Cidr {
  const hostMask = (1n << BigInt(widthOf(family) - prefix)) - 1n
  const last = bits | hostMask
  return { family, host: bits, first: last ^ hostMask, last, prefix, written }
}

/** Reads CIDR text that was validated before it was stored. Throws on anything else: that is a defect. */
export function storedCidr(text: string): Cidr {
  const cidr = parseCidr(text)
  if (typeof cidr === 'string') throw new Error(`stored CIDR ${JSON.stringify(text)} is ${cidr}`)
  return cidr
}

/** Canonical text: dotted quad, or RFC 5952 (lower case, longest zero run of two or more compressed). */
export function formatAddress({ family, bits }: Address): string {
  if (family === 4) {
    const value = Number(bits)
    return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`
  }
  const groups = Array.from({ length: 8 }, (_, index) => Number((bits >> BigInt(112 - 16 * index)) & 0xffffn))
  const { start, length } = longestZeroRun(groups)
  const hex = (part: number[]): string => part.map((group) => group.toString(16)).join(':')
  if (length < 2) return hex(groups)
  return `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start++) {
    let length = 0
    while (groups[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  return best
}

/** The block's network in canonical text, always with a mask: what comparison and identity use. */
export function canonicalCidr(cidr: Cidr): string {
  return `${formatAddress({ family: cidr.family, bits: cidr.first })}/${cidr.prefix}`
}

/** Whether the address lies in the block. */
export function contains(cidr: Pick<Cidr, 'family' | 'first' | 'last'>, address: Address): boolean {
  return cidr.family === address.family && cidr.first <= address.bits && address.bits <= cidr.last
}
