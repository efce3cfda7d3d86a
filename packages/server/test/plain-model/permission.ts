import fc from 'fast-check'
import type { Block, Direction, Peer, Rule, World } from './world.js'
import { firstOf, pick, when } from './world.js'

const block = (given: string, network = given, echo = given): Block => ({
  ...{ given, network, echo },
  family: given.includes(':') ? 6 : 4,
})

/** A single address is a block of one; host bits stay in the answer and mean nothing. */
const blocks = [
  block('10.0.0.0/8'),
  block('10.1.2.3/8', '10.0.0.0/8'),
  block('192.0.2.7', '192.0.2.7/32'),
  block('192.0.2.7/32'),
  block('0.0.0.0/0'),
  block('2001:DB8::/32', '2001:db8::/32', '2001:db8::/32'),
  block('2001:0db8:0:0::1/32', '2001:db8::/32', '2001:db8::1/32'),
  block('2001:db8::5', '2001:db8::5/128'),
]
const of = (family: 4 | 6): string[] =>
  blocks.filter((one) => one.family === family).map(({ given }) => given)
const malformed4 = '10.0.0'
const wideMask4 = '10.0.0.0/33'
const malformed6 = '2001:zz::'
const wideMask6 = '2001:db8::/129'

/** One rule of a request; `group`, `prefixList` and `portList` are numbers of what is there. */
export interface PermissionStep {
  readonly protocol?: string | undefined
  readonly ports?: string | undefined
  readonly portList?: number | undefined
  readonly sourcePorts?: string | undefined
  readonly block4?: string | undefined
  readonly block6?: string | undefined
  readonly group?: number | undefined
  readonly prefixList?: number | undefined
  readonly own4?: string | undefined
  readonly own6?: string | undefined
  readonly policy?: string | undefined
  readonly priority?: string | undefined
  readonly description?: string | undefined
}

const optional = <T>(arbitrary: fc.Arbitrary<T>, freq = 2) => fc.option(arbitrary, { nil: undefined, freq })
const number = fc.nat(31)
const portsOfTransport = fc.constantFrom('80/80', '443/443', '1/65535')
const transport = fc.oneof(
  fc.record({ protocol: fc.constantFrom('tcp', 'TCP', 'udp'), ports: portsOfTransport }),
  fc.record({ protocol: fc.constantFrom('TCP', 'Udp'), portList: number }),
)
const portless = fc.record({
  protocol: fc.constantFrom('icmp', 'ALL', 'gre', 'ICMPv6', 'icmpv6', 'All'),
  ports: fc.constant('-1/-1'),
})
const object = fc.oneof(
  { weight: 4, arbitrary: fc.record({ block4: fc.constantFrom(...of(4)) }) },
  { weight: 2, arbitrary: fc.record({ block6: fc.constantFrom(...of(6)) }) },
  { weight: 3, arbitrary: fc.record({ group: number }) },
  { weight: 2, arbitrary: fc.record({ prefixList: number }) },
)
const rest = fc.record({
  policy: optional(fc.constantFrom('accept', 'Drop', 'DROP')),
  priority: optional(fc.constantFrom('1', '2', '100')),
  description: optional(fc.constantFrom('first', 'second')),
})

/** Mostly a rule that the pages allow. */
export const plainPermission: fc.Arbitrary<PermissionStep> = fc
  .tuple(fc.oneof({ weight: 3, arbitrary: transport }, { weight: 1, arbitrary: portless }), object, rest)
  .map(([ports, peer, others]) => ({ ...ports, ...peer, ...others }))

