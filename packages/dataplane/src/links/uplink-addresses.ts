import { formatAddress, parseAddress, storedCidr } from '@sallyport/engine'
import type { Addresses } from '../desired.js'
import { digest } from '../names.js'
import type { NamespaceState } from './model.js'

/** The two ends of an uplink. Addresses without prefix length; IPv4 is a /31, IPv6 a /126. */
export interface UplinkAddresses {
  readonly outer: { readonly v4: string; readonly v6: string }
  readonly inner: { readonly v4: string; readonly v6: string }
}

const LINK_LOCAL = 0xa9fe0000n // 169.254.0.0
/** Third octets not used: reserved by RFC 3927 (0, 255), the gateways (1), metadata of other clouds (169). */
const AVOIDED = new Set([0n, 1n, 169n, 255n])
const PAIRS = 0x8000

/** What is wider than this says nothing about single addresses (a route for all of 169.254.0.0/16 is common). */
const NARROWEST_THAT_DOES_NOT_COUNT = { 4: 16, 6: 40 } as const

/** Blocks that the uplink namespace already uses, others' and ours. */
function usedBlocks(
  { links, foreignRoutes }: NamespaceState,
  except: string,
): ReturnType<typeof storedCidr>[] {
  const addresses = [...links].flatMap(([name, link]) => (name === except ? [] : [...link.addresses]))
  const exact = addresses.map((text) => storedCidr(text.split('/')[0] ?? text))
  const routed = [...foreignRoutes].map(storedCidr)
  return [...exact, ...routed.filter(({ family, prefix }) => prefix > NARROWEST_THAT_DOES_NOT_COUNT[family])]
}

function freeBase(
  count: number,
  start: number,
  baseOf: (index: number) => bigint | null,
  isUsed: (base: bigint) => boolean,
): bigint {
  for (let tried = 0; tried < count; tried++) {
    const base = baseOf((start + tried) % count)
    if (base !== null && !isUsed(base)) return base
  }
  throw new Error('every uplink address is in use in the uplink namespace: remove links or routes there')
}

function v4Base(index: number): bigint | null {
  const base = LINK_LOCAL + 2n * BigInt(index)
  return AVOIDED.has((base >> 8n) & 0xffn) ? null : base
}

/** A /48 of RFC 4193 per installation, a /126 per VPC. */
function v6Base(mark: string, index: number): bigint {
  const prefix = (0xfdn << 40n) | BigInt(`0x${digest(`uplink ${mark}`, 10)}`)
  return (prefix << 80n) | (BigInt(index) << 64n)
}

/**
 * Addresses for a VPC's uplink: those that the link already has, else the ones derived from mark and VPC, or the
 * next free after them where the uplink namespace uses those.
 */
export function uplinkAddresses(
  mark: string,
  vpc: string,
  link: string,
  uplink: NamespaceState,
): UplinkAddresses {
  const held = heldBases(uplink, link)
  const used = usedBlocks(uplink, link)
  const overlaps = (family: 4 | 6, size: bigint) => (base: bigint) =>
    used.some((block) => block.family === family && block.first < base + size && base <= block.last)
  const start = Number.parseInt(digest(`${mark}/${vpc}`, 4), 16)
  const v4 = held.v4 ?? freeBase(PAIRS, start % PAIRS, v4Base, overlaps(4, 2n))
  const v6 = held.v6 ?? freeBase(0x10000, start, (index) => v6Base(mark, index), overlaps(6, 4n))
  const text = (family: 4 | 6, bits: bigint): string => formatAddress({ family, bits })
  return {
    outer: { v4: text(4, v4), v6: text(6, v6 + 1n) },
    inner: { v4: text(4, v4 + 1n), v6: text(6, v6 + 2n) },
  }
}

function heldBases({ links }: NamespaceState, link: string): { v4?: bigint; v6?: bigint } {
  const bases: { v4?: bigint; v6?: bigint } = {}
  for (const text of links.get(link)?.addresses ?? []) {
    const [host, prefix] = text.split('/')
    const address = parseAddress(host ?? '')
    if (address?.family === 4 && prefix === '31' && address.bits >> 16n === LINK_LOCAL >> 16n) {
      bases.v4 = address.bits & ~1n
    }
    if (address?.family === 6 && prefix === '126' && address.bits >> 120n === 0xfdn)
      bases.v6 = address.bits & ~3n
  }
  return bases
}

/** The addresses with the prefix lengths that links carry. */
export const withPrefixes = ({ v4, v6 }: { v4: string; v6: string }, ipv6: boolean): Addresses => ({
  v4: [`${v4}/31`],
  v6: ipv6 ? [`${v6}/126`] : [],
})
