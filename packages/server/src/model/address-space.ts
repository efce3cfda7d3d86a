import { type Cidr, contains, formatAddress, parseAddress, parseCidr, storedCidr } from '@sallyport/engine'

/** Blocks that no VPC may touch (CreateVpc reference page); 0.0.0.0/8 is no address of anything (RFC 1122). */
const forbidden = ['0.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3'].map(
  storedCidr,
)

/** Whether two blocks of one family share an address. */
export const overlaps = (a: Cidr, b: Cidr): boolean =>
  a.family === b.family && a.first <= b.last && b.first <= a.last

/** Whether every address of `inner` lies in `outer`. */
export const isWithin = (inner: Cidr, outer: Cidr): boolean =>
  inner.family === outer.family && outer.first <= inner.first && inner.last <= outer.last

/** An IPv4 block written with a mask and without host bits; undefined for anything else. */
export function readNetwork(text: string): Cidr | undefined {
  const cidr = parseCidr(text)
  if (typeof cidr === 'string' || cidr.family !== 4) return undefined
  return cidr.written === 'block' && cidr.host === cidr.first ? cidr : undefined
}

/**
 * The lowest network of a mask length in any of `blocks` that meets none of `taken`; undefined when there is none.
 * Skips what is in the way instead of trying each candidate: a /8 has 2^21 networks of /29.
 */
export function freeNetwork(
  blocks: readonly Cidr[],
  prefix: number,
  taken: readonly Cidr[],
): string | undefined {
  const size = 1n << BigInt(32 - prefix)
  for (const block of blocks) {
    let first = block.first
    while (first + size - 1n <= block.last) {
      const candidate: Cidr = { ...block, prefix, first, last: first + size - 1n }
      const met = taken.find((other) => overlaps(other, candidate))
      if (!met) return `${formatAddress({ family: 4, bits: first })}/${prefix}`
      first = (met.last / size + 1n) * size
    }
  }
  return undefined
}

/** What is wrong with a VPC's IPv4 block, in words; undefined when it is fine. */
export function vpcBlockProblem(text: string): string | undefined {
  const block = readNetwork(text)
  if (!block) return `${text} is not an IPv4 network such as 172.16.0.0/12.`
  if (block.prefix < 8 || block.prefix > 28) return `The mask of ${text} is not 8 to 28.`
  const met = forbidden.find((range) => overlaps(range, block))
  return met && `${text} overlaps ${formatAddress({ family: 4, bits: met.first })}/${met.prefix}.`
}

/**
 * IPv6 blocks of VPCs come from the unique local range fd5a:1170::/32 (RFC 4193), which no host outside this server
 * answers for. Block `number` is its /56 of that number, modulo the 2^24 there are.
 */
export function vpcIpv6Block(number: number): string {
  const base = storedCidr('fd5a:1170::/32').first
  return `${formatAddress({ family: 6, bits: base | (BigInt(number % 2 ** 24) << 72n) })}/56`
}

/** Reads a VPC's IPv6 block: a /56 of unicast addresses. Undefined for anything else. */
export function readVpcIpv6Block(text: string): Cidr | undefined {
  const cidr = parseCidr(text)
  if (typeof cidr === 'string' || cidr.family !== 6 || cidr.prefix !== 56 || cidr.host !== cidr.first) {
    return undefined
  }
  const unicast = isWithin(cidr, storedCidr('2000::/3')) || isWithin(cidr, storedCidr('fc00::/7'))
  return unicast ? cidr : undefined
}

/** The /64 of a vSwitch: the VPC's /56 and 8 bits of its own. */
export function vswitchIpv6Block(vpcBlock: string, number: number): string {
  const { first } = storedCidr(vpcBlock)
  return `${formatAddress({ family: 6, bits: first | (BigInt(number) << 64n) })}/64`
}

/**
 * The offsets in a vSwitch's IPv4 block that interfaces may have: all but the first and the last three, which the
 * service keeps for itself (CreateVSwitch reference page).
 */
export function usableOffsets(block: string): { first: number; last: number } {
  const { first, last } = storedCidr(block)
  return { first: 1, last: Number(last - first) - 3 }
}

/** The IPv4 address at an offset from the start of a block. */
export const ipv4At = (block: string, offset: number): string =>
  formatAddress({ family: 4, bits: storedCidr(block).first + BigInt(offset) })

/** How far an IPv4 address lies from the start of the block; undefined when it is none or lies elsewhere. */
export function ipv4Offset(block: string, text: string): number | undefined {
  const cidr = storedCidr(block)
  const address = parseAddress(text)
  return address && contains(cidr, address) ? Number(address.bits - cidr.first) : undefined
}

/**
 * The IPv6 address that goes with an IPv4 offset, so that the two are easy to tell together: offset 5 has ...::5,
 * and its further addresses ...::1:5, ...::2:5 and so on. Offsets are below 2^16 because a vSwitch is at least a /16.
 */
export function ipv6At(block: string, offset: number, index: number): string {
  const { first } = storedCidr(block)
  return formatAddress({ family: 6, bits: first | (BigInt(index) << 16n) | BigInt(offset) })
}

/** An IPv6 address of the block in canonical text; undefined when it is none, lies elsewhere or is the block's first. */
export function ipv6Within(block: string, text: string): string | undefined {
  const cidr = storedCidr(block)
  const address = parseAddress(text)
  if (!address || !contains(cidr, address) || address.bits === cidr.first) return undefined
  return formatAddress(address)
}
