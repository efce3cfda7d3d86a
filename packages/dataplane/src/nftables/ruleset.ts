/** What a key or a value of a set is (the data types of nft(8)). */
export type DataType =
  'ifname' | 'ether_addr' | 'ipv4_addr' | 'ipv6_addr' | 'inet_service' | 'inet_proto' | 'mark' | 'verdict'

/** A field of a packet or of its connection, as nft writes it. */
export type Selector =
  | 'iifname'
  | 'oifname'
  | 'meta nfproto'
  | 'ether type'
  | 'meta l4proto'
  | 'meta mark'
  | 'ether saddr'
  | 'ether daddr'
  | 'ip saddr'
  | 'ip daddr'
  | 'ip6 saddr'
  | 'ip6 daddr'
  | 'th sport'
  | 'th dport'
  | 'arp saddr ether'
  | 'arp saddr ip'
  | 'icmp type'
  | 'icmpv6 type'
  // The target of neighbour discovery, for which nft 1.0.6 has no name.
  | '@th,64,128'
  | 'ct mark'
  | 'ct direction'
  | 'ct original protocol'
  | 'ct original ip saddr'
  | 'ct original ip daddr'
  | 'ct original ip6 saddr'
  | 'ct original ip6 daddr'
  | 'ct original proto-src'
  | 'ct original proto-dst'

export type ConnectionState = 'invalid' | 'established' | 'related' | 'new' | 'untracked'

export type Verdict = 'accept' | 'drop' | 'return' | `jump ${string}` | `goto ${string}`

export type Operator = '==' | '!='

/**
 * One step of a rule. Values are text as nft writes it: `"uplink"`, `10.0.0.0/8`, `80-443`, `6`, `original`; several
 * values are an anonymous set. Several selectors of a lookup are one concatenated key.
 */
export type Statement =
  | {
      readonly kind: 'match'
      readonly selector: Selector
      readonly operator: Operator
      readonly values: readonly string[]
      /** The bits that count, of a mark. */
      readonly mask?: number
    }
  | {
      readonly kind: 'lookup'
      readonly selectors: readonly Selector[]
      readonly operator: Operator
      readonly set: string
    }
  /** Ends with the verdict that a map has for a key; without one the next step follows. */
  | { readonly kind: 'vmap'; readonly selectors: readonly Selector[]; readonly map: string }
  /** The same with a map of its own: each value and its verdict. */
  | {
      readonly kind: 'branch'
      readonly selector: Selector
      readonly cases: readonly (readonly [string, Verdict])[]
    }
  | { readonly kind: 'state'; readonly operator: Operator; readonly states: readonly ConnectionState[] }
  /** `keep` are the bits of the connection's mark that stay. */
  | { readonly kind: 'set-mark'; readonly of: 'meta' | 'ct'; readonly value: number; readonly keep?: number }
  /** Sets the packet's mark to what a map has for a key; a rule whose key has nothing ends here. */
  | { readonly kind: 'map-mark'; readonly selectors: readonly Selector[]; readonly map: string }
  | { readonly kind: 'set-zone'; readonly zone: number }
  | { readonly kind: 'set-timeout'; readonly name: string }
  /** Null: a counter of the rule's own. */
  | { readonly kind: 'counter'; readonly name: string | null }
  | {
      readonly kind: 'limit'
      readonly rate: number
      readonly per: 'second' | 'minute' | 'hour'
      readonly burst: number
    }
  | { readonly kind: 'log'; readonly group: number; readonly prefix: string; readonly snaplen?: number }
  | { readonly kind: 'masquerade' }
  | { readonly kind: 'verdict'; readonly verdict: Verdict }

/** A rule and the comment by which it is recognised when read back (the comment holds the digest of its text). */
export interface Rule {
  /** Empty as read back. */
  readonly statements: readonly Statement[]
  readonly comment: string
  /** The kind of table that it is for, which decides how it is encoded; inet without it. */
  readonly table?: TableFamily
  /** As read back only: what it is made of, in words that can be compared. */
  readonly content?: string
}

