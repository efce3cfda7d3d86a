import type { Finding, LintReport, Severity } from './answers.js'
import type { Budget, Coverage } from './budget.js'
import { joinCoverage, sharedBudget } from './budget.js'
import type { DeadEntry } from './dead-entries.js'
import { deadEntries, redundantEntries } from './dead-entries.js'
import { exampleFor } from './diff.js'
import type { Entry, Policy } from './entry.js'
import { namesOf, ruleFinding } from './finding.js'
import type { LimitOptions } from './lint-limits.js'
import { lintLimits } from './lint-limits.js'
import type { PolicyFindings } from './lint-policy.js'
import { lintOpenPorts, lintReplies, lintTies } from './lint-policy.js'
import type { GivenObjects } from './lint-rules.js'
import { lintAudit, lintGiven, lintLists, lintRules } from './lint-rules.js'
import type { ManagementPort } from './management-ports.js'
import { managementPorts } from './management-ports.js'
import { compile, withoutAudit } from './policy.js'
import { regionsOfEntry } from './region.js'
import type { Policies } from './sites.js'
import { nicsOf, policiesOf, policyKey } from './sites.js'
import type { World } from './world.js'

export interface LintOptions extends LimitOptions {
  /** For all that needs sets of flows. */
  readonly budget: Budget
  /** Ports that should not be open to the world; `managementPorts` if left out. */
  readonly ports?: readonly ManagementPort[]
  /** By rule: the objects that its author gave, where known. A stored rule keeps only the one that counts. */
  readonly given?: ReadonlyMap<string, GivenObjects>
}

/** Policies that interfaces have in common, both directions. A group that nobody joined is looked at by itself. */
interface Place {
  readonly groups: readonly string[]
  readonly interfaces: readonly string[]
  readonly vpc: string
}

/**
 * All findings about a world. Rules are judged where they take part: with the rules of all groups that an interface
 * joined. A rule is dead, or changes nothing, only if it is so wherever it takes part.
 */
export function lint(world: World, options: LintOptions): LintReport {
  const budget = sharedBudget(options.budget)
  const policies = policiesOf(world)
  const collected = collector()
  const coverage: Coverage[] = []
  const idle = idleRules()
  for (const place of placesOf(world)) {
    for (const part of partsOf(place, policies, options.ports ?? managementPorts, budget, idle)) {
      coverage.push(...part.coverage)
      for (const finding of part.findings) collected.add(finding, place.interfaces)
    }
  }
  const given = [...(options.given ?? [])].flatMap(([id, objects]) => {
    const group = world.ruleGroup.get(id)
    return group === undefined ? [] : lintGiven({ id, group }, objects)
  })
  const findings = [
    ...given,
    ...lintRules(world),
    ...lintLists(world),
    ...lintAudit(world),
    ...lintLimits(world, options),
    ...collected.all(),
    ...idle.findings(),
  ]
  return {
    findings: findings.sort(compareFindings),
    ...joinCoverage(coverage.map((one) => ({ ...one, flows: 1n }))),
  }
}

function placesOf(world: World): Place[] {
  const places = new Map<string, { groups: readonly string[]; interfaces: string[]; vpc: string }>()
  for (const { id, groups, vpc } of world.interfaces.values()) {
    const key = `${vpc === '' ? 'classic ' : ''}${policyKey(groups)}`
    const known = places.get(key)
    if (known) known.interfaces.push(id)
    else places.set(key, { groups, interfaces: [id], vpc })
  }
  const alone = [...world.groups.values()]
    .filter(({ id }) => !world.joined.has(id))
    .map(({ id, vpc }) => ({ groups: [id], interfaces: [], vpc }))
  return [...places.values(), ...alone].map((place) => ({
    ...place,
    interfaces: [...place.interfaces].sort(),
  }))
}

/** Everything about the policies of one place. */
function partsOf(
  { groups, interfaces, vpc }: Place,
  policies: Policies,
  ports: readonly ManagementPort[],
  budget: Budget,
  idle: IdleRules,
): PolicyFindings[] {
  return nicsOf(vpc).flatMap((nic) => {
    const enforced = policies(groups, 'ingress', nic)
    // What the rules say is looked at as written, what is open as it is.
    const [ingress, egress] = [withoutAudit(enforced), withoutAudit(policies(groups, 'egress', nic))]
    return [
      ...[ingress, egress].flatMap((policy) => {
        const { dead, ...looked } = idle.look(policy, interfaces, budget)
        return [lintTies(policy, budget, dead), looked]
      }),
      lintOpenPorts(enforced, ports, budget),
      lintReplies(ingress, egress, budget),
      lintReplies(egress, ingress, budget),
    ]
  })
}

