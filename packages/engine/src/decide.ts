import type { Address } from './address.js'
import type { Bits } from './bits.js'
import { nextBit } from './bits.js'
import type { Classes } from './classes.js'
import { classesOf, entriesOfNumber, rowOfAddress } from './classes.js'
import type { Entry, Policy, Reason } from './entry.js'
import { withoutAudit } from './policy.js'
import type { Action } from './rule.js'

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

/** An entry that matched a flow: the first one decides, those staged before it only count, every other loses to it. */
export type Match =
  | { readonly entry: Entry; readonly outcome: 'decides' | 'counts' }
  | { readonly entry: Entry; readonly outcome: 'loses'; readonly losesTo: Entry }

/** A verdict with every entry that matched, in decision order, and what the verdict would be without audit. */
export interface Explanation {
  readonly verdict: Verdict
  readonly matches: readonly Match[]
  readonly staged: Verdict | Undecided | null
}

/** Keeps the entries that are also in `others`, from word `at`. */
function meet(entries: Bits, others: Bits, at = 0): void {
  for (let word = 0; word < entries.length; word++) entries[word]! &= others[at + word]!
}

/** The entries that match all that is known of a flow. One that tests ICMP types matches no flow without one. */
function candidatesOf(classes: Classes, flow: Flow): Bits {
  const { remote, local, protocol, remotePort, localPort, icmpType } = classes
  const from = rowOfAddress(remote, flow.remote)
  const entries = remote[flow.remote.family].bits.slice(from, from + classes.words)
  meet(entries, entriesOfNumber(protocol, flow.protocol))
  meet(entries, entriesOfNumber(icmpType, flow.icmpType ?? -1))
  if (flow.local) meet(entries, local[flow.local.family].bits, rowOfAddress(local, flow.local))
  if (flow.remotePort !== undefined) meet(entries, entriesOfNumber(remotePort, flow.remotePort))
  if (flow.localPort !== undefined) meet(entries, entriesOfNumber(localPort, flow.localPort))
  return entries
}

/** The field that an entry tests and the flow does not have. */
function missingFor(entry: Entry, flow: Flow): Undecided['missing'] | undefined {
  if (entry.local !== null && flow.local === undefined) return 'local'
  if (entry.localPorts !== null && flow.localPort === undefined) return 'localPort'
  if (entry.remotePorts !== null && flow.remotePort === undefined) return 'remotePort'
  return undefined
}

/** The verdict of an entry; without one, the policy's fallback. */
export function verdictOf(policy: Policy, entry: Entry | null): Verdict {
  if (entry === null) {
    return { verdict: policy.fallback, reason: 'default', rule: null, group: null, priority: null }
  }
  const { verdict, reason, rule, group, priority } = entry
  return { verdict, reason, rule, group, priority }
}

/** Places of the entries that match, in decision order, until `enough`; or what has to be known first. */
function matching(policy: Policy, flow: Flow, enough: number): number[] | Undecided {
  const candidates = candidatesOf(classesOf(policy), flow)
  const found: number[] = []
  for (let at = nextBit(candidates, 0); at >= 0 && found.length < enough; at = nextBit(candidates, at + 1)) {
    const entry = policy.entries[at]!
    const missing = missingFor(entry, flow)
    if (missing === undefined) found.push(at)
    // What is only known to match perhaps decides nothing once another entry has decided.
    else if (found.length === 0 && entry.reason !== 'carve-out') return { missing, rule: entry.rule }
  }
  return found
}

/**
 * The one answer to "given a flow, which rule decides?": the first entry in decision order that matches and is not
 * staged, else the policy's fallback. INVARIANT: no other code in the tree decides a flow, but `decideBatch` and `treesOf` on
 * the same classes.
 *
 * What is known is tested first: a missing field matters only when everything else matches. A carve-out applies only to
 * flows that show it (a UDP flow without ports is not taken for DHCP).
 */
export function decide(policy: Policy, flow: Flow): Verdict | Undecided {
  const found = matching(policy, flow, 1)
  return 'missing' in found ? found : verdictOf(policy, policy.entries[found[0] ?? -1] ?? null)
}

/** What `decide` would say if no group was in audit; null where the policy has nothing staged. */
export function decideStaged(policy: Policy, flow: Flow): Verdict | Undecided | null {
  const applied = withoutAudit(policy)
  return applied === policy ? null : decide(applied, flow)
}

/** Places of the staged entries that match. None where that is not known. */
function stagedMatches(policy: Policy, flow: Flow): number[] {
  const applied = withoutAudit(policy)
  const found = applied === policy ? [] : matching(applied, flow, Infinity)
  return 'missing' in found ? [] : found.filter((at) => policy.entries[at]!.staged)
}

/**
 * `decide` with its grounds: the deciding entry and those that matched too, in decision order. Staged ones that come
 * before it count, all others lose to it. Entries that test a field which the flow does not have are left out where
 * another one decides without it.
 */
export function explain(policy: Policy, flow: Flow): Explanation | Undecided {
  const found = matching(policy, flow, Infinity)
  if ('missing' in found) return found
  const [first = policy.entries.length] = found
  const decider = policy.entries[first] ?? null
  const all = [...found, ...stagedMatches(policy, flow)].sort((a, b) => a - b)
  return {
    verdict: verdictOf(policy, decider),
    matches: all.map((at): Match => {
      const entry = policy.entries[at]!
      if (at === first || decider === null) return { entry, outcome: entry.staged ? 'counts' : 'decides' }
      return at < first ? { entry, outcome: 'counts' } : { entry, outcome: 'loses', losesTo: decider }
    }),
    staged: decideStaged(policy, flow),
  }
}
