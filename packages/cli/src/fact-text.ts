import type { Change, Fact, Interface, PortList, Ports, PrefixList, Rule } from '@sallyport/engine'

type Kind = Change['kind']

/** What a change made of a fact, in words: all of one that came or went, and what differs in one that stays. */
export function changeText(kind: Kind, before: Fact, after: Fact): string {
  if (before === null || after === null) return factText(kind, after ?? before)
  switch (kind) {
    case 'prefix-list':
      return entriesText((before as PrefixList).cidrs, (after as PrefixList).cidrs)
    case 'port-list':
      return entriesText(
        (before as PortList).ranges.map(rangeText),
        (after as PortList).ranges.map(rangeText),
      )
    case 'interface':
      return memberText(interfaceMembers(before as Interface), interfaceMembers(after as Interface))
    default:
      return `${factText(kind, before)} -> ${factText(kind, after)}`
  }
}

function factText(kind: Kind, fact: Fact): string {
  if (fact === null) return ''
  if (kind === 'rule') return ruleText(fact as Rule)
  if (kind === 'prefix-list') return listed((fact as PrefixList).cidrs)
  if (kind === 'port-list') return listed((fact as PortList).ranges.map(rangeText))
  if (kind === 'interface')
    return words(interfaceMembers(fact as Interface).map(([name, value]) => [name, value]))
  return words(Object.entries(fact).flatMap(([name, value]) => (name === 'id' ? [] : [[name, plain(value)]])))
}

const words = (members: readonly (readonly string[])[]): string =>
  members.map(([name, value]) => `${name} ${value}`).join(', ')

const plain = (value: unknown): string => (Array.isArray(value) ? listed(value.map(String)) : String(value))

const listed = (items: readonly string[]): string => (items.length === 0 ? 'none' : items.join(' '))

const rangeText = ({ first, last }: { readonly first: number; readonly last: number }): string =>
  first === last ? String(first) : `${first}-${last}`

const portsText = (ports: Ports | null): string =>
  ports === null ? '' : 'list' in ports ? ` ${ports.list}` : ` ${rangeText(ports)}`

/** `ingress accept tcp 80 from 203.0.113.0/24, priority 1`. */
function ruleText(rule: Rule): string {
  const { direction, policy, protocol, peer, local, priority } = rule
  const ingress = direction === 'ingress'
  const far = peer.kind === 'cidr' ? peer.cidr : peer.kind === 'group' ? peer.group : peer.list
  const source = rule.sourcePorts === null ? '' : `, source port ${rangeText(rule.sourcePorts)}`
  const side = rule.nic === undefined ? '' : ', public side'
  const own = local === null ? '' : `, ${ingress ? 'to' : 'from'} ${local}`
  return (
    `${direction} ${policy} ${protocol}${portsText(rule.destinationPorts)} ` +
    `${ingress ? 'from' : 'to'} ${far}${own}${source}${side}, priority ${priority}`
  )
}

type Members = readonly (readonly [name: string, value: string])[]

const interfaceMembers = ({ instance, addresses, groups, running }: Interface): Members => [
  ['of', instance ?? 'no instance'],
  ['groups', listed(groups)],
  ['addresses', listed(addresses)],
  ['instance', running ? 'running' : 'not running'],
]

function memberText(before: Members, after: Members): string {
  const changes = after.flatMap(([name, value], index) => {
    const was = before[index]?.[1] ?? ''
    return was === value ? [] : [`${name} ${was} -> ${value}`]
  })
  return changes.length === 0 ? 'attributes' : changes.join(', ')
}

function entriesText(before: readonly string[], after: readonly string[]): string {
  const gone = before.filter((entry) => !after.includes(entry)).map((entry) => `-${entry}`)
  const come = after.filter((entry) => !before.includes(entry)).map((entry) => `+${entry}`)
  return [...gone, ...come].join(' ')
}