/** Findings that several places share become one that names the interfaces of all. */
function collector(): {
  add: (finding: Finding, interfaces: readonly string[]) => void
  all: () => Finding[]
} {
  const known = new Map<string, { finding: Finding; interfaces: Set<string> }>()
  return {
    add: (finding, interfaces) => {
      const key = [finding.id, finding.rules[0], finding.params['family'] ?? ''].join(' ')
      const entry = known.get(key) ?? { finding, interfaces: new Set() }
      for (const one of interfaces) entry.interfaces.add(one)
      if (rank[finding.severity] < rank[entry.finding.severity]) entry.finding = finding
      known.set(key, entry)
    },
    all: () =>
      [...known.values()].map(({ finding, interfaces }) => ({
        ...finding,
        interfaces: [...interfaces].sort(),
      })),
  }
}

/** What became of one rule in all policies that it takes part in. */
interface Part {
  readonly entry: Entry
  readonly policy: Policy
  places: number
  needless: number
  readonly dead: { readonly found: DeadEntry; readonly interfaces: readonly string[] }[]
}

interface IdleRules {
  /** Looks at one policy, and says which of its entries never decide. */
  readonly look: (
    policy: Policy,
    interfaces: readonly string[],
    budget: Budget,
  ) => PolicyFindings & { readonly dead: ReadonlySet<Entry> }
  readonly findings: () => Finding[]
}

/** Rules that never decide, or need not be there; what is not proven in one place is not said of any. */
function idleRules(): IdleRules {
  const parts = new Map<string, Part>()
  return {
    look: (policy, interfaces, budget) => {
      for (const entry of policy.entries) {
        if (entry.rule === null) continue
        const part = parts.get(entry.rule)
        if (part) part.places++
        else parts.set(entry.rule, { entry, policy, places: 1, needless: 0, dead: [] })
      }
      const dead = deadEntries(policy, budget)
      // What is only needless as long as a dead rule stays, or once it is gone, is not called so.
      const first = redundantEntries(policy, budget)
      const lasting = withoutDead(policy, dead.dead)
      const last = lasting === policy ? first : redundantEntries(lasting, budget, new Set(first.redundant))
      for (const found of dead.dead) parts.get(found.entry.rule ?? '')?.dead.push({ found, interfaces })
      for (const entry of last.redundant) {
        const part = parts.get(entry.rule ?? '')
        if (part) part.needless++
      }
      const entries = new Set(dead.dead.map(({ entry }) => entry))
      return { findings: [], coverage: [dead, first, last], dead: entries }
    },
    findings: () => [...parts.values()].flatMap(findingOf),
  }
}

/** The policy without its dead rules, which decides alike. */
function withoutDead(policy: Policy, dead: readonly DeadEntry[]): Policy {
  if (dead.length === 0) return policy
  const gone = new Set(dead.map(({ entry }) => entry))
  const entries = policy.entries.filter((entry) => !gone.has(entry))
  return compile(entries, policy.fallback, policy.direction)
}

function findingOf({ entry, policy, places, needless, dead }: Part): Finding[] {
  const rule = { id: entry.rule ?? '', group: entry.group ?? '' }
  const [region] = regionsOfEntry(entry)
  // What matches nothing at all is found as such.
  if (!region) return []
  const evidence = exampleFor(region, policy.direction)
  const [first] = dead
  if (first) {
    const { blockers } = first.found
    const names = namesOf([...new Set(blockers.map((one) => one.rule ?? one.group ?? one.reason))])
    const rules = blockers.flatMap((one) => one.rule ?? [])
    const interfaces = [...new Set(dead.flatMap((one) => one.interfaces))].sort()
    const more = { rules, interfaces, evidence }
    if (dead.length === places) return [ruleFinding('dead-rule', 'warning', rule, { blockers: names }, more)]
    // Where it is dead only with groups that nobody joined there is no interface to name.
    if (interfaces.length === 0) return []
    const params = { blockers: names, count: interfaces.length }
    return [ruleFinding('dead-rule-somewhere', 'note', rule, params, more)]
  }
  return needless === places ? [ruleFinding('redundant-rule', 'note', rule, {}, { evidence })] : []
}

const rank: Record<Severity, number> = { error: 0, warning: 1, note: 2 }

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const compareFindings = (a: Finding, b: Finding): number =>
  rank[a.severity] - rank[b.severity] ||
  compareTexts(a.group ?? '', b.group ?? '') ||
  compareTexts(a.id, b.id) ||
  compareTexts(a.rules[0] ?? '', b.rules[0] ?? '')
