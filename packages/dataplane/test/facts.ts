import type { Change, Group, Interface, PortList, PrefixList, Rule, Vpc } from '@sallyport/engine'

/** A VPC as a change. */
export const vpc = (id: string, ...cidrs: string[]): Change => ({
  kind: 'vpc',
  id,
  value: { id, cidrs } satisfies Vpc,
})

/** A basic group whose members reach one another only by rules, unless told otherwise. */
export const group = (id: string, inVpc: string, more: Partial<Group> = {}): Change => ({
  kind: 'group',
  id,
  value: { id, vpc: inVpc, type: 'basic', innerAccess: 'drop', ...more },
})

let macs = 0

/** An interface of a running instance `i-<name>`. Addresses as they come: IPv4, then IPv6. */
export function eni(
  name: string,
  inVpc: string,
  addresses: string[],
  groups: string[],
  more: Partial<Interface> = {},
): Change {
  const number = (++macs).toString(16).padStart(4, '0')
  const value: Interface = {
    id: `eni-${name}`,
    instance: `i-${name}`,
    vpc: inVpc,
    mac: `02:00:5e:00:${number.slice(0, 2)}:${number.slice(2)}`,
    addresses,
    groups,
    running: true,
    ...more,
  }
  return { kind: 'interface', id: value.id, value }
}

/** An ingress accept of anything from anywhere (IPv4) at priority 1, unless told otherwise. */
export function rule(id: string, inGroup: string, more: Partial<Rule> = {}): Change {
  const value: Rule = {
    id,
    group: inGroup,
    direction: 'ingress',
    policy: 'accept',
    priority: 1,
    protocol: 'all',
    peer: { kind: 'cidr', cidr: '0.0.0.0/0' },
    local: null,
    destinationPorts: null,
    sourcePorts: null,
    ...more,
  }
  return { kind: 'rule', id, value }
}

/** A prefix list as a change; the family is that of its first block, IPv4 without any. */
export const prefixList = (id: string, ...cidrs: string[]): Change => ({
  kind: 'prefix-list',
  id,
  value: { id, family: cidrs[0]?.includes(':') ? 6 : 4, cidrs } satisfies PrefixList,
})

/** A port list as a change, from texts like `80` and `443-445`. */
export const portList = (id: string, ...texts: string[]): Change => ({
  kind: 'port-list',
  id,
  value: {
    id,
    ranges: texts.map((text) => {
      const [first, last] = text.split('-').map(Number)
      return { first: first ?? 0, last: last ?? first ?? 0 }
    }),
  } satisfies PortList,
})

/** The change that takes away what another made. */
export const without = ({ kind, id }: Change): Change => ({ kind, id, value: null })
