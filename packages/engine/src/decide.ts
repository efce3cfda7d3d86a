import type { Address } from './address.js'
import { contains } from './address.js'
import type { AddressRange, Entry, Policy, PortSet, Reason, RemoteSet } from './entry.js'
import type { Action, PortRange } from './rule.js'

/**
 * One flow seen from an interface. Fields that no rule on the way tests may be left out; `decide` says which one
 * is missing when one does. `protocol` is an IANA number. The family is the remote address's.
 */
export interface Flow {
  readonly protocol: number
  readonly remote: Address
  readonly local?: Address
  readonly remotePort?: number
  readonly localPort?: number
  readonly icmpType?: number
}

/** What decided a flow, and how. Rule, group and priority are null unless they took part. */
export interface Verdict {
  readonly verdict: Action
  readonly reason: Reason
  readonly rule: string | null
  readonly group: string | null
  readonly priority: number | null
}

/** The decision needs a field that the flow does not have, because the named rule tests it. */
export interface Undecided {
  readonly missing: 'local' | 'localPort' | 'remotePort'
  readonly rule: string | null
}

type Match = 'yes' | 'no' | Undecided['missing']

const inRange = (range: PortRange, port: number): boolean => range.first <= port && port <= range.last

function matchesRemote(set: RemoteSet, remote: Address): boolean {
  switch (set.kind) {
    case 'any':
      return true
    case 'range':
      return contains(set.range, remote)
    case 'group':
      return (remote.family === 4 ? set.members.v4 : set.members.v6).has(remote.bits)
    case 'prefix-list':
      return set.ranges.some((range) => contains(range, remote))
  }
}

/** What is known is tested first: a missing field matters only when everything else matches. */
function match(entry: Entry, flow: Flow): Match {
  if (entry.family !== null && entry.family !== flow.remote.family) return 'no'
  if (entry.protocol !== null && entry.protocol !== flow.protocol) return 'no'
  if (entry.icmpTypes && !(flow.icmpType !== undefined && inRange(entry.icmpTypes, flow.icmpType)))
    return 'no'
  if (!matchesRemote(entry.remote, flow.remote)) return 'no'
  const tests: [Undecided['missing'], boolean | undefined][] = [
    ['local', testAddress(entry.local, flow.local)],
    ['localPort', testPort(entry.localPorts, flow.localPort)],
    ['remotePort', testPort(entry.remotePorts, flow.remotePort)],
  ]
  if (tests.some(([, result]) => result === false)) return 'no'
  return tests.find(([, result]) => result === undefined)?.[0] ?? 'yes'
}

/** A set without any port matches none, whichever it would be. */
function testPort(ports: PortSet | null, port: number | undefined): boolean | undefined {
  if (ports === null) return true
  if (port === undefined) return ports.length === 0 ? false : undefined
  return ports.some((range) => inRange(range, port))
}

const testAddress = (range: AddressRange | null, address: Address | undefined): boolean | undefined =>
  range === null ? true : address === undefined ? undefined : contains(range, address)

/**
 * The one answer to "given a flow, which rule decides?": the first entry in decision order that matches, else the
 * policy's fallback. INVARIANT: no other code in the tree decides a flow.
 *
 * A carve-out applies only to flows that show it (a UDP flow without ports is not taken for DHCP).
 */
export function decide(policy: Policy, flow: Flow): Verdict | Undecided {
  for (const entry of policy.entries) {
    const matched = match(entry, flow)
    if (matched === 'no') continue
    if (matched === 'yes') {
      const { verdict, reason, rule, group, priority } = entry
      return { verdict, reason, rule, group, priority }
    }
    if (entry.reason !== 'carve-out') return { missing: matched, rule: entry.rule }
  }
  return { verdict: policy.fallback, reason: 'default', rule: null, group: null, priority: null }
}
