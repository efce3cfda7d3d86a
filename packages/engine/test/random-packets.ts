import fc from 'fast-check'
import type { Protocol, Rule } from '../src/index.js'
import { bitsOf, blockOf, stepFrom, textOf } from './address-text.js'
import type { Packet, Situation } from './naive-decision.js'

/** Packets drawn where rules begin and end, one step inside and outside, so that off-by-one errors show. */

const around = (bits: string): string[] =>
  [0, 0, -1, 1].flatMap((step) => stepFrom(bits, step) ?? []).map((moved) => textOf(moved))

function edgesOfBlock(cidr: string): string[] {
  const { prefix, width } = blockOf(cidr)
  return [...around(prefix.padEnd(width, '0')), ...around(prefix.padEnd(width, '1'))]
}

/** Edges of each entry of a list. */
function edgesOfPorts({ portLists }: Situation, ports: Rule['destinationPorts']): number[] {
  if (ports === null) return []
  const ranges = 'list' in ports ? (portLists.find(({ id }) => id === ports.list)?.ranges ?? []) : [ports]
  return ranges
    .flatMap(({ first, last }) => [first, last])
    .flatMap((port) => [port, port, port - 1, port + 1])
    .filter((port) => port >= 1 && port <= 65535)
}

const membersOf = ({ interfaces }: Situation, group: string): string[] =>
  interfaces
    .filter((one) => one.groups.includes(group))
    .flatMap((one) => one.addresses.flatMap((text) => around(bitsOf(text))))

function remotesOf(situation: Situation, { peer }: Rule): string[] {
  switch (peer.kind) {
    case 'cidr':
      return edgesOfBlock(peer.cidr)
    case 'group':
      return membersOf(situation, peer.group)
    case 'prefix-list':
      return situation.prefixLists
        .filter(({ id }) => id === peer.list)
        .flatMap(({ cidrs }) => cidrs.flatMap(edgesOfBlock))
  }
}

/** Values worth trying for each field of a packet. */
export interface Edges {
  readonly protocols: readonly number[]
  readonly remotes: readonly string[]
  readonly locals: readonly string[]
  readonly sourcePorts: readonly number[]
  readonly destinationPorts: readonly number[]
}

const services = ['100.100.100.200', '100.100.2.136', '100.100.2.138'].flatMap((text) => around(bitsOf(text)))

/** Edges of everything in the situation: what rules name, what members hold, what is always reachable. */
export function edgesOf(situation: Situation): Edges {
  const { rules, interfaces, joined } = situation
  return {
    protocols: [6, 17, 1, 58, 47, 132],
    remotes: [
      ...rules.flatMap((rule) => remotesOf(situation, rule)),
      ...joined.flatMap((group) => membersOf(situation, group)),
      ...services,
      'fd00::1',
    ],
    locals: [
      ...rules.flatMap((rule) => (rule.local === null ? [] : edgesOfBlock(rule.local))),
      ...(interfaces[0]?.addresses ?? []),
      '10.1.0.1',
      'fd00::1',
    ],
    sourcePorts: [
      67,
      68,
      546,
      547,
      40000,
      ...rules.flatMap((rule) => edgesOfPorts(situation, rule.sourcePorts)),
    ],
    destinationPorts: [
      67,
      68,
      546,
      547,
      80,
      ...rules.flatMap((rule) => edgesOfPorts(situation, rule.destinationPorts)),
    ],
  }
}

const numbers: Record<Protocol, readonly number[]> = {
  tcp: [6],
  udp: [17],
  icmp: [1],
  icmpv6: [58],
  gre: [47],
  all: [6, 17, 1, 58, 47, 132],
}

const orElse = <T>(list: readonly T[], others: readonly T[]): readonly T[] =>
  list.length > 0 ? list : others

/** The edges of one rule; where it does not care, those of the whole situation. */
function edgesOfRule(situation: Situation, all: Edges, rule: Rule): Edges {
  return {
    protocols: numbers[rule.protocol],
    remotes: orElse(remotesOf(situation, rule), all.remotes),
    locals: rule.local === null ? all.locals : edgesOfBlock(rule.local),
    sourcePorts: orElse(edgesOfPorts(situation, rule.sourcePorts), all.sourcePorts),
    destinationPorts: orElse(edgesOfPorts(situation, rule.destinationPorts), all.destinationPorts),
  }
}

/** Raw choices; `packetFrom` turns them into a packet, so that shrinking stays simple. */
export interface Choice {
  /** Which rule's edges to use; null for those of the whole situation. */
  readonly aim: number | null
  readonly protocol: number
  readonly remote: number
  readonly local: number
  readonly ports: readonly [number, number]
  readonly icmpType: number
  /** Sends a UDP packet's ports as a DHCP client would see them. */
  readonly dhcp: boolean
}

const pick = fc.nat({ max: 10_000 })

export const choices: fc.Arbitrary<Choice> = fc.record({
  aim: fc.option(pick, { freq: 4 }),
  protocol: pick,
  remote: pick,
  local: pick,
  ports: fc.tuple(pick, pick),
  icmpType: fc.constantFrom(0, 8, 128, 132, 133, 134, 135, 136, 137),
  dhcp: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
})

function at<T>(list: readonly T[], index: number): T {
  const value = list[index % list.length]
  if (value === undefined) throw new Error('an empty list of edges')
  return value
}

/** The packet of a choice: both addresses of one family, ports only for TCP and UDP. */
export function packetFrom(situation: Situation, all: Edges, choice: Choice): Packet {
  const rules = situation.rules.filter((rule) => rule.direction === situation.direction)
  const aimed = choice.aim !== null && rules.length > 0
  const edges = aimed ? edgesOfRule(situation, all, at(rules, choice.aim ?? 0)) : all
  const remote = at(edges.remotes, choice.remote)
  const v6 = remote.includes(':')
  const near = (texts: readonly string[]): string[] => texts.filter((text) => text.includes(':') === v6)
  const local = at(orElse(near(edges.locals), near(all.locals)), choice.local)
  const protocol = at(edges.protocols, choice.protocol)
  const egress = situation.direction === 'egress'
  return {
    protocol,
    source: egress ? local : remote,
    destination: egress ? remote : local,
    ...portsFrom(edges, choice, protocol, v6 ? [546, 547] : [68, 67], egress),
    icmpType: protocol === 1 || protocol === 58 ? choice.icmpType : null,
  }
}

type Ports = Pick<Packet, 'sourcePort' | 'destinationPort'>

function portsFrom(
  edges: Edges,
  choice: Choice,
  protocol: number,
  [client, server]: readonly [number, number],
  egress: boolean,
): Ports {
  if (protocol !== 6 && protocol !== 17) return { sourcePort: 0, destinationPort: 0 }
  if (choice.dhcp) {
    return egress
      ? { sourcePort: client, destinationPort: server }
      : { sourcePort: server, destinationPort: client }
  }
  return {
    sourcePort: at(edges.sourcePorts, choice.ports[0]),
    destinationPort: at(edges.destinationPorts, choice.ports[1]),
  }
}
