import type { Action, Direction, Group, Interface, PortList, PrefixList, Reason, Rule } from '../src/index.js'
import { bitsOf, blockHolds } from './address-text.js'

/**
 * A second decision, written from the words of Alibaba Cloud's documents alone (the AuthorizeSecurityGroupEgress
 * reference page, the user guide on how security groups are evaluated). It judges packets, not flows, asks each
 * rule by itself, and sorts nothing. It shares no code with the engine, so that agreement means something.
 */

/** A packet with every field known. Ports are 0 where the protocol has none. */
export interface Packet {
  readonly protocol: number
  readonly source: string
  readonly destination: string
  readonly sourcePort: number
  readonly destinationPort: number
  readonly icmpType: number | null
}

/** All there is to know for a decision, in plain lists. */
export interface Situation {
  readonly groups: readonly Group[]
  readonly rules: readonly Rule[]
  readonly interfaces: readonly Interface[]
  readonly prefixLists: readonly PrefixList[]
  readonly portLists: readonly PortList[]
  /** Ids of the groups that the deciding interface joined. */
  readonly joined: readonly string[]
  readonly direction: Direction
}

/** The verdict and, where rules or groups decided, every one that may claim it. */
export interface NaiveVerdict {
  readonly verdict: Action
  readonly reason: Reason
  readonly deciders: readonly string[]
}

const isV4 = (address: string): boolean => !address.includes(':')
const sameAddress = (a: string, b: string): boolean => bitsOf(a) === bitsOf(b)

/** "Group objects match the private addresses of all network interfaces in that group." */
function isMember(situation: Situation, group: string, address: string): boolean {
  return situation.interfaces.some(
    (one) => one.groups.includes(group) && one.addresses.some((own) => sameAddress(own, address)),
  )
}

const protocolMatches = (rule: Rule, packet: Packet): boolean => {
  const v4 = isV4(packet.source)
  switch (rule.protocol) {
    case 'all':
      return true
    case 'tcp':
      return packet.protocol === 6
    case 'udp':
      return packet.protocol === 17
    case 'icmp':
      return packet.protocol === 1 && v4
    case 'icmpv6':
      return packet.protocol === 58 && !v4
    case 'gre':
      return packet.protocol === 47 && v4
  }
}

/** "You can put CIDR blocks in a prefix list and reference it": any one of its entries will do. */
const inPrefixList = (situation: Situation, id: string, address: string): boolean =>
  situation.prefixLists.some((list) => list.id === id && list.cidrs.some((cidr) => blockHolds(cidr, address)))

/** "A port list is a set of ports": any one of its entries will do. */
const inPortList = (situation: Situation, id: string, port: number): boolean =>
  situation.portLists.some((list) => list.id === id && list.ranges.some((range) => portMatches(range, port)))

const portMatches = (range: { first: number; last: number } | null, port: number): boolean =>
  range === null || !(port < range.first || port > range.last)

function objectMatches(situation: Situation, { peer }: Rule, far: string): boolean {
  switch (peer.kind) {
    case 'cidr':
      return blockHolds(peer.cidr, far)
    case 'group':
      return isMember(situation, peer.group, far)
    case 'prefix-list':
      return inPrefixList(situation, peer.list, far)
  }
}

const destinationMatches = (situation: Situation, { destinationPorts }: Rule, port: number): boolean =>
  destinationPorts !== null && 'list' in destinationPorts
    ? inPortList(situation, destinationPorts.list, port)
    : portMatches(destinationPorts, port)

function ruleMatches(situation: Situation, rule: Rule, packet: Packet): boolean {
  const [far, near] =
    situation.direction === 'egress'
      ? [packet.destination, packet.source]
      : [packet.source, packet.destination]
  return (
    objectMatches(situation, rule, far) &&
    protocolMatches(rule, packet) &&
    destinationMatches(situation, rule, packet.destinationPort) &&
    portMatches(rule.sourcePorts, packet.sourcePort) &&
    (rule.local === null || blockHolds(rule.local, near))
  )
}

