import type { Family } from './address.js'
import type { Action, Direction, PortRange } from './rule.js'

/** Why a verdict is what it is. */
export type Reason = 'carve-out' | 'intra-group' | 'rule' | 'default'

/** A contiguous range of addresses of one family, both ends included. */
export interface AddressRange {
  readonly family: Family
  readonly first: bigint
  readonly last: bigint
}

/** The private addresses of a group's members, by family. Sets compare bigints by value. */
export interface Members {
  readonly v4: ReadonlySet<bigint>
  readonly v6: ReadonlySet<bigint>
}

/** Ports as sorted ranges that neither meet nor touch; none of them matches nothing. */
export type PortSet = readonly PortRange[]

/**
 * Which remote addresses an entry matches. A `group` keeps its id, so that a data plane can share the set. The ranges
 * of a prefix list are sorted and neither meet nor touch; without any, nothing matches.
 */
export type RemoteSet =
  | { readonly kind: 'any' }
  | { readonly kind: 'range'; readonly range: AddressRange }
  | { readonly kind: 'group'; readonly group: string; readonly members: Members }
  | { readonly kind: 'prefix-list'; readonly list: string; readonly ranges: readonly AddressRange[] }

/**
 * A rule expanded to sets for one direction of one interface: everything a decision needs, nothing of the wire.
 * Carve-outs and the intra-group shortcut are entries too, so that "first match decides" is the whole algorithm.
 * Null means "any" in every field but the provenance.
 */
export interface Entry {
  readonly reason: Exclude<Reason, 'default'>
  readonly rule: string | null
  readonly group: string | null
  readonly priority: number | null
  readonly verdict: Action
  readonly family: Family | null
  /** IANA protocol number. */
  readonly protocol: number | null
  readonly remote: RemoteSet
  readonly local: AddressRange | null
  readonly remotePorts: PortSet | null
  readonly localPorts: PortSet | null
  /** ICMP or ICMPv6 types; only carve-outs have them. */
  readonly icmpTypes: PortRange | null
  /**
   * A drop of a group in audit: what it matches is counted, and evaluation goes on with the next entry. Questions about
   * what is enforced take it to match nothing; `withoutAudit` makes it a drop like any other.
   */
  readonly staged: boolean
}

/** Entries in decision order (the first that matches and is not staged decides) and what holds when none does. */
export interface Policy {
  readonly direction: Direction
  readonly entries: readonly Entry[]
  readonly fallback: Action
  /** What would hold when none matches if no group was in audit. */
  readonly stagedFallback: Action
}
