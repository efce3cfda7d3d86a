import {
  canonicalCidr,
  type Cidr,
  type Direction,
  formatAddress,
  parseCidr,
  type PortRange,
  type Protocol,
} from '@sallyport/engine'
import type { Caller } from '@sallyport/protocol'
import { ecsError, type EcsErrorKey } from '../errors/ecs.js'
import type { PlacedPermission, RawPermission } from '../operations/ecs/permission-inputs.js'
import type { RuleRow } from '../store/schema.js'
import { type Network, parseNicType, refuseVpcOnly } from './classic-rules.js'
import { type ErrorGeneration, mistakeKey, type RuleMistake, type RulePurpose } from './rule-mistakes.js'

/** What a rule is about, validated and in stored form; ids and times come later. */
export type RuleFields = Pick<
  RuleRow,
  | 'direction'
  | 'policy'
  | 'priority'
  | 'protocol'
  | 'port_range'
  | 'port_list'
  | 'source_port_range'
  | 'nic_type'
  | 'peer_kind'
  | 'peer'
  | 'peer_owner'
  | 'local'
  | 'description'
  | 'weight'
  | 'identity'
>

/** One rule of a request, valid in itself; whether its object exists is checked later. */
export interface Permission {
  readonly fields: RuleFields
  /** Whether the request named the owner of the group that is the object: changes the code of "not found". */
  readonly ownerGiven: boolean
  readonly nicGiven: boolean
  /** Whether it came without the Permissions prefix. */
  readonly flat: boolean
}

export interface PermissionRequest {
  readonly direction: Direction
  readonly purpose: RulePurpose
  readonly generation: ErrorGeneration
  /** The group that holds the rule. */
  readonly groupId: string
  /** Where that group is. */
  readonly network: Network
  readonly caller: Pick<Caller, 'accountId' | 'accountName'>
  /** Ids of accounts by what a request may call them: the id, or the login name in lower case. */
  readonly owners: ReadonlyMap<string, string>
}

/** The error of a mistake, and what `%s` in its text says: the parameter by its full name, or where it is missing. */
type Refuse = (mistake: RuleMistake, about: string) => Error

/**
 * Checks one rule's parameters, in this order: protocol, ports, source ports, policy, NIC type, priority, description,
 * addresses of each side, families against each other and against the protocol, equality, object,
 * what only a group in a VPC has.
 * Source of codes and ranges: the AuthorizeSecurityGroupEgress reference page and the pages of its siblings.
 */
export function parsePermission({ raw, place }: PlacedPermission, request: PermissionRequest): Permission {
  const { direction, network } = request
  const refuse: Refuse = (mistake, about) =>
    ecsError(mistakeKey(mistake, request.purpose, request.generation), about)
  const protocol = parseProtocol(raw.IpProtocol, place, refuse)
  const portList = raw.PortRange === undefined ? (raw.PortRangeListId ?? '') : ''
  if (portList !== '' && !hasPorts(protocol)) throw ecsError('InvalidParam.ProtocolNotSupportPortRangeList')
  const portRange = portList === '' ? parsePorts(raw.PortRange, place, protocol, refuse) : ''
  const sourcePortRange = parseSourcePorts(raw.SourcePortRange, protocol)
  const policy = parsePolicy(raw.Policy)
  const nicType = parseNicType(raw.NicType, network)
  const priority = parsePriority(raw.Priority, place, refuse)
  const description = parseDescription(raw.Description)
  const sides = parseSides(raw, place, direction, refuse)
  checkFamilies(protocol, sides, refuse)
  const object = direction === 'egress' ? sides.dest : sides.source
  const local = direction === 'egress' ? sides.source : sides.dest
  const prefixList = object ? undefined : listObject(raw, direction)
  const group = object || prefixList !== undefined ? undefined : groupObject(raw, place, request, refuse)
  const peerKind = object ? 'cidr' : group ? 'group' : 'prefix-list'
  const owner = group?.owner ?? ''
  const named = owner === '' ? group?.id : `${owner}/${group?.id}`
  const peer = object ? canonicalCidr(object) : (named ?? prefixList ?? '')
  const ownSide = local ? canonicalCidr(local) : ''
  const sourcePorts = sourcePortRange === '-1/-1' ? '' : sourcePortRange
  const side = network === 'classic' ? `|${nicType}` : ''
  const permission: Permission = {
    fields: {
      direction,
      policy,
      priority,
      protocol,
      port_range: portRange,
      port_list: portList,
      source_port_range: sourcePortRange,
      nic_type: nicType,
      peer_kind: peerKind,
      peer: object ? echo(object) : (group?.id ?? prefixList ?? ''),
      peer_owner: owner,
      local: local ? echo(local) : '',
      description,
      // What a list makes of it is known once the list is found.
      weight: 1,
      identity: `${direction}|${protocol}|${portRange || portList}|${sourcePorts}|${peerKind}|${peer}|${ownSide}|${policy}|${priority}${side}`,
    },
    ownerGiven: group?.ownerGiven ?? false,
    nicGiven: raw.NicType !== undefined,
    flat: place === '',
  }
  if (network === 'classic') refuseVpcOnly(permission.fields, direction)
  return permission
}