const odd = fc.oneof(
  fc.record({ protocol: fc.constantFrom('sctp', 'ICMP', 'ICMPv6', 'GRE', 'TCP', undefined) }),
  fc.record({ ports: fc.constantFrom('-1/-1', '80/80', '200/1', '0/80', '80', '1/65536', undefined) }),
  fc.record({ portList: number }),
  fc.record({ sourcePorts: fc.constantFrom('1024/65535', '1024/65535', '-1/-1', '9/1', 'x') }),
  fc.record({ block4: fc.constantFrom(...of(4), malformed4, wideMask4, undefined) }),
  fc.record({ block6: fc.constantFrom(...of(6), malformed6, wideMask6, undefined) }),
  fc.record({ group: fc.option(number, { nil: undefined }) }),
  fc.record({ prefixList: fc.option(number, { nil: undefined }) }),
  fc.record({ own4: fc.constantFrom(...of(4), malformed4, wideMask4) }),
  fc.record({ own6: fc.constantFrom(...of(6), malformed6, wideMask6) }),
  fc.record({ policy: fc.constant('deny') }),
  fc.record({ priority: fc.constantFrom('0', '101', 'one', '1.5', '-1') }),
  fc.record({ description: fc.constant('d'.repeat(513)) }),
)

/** One or two of the values are others: often a rule that is refused. */
const oddPermission: fc.Arbitrary<PermissionStep> = fc
  .tuple(plainPermission, fc.array<PermissionStep>(odd, { minLength: 1, maxLength: 2 }))
  .map(([plain, parts]) => Object.assign({}, plain, ...parts) as PermissionStep)

export const anyPermission = fc.oneof(
  { weight: 4, arbitrary: plainPermission },
  { weight: 1, arbitrary: oddPermission },
)

const sideOf = (direction: Direction) => (direction === 'egress' ? 'Dest' : 'Source')
const otherSideOf = (direction: Direction) => (direction === 'egress' ? 'Source' : 'Dest')

/** The parameters of a rule, as `Permissions.N` or flat. */
export function wirePermission(world: World, direction: Direction, step: PermissionStep): object {
  const [side, other] = [sideOf(direction), otherSideOf(direction)]
  const id = (things: ReadonlyMap<string, unknown>, which: number | undefined, prefix: string) =>
    which === undefined ? undefined : pick(things, which, prefix)
  return {
    ...{ IpProtocol: step.protocol, PortRange: step.ports, SourcePortRange: step.sourcePorts },
    PortRangeListId: id(world.portLists, step.portList, 'prl'),
    ...{ [`${side}CidrIp`]: step.block4, [`Ipv6${side}CidrIp`]: step.block6 },
    [`${side}GroupId`]: id(world.groups, step.group, 'sg'),
    [`${side}PrefixListId`]: id(world.prefixLists, step.prefixList, 'pl'),
    ...{ [`${other}CidrIp`]: step.own4, [`Ipv6${other}CidrIp`]: step.own6 },
    ...{ Policy: step.policy, Priority: step.priority, Description: step.description, NicType: 'intranet' },
  }
}

/** The parameters that mean a rule: addresses as their networks, and defaults left out. */
export function wireOf({ direction, peer, own, ...rule }: Rule): object {
  const [side, other] = [sideOf(direction), otherSideOf(direction)]
  const block = peer.kind === 'block' ? peer.block : undefined
  return {
    ...{ IpProtocol: rule.protocol.toLowerCase(), SourcePortRange: rule.sourcePorts || undefined },
    ...{ PortRange: rule.ports || undefined, PortRangeListId: rule.portList || undefined },
    [block?.family === 6 ? `Ipv6${side}CidrIp` : `${side}CidrIp`]: block?.network,
    [`${side}GroupId`]: peer.kind === 'group' ? peer.id : undefined,
    [`${side}PrefixListId`]: peer.kind === 'prefixList' ? peer.id : undefined,
    [own?.family === 6 ? `Ipv6${other}CidrIp` : `${other}CidrIp`]: own?.network,
    Policy: rule.policy === 'Accept' ? undefined : 'drop',
    Priority: rule.priority === 1 ? undefined : rule.priority,
  }
}

