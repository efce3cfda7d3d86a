import {
  formatAddress,
  type Group,
  type Interface,
  parseAddress,
  parseCidr,
  type Peer,
  type PrefixList,
  type Rule,
  type Snapshot,
  type Vpc,
  ruleProtocols,
} from '@sallyport/engine'
import { readRange } from '../live/answer-facts.js'
import type { Resource } from './plan-format.js'
import type { Resolve } from './references.js'

/** Facts of one side of a plan. What is managed goes by its address, which a plan never changes by itself. */
export interface PlanFacts {
  readonly snapshot: Snapshot
  readonly names: ReadonlyMap<string, string>
  /** What cannot be known before the plan is applied, or is not understood, in sentences. */
  readonly unknown: readonly string[]
  /** What was taken for something that is not known but makes no difference to what is asked. */
  readonly assumed: readonly string[]
}

const groupType = 'alicloud_security_group'
const listType = 'alicloud_ecs_prefix_list'
const vswitchType = 'alicloud_vswitch'
const vpcType = 'alicloud_vpc'

/** What one side of a plan is read with. */
interface Reader {
  readonly resources: readonly Resource[]
  /** Addresses by the ids that the service gave. */
  readonly addresses: ReadonlyMap<string, string>
  readonly byAddress: ReadonlyMap<string, Resource>
  readonly resolve: Resolve
  readonly unknown: string[]
  readonly assumed: string[]
}

/** Reads the resources of one side. `addresses` are those of both sides: what is replaced keeps its address. */
export function planFacts(
  resources: readonly Resource[],
  addresses: ReadonlyMap<string, string>,
  resolve: Resolve,
): PlanFacts {
  const byAddress = new Map(resources.map((one) => [one.address, one]))
  const reader: Reader = { resources, addresses, byAddress, resolve, unknown: [], assumed: [] }
  const of = (...types: string[]): Resource[] => resources.filter(({ type }) => types.includes(type))
  const snapshot: Snapshot = {
    ...{ epoch: '', revision: 0 },
    vpcs: of(vpcType).map((one) => vpcFact(one)),
    groups: of(groupType).map((one) => groupFact(one, reader)),
    rules: of('alicloud_security_group_rule').flatMap((one) => ruleFact(one, reader)),
    interfaces: [
      ...of('alicloud_instance').map((one) => instanceFact(one, reader)),
      ...of('alicloud_ecs_network_interface', 'alicloud_network_interface').map((one) =>
        interfaceFact(one, reader),
      ),
    ],
    prefixLists: of(listType).map((one) => prefixListFact(one, reader)),
    portLists: [],
  }
  return {
    snapshot: placed(snapshot, reader),
    names: namesOf(resources),
    unknown: reader.unknown,
    assumed: reader.assumed,
  }
}

/** Ids that the service gave to resources of either side, with their addresses. */
export const addressesById = (resources: readonly Resource[]): Map<string, string> =>
  new Map(
    resources.flatMap(({ address, type, values }) =>
      typeof values['id'] === 'string' && !type.endsWith('_rule') ? [[values['id'], address] as const] : [],
    ),
  )

const text = ({ values }: Resource, ...names: string[]): string => {
  for (const name of names) {
    const value = values[name]
    if (typeof value === 'string' && value !== '') return value
    if (typeof value === 'number') return String(value)
  }
  return ''
}

const texts = ({ values }: Resource, ...names: string[]): string[] => {
  for (const name of names) {
    const value = values[name]
    if (Array.isArray(value) && value.length > 0) return value.filter((one) => typeof one === 'string')
  }
  return []
}

/** Whether an attribute, or a part of it, is known only when the plan is applied. */
const isUnknown = ({ unknown }: Resource, ...names: string[]): boolean =>
  names.some((name) => hasTrue(unknown[name]))

const hasTrue = (value: unknown): boolean =>
  value === true || (typeof value === 'object' && value !== null && Object.values(value).some(hasTrue))

/** The id that an attribute names, as an address where the plan has the resource; undefined when it is not known. */
function idIn(
  resource: Resource,
  names: readonly string[],
  type: string,
  reader: Reader,
): string | undefined {
  const known = text(resource, ...names)
  if (known !== '') return reader.addresses.get(known) ?? known
  const found = names.flatMap((name) =>
    isUnknown(resource, name) ? reader.resolve(resource, name, type) : [],
  )
  return found.length === 1 ? found[0] : undefined
}