/** A parameter as the client wrote it; built only where an error needs it. */
const fullName = (place: string, name: string): string => (place ? `${place}.${name}` : name)

const protocols: ReadonlySet<string> = new Set<Protocol>(['tcp', 'udp', 'icmp', 'icmpv6', 'gre', 'all'])

function parseProtocol(text: string | undefined, place: string, refuse: Refuse): Protocol {
  const protocol = text?.toLowerCase()
  if (protocol === undefined || !protocols.has(protocol))
    throw refuse('protocol', fullName(place, 'IpProtocol'))
  return protocol as Protocol
}

const hasPorts = (protocol: Protocol): boolean => protocol === 'tcp' || protocol === 'udp'

/** `80/80` as two integers; undefined when the text has another form. `-1/-1` is all ports of a portless protocol. */
function readPortRange(text: string): PortRange | undefined {
  const match = /^(-?\d{1,9})\/(-?\d{1,9})$/.exec(text)
  return match ? { first: Number(match[1]), last: Number(match[2]) } : undefined
}

const isAll = ({ first, last }: PortRange): boolean => first === -1 && last === -1
const isPorts = ({ first, last }: PortRange): boolean => 1 <= first && first <= last && last <= 65535
const rangeText = ({ first, last }: PortRange): string => `${first}/${last}`

function parsePorts(text: string | undefined, place: string, protocol: Protocol, refuse: Refuse): string {
  if (text === undefined) throw refuse('portsMissing', fullName(place, 'PortRange'))
  const range = readPortRange(text)
  if (!range || !(isAll(range) || isPorts(range))) throw refuse('ports', fullName(place, 'PortRange'))
  if (isAll(range) === hasPorts(protocol)) throw refuse('portsMisfit', fullName(place, 'PortRange'))
  return rangeText(range)
}

function parseSourcePorts(text: string | undefined, protocol: Protocol): string {
  if (text === undefined) return ''
  const range = readPortRange(text)
  if (!range || !(hasPorts(protocol) ? isPorts(range) : isAll(range))) {
    throw ecsError('InvalidSourcePortRange.Malformed')
  }
  return rangeText(range)
}

function parsePolicy(text: string | undefined): 'accept' | 'drop' {
  const policy = (text ?? 'accept').toLowerCase()
  if (policy !== 'accept' && policy !== 'drop') throw ecsError('InvalidPolicy.Malformed')
  return policy
}

function parsePriority(text: string | undefined, place: string, refuse: Refuse): number {
  if (text === undefined) return 1
  if (!/^-?\d{1,9}$/.test(text)) throw refuse('priorityNoNumber', fullName(place, 'Priority'))
  const priority = Number(text)
  if (priority < 1 || priority > 100) throw refuse('priorityOutOfRange', fullName(place, 'Priority'))
  return priority
}

function parseDescription(text: string | undefined): string {
  if (text !== undefined && text.length > 512)
    throw ecsError('InvalidSecurityGroupDiscription.Malformed#rule')
  return text ?? ''
}

interface Sides {
  readonly source: Cidr | undefined
  readonly dest: Cidr | undefined
}

function parseSides(raw: RawPermission, place: string, direction: Direction, refuse: Refuse): Sides {
  const where = place || 'the request'
  if (raw.DestCidrIp !== undefined && raw.Ipv6DestCidrIp !== undefined)
    throw ecsError('InvalidParam.DestIp', where)
  if (raw.SourceCidrIp !== undefined && raw.Ipv6SourceCidrIp !== undefined) {
    throw ecsError('InvalidParam.SourceIp', where)
  }
  // Only the authorization object of an inbound rule has the code InvalidSourceCidrIp.Malformed.
  const sourceMalformed =
    direction === 'ingress' ? 'InvalidSourceCidrIp.Malformed' : 'InvalidParam.SourceCidrIp'
  const dest =
    readV4(raw.DestCidrIp, malformedDestination, 'InvalidParam.DestCidrIp') ??
    readV6(raw.Ipv6DestCidrIp, 'Ipv6DestCidrIp', refuse)
  const source =
    readV4(raw.SourceCidrIp, () => sourceMalformed, 'InvalidParam.SourceCidrIp') ??
    readV6(raw.Ipv6SourceCidrIp, 'Ipv6SourceCidrIp', refuse)
  return { source, dest }
}

