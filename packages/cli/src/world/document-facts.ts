import type { Group, Interface, PortList, PrefixList, Rule, Snapshot, Vpc } from '@sallyport/engine'
import type { Seed, SeedAccount, SeedInterface, SeedPath, SeedVpc } from '@sallyport/server'
import { addressText, blockOf, familyIn, portRange } from './document-values.js'
import { type DocumentNames, nameDocument, prefixOf, primaryOf, vpcName } from './document-names.js'
import { rulesOf } from './document-rules.js'
import type { Problem } from './problems.js'

/** What a document says, as facts of the engine. Meaningless where there are problems. */
export interface DocumentFacts {
  readonly snapshot: Snapshot
  readonly names: ReadonlyMap<string, string>
  readonly problems: readonly Problem[]
}

/** The IPv4 block of every default VPC (the CreateDefaultVpc reference page). */
const DEFAULT_BLOCK = '172.16.0.0/12'

/** Turns a document into facts, and finds whatever in it does not fit together. */
export function documentFacts(document: Seed): DocumentFacts {
  const problems: Problem[] = []
  const names = nameDocument(document, problems)
  const accounts = document.accounts.map(prefixOf)
  const reader: Reader = { names, problems, accounts, ruleIds: new Set() }
  const parts = document.accounts.map((part, index) => accountFacts(part, ['accounts', index], reader))
  const all = <K extends keyof Facts>(kind: K): Facts[K][number][] => parts.flatMap((part) => [...part[kind]])
  const snapshot = {
    ...{ epoch: '', revision: 0, vpcs: all('vpcs'), groups: all('groups'), rules: all('rules') },
    ...{ interfaces: all('interfaces'), prefixLists: all('prefixLists'), portLists: all('portLists') },
  } as Snapshot
  checkTypes(snapshot, reader, document)
  return { snapshot, names: names.names, problems }
}

/** What the parts of a document are read with. */
export interface Reader {
  readonly names: DocumentNames
  readonly problems: Problem[]
  /** Prefixes of the accounts that the document has parts of. */
  readonly accounts: readonly string[]
  /** Those in use. */
  readonly ruleIds: Set<string>
}

type Facts = Omit<Snapshot, 'epoch' | 'revision'>

function accountFacts(part: SeedAccount, path: SeedPath, reader: Reader): Facts {
  const prefix = prefixOf(part)
  const prefixLists = part.prefixLists.map((list, index): PrefixList => {
    const at = [...path, 'prefixLists', index]
    const family = list.family === 'IPv6' ? 6 : 4
    const cidrs = list.entries.flatMap(({ cidr }, place) => {
      const where = [...at, 'entries', place, 'cidr']
      const block = blockOf(cidr, where, reader.problems, 'network')
      if (block !== undefined) familyIn(cidr, family, where, reader.problems)
      return block ?? []
    })
    return { id: reader.names.find('prefix-list', prefix + list.name) ?? '', family, cidrs }
  })
  const portLists = part.portLists.map((list, index): PortList => {
    const at = [...path, 'portLists', index, 'entries']
    const ranges = list.entries.flatMap(
      ({ ports }, place) => portRange(ports, [...at, place, 'ports'], reader.problems) ?? [],
    )
    return { id: reader.names.find('port-list', prefix + list.name) ?? '', ranges }
  })
  const vpcs = part.vpcs.map((vpc, index) => vpcFacts(vpc, prefix, [...path, 'vpcs', index], reader))
  return {
    vpcs: vpcs.map(({ vpc }) => vpc),
    groups: vpcs.flatMap(({ groups }) => groups),
    rules: vpcs.flatMap(({ rules }) => rules),
    interfaces: vpcs.flatMap(({ interfaces }) => interfaces),
    prefixLists,
    portLists,
  }
}

interface VpcFacts {
  readonly vpc: Vpc
  readonly groups: readonly Group[]
  readonly rules: readonly Rule[]
  readonly interfaces: readonly Interface[]
}

function vpcFacts(vpc: SeedVpc, prefix: string, path: SeedPath, reader: Reader): VpcFacts {
  const name = prefix + vpcName(vpc)
  const id = reader.names.find('vpc', name) ?? ''
  const groups = vpc.groups.map((group): Group => {
    const type = group.type === 'enterprise' ? 'advanced' : 'basic'
    return {
      id: reader.names.find('group', `${name}/${group.name}`) ?? '',
      vpc: id,
      type,
      innerAccess: group.innerAccess ?? (type === 'basic' ? 'accept' : 'drop'),
      ...(group.audit === true && { audit: true }),
    }
  })
  const rules = vpc.groups.flatMap((group, index) =>
    rulesOf(group, { prefix, vpc: vpcName(vpc) }, [...path, 'groups', index], reader),
  )
  return {
    vpc: { id, cidrs: blocksOf(vpc, path, reader) },
    groups,
    rules,
    interfaces: interfacesOf(vpc, name, path, reader),
  }
}

