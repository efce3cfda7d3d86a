import type { Family } from './address.js'
import type { AddressRange, Entry, Members, PortSet, RemoteSet } from './entry.js'

/**
 * Addresses by family, as begin and end (one beyond the last) of each range in turn, ascending; the ranges neither meet
 * nor touch. Null is every address of the family. IPv4 addresses are numbers, because those are much faster.
 */
export interface AddressSet {
  readonly v4: Float64Array | null
  readonly v6: readonly bigint[] | null
}

/** What an entry matches, field by field: the flows that it is about are the product. Null is "any". */
export interface Box {
  readonly remote: AddressSet
  readonly local: AddressSet
  readonly protocols: PortSet | null
  readonly remotePorts: PortSet | null
  readonly localPorts: PortSet | null
  readonly icmpTypes: PortSet | null
}

const NO_V4 = new Float64Array(0)
const NO_V6: readonly bigint[] = []

/** Every address of both families. */
export const everywhere: AddressSet = { v4: null, v6: null }

const V4_SIZE = 2 ** 32
const V6_SIZE = 1n << 128n

/** The addresses of ranges that are sorted and neither meet nor touch. */
export function addressSet(ranges: readonly AddressRange[]): AddressSet {
  const v4 = Float64Array.from(
    ranges
      .filter(({ family }) => family === 4)
      .flatMap(({ first, last }) => [Number(first), Number(last) + 1]),
  )
  const v6 = ranges.filter(({ family }) => family === 6).flatMap(({ first, last }) => [first, last + 1n])
  return {
    v4: v4.length === 2 && v4[0] === 0 && v4[1] === V4_SIZE ? null : v4,
    v6: v6.length === 2 && v6[0] === 0n && v6[1] === V6_SIZE ? null : v6,
  }
}

/** Those of a set's addresses that are of the family; all where it is null. */
const ofFamily = (set: AddressSet, family: Family | null): AddressSet =>
  family === null ? set : family === 4 ? { v4: set.v4, v6: NO_V6 } : { v4: NO_V4, v6: set.v6 }

/** Ascending points as ranges. */
function runs<P extends number | bigint>(points: ArrayLike<P>, next: (point: P) => P): P[] {
  const bounds: P[] = []
  for (let at = 0; at < points.length; at++) {
    const point = points[at]!
    if (bounds.at(-1) === point) bounds[bounds.length - 1] = next(point)
    else bounds.push(point, next(point))
  }
  return bounds
}

function membersSet(members: Members): AddressSet {
  const v4 = Float64Array.from(members.v4, Number).sort()
  const v6 = [...members.v6].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return { v4: Float64Array.from(runs(v4, (point) => point + 1)), v6: runs(v6, (point) => point + 1n) }
}

/** Makes equal sets one object, so that what many entries share is looked at once. */
export interface SetPool {
  readonly addresses: (set: AddressSet) => AddressSet
  readonly numbers: (set: PortSet) => PortSet
}

const sameItems = (a: ArrayLike<number | bigint> | null, b: ArrayLike<number | bigint> | null): boolean => {
  if (a === null || b === null) return a === b
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}

const ends = (items: ArrayLike<number | bigint> | null): string =>
  items === null ? 'any' : `${items.length} ${items[0]} ${items[items.length - 1]}`

/** A pool without anything in it. */
export function setPool(): SetPool {
  const addresses = new Map<string, AddressSet[]>()
  const numbers = new Map<string, PortSet>()
  return {
    addresses: (set) => {
      const key = `${ends(set.v4)}, ${ends(set.v6)}`
      const alike = addresses.get(key) ?? []
      const known = alike.find((one) => sameItems(one.v4, set.v4) && sameItems(one.v6, set.v6))
      if (known) return known
      addresses.set(key, [...alike, set])
      return set
    },
    numbers: (set) => {
      const key = set.map(({ first, last }) => `${first}-${last}`).join(' ')
      const known = numbers.get(key) ?? set
      numbers.set(key, known)
      return known
    },
  }
}

/** What matches no flow. */
const nothing: Box = {
  remote: everywhere,
  local: everywhere,
  protocols: [],
  remotePorts: null,
  localPorts: null,
  icmpTypes: null,
}

/**
 * Reads entries as boxes. One that is staged decides nothing, so it is the box of no flow.
 * Members and prefix lists that many entries name are gathered once.
 */
export function boxReader(pool: SetPool): (entry: Entry) => Box {
  const gathered = new Map<object, Map<Family | null, AddressSet>>()
  const gather = (source: object, family: Family | null, read: () => AddressSet): AddressSet => {
    const byFamily = gathered.get(source) ?? new Map<Family | null, AddressSet>()
    gathered.set(source, byFamily)
    const known = byFamily.get(family)
    if (known) return known
    const whole = family === null ? read() : gather(source, null, read)
    const set = pool.addresses(ofFamily(whole, family))
    byFamily.set(family, set)
    return set
  }
  const remoteOf = (remote: RemoteSet, family: Family | null): AddressSet => {
    switch (remote.kind) {
      case 'any':
        return pool.addresses(ofFamily(everywhere, family))
      case 'range':
        return pool.addresses(ofFamily(addressSet([remote.range]), family))
      case 'group':
        return gather(remote.members, family, () => membersSet(remote.members))
      case 'prefix-list':
        return gather(remote.ranges, family, () => addressSet(remote.ranges))
    }
  }
  const numbersOf = (set: PortSet | null): PortSet | null => set && pool.numbers(set)
  return (entry) =>
    entry.staged
      ? nothing
      : {
          remote: remoteOf(entry.remote, entry.family),
          local: pool.addresses(entry.local === null ? everywhere : addressSet([entry.local])),
          protocols:
            entry.protocol === null ? null : pool.numbers([{ first: entry.protocol, last: entry.protocol }]),
          remotePorts: numbersOf(entry.remotePorts),
          localPorts: numbersOf(entry.localPorts),
          icmpTypes: entry.icmpTypes && pool.numbers([entry.icmpTypes]),
        }
}

const isEmpty = ({ v4, v6 }: AddressSet): boolean => v4?.length === 0 && v6?.length === 0

/** Whether no flow at all is in the box: a list or a group without anything in it. */
export const matchesNothing = ({
  remote,
  local,
  protocols,
  remotePorts,
  localPorts,
  icmpTypes,
}: Box): boolean =>
  isEmpty(remote) ||
  isEmpty(local) ||
  [protocols, remotePorts, localPorts, icmpTypes].some((set) => set?.length === 0)
