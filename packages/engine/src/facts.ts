import type { Family } from './address.js'
import type { Action, PortRange, Rule } from './rule.js'

/** A virtual private cloud: one address space of its own. `cidrs` may hold IPv4 and IPv6 blocks. */
export interface Vpc {
  readonly id: string
  readonly cidrs: readonly string[]
}

/** A security group without its rules. `basic` is `normal` on the wire, `advanced` is `enterprise`. */
export interface Group {
  readonly id: string
  /** Empty in the classic network. */
  readonly vpc: string
  readonly type: 'basic' | 'advanced'
  /** What members of the group get from one another before custom rules are looked at. */
  readonly innerAccess: Action
  /** Audit: what the group drops is counted and shown, not applied. Absent: it is applied. */
  readonly audit?: true
}

/** How many seconds an interface remembers an idle connection, by what was last seen of it. */
export interface ConnectionTimeouts {
  readonly tcpEstablished: number
  /** After the connection was closed, TIME_WAIT included. */
  readonly tcpClosed: number
  readonly udp: number
}

/** What an interface has whose fact names no timeouts (CreateNetworkInterface reference page). */
export const defaultTimeouts: ConnectionTimeouts = { tcpEstablished: 910, tcpClosed: 3, udp: 30 }

/** A network interface (ENI) and what it joined. */
export interface Interface {
  readonly id: string
  readonly instance: string | null
  /** Empty in the classic network. */
  readonly vpc: string
  /** Lower-case, colon-separated. */
  readonly mac: string
  /** Private addresses, IPv4 and IPv6, canonical text, the primary IPv4 first. */
  readonly addresses: readonly string[]
  /** Ids of the groups joined, in the order joined. */
  readonly groups: readonly string[]
  /** Whether its instance is running, so that a data plane should carry its traffic. */
  readonly running: boolean
  /** Place among the interfaces of its instance; absent is 0, the primary one's. */
  readonly device?: number
  /** Absent: the default ones. */
  readonly timeouts?: ConnectionTimeouts
}

/** A prefix list: blocks of one family that rules name together. They may overlap; an empty list matches nothing. */
export interface PrefixList {
  readonly id: string
  readonly family: Family
  readonly cidrs: readonly string[]
}

/** A port list: ranges of ports that rules name together. They may overlap; an empty list matches nothing. */
export interface PortList {
  readonly id: string
  readonly ranges: readonly PortRange[]
}

/** One entity replaced (`value`) or removed (`null`). Applying a change twice equals applying it once. */
export type Change =
  | { readonly kind: 'vpc'; readonly id: string; readonly value: Vpc | null }
  | { readonly kind: 'group'; readonly id: string; readonly value: Group | null }
  | { readonly kind: 'rule'; readonly id: string; readonly value: Rule | null }
  | { readonly kind: 'interface'; readonly id: string; readonly value: Interface | null }
  | { readonly kind: 'prefix-list'; readonly id: string; readonly value: PrefixList | null }
  | { readonly kind: 'port-list'; readonly id: string; readonly value: PortList | null }

/** Everything one committed transaction changed. Revisions rise by exactly one. */
export interface Revision {
  readonly revision: number
  /** Commit time, ISO 8601 UTC with milliseconds. */
  readonly at: string
  readonly changes: readonly Change[]
}

/** The whole state that a data plane needs, as of `revision`. A new `epoch` makes older revisions meaningless. */
export interface Snapshot {
  readonly epoch: string
  readonly revision: number
  readonly vpcs: readonly Vpc[]
  readonly groups: readonly Group[]
  readonly rules: readonly Rule[]
  readonly interfaces: readonly Interface[]
  readonly prefixLists: readonly PrefixList[]
  readonly portLists: readonly PortList[]
}

/**
 * One line of the change feed (newline-delimited JSON).
 * A `snapshot` line replaces all that the follower knows; `revision` lines follow without a gap.
 */
export type FeedLine =
  | ({ readonly type: 'snapshot' } & Snapshot)
  | ({ readonly type: 'revision' } & Revision)
  | { readonly type: 'heartbeat'; readonly revision: number }
