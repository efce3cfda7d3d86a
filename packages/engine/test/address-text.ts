/**
 * Addresses as strings of `0` and `1`: 32 of them for IPv4, 128 for IPv6. Slow, obvious, and written apart from the
 * engine's arithmetic, so that tests which use it do not inherit the engine's mistakes.
 */

const binary = (number: number, width: number): string => number.toString(2).padStart(width, '0')

const quadBits = (text: string): string =>
  text
    .split('.')
    .map((octet) => binary(Number(octet), 8))
    .join('')

const groupBits = (text: string): string =>
  text === ''
    ? ''
    : text
        .split(':')
        .map((group) => binary(parseInt(group, 16), 16))
        .join('')

/** Bits of a well-formed address (no dotted quad inside IPv6). */
export function bitsOf(address: string): string {
  if (!address.includes(':')) return quadBits(address)
  const [head, tail] = address.split('::')
  const left = groupBits(head ?? '')
  const right = groupBits(tail ?? '')
  return left + '0'.repeat(128 - left.length - right.length) + right
}

/** Text of an address; IPv6 with all eight groups written out. */
export function textOf(bits: string): string {
  if (bits.length === 32) return (bits.match(/.{8}/g) ?? []).map((octet) => parseInt(octet, 2)).join('.')
  return (bits.match(/.{16}/g) ?? []).map((group) => parseInt(group, 2).toString(16)).join(':')
}

/** The bits that every address of a block begins with, and the width of its family. */
export function blockOf(cidr: string): { prefix: string; width: number } {
  const [address, length] = cidr.split('/')
  const bits = bitsOf(address ?? '')
  return { prefix: length === undefined ? bits : bits.slice(0, Number(length)), width: bits.length }
}

/** Whether a block holds an address: same family, same leading bits. */
export function blockHolds(cidr: string, address: string): boolean {
  const { prefix, width } = blockOf(cidr)
  const bits = bitsOf(address)
  return bits.length === width && bits.startsWith(prefix)
}

/** The address `step` further on; undefined past either end of the family. */
export function stepFrom(bits: string, step: number): string | undefined {
  const moved = BigInt(`0b${bits}`) + BigInt(step)
  if (moved < 0n || moved >> BigInt(bits.length) !== 0n) return undefined
  return moved.toString(2).padStart(bits.length, '0')
}
