import type { Group, Interface, PortRange, Rule, Snapshot } from '@sallyport/engine'
import { type SeedDocument, UserError } from '@sallyport/server'
import { type Details, noDetails } from './details.js'
import { type Namer, namesFor } from './facts-names.js'
import { ruleName } from './document-rules.js'

/** A document that means the same facts, and what of them it could not say. */
export interface WrittenDocument {
  readonly document: SeedDocument
  readonly notes: readonly string[]
}

type Part = SeedDocument['accounts'][number]
type VpcPart = Extract<NonNullable<Part['vpcs']>[number], { name: string }>
type GroupPart = NonNullable<VpcPart['groups']>[number]
type InstancePart = NonNullable<VpcPart['instances']>[number]
type InterfacePart = NonNullable<VpcPart['interfaces']>[number]
type IngressPart = NonNullable<GroupPart['ingress']>[number]
type EgressPart = NonNullable<GroupPart['egress']>[number]

/**
 * Writes facts as a document, with the ids that they have. Documents know no classic network: what lies in it is left
 * out, and the notes say so. Throws a `UserError` where a document would mean something else.
 */
export function factsDocument(snapshot: Snapshot, details: Details = noDetails): WrittenDocument {
  const names = namesFor(snapshot, details)
  const notes: string[] = []
  const classic = snapshot.groups.filter(({ vpc }) => vpc === '').length
  if (classic > 0) notes.push(`${classic} groups of the classic network are left out: a document has none`)
  refuseUnknown(snapshot)
  const part: Part = {
    ...(details.region === undefined ? {} : { region: details.region }),
    prefixLists: snapshot.prefixLists.map((list) => ({
      ...named(names('prefix-list', list.id), list.id),
      ...(list.family === 6 ? { family: 'IPv6' as const } : {}),
      maxEntries: details.maxEntries.get(list.id) ?? Math.max(1, list.cidrs.length),
      ...described(details, list.id),
      entries: list.cidrs.map((cidr) => ({ cidr })),
    })),
    portLists: snapshot.portLists.map((list) => ({
      ...named(names('port-list', list.id), list.id),
      maxEntries: details.maxEntries.get(list.id) ?? Math.max(1, list.ranges.length),
      entries: list.ranges.map((range) => ({ ports: rangeText(range) })),
    })),
    vpcs: snapshot.vpcs.map((vpc) => vpcPart(vpc.id, snapshot, names, details)),
  }
  return { document: { accounts: [part] }, notes }
}

function refuseUnknown({ vpcs, groups, interfaces }: Snapshot): void {
  const known = new Set(['', ...vpcs.map(({ id }) => id)])
  const lost = [...groups, ...interfaces].find(({ vpc }) => !known.has(vpc))
  if (lost === undefined) return refuseUnknownGroups(groups, interfaces)
  throw new UserError(
    `${lost.id} lies in ${lost.vpc}, which the source does not show`,
    'A document needs the VPC; of a live account, allow vpc:DescribeVpcs.',
  )
}

function refuseUnknownGroups(groups: readonly Group[], interfaces: readonly Interface[]): void {
  const known = new Set(groups.map(({ id }) => id))
  for (const { id, groups: joined } of interfaces) {
    const lost = joined.find((group) => !known.has(group))
    if (lost === undefined) continue
    throw new UserError(`${id} joined ${lost}, which the source does not show`, 'A document needs the group.')
  }
}

/** The name, and the id where it is another. */
const named = (name: string, id: string): { name: string; id?: string } =>
  id === name ? { name } : { name, id }

const described = ({ descriptions }: Details, id: string): { description?: string } => {
  const text = descriptions.get(id)
  return text === undefined || text === '' ? {} : { description: text }
}

/** A port as a number, a range as text. */
const rangeText = ({ first, last }: PortRange): string | number =>
  first === last ? first : `${first}-${last}`
