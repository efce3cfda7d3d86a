import {
  canonicalCidr,
  type Family,
  formatAddress,
  parseAddress,
  parseCidr,
  type PortRange,
} from '@sallyport/engine'
import type { SeedPath } from '@sallyport/server'
import type { Problem } from './problems.js'

const quoted = (value: unknown): string => JSON.stringify(value)

/**
 * A block in the text that the server keeps: canonical, of rules with host bits and bare addresses as they are
 * written, of lists and VPCs the network.
 */
export function blockOf(
  text: string,
  path: SeedPath,
  problems: Problem[],
  kept: 'network' | 'written' = 'written',
): string | undefined {
  const cidr = parseCidr(text)
  if (typeof cidr !== 'string') {
    if (kept === 'network') return canonicalCidr(cidr)
    const host = formatAddress({ family: cidr.family, bits: cidr.host })
    return cidr.written === 'block' ? `${host}/${cidr.prefix}` : host
  }
  const hint =
    cidr === 'malformed'
      ? 'Write one as 10.0.0.0/8, 203.0.113.7 or 2001:db8::/32'
      : 'The mask is at most 32, or 128 for IPv6'
  problems.push({ path, reason: `is ${quoted(text)}, which is no address or CIDR block`, hint })
  return undefined
}

/** Says so when a block is not of the family. */
export function familyIn(text: string, family: Family, path: SeedPath, problems: Problem[]): void {
  if (text.includes(':') === (family === 6)) return
  const hint = 'Make a second list for the other family'
  problems.push({ path, reason: `is ${quoted(text)} in a list of IPv${family}`, hint })
}

/** An address in canonical text. */
export function addressText(
  text: string,
  family: Family,
  path: SeedPath,
  problems: Problem[],
): string | undefined {
  const address = parseAddress(text)
  if (address?.family === family) return formatAddress(address)
  const hint = family === 4 ? 'Write it as 10.0.0.10' : 'Write it as 2001:db8::10'
  problems.push({ path, reason: `is ${quoted(text)}, which is no IPv${family} address`, hint })
  return undefined
}

/** `443` or `8000-8080` as a range. */
export function portRange(
  ports: string | number,
  path: SeedPath,
  problems: Problem[],
): PortRange | undefined {
  const [first = '', last = first] = String(ports).split('-')
  const range = { first: Number(first), last: Number(last) }
  if (1 <= range.first && range.first <= range.last && range.last <= 65_535) return range
  const hint = 'Ports are 1 to 65535, the smaller one first'
  problems.push({ path, reason: `is ${quoted(ports)}, which is no range of ports`, hint })
  return undefined
}
