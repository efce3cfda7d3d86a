import type {
  Address,
  AddressRange,
  Direction,
  Entry,
  Explanation,
  Family,
  Flow,
  Policy,
} from '@sallyport/engine'
import {
  contains,
  deadEntries,
  decide,
  explain,
  parseAddress,
  policyOf,
  rangeOf,
  widthOf,
} from '@sallyport/engine'
import type { Interface, World } from '@sallyport/engine'
import type { Draws } from './draws.js'
import { drawsFrom } from './draws.js'
import type { Extra, Trip } from './frames.js'
import { BLOCKS } from './world.js'

/** Packets drawn where a world's rules begin and end, and what the engine says of each. */

/** What one end of a trip says. */
export interface Judgement {
  readonly place: number
  readonly direction: Direction
  readonly says: Explanation
}

/** A trip with what becomes of it: the judgements in their order, of which a drop is the last. */
export interface Expected {
  readonly trip: Trip
  readonly arrives: boolean
  readonly judgements: readonly Judgement[]
}

/** An interface as an end of trips. */
interface End {
  readonly addresses: readonly Address[]
  readonly policies: Readonly<Record<Direction, Policy>>
}

const addressOf = (text: string): Address => {
  const address = parseAddress(text)
  if (!address) throw new Error(`${text} is no address`)
  return address
}

const endOf = (world: World, { addresses, groups }: Interface): End => ({
  addresses: addresses.map(addressOf),
  policies: { egress: policyOf(world, groups, 'egress'), ingress: policyOf(world, groups, 'ingress') },
})

// What IPv4 and IPv6 routers drop by themselves, whatever rules say, and what belongs to the links between namespaces.
const unroutable = [
  ...['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3', ...BLOCKS],
  ...['::/32', 'fe80::/10', 'ff00::/8', 'fc00::/8', 'fd00::/13'],
].map(rangeOf)

const isOutside = (address: Address): boolean => !unroutable.some((range) => contains(range, address))

const sourceOf = (trip: Trip): string => `${trip.source.family} ${trip.source.bits}`
const destinationOf = (trip: Trip): string => `${trip.destination.bits}`

/** Trips with one text are one connection to the kernel, whichever way they go. */
function connectionOf(trip: Trip): string | null {
  if (trip.icmpType >= 0) return null
  const ends = [
    `${sourceOf(trip)} ${trip.sourcePort}`,
    `${trip.source.family} ${destinationOf(trip)} ${trip.destinationPort}`,
  ]
  return `${trip.protocol} ${ends.sort().join(' ')}`
}

/** Entries that decide at least one flow, deliverable or not. */
function livingIn(policy: Policy): Entry[] {
  const { dead } = deadEntries(policy, { nodes: 100_000 }, () => false)
  const gone = new Set(dead.map(({ entry }) => entry))
  return policy.entries.filter((entry) => !gone.has(entry))
}

/** Requests, which connection tracking takes for a new connection. */
const REQUESTS = { 4: [8, 13], 6: [128] } as const
const OTHERS = [47, 50, 99]

const EXTRAS: Readonly<Record<Family, readonly (readonly Extra[])[]>> = {
  4: [['padding']],
  6: [['padding'], ['hop-by-hop'], ['fragment'], ['hop-by-hop', 'padding'], ['padding', 'fragment']],
}

function portAt(draws: Draws, ranges: readonly { first: number; last: number }[] | null): number {
  if (ranges === null || ranges.length === 0 || draws.chance(0.1)) return draws.between(1, 65_535)
  const { first, last } = draws.one(ranges)
  const port = draws.one([first - 1, first, first, last, last, last + 1, draws.between(first, last)])
  return Math.min(Math.max(port, 1), 65_535)
}

function inside(draws: Draws, { family, first, last }: AddressRange): Address {
  const size = last - first + 1n
  const draw = BigInt(draws.between(0, 2 ** 30)) * BigInt(draws.between(1, 2 ** 22))
  return { family, bits: first + (family === 4 ? draw % size : (draw * draw) % size) }
}