const isV6 = (text: string): boolean => text.includes(':')

function vpcPart(id: string, snapshot: Snapshot, names: Namer, details: Details): VpcPart {
  const cidrs = snapshot.vpcs.find((vpc) => vpc.id === id)?.cidrs ?? []
  const [cidr, ...more] = cidrs.filter((text) => !isV6(text))
  if (cidr === undefined) throw new UserError(`${id} has no IPv4 block`, 'A document needs one.')
  const [ipv6, ...more6] = cidrs.filter(isV6)
  const name = names('vpc', id)
  const groups = snapshot.groups.filter(({ vpc }) => vpc === id)
  const all = snapshot.interfaces.filter(({ vpc }) => vpc === id)
  const { primary, others } = split(all)
  const secondary = [...more, ...more6]
  const vswitches = details.vswitches.filter(({ vpc }) => vpc === id)
  return {
    ...{ ...named(name, id), cidr },
    ...(ipv6 === undefined ? {} : { ipv6 }),
    ...(secondary.length === 0 ? {} : { secondaryCidrs: secondary }),
    ...described(details, id),
    ...(vswitches.length === 0
      ? {}
      : {
          vswitches: vswitches.map(({ id: vswitch, zone, cidr: block, ipv6: number }) => ({
            ...{ name: names('vswitch', vswitch), id: vswitch, zone, cidr: block },
            ...(number === undefined ? {} : { ipv6: number }),
          })),
        }),
    groups: groups.map((group) => groupPart(group, { snapshot, names, details, vpc: name })),
    ...(primary.length === 0
      ? {}
      : { instances: primary.map((one) => instancePart(one, names, details, name)) }),
    ...(others.length === 0
      ? {}
      : { interfaces: others.map((one) => interfacePart(one, names, details, name)) }),
  }
}

/** The primary interface of each instance, and the others. */
function split(interfaces: readonly Interface[]): { primary: Interface[]; others: Interface[] } {
  const byInstance = new Map<string, Interface>()
  for (const one of interfaces) {
    if (one.instance === null || (one.device ?? 0) > 0 || byInstance.has(one.instance)) continue
    byInstance.set(one.instance, one)
  }
  const lost = interfaces.find(({ instance }) => instance !== null && !byInstance.has(instance))
  if (lost !== undefined) {
    throw new UserError(
      `the primary network interface of ${lost.instance} is not known`,
      'A document needs it beside the others of the instance.',
    )
  }
  const primary = [...byInstance.values()]
  const chosen = new Set(primary)
  return { primary, others: interfaces.filter((one) => !chosen.has(one)) }
}

interface InVpc {
  readonly snapshot: Snapshot
  readonly names: Namer
  readonly details: Details
  /** Name of the VPC. */
  readonly vpc: string
}

function groupPart(group: Group, { snapshot, names, details, vpc }: InVpc): GroupPart {
  const rules = snapshot.rules.filter((rule) => rule.group === group.id)
  const usual = group.type === 'basic' ? 'accept' : 'drop'
  const both = (rule: Rule) => ({
    part: rulePart(rule, names, details),
    peer: peerPart(rule, snapshot, names, group),
  })
  const ingress = rules
    .filter(({ direction }) => direction === 'ingress')
    .map(both)
    .map(({ part, peer }): IngressPart => ({ ...part, from: peer }))
  const egress = rules
    .filter(({ direction }) => direction === 'egress')
    .map(both)
    .map(({ part, peer }): EgressPart => ({ ...part, to: peer }))
  const name = names('group', group.id)
  const tags = details.tags.get(group.id)
  return {
    ...{ name, ...(group.id === `${vpc}/${name}` ? {} : { id: group.id }) },
    ...(group.type === 'basic' ? {} : { type: 'enterprise' as const }),
    ...(group.innerAccess === usual ? {} : { innerAccess: group.innerAccess }),
    ...(group.audit === true ? { audit: true } : {}),
    ...described(details, group.id),
    ...(tags === undefined ? {} : { tags }),
    ...(ingress.length === 0 ? {} : { ingress }),
    ...(egress.length === 0 ? {} : { egress }),
  }
}

