import {
  canonicalCidr,
  familyOfProtocol,
  parseCidr,
  type Peer,
  type Ports,
  type Rule,
} from '@sallyport/engine'
import type { SeedGroup, SeedPath, SeedRule } from '@sallyport/server'
import type { Reader } from './document-facts.js'
import type { Place } from './document-names.js'
import { blockOf, portRange } from './document-values.js'

/** The rules of a group, in the order written. */
export function rulesOf(group: SeedGroup, place: Place, path: SeedPath, reader: Reader): Rule[] {
  const id = reader.names.find('group', `${place.prefix}${place.vpc}/${group.name}`) ?? ''
  const read = (rule: SeedRule, direction: Rule['direction'], at: SeedPath): Rule => {
    const fact = ruleFact(rule, { id, direction }, place, at, reader)
    if (rule.id === undefined) return { ...fact, id: freeId(ruleName(fact), reader.ruleIds) }
    if (reader.ruleIds.has(rule.id)) {
      const hint = 'Ids are unique'
      reader.problems.push({ path: [...at, 'id'], reason: `is ${rule.id}, which is taken`, hint })
    }
    reader.ruleIds.add(rule.id)
    return { ...fact, id: rule.id }
  }
  return [
    ...group.ingress.map((rule, index) => read(rule, 'ingress', [...path, 'ingress', index])),
    ...group.egress.map((rule, index) => read(rule, 'egress', [...path, 'egress', index])),
  ]
}

interface Side {
  /** Of the group that holds the rule. */
  readonly id: string
  readonly direction: Rule['direction']
}

function ruleFact(rule: SeedRule, side: Side, place: Place, path: SeedPath, reader: Reader): Rule {
  const key = 'from' in rule ? 'from' : 'to'
  const peer = peerOf('from' in rule ? rule.from : rule.to, place, [...path, key], reader)
  const local =
    rule.local === undefined ? null : (blockOf(rule.local, [...path, 'local'], reader.problems) ?? null)
  const fact: Rule = {
    id: '',
    group: side.id,
    direction: side.direction,
    policy: rule.policy,
    priority: rule.priority,
    protocol: rule.protocol,
    peer,
    local,
    ...portsOf(rule, place, path, reader),
  }
  checkFamilies(fact, path, key, reader)
  return fact
}

type WrittenPeer = Extract<SeedRule, { from: unknown }>['from']

function peerOf(
  peer: WrittenPeer,
  place: Place,
  path: SeedPath,
  { names, problems, accounts }: Reader,
): Peer {
  if (typeof peer === 'string') return { kind: 'cidr', cidr: blockOf(peer, path, problems) ?? '0.0.0.0/32' }
  if ('groupId' in peer) return { kind: 'group', group: peer.groupId }
  if ('prefixListId' in peer) return { kind: 'prefix-list', list: peer.prefixListId }
  if ('prefixList' in peer) {
    const list = names.find('prefix-list', place.prefix + peer.prefixList)
    if (list === undefined) {
      const hint = 'Add the list, or name one by id with prefixListId'
      problems.push({ path, reason: `names no prefix list of the document: ${peer.prefixList}`, hint })
    }
    return { kind: 'prefix-list', list: list ?? '' }
  }
  const prefix = peer.account === undefined ? place.prefix : `${peer.account}/`
  if (!accounts.includes(prefix)) {
    const hint = 'Write the account as its part of the document does, or name a group by id with groupId'
    problems.push({
      path: [...path, 'account'],
      reason: `names no account of the document: ${peer.account}`,
      hint,
    })
  }
  const name = `${prefix}${peer.vpc ?? place.vpc}/${peer.group}`
  const group = names.find('group', name)
  if (group === undefined) {
    const hint = 'Add the group, give its VPC with vpc, or name one by id with groupId'
    problems.push({ path, reason: `names no group of the document: ${name}`, hint })
  }
  return { kind: 'group', group: group ?? '' }
}