/** The metadata service and the resolvers outwards, DHCP and neighbour discovery both ways, whatever the rules say. */
function alwaysReachable(direction: Direction, packet: Packet): boolean {
  const v4 = isV4(packet.source)
  const services = ['100.100.100.200', '100.100.2.136', '100.100.2.138']
  if (direction === 'egress' && services.some((one) => sameAddress(one, packet.destination))) return true
  const mine = direction === 'egress' ? packet.sourcePort : packet.destinationPort
  const theirs = direction === 'egress' ? packet.destinationPort : packet.sourcePort
  const [client, server] = v4 ? [68, 67] : [546, 547]
  if (packet.protocol === 17 && mine === client && theirs === server) return true
  return !v4 && packet.protocol === 58 && [133, 134, 135, 136].includes(packet.icmpType ?? -1)
}

/** "Ingress traffic from members of the same basic group is accepted before custom rules are looked at." */
function insideGroups(situation: Situation, packet: Packet): string[] {
  if (situation.direction === 'egress') return []
  return situation.groups
    .filter((group) => situation.joined.includes(group.id))
    .filter((group) => group.type === 'basic' && group.innerAccess === 'accept')
    .filter((group) => isMember(situation, group.id, packet.source))
    .map((group) => group.id)
}

/** The rules that match, whatever comes of it. */
const matchingRules = (situation: Situation, packet: Packet): Rule[] =>
  situation.rules
    .filter((rule) => rule.direction === situation.direction && situation.joined.includes(rule.group))
    .filter((rule) => ruleMatches(situation, rule, packet))

const inAudit = ({ groups }: Situation, id: string): boolean =>
  groups.some((group) => group.id === id && group.audit === true)

/** A drop of a group in audit is not applied. */
const onlyCounts = (situation: Situation, { policy, group }: Rule): boolean =>
  policy === 'drop' && inAudit(situation, group)

/** Ids of the rules that count a packet without deciding it: drops in audit that stand before what decides. */
export function naiveCounts(situation: Situation, packet: Packet): string[] {
  const { reason, deciders } = naiveDecision(situation, packet)
  if (reason === 'carve-out' || reason === 'intra-group') return []
  const [decider] = situation.rules.filter(({ id }) => id === [...deciders].sort()[0])
  return matchingRules(situation, packet)
    .filter((rule) => onlyCounts(situation, rule))
    .filter((rule) => {
      if (!decider || rule.priority < decider.priority) return true
      return rule.priority === decider.priority && (decider.policy === 'accept' || rule.id < decider.id)
    })
    .map(({ id }) => id)
}

/** "A smaller value indicates a higher priority"; "with the same priority, drop rules take precedence". */
function byRules(situation: Situation, packet: Packet): NaiveVerdict | undefined {
  const matching = matchingRules(situation, packet).filter((rule) => !onlyCounts(situation, rule))
  for (let priority = 1; priority <= 100; priority++) {
    const rules = matching.filter((rule) => rule.priority === priority)
    for (const verdict of ['drop', 'accept'] as const) {
      const deciders = rules.filter((rule) => rule.policy === verdict).map((rule) => rule.id)
      if (deciders.length > 0) return { verdict, reason: 'rule', deciders }
    }
  }
  return undefined
}

/** Decides one packet at an interface. */
export function naiveDecision(situation: Situation, packet: Packet): NaiveVerdict {
  if (alwaysReachable(situation.direction, packet)) {
    return { verdict: 'accept', reason: 'carve-out', deciders: [] }
  }
  const inside = insideGroups(situation, packet)
  if (inside.length > 0) return { verdict: 'accept', reason: 'intra-group', deciders: inside }
  const ruled = byRules(situation, packet)
  if (ruled) return ruled
  const basic = situation.groups.some(
    (group) => situation.joined.includes(group.id) && group.type === 'basic',
  )
  // Nothing is dropped by default where no group applies what it drops.
  const applied = situation.joined.length === 0 || situation.joined.some((id) => !inAudit(situation, id))
  const verdict = (situation.direction === 'egress' && basic) || !applied ? 'accept' : 'drop'
  return { verdict, reason: 'default', deciders: [] }
}
