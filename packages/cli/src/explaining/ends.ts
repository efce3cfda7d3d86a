import type { AddressRange, End, Interface, World } from '@sallyport/engine'
import { formatAddress, parseAddress, parseCidr, remotesOf } from '@sallyport/engine'
import { UserError } from '@sallyport/server'
import { addressesText } from './flow-text.js'

/** An end of a question about paths: what the engine takes, how it is called, and the VPC where it has one. */
export interface NamedEnd {
  readonly end: End
  readonly text: string
  readonly interface: Interface | null
}

/** Addresses of the Internet: public ones, IPv6 as far as it is assigned. Private ones are not beyond a VPC. */
const internet: readonly AddressRange[] = [
  ...remotesOf('internet', 4),
  { family: 6, first: 0x2000n << 112n, last: (0x4000n << 112n) - 1n },
]

/** The interfaces that go by a name: their own or their instance's id, or the last parts of the name of either. */
export function interfacesNamed(
  world: World,
  names: ReadonlyMap<string, string>,
  text: string,
): readonly Interface[] {
  const parts = text.split('/').length
  const called = (id: string | null): boolean =>
    id !== null && (id === text || (names.get(id) ?? id).split('/').slice(-parts).join('/') === text)
  return [...world.interfaces.values()].filter(({ id, instance }) => called(id) || called(instance))
}

/**
 * Reads an end: an instance or interface by its id or its name (the last parts of it are enough), an address, a block, or
 * `internet`. An address that an interface holds is that interface; with `vpc` only one of that VPC. `names` are by id.
 * Throws `UserError` rather than guess.
 */
export function readEnd(
  world: World,
  names: ReadonlyMap<string, string>,
  text: string,
  vpc: string | null,
): NamedEnd {
  if (text === 'internet') return { end: { ranges: internet }, text, interface: null }
  const named = interfacesNamed(world, names, text)
  if (named.length > 0) return ofInterfaces(text, named)
  const address = parseAddress(text)
  if (address) {
    const canonical = formatAddress(address)
    const held = [...world.interfaces.values()].filter(
      (one) => one.addresses.includes(canonical) && (vpc === null || one.vpc === vpc),
    )
    if (held.length > 0) return ofInterfaces(text, held)
    const range = { family: address.family, first: address.bits, last: address.bits }
    return { end: { ranges: [range] }, text: canonical, interface: null }
  }
  const cidr = parseCidr(text)
  if (typeof cidr === 'string') {
    throw new UserError(
      `${JSON.stringify(text)} is no end of a path`,
      'Give i-..., eni-..., a name of the file, an address, a block such as 10.0.0.0/8, or internet.',
    )
  }
  const range = { family: cidr.family, first: cidr.first, last: cidr.last }
  return { end: { ranges: [range] }, text: addressesText([range]), interface: null }
}

function ofInterfaces(text: string, candidates: readonly Interface[]): NamedEnd {
  const [found, second] = candidates
  if (!found || second) {
    const ids = candidates.map(({ id }) => id).join(', ')
    throw new UserError(`${text} may be any of ${ids}`, 'Name the network interface.')
  }
  const name = found.instance === null ? found.id : `${found.instance} (${found.id})`
  return { end: { interface: found.id }, text: name, interface: found }
}

/** Both ends of a path; an address is looked for in the VPC of the other end. */
export function readEnds(
  world: World,
  names: ReadonlyMap<string, string>,
  from: string,
  to: string,
): readonly [NamedEnd, NamedEnd] {
  const vpcOf = (text: string): string | null =>
    text === 'internet' || parseAddress(text) || typeof parseCidr(text) !== 'string'
      ? null
      : (readEnd(world, names, text, null).interface?.vpc ?? null)
  const ends = [readEnd(world, names, from, vpcOf(to)), readEnd(world, names, to, vpcOf(from))] as const
  const [start, end] = ends
  if (!start.interface && !end.interface) {
    throw new UserError(`neither ${from} nor ${to} is an interface of ours`, 'Name an instance for one end.')
  }
  if (start.interface && end.interface && start.interface.vpc !== end.interface.vpc) {
    throw new UserError(
      `${from} is in ${start.interface.vpc} and ${to} in ${end.interface.vpc}: VPCs are not connected`,
      'Give ends in one VPC.',
    )
  }
  // No flow at all lies between such ends, and of no flow anything holds.
  if (!familiesOf(start).some((family) => familiesOf(end).includes(family))) {
    throw new UserError(
      `${from} and ${to} have no address family in common`,
      'Give ends of one address family.',
    )
  }
  return ends
}

const familiesOf = ({ end, interface: found }: NamedEnd): readonly (number | undefined)[] =>
  'ranges' in end
    ? end.ranges.map(({ family }) => family)
    : (found?.addresses ?? []).map((address) => parseAddress(address)?.family)