/** An address at or beside an end of a range, or within it. */
function addressAt(draws: Draws, range: AddressRange): Address {
  const { family, first, last } = range
  const most = (1n << BigInt(widthOf(family))) - 1n
  const bits = draws.one([first - 1n, first, first, last, last, last + 1n])
  if (bits < 0n || bits > most || draws.chance(0.2)) return inside(draws, range)
  return { family, bits }
}

/** Draws trips through the interfaces of a world. The last place is outside. */
export function trips(world: World, interfaces: readonly string[]) {
  const ends = interfaces.map((id) => endOf(world, world.interfaces.get(id)!))
  const outside = ends.length
  const placeOf = new Map(
    ends.flatMap(({ addresses }, place) =>
      addresses.map(({ family, bits }) => [`${family} ${bits}`, place] as const),
    ),
  )
  const everyone = ends.flatMap(({ addresses }) => addresses)

  /** A place whose address this is; undefined where nothing can be sent from or to. */
  const whereIs = (address: Address): number | undefined =>
    placeOf.get(`${address.family} ${address.bits}`) ?? (isOutside(address) ? outside : undefined)

  const rangesOf = ({ remote }: Entry, family: Family): readonly AddressRange[] => {
    switch (remote.kind) {
      case 'any':
        return []
      case 'range':
        return [remote.range]
      case 'prefix-list':
        return remote.ranges
      case 'group': {
        const members = [...(family === 4 ? remote.members.v4 : remote.members.v6)]
        return members.map((bits) => ({ family, first: bits, last: bits }))
      }
    }
  }

  function remoteFor(draws: Draws, entry: Entry, family: Family): Address {
    const ranges = rangesOf(entry, family).filter((range) => range.family === family)
    const known = everyone.filter((address) => address.family === family)
    const within = known.filter((address) => ranges.some((range) => contains(range, address)))
    if (within.length > 0 && draws.chance(0.4)) return draws.one(within)
    if (ranges.length === 0 || draws.chance(0.15)) return draws.one(known)
    return addressAt(draws, draws.one(ranges))
  }

  /** A trip at the edges of an entry of a place's policy; undefined where none can be made. */
  function tripAt(draws: Draws, place: number, direction: Direction, entry: Entry): Trip | undefined {
    const end = ends[place]!
    const family = entry.family ?? draws.one([4, 4, 6] as const)
    const own = end.addresses.filter((address) => address.family === family)
    const fitting = own.filter((address) => entry.local === null || contains(entry.local, address))
    const local = draws.one(fitting.length > 0 && draws.chance(0.75) ? fitting : own)
    const remote = remoteFor(draws, entry, family)
    const other = whereIs(remote)
    if (other === undefined || other === place) return undefined
    const any = draws.one([6, 6, 17, 17, family === 4 ? 1 : 58, ...OTHERS])
    const protocol = entry.protocol === null || draws.chance(0.05) ? any : entry.protocol
    const requests = (protocol === 1 && family === 4) || (protocol === 58 && family === 6)
    if (!requests && (protocol === 1 || protocol === 58)) return undefined
    const ported = protocol === 6 || protocol === 17
    const [localPort, remotePort] = ported
      ? [portAt(draws, entry.localPorts), portAt(draws, entry.remotePorts)]
      : [0, 0]
    const out = direction === 'egress'
    return {
      from: out ? place : other,
      to: out ? other : place,
      source: out ? local : remote,
      destination: out ? remote : local,
      protocol,
      sourcePort: out ? localPort : remotePort,
      destinationPort: out ? remotePort : localPort,
      icmpType: requests ? draws.one(REQUESTS[family]) : -1,
      extras: draws.chance(0.15) ? draws.one(EXTRAS[family]) : [],
    }
  }

  function judge(trip: Trip, place: number, direction: Direction): Judgement {
    const out = direction === 'egress'
    const flow: Flow = {
      protocol: trip.protocol,
      local: out ? trip.source : trip.destination,
      remote: out ? trip.destination : trip.source,
      localPort: out ? trip.sourcePort : trip.destinationPort,
      remotePort: out ? trip.destinationPort : trip.sourcePort,
      ...(trip.icmpType >= 0 && { icmpType: trip.icmpType }),
    }
    const says = explain(ends[place]!.policies[direction], flow)
    if ('missing' in says) throw new Error(`a whole flow misses its ${says.missing}`)
    const decided = decide(ends[place]!.policies[direction], flow)
    if (JSON.stringify(decided) !== JSON.stringify(says.verdict))
      throw new Error('explain is not of one mind with decide')
    return { place, direction, says }
  }

  function expectedOf(trip: Trip): Expected {
    const judgements = trip.from === outside ? [] : [judge(trip, trip.from, 'egress')]
    const leaves = judgements.every(({ says }) => says.verdict.verdict === 'accept')
    if (leaves && trip.to !== outside) judgements.push(judge(trip, trip.to, 'ingress'))
    return { trip, arrives: judgements.every(({ says }) => says.verdict.verdict === 'accept'), judgements }
  }

  /** Whether somebody else whom packets can be sent from and to is meant. */
  const isNear = (entry: Entry, place: number): boolean =>
    ([4, 6] as const).some((family) => {
      if (entry.family !== null && entry.family !== family) return false
      const ranges = rangesOf(entry, family).filter((range) => range.family === family)
      if (entry.remote.kind === 'any') return true
      const others = ends.flatMap(({ addresses }, at) => (at === place ? [] : addresses))
      return ranges.some(
        (range) =>
          others.some((address) => contains(range, address)) ||
          [range.first, range.last].some((bits) => isOutside({ family, bits })),
      )
    })

  /** Every entry of every policy that decides some flow of the interface that has it, with whose it is. */
  const sites = ends.flatMap(({ policies, addresses }, place) =>
    (['egress', 'ingress'] as const).flatMap((direction) =>
      livingIn(policies[direction])
        .filter(({ local }) => local === null || addresses.some((own) => contains(local, own)))
        .filter((entry) => isNear(entry, place))
        .map((entry) => ({ place, direction, entry })),
    ),
  )

  /** As many tries are made for an entry that decided nothing yet. */
  const TRIES = 300
  /** The rarer verdict gets two fifths of the trips, unless it is hardly to be had. */
  const MOST = 0.6

  /** That many trips, no two of one connection: first some that each entry decides, then at edges by chance. */
  function draw(seed: number, length: number): Expected[] {
    const draws = drawsFrom(seed ^ 0x5a11)
    const drawn: Expected[] = []
    const connections = new Set<string>()
    const counts = { arrives: 0, dropped: 0 }
    const decided = new Set<string>()
    const take = (one: Expected): void => {
      const connection = connectionOf(one.trip)
      if (connection !== null && connections.has(connection)) return
      if (connection !== null) connections.add(connection)
      counts[one.arrives ? 'arrives' : 'dropped']++
      for (const { says } of one.judgements) if (says.verdict.rule !== null) decided.add(says.verdict.rule)
      drawn.push(one)
    }
    for (const { place, direction, entry } of sites) {
      const decides = ({ judgements }: Expected): boolean =>
        judgements.some(
          (one) =>
            one.place === place &&
            one.direction === direction &&
            one.says.matches.some((match) => match.outcome === 'decides' && match.entry === entry),
        )
      for (let tries = 0; tries < TRIES && drawn.length < length * 0.7; tries++) {
        const trip = tripAt(draws, place, direction, entry)
        const one = trip && expectedOf(trip)
        if (!one || !decides(one)) continue
        take(one)
        break
      }
    }
    for (let tries = 0; drawn.length < length && tries < 100 * length; tries++) {
      const { place, direction, entry } = draws.one(sites)
      const trip = tripAt(draws, place, direction, entry)
      const one = trip && expectedOf(trip)
      const many = one && counts[one.arrives ? 'arrives' : 'dropped'] >= MOST * length
      if (one && (!many || tries > 20 * length)) take(one)
    }
    return drawn
  }

  return { draw, sites, outside }
}
