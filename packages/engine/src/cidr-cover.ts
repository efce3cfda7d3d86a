import type { Family } from './address.js'
import { formatAddress, widthOf } from './address.js'
import type { AddressRange } from './entry.js'

/** The fewest CIDR blocks that hold exactly these addresses, in the order of the ranges, as canonical text. */
export const cidrsOf = (ranges: readonly AddressRange[]): string[] => ranges.flatMap(blocksOf)

function blocksOf({ family, first, last }: AddressRange): string[] {
  const blocks: string[] = []
  const width = widthOf(family)
  for (let bits = first; bits <= last;) {
    let host = 0
    while (host < width && fits(bits, host + 1, last)) host++
    blocks.push(text(family, bits, width - host))
    bits += 1n << BigInt(host)
  }
  return blocks
}

/** Whether the block of 2^host addresses begins here and ends in time. */
const fits = (bits: bigint, host: number, last: bigint): boolean => {
  const size = 1n << BigInt(host)
  return bits % size === 0n && bits + size - 1n <= last
}

const text = (family: Family, bits: bigint, prefix: number): string =>
  `${formatAddress({ family, bits })}/${prefix}`