/** Where packets enter a chain. */
export interface Base {
  readonly type: 'filter' | 'nat'
  readonly hook: 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting'
  readonly priority: number
  readonly policy: 'accept' | 'drop'
}

/** A chain. `base` is null for one that is only jumped to. */
export interface RuleChain {
  readonly base: Base | null
  readonly rules: readonly Rule[]
}

/** A set or, where `data` says what its values are, a map. */
export interface ElementSet {
  /** More than one: keys are concatenated. */
  readonly key: readonly DataType[]
  readonly data: 'verdict' | 'mark' | null
  /** Whether keys are ranges that neither meet nor overlap. */
  readonly interval: boolean
  /**
   * Keys and values ('' in a set) in canonical text, so that comparing is cheap: `"va" . 02:00:00:00:00:01 . 10.0.0.1`,
   * `10.0.0.0/8`, `10.0.0.1-10.0.0.3`, `80-443`; `jump e-1`, `drop`, `7`. Ranges that are blocks are written as blocks.
   */
  readonly elements: ReadonlyMap<string, string>
}

/** How long connections that are given it are remembered: seconds by their state. */
export interface TimeoutPolicy {
  readonly protocol: 'tcp' | 'udp'
  readonly seconds: Readonly<Record<string, number>>
}

/** One table: what is wanted of it, or what the kernel holds (then without what rules are made of). */
export interface Ruleset {
  readonly chains: ReadonlyMap<string, RuleChain>
  readonly sets: ReadonlyMap<string, ElementSet>
  /** Null as read back. A name stands for one content. */
  readonly timeouts: ReadonlyMap<string, TimeoutPolicy | null>
  /** Named counters. */
  readonly counters: ReadonlySet<string>
  /** As read back only: the table is there and decides nothing. */
  readonly dormant?: boolean
}

/** Whether packets enter two chains in the same way. */
export const isSameBase = ({ base: a }: RuleChain, { base: b }: RuleChain): boolean =>
  a === null || b === null
    ? a === b
    : a.type === b.type && a.hook === b.hook && a.priority === b.priority && a.policy === b.policy

/** Whether two sets can hold the same elements. */
export const isSameType = (a: ElementSet, b: ElementSet): boolean =>
  a.data === b.data && a.interval === b.interval && a.key.join(' ') === b.key.join(' ')

export const emptyRuleset: Ruleset = {
  chains: new Map(),
  sets: new Map(),
  timeouts: new Map(),
  counters: new Set(),
}

/** The table in every namespace with rules of ours. */
export const TABLE_NAME = 'sallyport'

/** Which packets a table sees: those that hosts and routers handle, or frames that bridges pass on. */
export type TableFamily = 'inet' | 'bridge'

/** A chain that says whose the table is: nft 1.0.6 leaves table comments out of its JSON. */
export const ownerChain = (mark: string): string => `owner-${mark}`

/** One change of the table. */
export type Command =
  | { readonly do: 'add-table' }
  | { readonly do: 'delete-table' }
  | { readonly do: 'add-chain'; readonly name: string; readonly base: Base | null }
  | { readonly do: 'flush-chain' | 'delete-chain'; readonly name: string }
  | { readonly do: 'add-rule'; readonly chain: string; readonly rule: Rule }
  | { readonly do: 'add-set' | 'delete-set'; readonly name: string; readonly set: ElementSet }
  | {
      readonly do: 'add-elements' | 'delete-elements'
      readonly name: string
      readonly set: ElementSet
      readonly elements: readonly (readonly [string, string])[]
    }
  | { readonly do: 'add-timeout'; readonly name: string; readonly timeout: TimeoutPolicy }
  | { readonly do: 'delete-timeout' | 'add-counter' | 'delete-counter'; readonly name: string }
