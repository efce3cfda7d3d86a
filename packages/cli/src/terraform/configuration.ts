import type { Interface, PortRange, Rule, Snapshot } from '@sallyport/engine'
import { type Details, noDetails } from '../world/details.js'
import { namesFor } from '../world/facts-names.js'
import { type Attributes, type Block, comment, type Expression, labelOf, resource } from './hcl.js'

/** A configuration for the provider aliyun/alicloud, and what of the facts it does not have. */
export interface Configuration {
  readonly text: string
  readonly notes: readonly string[]
}

/**
 * Writes facts as Terraform configuration: VPCs, vSwitches where they are known, groups, rules, prefix lists and
 * secondary network interfaces. A rule with a part that its resource has no argument for is left out, since without
 * that part it would let more through; the text and the notes say so. Instances are left out: what they are made of is
 * no matter of groups.
 */
export function terraformText(snapshot: Snapshot, details: Details = noDetails): Configuration {
  const writer = createWriter(snapshot, details)
  for (const vpc of snapshot.vpcs) writeVpc(writer, vpc.id, vpc.cidrs)
  for (const { id, vpc, zone, cidr } of details.vswitches) {
    writer.add('alicloud_vswitch', id, {
      vswitch_name: details.names.get(id) || undefined,
      vpc_id: writer.idOf('alicloud_vpc', vpc),
      ...{ cidr_block: cidr, zone_id: zone },
      description: details.descriptions.get(id) || undefined,
    })
  }
  for (const list of snapshot.prefixLists) writePrefixList(writer, list)
  for (const group of snapshot.groups) writeGroup(writer, group)
  for (const rule of snapshot.rules) writeRule(writer, rule)
  for (const one of snapshot.interfaces)
    if ((one.device ?? 0) > 0 || one.instance === null) writeInterface(writer, one)
  const instances = snapshot.interfaces.filter(
    ({ instance, device }) => instance !== null && (device ?? 0) === 0,
  )
  if (instances.length > 0)
    writer.note(`${instances.length} instances and their primary interfaces are left out`)
  if (snapshot.portLists.length > 0) {
    writer.note(`${snapshot.portLists.length} port lists are left out: the provider has no resource for them`)
  }
  return { text: writer.text(), notes: writer.notes }
}

interface Writer {
  readonly snapshot: Snapshot
  readonly details: Details
  readonly notes: readonly string[]
  add(type: string, id: string, attributes: Attributes, blocks?: readonly Block[]): void
  /** A reference to a resource of the configuration, the id itself where it has none. */
  idOf(type: string, id: string): Expression | string
  /** Says in the text and beside it that something is left out. */
  note(text: string): void
  text(): string
}

const kinds = {
  alicloud_vpc: 'vpc',
  alicloud_vswitch: 'vswitch',
  alicloud_security_group: 'group',
  alicloud_ecs_prefix_list: 'prefix-list',
  alicloud_ecs_network_interface: 'interface',
} as const

function createWriter(snapshot: Snapshot, details: Details): Writer {
  const names = namesFor(snapshot, details)
  const labels = new Map<string, string>()
  const taken = new Map<string, Set<string>>()
  const label = (type: string, id: string): string => {
    const key = `${type} ${id}`
    const known = labels.get(key)
    if (known !== undefined) return known
    const used = taken.get(type) ?? new Set()
    taken.set(type, used)
    const kind = (kinds as Readonly<Record<string, (typeof kinds)[keyof typeof kinds] | undefined>>)[type]
    const made = labelOf(kind === undefined ? details.names.get(id) || id : names(kind, id), used)
    labels.set(key, made)
    return made
  }
  const there = new Set([
    ...snapshot.vpcs.map(({ id }) => `alicloud_vpc ${id}`),
    ...details.vswitches.map(({ id }) => `alicloud_vswitch ${id}`),
    ...snapshot.groups.filter(({ vpc }) => vpc !== '').map(({ id }) => `alicloud_security_group ${id}`),
    ...snapshot.prefixLists
      .filter(({ cidrs }) => cidrs.length > 0)
      .map(({ id }) => `alicloud_ecs_prefix_list ${id}`),
  ])
  const parts: string[] = []
  const notes: string[] = []
  return {
    ...{ snapshot, details, notes },
    add: (type, id, attributes, blocks) =>
      void parts.push(resource(type, label(type, id), attributes, blocks)),
    idOf: (type, id) => (there.has(`${type} ${id}`) ? { expression: `${type}.${label(type, id)}.id` } : id),
    note(text) {
      notes.push(text)
      parts.push(comment(text))
    },
    text: () => parts.join('\n'),
  }
}