/** The ids that a list names. What cannot be known is said. */
function idsIn(resource: Resource, names: readonly string[], type: string, reader: Reader): string[] {
  const known = texts(resource, ...names).map((id) => reader.addresses.get(id) ?? id)
  const name = names.find((one) => isUnknown(resource, one))
  if (name === undefined) return known
  const found = reader.resolve(resource, name, type)
  if (found.length === 0)
    reader.unknown.push(`${resource.address}: which groups it joins cannot be known yet`)
  return [...new Set([...known, ...found])]
}

const vpcFact = (resource: Resource): Vpc => ({
  id: resource.address,
  cidrs: [
    text(resource, 'cidr_block'),
    ...texts(resource, 'secondary_cidr_blocks'),
    text(resource, 'ipv6_cidr_block'),
  ].filter((one) => typeof parseCidr(one) !== 'string'),
})

/** What lies in no VPC that is named lies in the default one. */
const DEFAULT_VPC = 'default'

const vpcIn = (resource: Resource, reader: Reader): string =>
  idIn(resource, ['vpc_id'], vpcType, reader) ??
  (isUnknown(resource, 'vpc_id') ? `unknown:${resource.address}` : DEFAULT_VPC)

function groupFact(resource: Resource, reader: Reader): Group {
  const type = text(resource, 'security_group_type') === 'enterprise' ? 'advanced' : 'basic'
  const policy = text(resource, 'inner_access_policy').toLowerCase()
  const old = resource.values['inner_access']
  const usual = type === 'basic' && old !== false ? 'accept' : 'drop'
  return {
    id: resource.address,
    vpc: vpcIn(resource, reader),
    type,
    innerAccess: policy === 'accept' || policy === 'drop' ? policy : usual,
  }
}

const deciding = [
  'type',
  'ip_protocol',
  'policy',
  'port_range',
  'priority',
  'cidr_ip',
  'ipv6_cidr_ip',
  'nic_type',
]

function ruleFact(resource: Resource, reader: Reader): Rule[] {
  const leftOut = (why: string): Rule[] => {
    reader.unknown.push(`${resource.address} is left out: ${why}`)
    return []
  }
  const group = idIn(resource, ['security_group_id'], groupType, reader)
  if (group === undefined) return leftOut('which group it is of cannot be known yet')
  const open = deciding.find((name) => isUnknown(resource, name) && text(resource, name) === '')
  // A port range that the provider fills in is that of the protocol.
  if (open !== undefined && open !== 'port_range') return leftOut(`its ${open} cannot be known yet`)
  const protocol = text(resource, 'ip_protocol').toLowerCase()
  if (!ruleProtocols.includes(protocol)) return leftOut(`its protocol is ${JSON.stringify(protocol)}`)
  const peer = peerIn(resource, reader)
  if (peer === undefined) return leftOut('it names no address, group or list that can be known yet')
  const priority = Number(text(resource, 'priority') || 1)
  const ports = protocol === 'tcp' || protocol === 'udp'
  return [
    {
      id: resource.address,
      group,
      direction: text(resource, 'type') === 'egress' ? 'egress' : 'ingress',
      policy: text(resource, 'policy').toLowerCase() === 'drop' ? 'drop' : 'accept',
      priority,
      protocol: protocol as Rule['protocol'],
      peer,
      local: null,
      destinationPorts: ports ? readRange(text(resource, 'port_range')) : null,
      sourcePorts: null,
    },
  ]
}

/** The block wins over the group and the group over the list, as in the service. */
function peerIn(resource: Resource, reader: Reader): Peer | undefined {
  const cidr = text(resource, 'cidr_ip', 'ipv6_cidr_ip')
  if (cidr !== '') return typeof parseCidr(cidr) === 'string' ? undefined : { kind: 'cidr', cidr }
  const group = idIn(resource, ['source_security_group_id'], groupType, reader)
  if (group !== undefined) return { kind: 'group', group }
  const list = idIn(resource, ['prefix_list_id'], listType, reader)
  return list === undefined ? undefined : { kind: 'prefix-list', list }
}