const protocolNames: Readonly<Record<string, string>> = {
  ...{ tcp: 'TCP', udp: 'UDP', icmp: 'ICMP', icmpv6: 'ICMPv6', gre: 'GRE', all: 'ALL' },
}
const transportPorts = /^([1-9]\d{0,4})\/([1-9]\d{0,4})$/
const isRange = (text: string): boolean => {
  const [, first, last] = transportPorts.exec(text) ?? []
  return first !== undefined && Number(first) <= Number(last) && Number(last) <= 65535
}

/** Where a rule is to stand, and in which style it is asked for. */
export interface Place {
  readonly direction: Direction
  readonly group: string
  readonly isFlat: boolean
}

/** What is wrong with the values of a rule, by the table of the AuthorizeSecurityGroupEgress page. */
export function mistakesIn(world: World, place: Place, step: PermissionStep): readonly string[] {
  const protocol = protocolNames[step.protocol?.toLowerCase() ?? '']
  const own = findBlock(step.own4 ?? step.own6)
  const peer = findBlock(step.block4 ?? step.block6)
  const families = new Set([own, peer].flatMap((one) => (one ? [one.family] : [])))
  return [
    ...when(!protocol, '400 OperationDenied'),
    ...wrongPorts(protocol, step),
    ...when(step.policy === 'deny', '400 InvalidPolicy.Malformed'),
    ...when(
      step.priority !== undefined && !/^([1-9]|[1-9]\d|100)$/.test(step.priority),
      '400 InvalidPriority.Malformed',
    ),
    ...when((step.description?.length ?? 0) > 512, '400 InvalidSecurityGroupDiscription.Malformed'),
    ...wrongBlocks(place.direction, step),
    ...when(families.size === 2, '400 InvalidParameter.Conflict'),
    ...when(
      families.has(6) && (protocol === 'ICMP' || protocol === 'GRE'),
      '400 InvalidParam.Ipv4ProtocolConflictWithIpv6Address',
    ),
    ...when(families.has(4) && protocol === 'ICMPv6', '400 InvalidParam.Ipv6ProtocolConflictWithIpv4Address'),
    ...when(own !== undefined && own.network === peer?.network, '400 InvalidParamter.Conflict'),
    ...wrongObject(world, place, step),
  ]
}

const findBlock = (given: string | undefined): Block | undefined => blocks.find((one) => one.given === given)

function wrongPorts(
  protocol: string | undefined,
  { ports, portList, sourcePorts }: PermissionStep,
): string[] {
  const hasPorts = protocol === 'TCP' || protocol === 'UDP'
  const byList = ports === undefined && portList !== undefined
  const isBad = !byList && (ports === undefined || !(isRange(ports) || ports === '-1/-1'))
  const isMisfit = ports !== undefined && !isBad && (ports === '-1/-1') === hasPorts
  const sourceFits = sourcePorts === undefined || (hasPorts ? isRange(sourcePorts) : sourcePorts === '-1/-1')
  return [
    ...when(byList && !hasPorts, '400 InvalidParam.ProtocolNotSupportPortRangeList'),
    ...when(isBad, '400 InvalidIpProtocol.Malformed'),
    ...when(isMisfit, '400 OperationDenied'),
    ...when(!sourceFits, '400 InvalidSourcePortRange.Malformed'),
  ]
}

function wrongBlocks(direction: Direction, step: PermissionStep): string[] {
  const [side, other] = [sideOf(direction), otherSideOf(direction)]
  const sides = [
    [side, step.block4, step.block6],
    [other, step.own4, step.own6],
  ] as const
  return sides.flatMap(([name, four, six]) => [
    ...when(four !== undefined && six !== undefined, `400 InvalidParam.${name}Ip`),
    // Of a source that only narrows, the page has one code for both mistakes.
    ...when(
      four === malformed4,
      direction === 'egress' && name === 'Source'
        ? '400 InvalidParam.SourceCidrIp'
        : `400 Invalid${name}CidrIp.Malformed`,
    ),
    ...when(four === wideMask4, `400 InvalidParam.${name}CidrIp`),
    ...when(six === malformed6, `400 InvalidParam.Ipv6${name}CidrIp`),
    ...when(six === wideMask6, '400 ILLEGAL_IPV6_CIDR'),
  ])
}

