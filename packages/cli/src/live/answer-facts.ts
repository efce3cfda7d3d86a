import {
  type ConnectionTimeouts,
  defaultTimeouts,
  formatAddress,
  type Group,
  type Interface,
  parseAddress,
  parseCidr,
  type Peer,
  type PortRange,
  type Rule,
  type Vpc,
  ruleProtocols,
} from '@sallyport/engine'
import type { Answer } from './client.js'
import { membersOf } from './pages.js'

/** A member of an answer as text; empty when it is not there. */
export const textOf = (answer: unknown, name: string): string => {
  const value = (answer as Answer | undefined)?.[name]
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}

/** `80/80` as a range; null for `-1/-1` and what is no range. */
export function readRange(text: string): PortRange | null {
  const match = /^(\d{1,5})\/(\d{1,5})$/.exec(text)
  if (!match) return null
  return { first: Number(match[1]), last: Number(match[2]) }
}

/** A rule of DescribeSecurityGroupAttribute; or why it is none that the engine knows. */
export function ruleOf(group: Pick<Group, 'id' | 'vpc'>, permission: Answer): Rule | string {
  const ingress = textOf(permission, 'Direction') === 'ingress'
  const [far, own] = ingress ? ['Source', 'Dest'] : ['Dest', 'Source']
  const protocol = textOf(permission, 'IpProtocol').toLowerCase()
  if (!ruleProtocols.includes(protocol)) return `its protocol is ${protocol}`
  const peer = peerOf(permission, far ?? '')
  if (peer === undefined) return 'it names no address, group or list'
  const local = addressOf(permission, own ?? '')
  const list = textOf(permission, 'PortRangeListId')
  const ports = protocol === 'tcp' || protocol === 'udp'
  const range = textOf(permission, 'PortRange')
  const internet = group.vpc === '' && textOf(permission, 'NicType') === 'internet'
  return {
    id: textOf(permission, 'SecurityGroupRuleId'),
    group: group.id,
    direction: ingress ? 'ingress' : 'egress',
    policy: textOf(permission, 'Policy').toLowerCase() === 'drop' ? 'drop' : 'accept',
    priority: Number(textOf(permission, 'Priority')) || 1,
    protocol: protocol as Rule['protocol'],
    peer,
    local,
    destinationPorts: !ports ? null : range !== '' ? readRange(range) : list === '' ? null : { list },
    sourcePorts: ports ? readRange(textOf(permission, 'SourcePortRange')) : null,
    ...(internet && { nic: 'internet' as const }),
  }
}

/** The CIDR block wins over the group, and the group over the list, where several are given (the reference page). */
function peerOf(permission: Answer, side: string): Peer | undefined {
  const cidr = addressOf(permission, side)
  if (cidr !== null) return { kind: 'cidr', cidr }
  const group = textOf(permission, `${side}GroupId`)
  if (group !== '') return { kind: 'group', group }
  const list = textOf(permission, `${side}PrefixListId`)
  return list === '' ? undefined : { kind: 'prefix-list', list }
}

function addressOf(permission: Answer, side: string): string | null {
  const text = textOf(permission, `${side}CidrIp`) || textOf(permission, `Ipv6${side}CidrIp`)
  return text !== '' && typeof parseCidr(text) !== 'string' ? text : null
}

/** A VPC of DescribeVpcs, its IPv4 blocks first. */
export function vpcOf(answer: Answer): Vpc {
  const blocks = membersOf(answer, 'Ipv6CidrBlocks', 'Ipv6CidrBlock').map((one) =>
    textOf(one, 'Ipv6CidrBlock'),
  )
  const cidrs = [
    textOf(answer, 'CidrBlock'),
    ...(membersOf(answer, 'SecondaryCidrBlocks', 'SecondaryCidrBlock') as unknown as string[]),
    ...(blocks.length > 0 ? blocks : [textOf(answer, 'Ipv6CidrBlock')]),
  ]
  return { id: textOf(answer, 'VpcId'), cidrs: [...new Set(cidrs)].filter((text) => text !== '') }
}

/** A network interface of DescribeNetworkInterfaces. `running` are the ids of the instances that run. */
export function interfaceOf(
  answer: Answer,
  running: ReadonlySet<string>,
  timeouts: ConnectionTimeouts | undefined,
): Interface {
  const attached = (answer['Attachment'] ?? {}) as Answer
  const instance = textOf(answer, 'InstanceId') || textOf(attached, 'InstanceId')
  const device = textOf(answer, 'Type') === 'Primary' ? 0 : Number(textOf(attached, 'DeviceIndex')) || 0
  const sets = membersOf(answer, 'PrivateIpSets', 'PrivateIpSet')
  const v4 = [...sets.filter(isPrimary), ...sets.filter((one) => !isPrimary(one))]
  const v6 = membersOf(answer, 'Ipv6Sets', 'Ipv6Set')
  const own = timeouts !== undefined && !isDefault(timeouts)
  return {
    id: textOf(answer, 'NetworkInterfaceId'),
    instance: instance === '' ? null : instance,
    vpc: textOf(answer, 'VpcId'),
    mac: textOf(answer, 'MacAddress').toLowerCase(),
    addresses: [
      ...v4.flatMap((one) => canonical(textOf(one, 'PrivateIpAddress'))),
      ...v6.flatMap((one) => canonical(textOf(one, 'Ipv6Address'))),
    ],
    groups: membersOf(answer, 'SecurityGroupIds', 'SecurityGroupId') as unknown as string[],
    running: running.has(instance),
    ...(device > 0 && { device }),
    ...(own && { timeouts }),
  }
}

const isPrimary = (one: Answer): boolean => one['Primary'] === true

function canonical(text: string): string[] {
  const address = parseAddress(text)
  return address === undefined ? [] : [formatAddress(address)]
}

/** ConnectionTrackingConfiguration of DescribeNetworkInterfaceAttribute. */
export function timeoutsOf(answer: Answer): ConnectionTimeouts | undefined {
  const given = answer['ConnectionTrackingConfiguration'] as Answer | undefined
  if (given === undefined) return undefined
  const { tcpEstablished, tcpClosed, udp } = defaultTimeouts
  return {
    tcpEstablished: Number(textOf(given, 'TcpEstablishedTimeout')) || tcpEstablished,
    tcpClosed: Number(textOf(given, 'TcpClosedAndTimeWaitTimeout')) || tcpClosed,
    udp: Number(textOf(given, 'UdpTimeout')) || udp,
  }
}

const isDefault = (timeouts: ConnectionTimeouts): boolean =>
  timeouts.tcpEstablished === defaultTimeouts.tcpEstablished &&
  timeouts.tcpClosed === defaultTimeouts.tcpClosed &&
  timeouts.udp === defaultTimeouts.udp