function writeVpc(writer: Writer, id: string, cidrs: readonly string[]): void {
  const { details } = writer
  const v4 = cidrs.filter((text) => !text.includes(':'))
  writer.add('alicloud_vpc', id, {
    vpc_name: details.names.get(id) || undefined,
    cidr_block: v4[0],
    enable_ipv6: v4.length < cidrs.length ? true : undefined,
    description: details.descriptions.get(id) || undefined,
  })
  for (const cidr of v4.slice(1)) {
    writer.add('alicloud_vpc_ipv4_cidr_block', `${id}-${cidr}`, {
      vpc_id: writer.idOf('alicloud_vpc', id),
      secondary_cidr_block: cidr,
    })
  }
}

function writePrefixList(writer: Writer, { id, family, cidrs }: Snapshot['prefixLists'][number]): void {
  const { details } = writer
  if (cidrs.length === 0) {
    writer.note(`prefix list ${id} is left out: the resource needs an entry`)
    return
  }
  writer.add(
    'alicloud_ecs_prefix_list',
    id,
    {
      prefix_list_name: details.names.get(id) || id,
      address_family: `IPv${family}`,
      max_entries: details.maxEntries.get(id) ?? cidrs.length,
      description: details.descriptions.get(id) || undefined,
    },
    cidrs.map((cidr) => ({ name: 'entry', attributes: { cidr } })),
  )
}

function writeGroup(writer: Writer, group: Snapshot['groups'][number]): void {
  const { details } = writer
  const { id, vpc, type, innerAccess } = group
  if (vpc === '') {
    writer.note(`group ${id} of the classic network is left out, with its rules`)
    return
  }
  if (group.audit === true) writer.note(`group ${id} is in audit here; the resource has no argument for it`)
  const tags = details.tags.get(id)
  writer.add('alicloud_security_group', id, {
    security_group_name: details.names.get(id) || id,
    description: details.descriptions.get(id) || undefined,
    vpc_id: writer.idOf('alicloud_vpc', vpc),
    security_group_type: type === 'basic' ? 'normal' : 'enterprise',
    // The policy of an enterprise group is Drop and cannot be set.
    inner_access_policy: type === 'basic' ? (innerAccess === 'accept' ? 'Accept' : 'Drop') : undefined,
    tags: tags === undefined ? undefined : { pairs: tags },
  })
}

const rangeText = ({ first, last }: PortRange): string => `${first}/${last}`

function writeRule(writer: Writer, rule: Rule): void {
  const { destinationPorts: ports, peer } = rule
  const group = writer.snapshot.groups.find(({ id }) => id === rule.group)
  if (group === undefined || group.vpc === '') return
  const missing = missingArgument(rule)
  if (missing !== undefined) {
    writer.note(`rule ${rule.id} of ${rule.group} is left out: the resource has no argument for ${missing}`)
    return
  }
  const all = rule.protocol === 'tcp' || rule.protocol === 'udp' ? '1/65535' : '-1/-1'
  writer.add('alicloud_security_group_rule', rule.id, {
    security_group_id: writer.idOf('alicloud_security_group', rule.group),
    ...{ type: rule.direction, ip_protocol: rule.protocol, nic_type: 'intranet', policy: rule.policy },
    port_range: ports === null || 'list' in ports ? all : rangeText(ports),
    priority: rule.priority,
    ...(peer.kind === 'cidr' ? { [peer.cidr.includes(':') ? 'ipv6_cidr_ip' : 'cidr_ip']: peer.cidr } : {}),
    source_security_group_id:
      peer.kind === 'group' ? writer.idOf('alicloud_security_group', peer.group) : undefined,
    prefix_list_id:
      peer.kind === 'prefix-list' ? writer.idOf('alicloud_ecs_prefix_list', peer.list) : undefined,
    description: writer.details.descriptions.get(rule.id) || undefined,
  })
}

/** What of a rule `alicloud_security_group_rule` cannot say. */
function missingArgument({ sourcePorts, local, destinationPorts }: Rule): string | undefined {
  if (sourcePorts !== null) return 'source ports'
  if (local !== null) return "the own side's block"
  return destinationPorts !== null && 'list' in destinationPorts ? 'a port list' : undefined
}

function writeInterface(writer: Writer, one: Interface): void {
  const { details } = writer
  const vswitch = details.vswitchOf.get(one.id)
  if (vswitch === undefined) {
    writer.note(`network interface ${one.id} is left out: its vSwitch is not known`)
    return
  }
  const v4 = one.addresses.filter((text) => !text.includes(':'))
  const v6 = one.addresses.filter((text) => text.includes(':'))
  writer.add('alicloud_ecs_network_interface', one.id, {
    network_interface_name: details.names.get(one.id) || undefined,
    vswitch_id: writer.idOf('alicloud_vswitch', vswitch),
    security_group_ids: { list: one.groups.map((id) => writer.idOf('alicloud_security_group', id)) },
    primary_ip_address: v4[0],
    private_ip_addresses: v4.length > 1 ? { list: v4.slice(1) } : undefined,
    ipv6_addresses: v6.length > 0 ? { list: v6 } : undefined,
  })
}