/** IPv4 blocks first, as the server tells of them. A block that a server would choose is not known. */
function blocksOf(vpc: SeedVpc, path: SeedPath, { problems }: Reader): string[] {
  const texts: [string, SeedPath][] = [
    'name' in vpc ? [vpc.cidr, [...path, 'cidr']] : [DEFAULT_BLOCK, path],
    ...vpc.secondaryCidrs.map((text, index): [string, SeedPath] => [
      text,
      [...path, 'secondaryCidrs', index],
    ]),
  ]
  const first: [string, SeedPath][] =
    'name' in vpc && typeof vpc.ipv6 === 'string' ? [[vpc.ipv6, [...path, 'ipv6']]] : []
  const blocks = [...first, ...texts].flatMap(([text, at]) => blockOf(text, at, problems, 'network') ?? [])
  const isV6 = (text: string): boolean => text.includes(':')
  return [...blocks.filter((text) => !isV6(text)), ...blocks.filter(isV6)]
}

function interfacesOf(vpc: SeedVpc, name: string, path: SeedPath, reader: Reader): Interface[] {
  const { names } = reader
  const running = new Map(vpc.instances.map((instance) => [instance.name, instance.running]))
  const shared = { vpc: names.find('vpc', name) ?? '', name, reader }
  const primary = vpc.instances.map((instance, index): Interface => {
    const qualified = `${name}/${instance.name}`
    const id = names.find('interface', primaryOf(qualified)) ?? ''
    const at = [...path, 'instances', index]
    return {
      ...interfaceFact(id, instance, at, shared),
      instance: names.find('instance', qualified) ?? '',
      running: instance.running,
    }
  })
  const others = vpc.interfaces.map((one, index): Interface => {
    const at = [...path, 'interfaces', index]
    const id = names.find('interface', `${name}/${one.name}`) ?? ''
    const fact = interfaceFact(id, one, at, shared)
    if (one.instance === undefined) return fact
    const instance = names.find('instance', `${name}/${one.instance}`)
    if (instance === undefined) {
      reader.problems.push({
        path: [...at, 'instance'],
        reason: `is ${one.instance}, and the VPC has no such instance`,
        hint: 'Name one of its instances',
      })
    }
    const device = one.device ?? 1
    return {
      ...{ ...fact, instance: instance ?? '', running: running.get(one.instance) ?? false },
      ...(device > 0 && { device }),
    }
  })
  return [...primary, ...others]
}

interface InVpc {
  readonly vpc: string
  /** Of the VPC, qualified. */
  readonly name: string
  readonly reader: Reader
}

function interfaceFact(id: string, link: SeedInterfaceLink, path: SeedPath, where: InVpc): Interface {
  const { problems, names } = where.reader
  const groups = link.groups.flatMap((group, index): string[] => {
    const found = names.find('group', `${where.name}/${group}`)
    if (found !== undefined) return [found]
    const hint = 'Add the group, or name one that is there'
    problems.push({
      path: [...path, 'groups', index],
      reason: `is ${group}, and the VPC has no such group`,
      hint,
    })
    return []
  })
  if (link.ip === undefined && link.ipv6.length === 0) {
    const reason = 'has no ip, and only a server could choose one'
    problems.push({ path, reason, hint: 'Add ip: with its private address' })
  }
  const address = (text: string, family: 4 | 6, at: SeedPath): string[] => {
    const canonical = addressText(text, family, at, problems)
    return canonical === undefined ? [] : [canonical]
  }
  const addresses = [
    ...(link.ip === undefined ? [] : address(link.ip, 4, [...path, 'ip'])),
    ...link.ips.flatMap((text, index) => address(text, 4, [...path, 'ips', index])),
    ...link.ipv6.flatMap((text, index) => address(text, 6, [...path, 'ipv6', index])),
  ]
  return {
    ...{ id, instance: null, vpc: where.vpc, mac: link.mac ?? '', addresses, groups, running: false },
    ...(link.timeouts !== undefined && { timeouts: link.timeouts }),
  }
}

type SeedInterfaceLink = Pick<SeedInterface, 'groups' | 'ip' | 'ips' | 'ipv6' | 'mac' | 'timeouts'>

/** An interface joins groups of one type, and addresses of a VPC are held once. */
function checkTypes({ groups, interfaces }: Facts, { problems, names }: Reader, document: Seed): void {
  const types = new Map(groups.map(({ id, type }) => [id, type]))
  const holders = new Map<string, string>()
  for (const one of interfaces) {
    const said = (id: string): string => names.names.get(id) ?? id
    if (new Set(one.groups.map((group) => types.get(group))).size > 1) {
      const reason = 'joins basic and advanced (enterprise) groups, which no interface can'
      problems.push({
        path: pathOfInterface(document, said(one.id)),
        reason,
        hint: 'Name groups of one type',
      })
    }
    for (const address of one.addresses) {
      const key = `${one.vpc} ${address}`
      const holder = holders.get(key)
      holders.set(key, one.id)
      if (holder === undefined) continue
      const reason = `has the address ${address}, as ${said(holder)} has`
      problems.push({ path: pathOfInterface(document, said(one.id)), reason, hint: 'Give each its own' })
    }
  }
}

/** Where an interface of this qualified name stands. */
function pathOfInterface(document: Seed, qualified: string): SeedPath {
  for (const [account, part] of document.accounts.entries()) {
    for (const [index, vpc] of part.vpcs.entries()) {
      const name = `${prefixOf(part)}${vpcName(vpc)}/`
      const path = ['accounts', account, 'vpcs', index]
      const instance = vpc.instances.findIndex((one) => primaryOf(name + one.name) === qualified)
      if (instance >= 0) return [...path, 'instances', instance]
      const other = vpc.interfaces.findIndex((one) => name + one.name === qualified)
      if (other >= 0) return [...path, 'interfaces', other]
    }
  }
  return []
}
