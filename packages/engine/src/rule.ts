/** Which way a flow goes, seen from the interface whose groups decide. */
export type Direction = 'ingress' | 'egress'

/** What a rule, a default or a whole policy says of a flow. `drop` is silent: nothing is sent back. */
export type Action = 'accept' | 'drop'

/** Protocols a rule can name (the reference page, Permissions.N.IpProtocol). */
export type Protocol = 'tcp' | 'udp' | 'icmp' | 'icmpv6' | 'gre' | 'all'

/** An inclusive range of port numbers, 1 to 65535. */
export interface PortRange {
  readonly first: number
  readonly last: number
}

/** Ports that a rule names: a range of its own, or a port list by id. */
export type Ports = PortRange | { readonly list: string }

/** The far side of a rule: its authorization object. `cidr` is text as `parseCidr` reads it, `list` a prefix list's id. */
export type Peer =
  | { readonly kind: 'cidr'; readonly cidr: string }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'prefix-list'; readonly list: string }

/**
 * A rule as stored: plain, frozen, JSON-safe. Names of the wire do not reach it.
 *
 * Ports are named by packet, not by side: `destinationPorts` is PortRange and `sourcePorts` is
 * SourcePortRange of the reference page, in both directions. Null means any.
 */
export interface Rule {
  readonly id: string
  /** The group that holds the rule. */
  readonly group: string
  readonly direction: Direction
  readonly policy: Action
  /** 1 (strongest) to 100. */
  readonly priority: number
  readonly protocol: Protocol
  readonly peer: Peer
  /** The quintuple's own side as a CIDR: SourceCidrIp of an egress rule, DestCidrIp of an ingress rule. */
  readonly local: string | null
  readonly destinationPorts: Ports | null
  readonly sourcePorts: PortRange | null
  /** Only of rules for the public side of instances in the classic network; all others are for the internal one. */
  readonly nic?: 'internet'
}
