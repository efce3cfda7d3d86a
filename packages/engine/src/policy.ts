import { type Family, parseAddress } from './address.js'
import { carveOuts } from './carve-outs.js'
import type { Entry, Members, Policy, PortSet, RemoteSet } from './entry.js'
import type { Group, PortList, PrefixList } from './facts.js'
import { addressesOf, portsOf, rangeOf } from './ranges.js'
import type { Action, Direction, Ports, Rule } from './rule.js'

/** IANA numbers and the family a protocol name implies: ICMP is IPv4's, ICMPv6 is IPv6's, `all` is neither's. */
const protocols = {
  tcp: { number: 6, family: null },
  udp: { number: 17, family: null },
  icmp: { number: 1, family: 4 },
  icmpv6: { number: 58, family: 6 },
  gre: { number: 47, family: 4 },
  all: { number: null, family: null },
} as const satisfies Record<Rule['protocol'], { number: number | null; family: Family | null }>

/** The one family whose packets have a protocol; null where both have it. */
export const familyOfProtocol = (protocol: Rule['protocol']): Family | null => protocols[protocol].family

/** What rules name by id. A list that is not there matches nothing, as a group without members does. */
export interface References {
  /** Who is in a group: the private addresses of every interface that joined it. */
  readonly members: (group: string) => Members
  readonly prefixList: (id: string) => PrefixList | undefined
  readonly portList: (id: string) => PortList | undefined
}

/** Members from canonical or any parseable address texts. */
export function membersFrom(addresses: Iterable<string>): Members {
  const v4 = new Set<bigint>()
  const v6 = new Set<bigint>()
  for (const text of addresses) {
    const address = parseAddress(text)
    if (!address) throw new Error(`stored address ${JSON.stringify(text)} is malformed`)
    ;(address.family === 4 ? v4 : v6).add(address.bits)
  }
  return { v4, v6 }
}

/** The remote addresses that a rule's object stands for, and their family where there is but one. */
function expandPeer({ peer }: Rule, references: References): { remote: RemoteSet; family: Family | null } {
  switch (peer.kind) {
    case 'cidr': {
      const range = rangeOf(peer.cidr)
      return { remote: { kind: 'range', range }, family: range.family }
    }
    case 'group': {
      const { group } = peer
      return { remote: { kind: 'group', group, members: references.members(group) }, family: null }
    }
    case 'prefix-list': {
      const list = references.prefixList(peer.list)
      const ranges = list ? addressesOf(list) : []
      return { remote: { kind: 'prefix-list', list: peer.list, ranges }, family: list?.family ?? null }
    }
  }
}

function expandPorts(ports: Ports | null, references: References): PortSet | null {
  if (ports === null) return null
  if (!('list' in ports)) return [ports]
  const list = references.portList(ports.list)
  return list ? portsOf(list) : []
}

/**
 * Expands one stored rule to sets. Both address families of a rule without any CIDR stay open (`family` null).
 * `audited` says that its group is in audit.
 */
export function expandRule(rule: Rule, references: References, audited = false): Entry {
  const { number, family } = protocols[rule.protocol]
  const { remote, family: remoteFamily } = expandPeer(rule, references)
  const local = rule.local === null ? null : rangeOf(rule.local)
  const ingress = rule.direction === 'ingress'
  const [source, destination] = [
    expandPorts(rule.sourcePorts, references),
    expandPorts(rule.destinationPorts, references),
  ]
  return {
    reason: 'rule',
    rule: rule.id,
    group: rule.group,
    priority: rule.priority,
    verdict: rule.policy,
    family: family ?? remoteFamily ?? local?.family ?? null,
    protocol: number,
    remote,
    local,
    remotePorts: ingress ? source : destination,
    localPorts: ingress ? destination : source,
    icmpTypes: null,
    staged: audited && rule.policy === 'drop',
  }
}

const compareIds = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * Decision order of rules pooled from all joined groups: priority ascending, drop before accept, then id, so that
 * the order never depends on which group a rule came from or when it was made (the reference page).
 */
export function compareEntries(a: Entry, b: Entry): number {
  return (
    (a.priority ?? 0) - (b.priority ?? 0) ||
    Number(a.verdict === 'accept') - Number(b.verdict === 'accept') ||
    compareIds(a.rule ?? '', b.rule ?? '')
  )
}

/**
 * Members of a basic group whose inner access is accept reach one another before custom rules are looked at.
 * Ingress only. Advanced groups have no shortcut.
 */
function intraGroup(groups: readonly Group[], references: References): Entry[] {
  return groups
    .filter((group) => group.type === 'basic' && group.innerAccess === 'accept')
    .map((group) => ({
      reason: 'intra-group',
      rule: null,
      group: group.id,
      priority: null,
      verdict: 'accept',
      family: null,
      protocol: null,
      remote: { kind: 'group', group: group.id, members: references.members(group.id) },
      local: null,
      remotePorts: null,
      localPorts: null,
      icmpTypes: null,
      staged: false,
    }))
}

/** Ingress drops by default; egress accepts from a basic group and drops from an advanced one. Audit aside. */
export function fallbackOf(groups: readonly Group[], direction: Direction): Action {
  return direction === 'egress' && groups.length > 0 && groups.every((group) => group.type === 'basic')
    ? 'accept'
    : 'drop'
}

/**
 * The policy of entries that stand in decision order already: the first that matches decides, else `fallback`. What
 * decisions and questions need beyond the entries is made when they first ask, because data planes only
 * read the entries. `stagedFallback` is the default without audit; the same one if left out.
 */
export const compile = (
  entries: readonly Entry[],
  fallback: Action,
  direction: Direction,
  stagedFallback: Action = fallback,
): Policy => ({ direction, entries, fallback, stagedFallback })

const applied = new WeakMap<Policy, Policy>()

/**
 * The policy as it would be if none of its groups was in audit: its entries stand in the same places. The same object
 * where nothing is staged.
 */
export function withoutAudit(policy: Policy): Policy {
  const { entries, stagedFallback, direction, fallback } = policy
  const known = applied.get(policy)
  if (known) return known
  const some = entries.some(({ staged }) => staged)
  if (!some && fallback === stagedFallback) return policy
  const plain = some ? entries.map((entry) => (entry.staged ? { ...entry, staged: false } : entry)) : entries
  const policyWithout = compile(plain, stagedFallback, direction)
  applied.set(policy, policyWithout)
  return policyWithout
}

/**
 * The policy of an interface that joined `groups`, for one direction. `rules` may hold rules of other groups and of
 * the other direction; they are left out. Only when every group is in audit is a default that drops staged.
 */
export function expandPolicy(
  groups: readonly Group[],
  rules: Iterable<Rule>,
  direction: Direction,
  references: References,
): Policy {
  const joined = new Map(groups.map((group) => [group.id, group]))
  const custom: Entry[] = []
  for (const rule of rules) {
    const group = joined.get(rule.group)
    if (rule.direction !== direction || !group) continue
    custom.push(expandRule(rule, references, group.audit === true))
  }
  custom.sort(compareEntries)
  const shortcut = direction === 'ingress' ? intraGroup(groups, references) : []
  const fallback = fallbackOf(groups, direction)
  const audited = groups.length > 0 && groups.every(({ audit }) => audit === true)
  const entries = [...carveOuts[direction], ...shortcut, ...custom]
  return compile(entries, audited ? 'accept' : fallback, direction, fallback)
}
