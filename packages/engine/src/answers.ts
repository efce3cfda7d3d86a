import type { Address } from './address.js'
import type { Coverage } from './budget.js'
import type { Flow, Verdict } from './decide.js'
import type { AddressRange, PortSet } from './entry.js'
import type { Region } from './region.js'
import type { Direction } from './rule.js'

/** What the questions about sets of flows answer. Everything is plain data; counts are bigints, exact when complete. */

/** Flows that change together, with one of them and what decides it before and after. */
export interface ChangedRegion {
  readonly region: Region
  readonly example: Flow
  readonly before: Verdict
  readonly after: Verdict
}

/** All flows that change one way. */
export interface FlowChange {
  /** How many distinct flows; at least so many when the answer is not complete. */
  readonly count: bigint
  /** The largest regions first, at most as many as were asked for. */
  readonly regions: readonly ChangedRegion[]
  /** Whether there are regions beside those listed. */
  readonly more: boolean
}

/** What changes from one policy to another. `equal` is true only when they decide every flow alike. */
export interface PolicyDiff extends Coverage {
  readonly equal: boolean
  /** Dropped before, accepted after. */
  readonly opens: FlowChange
  /** Accepted before, dropped after. */
  readonly closes: FlowChange
}

/** A rule that can never decide, and the rules that decide in its place. */
export interface DeadRule {
  readonly rule: string
  readonly group: string
  readonly blockers: readonly Decider[]
}

/** What changes at one interface in one direction. */
export interface InterfaceDiff {
  readonly id: string
  readonly instance: string | null
  readonly direction: Direction
  /** An added interface accepted nothing before, a removed one accepts nothing after. */
  readonly status: 'changed' | 'added' | 'removed'
  readonly diff: PolicyDiff
  /** Rules that can never decide here after the change, and could before or are new. */
  readonly dead: readonly DeadRule[]
  /** Ids of rules that are there before and after, and can decide only after. */
  readonly revived: readonly string[]
}

/** What changes from one state of everything to another; interfaces whose policies are the same are not listed. */
export interface WorldDiff extends Coverage {
  readonly revision: { readonly before: number; readonly after: number }
  readonly interfaces: readonly InterfaceDiff[]
}

/** What decides a set of flows: an entry of a policy or the policy's default. Null where it has no rule or group. */
export type Decider = Verdict

export type Severity = 'error' | 'warning' | 'note'

/** One finding of the linter. Its texts are in the catalogue: `finding.<id>.title`, `.why` and `.remedy`. */
export interface Finding {
  readonly id: FindingId
  readonly severity: Severity
  /** The group whose rules it is about, where it is about a group. */
  readonly group: string | null
  /** Rules that should change first, then those that matter for it. */
  readonly rules: readonly string[]
  /** Interfaces where it holds, sorted; empty where it does not depend on who joined. */
  readonly interfaces: readonly string[]
  /** What the texts name. */
  readonly params: Readonly<Record<string, string | number>>
  /** A flow that shows it. */
  readonly evidence: Flow | null
}

/** Ids of findings never change their meaning. */
export const findingIds = [
  'dead-rule',
  'dead-rule-somewhere',
  'drop-passed-by-replies',
  'empty-object',
  'equal-priority',
  'group-in-audit',
  'limit-addresses-per-group',
  'limit-group-objects',
  'limit-groups-per-interface',
  'limit-list-associations',
  'limit-list-entries',
  'limit-rules-per-group',
  'limit-rules-per-interface',
  'object-given-twice',
  'object-unknown',
  'open-to-world',
  'ports-all-but-zero',
  'ports-missing',
  'redundant-rule',
  'unused-list',
] as const

export type FindingId = (typeof findingIds)[number]

/** Findings by severity, group and id. Those that need sets of flows are missing where the budget ended first. */
export interface LintReport extends Coverage {
  readonly findings: readonly Finding[]
}

/** One end of a path: an interface of ours with its own addresses, or addresses that nothing of ours decides for. */
export type End = { readonly interface: string } | { readonly ranges: readonly AddressRange[] }

/** Which flows a path question is about; null means any. Ports are named by packet. */
export interface PathQuery {
  /** IANA protocol number. */
  readonly protocol: number | null
  readonly destinationPorts: PortSet | null
  readonly sourcePorts: PortSet | null
}

/** A set of packets of one path, named by packet. Null: the field does not exist for these protocols, or any. */
export interface PathRegion {
  readonly family: Region['family']
  readonly protocols: Region['protocols']
  readonly source: readonly AddressRange[]
  readonly destination: readonly AddressRange[]
  readonly sourcePorts: PortSet | null
  readonly destinationPorts: PortSet | null
  readonly icmpTypes: PortSet | null
}

/** One packet of a path. Ports and types are there where the protocol has them. */
export interface Packet {
  readonly protocol: number
  readonly source: Address
  readonly destination: Address
  readonly sourcePort?: number
  readonly destinationPort?: number
  readonly icmpType?: number
}

/** What one side of a path says: the interface, its direction, and what decides there. */
export interface SideVerdict {
  readonly side: Direction
  readonly interface: string
  readonly decider: Decider
}

/** Flows that fare alike: what each side that they cross says of them, in the order they cross. */
export interface PathPart {
  readonly region: PathRegion
  readonly count: bigint
  readonly example: Packet
  readonly sides: readonly SideVerdict[]
}

/** Flows that do not pass. `blockers` are all sides that drop them: both, where both do. */
export interface DeniedPart extends PathPart {
  readonly blockers: readonly SideVerdict[]
}

/** What of the flows asked about passes, and what does not. The largest parts first. */
export interface PathAnswer extends Coverage {
  readonly allowed: { readonly count: bigint; readonly parts: readonly PathPart[]; readonly more: boolean }
  readonly denied: { readonly count: bigint; readonly parts: readonly DeniedPart[]; readonly more: boolean }
}

/**
 * Connections that `from` opens to `to` (`forward`), and those that `to` opens to `from` (`reverse`), the same ports
 * asked about. Replies need no rule, so `reverse` is not about them.
 */
export interface Reach {
  readonly forward: PathAnswer
  readonly reverse: PathAnswer
}

/** Who may open a connection to a target: blocks of addresses in canonical text, and which interfaces of ours. */
export interface WhoMayReach extends Coverage {
  /** Sources that the target's own rules accept on at least one of the ports asked about. */
  readonly cidrs: readonly string[]
  readonly cidrs6: readonly string[]
  /** Interfaces of the same VPC from whose addresses a flow passes both their egress and the target's ingress. */
  readonly interfaces: readonly string[]
}

/** What must hold: every flow that is asked about passes, or none does. */
export interface Statement {
  readonly must: 'permit' | 'deny'
  readonly from: End
  readonly to: End
  readonly query: PathQuery
}

/**
 * `flows` is how many flows a statement that holds is about: of none at all, anything holds. `unknown`: the budget ended
 * before the statement was proven or a counterexample was found.
 */
export type StatementAnswer =
  | { readonly result: 'holds'; readonly flows: bigint }
  | { readonly result: 'fails'; readonly counterexample: PathPart; readonly blockers: readonly SideVerdict[] }
  | { readonly result: 'unknown'; readonly covered: number }