/** The reference page has three texts for a DestCidrIp that cannot be read; which means what is our reading. */
function malformedDestination(text: string): EcsErrorKey {
  if (text.includes(':')) return 'InvalidDestCidrIp.Malformed#ipv6'
  const slash = text.indexOf('/')
  const addressIsFine = slash > 0 && typeof parseCidr(text.slice(0, slash)) !== 'string'
  return addressIsFine ? 'InvalidDestCidrIp.Malformed#mask' : 'InvalidDestCidrIp.Malformed'
}

function readV4(
  text: string | undefined,
  malformed: (text: string) => EcsErrorKey,
  mask: EcsErrorKey,
): Cidr | undefined {
  if (text === undefined) return undefined
  const cidr = text.includes(':') ? 'malformed' : parseCidr(text)
  if (cidr === 'malformed') throw ecsError(malformed(text))
  if (cidr === 'mask-out-of-range') throw ecsError(mask)
  return cidr
}

function readV6(
  text: string | undefined,
  name: 'Ipv6DestCidrIp' | 'Ipv6SourceCidrIp',
  refuse: Refuse,
): Cidr | undefined {
  if (text === undefined) return undefined
  const cidr = text.includes(':') ? parseCidr(text) : 'malformed'
  if (cidr === 'malformed') throw ecsError(`InvalidParam.${name}`)
  if (cidr === 'mask-out-of-range') throw refuse('ipv6Mask', name)
  return cidr
}

function checkFamilies(protocol: Protocol, { source, dest }: Sides, refuse: Refuse): void {
  if (source && dest && source.family !== dest.family) throw ecsError('InvalidParameter.Conflict')
  const family = (dest ?? source)?.family
  if (family === 6 && (protocol === 'icmp' || protocol === 'gre')) throw refuse('ipv4Protocol', 'IpProtocol')
  if (family === 4 && protocol === 'icmpv6') throw refuse('ipv6Protocol', 'IpProtocol')
  if (source && dest && canonicalCidr(source) === canonicalCidr(dest))
    throw ecsError('InvalidParamter.Conflict')
}

/** As answered: IPv6 compressed and in lower case, host bits kept, a bare address bare (captured from clients). */
const echo = ({ family, host, prefix, written }: Cidr): string =>
  formatAddress({ family, bits: host }) + (written === 'block' ? `/${prefix}` : '')

interface GroupObject {
  readonly id: string
  /** Account of the group; empty for the caller's own. */
  readonly owner: string
  readonly ownerGiven: boolean
}

/** The prefix list that is the object when neither a CIDR block nor a group is given. */
function listObject(raw: RawPermission, direction: Direction): string | undefined {
  const side = direction === 'egress' ? 'Dest' : 'Source'
  return raw[`${side}GroupId`] === undefined ? raw[`${side}PrefixListId`] : undefined
}

/** The group that is the object when no CIDR block is given. */
function groupObject(
  raw: RawPermission,
  place: string,
  { direction, groupId, caller, purpose, owners }: PermissionRequest,
  refuse: Refuse,
): GroupObject {
  const side = direction === 'egress' ? 'Dest' : 'Source'
  const peer = raw[`${side}GroupId`]
  if (peer === undefined) {
    throw refuse(direction === 'egress' ? 'noDestination' : 'noSource', place || 'the request')
  }
  const names = [raw[`${side}GroupOwnerId`], raw[`${side}GroupOwnerAccount`]].filter(
    (name) => name !== undefined,
  )
  const owner = ownerOf(names, caller.accountId, owners)
  if (peer === groupId && owner === '' && purpose !== 'revoke') {
    const outbound = place ? 'ownDestination' : 'ownDestinationFlat'
    throw refuse(direction === 'egress' ? outbound : 'ownSource', `${side}GroupId`)
  }
  return { id: peer, owner, ownerGiven: names.length > 0 }
}

/** The account that a request names: empty for the caller's own, and no account's id when the names name none. */
function ownerOf(names: readonly string[], own: string, owners: PermissionRequest['owners']): string {
  const ids = new Set(names.map((name) => owners.get(name.toLowerCase()) ?? 'nobody'))
  const [id = own] = ids
  return ids.size > 1 ? 'nobody' : id === own ? '' : id
}