function prefixListFact(resource: Resource, reader: Reader): PrefixList {
  const entries = resource.values['entry']
  const blocks = (Array.isArray(entries) ? entries : []).map(
    (one) => (one as { cidr?: unknown } | null)?.cidr,
  )
  const cidrs = blocks.filter(
    (one): one is string => typeof one === 'string' && typeof parseCidr(one) !== 'string',
  )
  if (isUnknown(resource, 'entry') || cidrs.length < blocks.length) {
    reader.unknown.push(`${resource.address}: not all of its entries can be known yet`)
  }
  return { id: resource.address, family: text(resource, 'address_family') === 'IPv6' ? 6 : 4, cidrs }
}

const canonical = (addresses: readonly string[]): string[] =>
  addresses.flatMap((one) => {
    const address = parseAddress(one)
    return address === undefined ? [] : [formatAddress(address)]
  })

function linkFact(
  resource: Resource,
  reader: Reader,
  groups: readonly string[],
): Omit<Interface, 'id' | 'instance' | 'running'> {
  const vswitch = idIn(resource, ['vswitch_id'], vswitchType, reader)
  const subnet = vswitch === undefined ? undefined : reader.byAddress.get(vswitch)
  const joined = idsIn(resource, groups, groupType, reader)
  const ofGroup = joined.map((id) => reader.byAddress.get(id)).find((one) => one !== undefined)
  const vpc = subnet ?? ofGroup
  return {
    vpc: vpc === undefined ? DEFAULT_VPC : vpcIn(vpc, reader),
    mac: text(resource, 'mac', 'primary_mac').toLowerCase(),
    addresses: canonical([
      text(resource, 'primary_ip_address', 'private_ip'),
      ...texts(resource, 'private_ip_addresses', 'private_ips', 'secondary_private_ips'),
      ...texts(resource, 'ipv6_addresses'),
    ]),
    groups: joined,
  }
}

function instanceFact(resource: Resource, reader: Reader): Interface {
  return {
    ...{ id: `${resource.address}/eth0`, instance: resource.address },
    ...linkFact(resource, reader, ['security_groups']),
    running: text(resource, 'status') !== 'Stopped',
  }
}

const attachments = ['alicloud_ecs_network_interface_attachment', 'alicloud_network_interface_attachment']

function interfaceFact(resource: Resource, reader: Reader): Interface {
  const attachment = reader.resources.find(
    (one) =>
      attachments.includes(one.type) &&
      idIn(one, ['network_interface_id'], resource.type, reader) === resource.address,
  )
  const instance =
    attachment === undefined
      ? text(resource, 'instance_id')
      : (idIn(attachment, ['instance_id'], 'alicloud_instance', reader) ?? '')
  const known = reader.addresses.get(instance) ?? instance
  const owner = reader.byAddress.get(known)
  return {
    id: resource.address,
    instance: known === '' ? null : known,
    ...linkFact(resource, reader, ['security_group_ids', 'security_groups']),
    running: owner !== undefined && text(owner, 'status') !== 'Stopped',
    ...(known !== '' && { device: 1 }),
  }
}

/** Addresses for tests of networks (RFC 2544), which nothing real has. */
const SPARE = 0xc6120000n

/**
 * Gives an address to each interface that will get one only when the plan is applied: nothing that is asked of a plan
 * depends on which, because rules of the provider name no addresses of the own side.
 */
function placed(snapshot: Snapshot, { assumed }: Reader): Snapshot {
  let next = SPARE
  const interfaces = snapshot.interfaces.map((one) => {
    if (one.addresses.length > 0) return one
    const address = formatAddress({ family: 4, bits: ++next })
    assumed.push(`${one.id} gets its address when the plan is applied; ${address} stands for it`)
    return { ...one, addresses: [address] }
  })
  return { ...snapshot, interfaces }
}

const namesOf = (resources: readonly Resource[]): Map<string, string> =>
  new Map(
    resources.flatMap((one) => {
      const name = text(
        one,
        ...[
          'security_group_name',
          'vpc_name',
          'instance_name',
          'prefix_list_name',
          'network_interface_name',
          'name',
        ],
      )
      return name === '' ? [] : [[one.address, name] as const]
    }),
  )