function wrongObject(
  world: World,
  { direction, group, isFlat }: Place,
  step: PermissionStep,
): readonly string[] {
  if (step.block4 !== undefined || step.block6 !== undefined) return []
  if (step.group === undefined) return when(step.prefixList === undefined, '403 MissingParameter')
  const isSame =
    direction === 'egress' && !isFlat ? '403 InvalidSecurityGroup.IsSame' : '403 InvalidParamter.Conflict'
  return when(pick(world.groups, step.group, 'sg') === group, isSame)
}

/** The object that counts: a block before a group before a prefix list. */
function peerOf(world: World, step: PermissionStep): Peer | undefined {
  const given = findBlock(step.block4 ?? step.block6)
  if (given) return { kind: 'block', block: given }
  if (step.group !== undefined) return { kind: 'group', id: pick(world.groups, step.group, 'sg') }
  if (step.prefixList === undefined) return undefined
  return { kind: 'prefixList', id: pick(world.prefixLists, step.prefixList, 'pl') }
}

/** The rule that values without a mistake mean. */
export function ruleOf(world: World, direction: Direction, step: PermissionStep): Rule {
  const byList = step.ports === undefined && step.portList !== undefined
  const peer = peerOf(world, step)
  if (!peer) throw new Error('values with a mistake mean no rule')
  return {
    ...{ id: '', direction, peer, own: findBlock(step.own4 ?? step.own6) },
    protocol: protocolNames[step.protocol?.toLowerCase() ?? ''] ?? '',
    ports: byList ? '' : (step.ports ?? ''),
    portList: byList ? pick(world.portLists, step.portList ?? 0, 'prl') : '',
    sourcePorts: step.sourcePorts === '-1/-1' ? '' : (step.sourcePorts ?? ''),
    policy: step.policy?.toLowerCase() === 'drop' ? 'Drop' : 'Accept',
    priority: Number(step.priority ?? 1),
    description: step.description ?? '',
  }
}

/** What is wrong with the things that a rule names: whether they are there, and go with the group. */
export function wrongThings(
  world: World,
  group: string,
  rule: Rule,
  purpose: 'make' | 'revoke',
): readonly string[] {
  const { peer, direction, portList } = rule
  const side = sideOf(direction)
  const holder = world.groups.get(group)
  const object = peer.kind === 'group' ? world.groups.get(peer.id) : undefined
  const list = peer.kind === 'prefixList' ? world.prefixLists.get(peer.id) : undefined
  const protocolFamily = { ICMP: 4, GRE: 4, ICMPv6: 6 }[rule.protocol]
  const family = rule.own?.family ?? protocolFamily
  const missing = [
    ...when(peer.kind === 'group' && !object, `404 Invalid${side}GroupId.NotFound`),
    ...when(peer.kind === 'prefixList' && !list, '404 InvalidPrefixListId.NotFound'),
    ...when(portList !== '' && !world.portLists.has(portList), '400 InvalidPortRangeListId.NotFound'),
  ]
  if (purpose === 'revoke') return missing
  const isAdvanced = [holder, object].some((one) => one?.type === 'enterprise')
  return firstOf([
    ...missing,
    ...when(object !== undefined && isAdvanced, '400 InvalidGroupAuthParameter.OperationDenied'),
    ...when(object !== undefined && object.vpc !== holder?.vpc, `400 Invalid${side}GroupId.Mismatch`),
    ...when(
      list !== undefined && family !== undefined && list.family !== family,
      '400 InvalidParam.PrefixListAddressFamilyMismatch',
    ),
  ])
}