function portsOf(
  { protocol, ports, sourcePorts }: SeedRule,
  place: Place,
  path: SeedPath,
  { names, problems }: Reader,
): Pick<Rule, 'destinationPorts' | 'sourcePorts'> {
  if (protocol !== 'tcp' && protocol !== 'udp') {
    for (const [key, value] of Object.entries({ ports, sourcePorts })) {
      if (value === undefined) continue
      problems.push({
        path: [...path, key],
        reason: `is given, and ${protocol} has no ports`,
        hint: 'Leave it out',
      })
    }
    return { destinationPorts: null, sourcePorts: null }
  }
  const destination = (): Ports => {
    if (ports === undefined) return { first: 1, last: 65_535 }
    const at = [...path, 'ports']
    if (typeof ports !== 'object') return portRange(ports, at, problems) ?? { first: 1, last: 1 }
    if ('listId' in ports) return { list: ports.listId }
    const list = names.find('port-list', place.prefix + ports.list)
    if (list === undefined) {
      const hint = 'Add the list, or name one by id with listId'
      problems.push({ path: at, reason: `names no port list of the document: ${ports.list}`, hint })
    }
    return { list: list ?? '' }
  }
  return {
    destinationPorts: destination(),
    sourcePorts:
      sourcePorts === undefined ? null : (portRange(sourcePorts, [...path, 'sourcePorts'], problems) ?? null),
  }
}

/** Both sides and the protocol of a rule are of one address family, and the sides differ, as the server demands. */
function checkFamilies(
  { protocol, peer, local }: Rule,
  path: SeedPath,
  key: string,
  { problems }: Reader,
): void {
  const far = peer.kind === 'cidr' ? peer.cidr : null
  const families = [far, local].flatMap((text) => (text === null ? [] : text.includes(':') ? [6] : [4]))
  const family = familyOfProtocol(protocol)
  if (new Set(families).size > 1) {
    const hint = 'Make a rule for each family'
    problems.push({ path: [...path, 'local'], reason: `is of another address family than ${key}`, hint })
  } else if (family !== null && families.some((one) => one !== family)) {
    const hint = family === 4 ? 'IPv6 has icmpv6' : 'IPv4 has icmp'
    problems.push({
      path: [...path, 'protocol'],
      reason: `is ${protocol}, which is of IPv${family} only`,
      hint,
    })
  } else if (far !== null && local !== null && canonical(far) === canonical(local)) {
    problems.push({ path: [...path, 'local'], reason: `is the same as ${key}`, hint: 'The two sides differ' })
  }
}

function canonical(text: string): string {
  const cidr = parseCidr(text)
  return typeof cidr === 'string' ? text : canonicalCidr(cidr)
}

const rangeText = ({ first, last }: { first: number; last: number }): string =>
  first === last ? String(first) : `${first}-${last}`

/**
 * What a rule without an id is called: what it says. So it is another rule once it says something else, and it does
 * not matter where it stands.
 */
export function ruleName(rule: Rule): string {
  const { peer, destinationPorts: ports, sourcePorts } = rule
  const far = peer.kind === 'cidr' ? peer.cidr : peer.kind === 'group' ? peer.group : peer.list
  const destination = ports === null ? undefined : 'list' in ports ? ports.list : rangeText(ports)
  return [
    `${rule.group}:${rule.direction}`,
    rule.priority,
    rule.policy,
    rule.protocol,
    ...(destination === undefined || destination === '1-65535' ? [] : [destination]),
    far,
    ...(sourcePorts === null ? [] : [`from-port-${rangeText(sourcePorts)}`]),
    ...(rule.local === null ? [] : [`local-${rule.local}`]),
  ].join(':')
}

/** The name, with a number from the second of the same text on. */
function freeId(name: string, taken: Set<string>): string {
  let id = name
  for (let number = 2; taken.has(id); number++) id = `${name}#${number}`
  taken.add(id)
  return id
}