/**
 * What both directions have. TCP or UDP without ports, which the service refuses, is written as all ports: they differ
 * in port 0 alone.
 */
function rulePart(rule: Rule, names: Namer, details: Details): Omit<IngressPart, 'from'> {
  const { destinationPorts: ports, sourcePorts } = rule
  const written =
    ports === null
      ? undefined
      : 'list' in ports
        ? names.has('port-list', ports.list)
          ? { list: names('port-list', ports.list) }
          : { listId: ports.list }
        : ports.first === 1 && ports.last === 65_535
          ? undefined
          : rangeText(ports)
  return {
    ...(rule.id === ruleName(rule) ? {} : { id: rule.id }),
    protocol: rule.protocol,
    ...(written === undefined ? {} : { ports: written }),
    ...(sourcePorts === null ? {} : { sourcePorts: rangeText(sourcePorts) }),
    ...(rule.policy === 'accept' ? {} : { policy: rule.policy }),
    ...(rule.priority === 1 ? {} : { priority: rule.priority }),
    ...(rule.local === null ? {} : { local: rule.local }),
    ...described(details, rule.id),
  }
}

function peerPart({ peer }: Rule, { groups }: Snapshot, names: Namer, holder: Group): IngressPart['from'] {
  switch (peer.kind) {
    case 'cidr':
      return peer.cidr
    case 'prefix-list':
      return names.has('prefix-list', peer.list)
        ? { prefixList: names('prefix-list', peer.list) }
        : { prefixListId: peer.list }
    case 'group': {
      const found = groups.find(({ id }) => id === peer.group)
      if (!found || found.vpc === '') return { groupId: peer.group }
      const group = names('group', found.id)
      return found.vpc === holder.vpc ? { group } : { group, vpc: names('vpc', found.vpc) }
    }
  }
}

function linkPart(one: Interface, names: Namer, details: Details) {
  const v4 = one.addresses.filter((text) => !isV6(text))
  const v6 = one.addresses.filter(isV6)
  const vswitch = details.vswitchOf.get(one.id)
  const known = vswitch !== undefined && details.vswitches.some(({ id }) => id === vswitch)
  return {
    ...(known ? { vswitch: names('vswitch', vswitch) } : {}),
    groups: one.groups.map((id) => names('group', id)),
    ...(v4[0] === undefined ? {} : { ip: v4[0] }),
    ...(v4.length > 1 ? { ips: v4.slice(1) } : {}),
    ...(v6.length > 0 ? { ipv6: v6 } : {}),
    ...(one.mac === '' ? {} : { mac: one.mac }),
    ...(one.timeouts === undefined ? {} : { timeouts: one.timeouts }),
  }
}

function instancePart(one: Interface, names: Namer, details: Details, vpc: string): InstancePart {
  const id = one.instance ?? ''
  const name = names('instance', id)
  const kind = details.instanceKinds.get(id)
  const qualified = `${vpc}/${name}`
  return {
    ...{ name, ...(id === qualified ? {} : { id }) },
    ...(one.id === `${qualified}/eth0` ? {} : { interface: one.id }),
    ...linkPart(one, names, details),
    ...(one.running ? {} : { running: false }),
    ...kind,
  }
}

function interfacePart(one: Interface, names: Namer, details: Details, vpc: string): InterfacePart {
  const name = names('interface', one.id)
  const device = one.device ?? 0
  return {
    ...{ name, ...(one.id === `${vpc}/${name}` ? {} : { id: one.id }) },
    ...linkPart(one, names, details),
    ...(one.instance === null
      ? {}
      : { instance: names('instance', one.instance), ...(device === 1 ? {} : { device }) }),
  }
}
