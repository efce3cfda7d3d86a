import { addressCount } from './ranges.js'
import type { Family } from './address.js'
import type { DeadRule, InterfaceDiff, PolicyDiff, WorldDiff } from './answers.js'
import type { Budget, Coverage } from './budget.js'
import { joinCoverage, sharedBudget } from './budget.js'
import { deadEntries } from './dead-entries.js'
import type { Verdict } from './decide.js'
import { diff, nowhere, regionsListed } from './diff.js'
import { joinDiffs, relocated, samePolicy, testsLocal } from './diff-parts.js'
import type { AddressRange, Entry, Policy } from './entry.js'
import type { Interface } from './facts.js'
import { withoutAudit } from './policy.js'
import { regionOf } from './region.js'
import type { Direction } from './rule.js'
import type { Policies } from './sites.js'
import { nicsOf, ownAddresses, policiesOf, policyKey, remotesAt } from './sites.js'
import type { World } from './world.js'
import { touchedGroups } from './world-changes.js'

export interface WorldDiffOptions {
  /** For all interfaces together. */
  readonly budget: Budget
  /** Regions listed each way at most for each interface and direction; 20 if left out. */
  readonly regions?: number
}

/** An interface before and after, one of which may be missing. */
interface Pair {
  readonly before: Interface | undefined
  readonly after: Interface | undefined
}

type Own = Readonly<Record<Family, readonly AddressRange[]>>

interface Compared extends Coverage {
  readonly diff: PolicyDiff
  readonly dead: readonly DeadRule[]
  readonly revived: readonly string[]
}

/**
 * What opens, closes and becomes dead from one state of everything to another, for every interface and direction whose
 * policy or addresses change; the others are not listed. Only flows of an interface's own addresses count. Interfaces
 * with the same groups share one comparison.
 */
export function diffWorlds(before: World, after: World, options: WorldDiffOptions): WorldDiff {
  const touched = touchedGroups(before, after)
  const budget = sharedBudget(options.budget)
  const compare = comparer(before, after, budget, options.regions ?? regionsListed)
  const interfaces: InterfaceDiff[] = []
  const coverage: Coverage[] = []
  for (const pair of pairsOf(before, after)) {
    if (!mayDiffer(pair, touched)) continue
    const one = (pair.after ?? pair.before)!
    for (const direction of ['ingress', 'egress'] as const) {
      const compared = compare(pair, direction)
      if (!compared) continue
      const { diff: found, dead, revived, ...covered } = compared
      const status = !pair.before ? 'added' : !pair.after ? 'removed' : 'changed'
      interfaces.push({ id: one.id, instance: one.instance, direction, status, diff: found, dead, revived })
      coverage.push(covered)
    }
  }
  return {
    ...joinCoverage(coverage.map((one) => ({ ...one, flows: 1n }))),
    revision: { before: before.revision, after: after.revision },
    interfaces,
  }
}

function pairsOf(before: World, after: World): Pair[] {
  const ids = [...new Set([...before.interfaces.keys(), ...after.interfaces.keys()])].sort()
  return ids.map((id) => ({ before: before.interfaces.get(id), after: after.interfaces.get(id) }))
}

const addressKey = (one: Interface | undefined): string => (one ? [...one.addresses].sort().join(' ') : '')

const mayDiffer = ({ before, after }: Pair, touched: ReadonlySet<string>): boolean =>
  !before ||
  !after ||
  policyKey(before.groups) !== policyKey(after.groups) ||
  addressKey(before) !== addressKey(after) ||
  after.groups.some((group) => touched.has(group))

const ownOf = (one: Interface | undefined): Own =>
  one ? { 4: ownAddresses(one, 4), 6: ownAddresses(one, 6) } : { 4: [], 6: [] }

/** Compares interfaces, each kind once. */
function comparer(
  worldBefore: World,
  worldAfter: World,
  budget: Budget,
  limit: number,
): (pair: Pair, direction: Direction) => Compared | undefined {
  const [policiesBefore, policiesAfter] = [policiesOf(worldBefore), policiesOf(worldAfter)]
  const dead = deadFinder(budget)
  const known = new Map<string, Compared | undefined>()
  return (pair, direction) => {
    const { before, after } = pair
    const sides = sidesOf(pair, direction, policiesBefore, policiesAfter)
    const own = ownOf(after ?? before)
    const fixed =
      (before && after && addressKey(before) !== addressKey(after)) ||
      sides.some((side) => testsLocal(side.before) || testsLocal(side.after))
    const place = fixed
      ? `${addressKey(before)} to ${addressKey(after)}`
      : `${addressCount(own[4])} ${addressCount(own[6])}`
    const key = [
      before && policyKey(before.groups),
      after && policyKey(after.groups),
      direction,
      sides.length,
      place,
    ]
      .map((part) => part ?? '-')
      .join(' | ')
    if (!known.has(key)) known.set(key, compareSides(pair, sides, { budget, limit, dead }))
    const compared = known.get(key)
    return compared && !fixed ? { ...compared, diff: relocated(compared.diff, own) } : compared
  }
}

/** One side of an interface: its policies and the remote addresses that it deals with. */
interface Side {
  readonly before: Policy
  readonly after: Policy
  readonly remote: (family: Family) => readonly AddressRange[]
}

function sidesOf({ before, after }: Pair, direction: Direction, was: Policies, is: Policies): Side[] {
  const { vpc } = (after ?? before)!
  return nicsOf(vpc).map((nic) => ({
    before: before ? was(before.groups, direction, nic) : nowhere[direction],
    after: after ? is(after.groups, direction, nic) : nowhere[direction],
    remote: (family) => remotesAt(vpc, nic, family),
  }))
}

interface Means {
  readonly budget: Budget
  readonly limit: number
  readonly dead: DeadFinder
}

/** Undefined where nothing is different. */
function compareSides(
  pair: Pair,
  sides: readonly Side[],
  { budget, limit, dead }: Means,
): Compared | undefined {
  const moved = addressKey(pair.before) !== addressKey(pair.after)
  const changed = sides.filter(({ before, after }) => moved || !samePolicy(before, after))
  if (changed.length === 0) return undefined
  const diffs = changed.flatMap((side) =>
    addressParts(pair, side).map((part) =>
      diff(part.before, part.after, { budget, regions: limit, within: part.within }),
    ),
  )
  const found = joinDiffs(diffs, limit)
  const deaths = changed.map(({ before, after }) => newlyDead(before, after, dead))
  const coverage = joinCoverage([found, ...deaths].map((one) => ({ ...one, flows: 1n })))
  return {
    ...coverage,
    diff: found,
    dead: deaths.flatMap((one) => one.dead),
    revived: deaths.flatMap((one) => one.revived),
  }
}

/** Addresses kept are compared; nothing passed at those that come, and nothing will at those that go. */
function addressParts(pair: Pair, { before, after, remote }: Side) {
  const [was, is] = [ownOf(pair.before), ownOf(pair.after)]
  const none = nowhere[after.direction]
  const within = (own: (family: Family) => readonly AddressRange[]) =>
    ([4, 6] as const)
      .map((family) => regionOf(family, { local: own(family), remote: remote(family) }))
      .filter((region) => region.local.length > 0 && region.remote.length > 0)
  return [
    { before, after, within: within((family) => both(was[family], is[family], true)) },
    { before, after: none, within: within((family) => both(was[family], is[family], false)) },
    { before: none, after, within: within((family) => both(is[family], was[family], false)) },
  ].filter((part) => part.within.length > 0)
}

/** Single addresses of one list that are, or are not, in the other. */
function both(
  list: readonly AddressRange[],
  other: readonly AddressRange[],
  inside: boolean,
): AddressRange[] {
  const points = list.flatMap(({ family, first, last }) =>
    Array.from({ length: Number(last - first) + 1 }, (_, step) => {
      const bits = first + BigInt(step)
      return { family, first: bits, last: bits }
    }),
  )
  return points.filter(({ first }) => other.some((one) => one.first <= first && first <= one.last) === inside)
}

interface Deaths extends Coverage {
  readonly rules: ReadonlyMap<string, DeadRule>
}

/** Rules that were dead before need no blockers named: they are not told. */
type DeadFinder = (policy: Policy, before?: Deaths) => Deaths

const deciderOf = ({ verdict, reason, rule, group, priority }: Entry): Verdict => ({
  verdict,
  reason,
  rule,
  group,
  priority,
})

/** The dead rules of policies, each looked for once for every policy that it is compared with. */
function deadFinder(budget: Budget): DeadFinder {
  const known = new Map<Deaths | undefined, Map<Policy, Deaths>>()
  return (policy, before) => {
    const alike = known.get(before) ?? new Map<Policy, Deaths>()
    known.set(before, alike)
    const found = alike.get(policy)
    if (found) return found
    const isNew = ({ rule }: Entry): boolean => before !== undefined && !before.rules.has(rule ?? '')
    const { dead, complete, covered } = deadEntries(policy, budget, isNew)
    const rules = dead.map(({ entry, blockers }): DeadRule => ({
      rule: entry.rule ?? '',
      group: entry.group ?? '',
      blockers: blockers.map(deciderOf),
    }))
    const deaths = { rules: new Map(rules.map((one) => [one.rule, one])), complete, covered }
    alike.set(policy, deaths)
    return deaths
  }
}

/** Rules that died or revived as they are written: audit, which is meant to end, makes none dead. */
function newlyDead(
  enforcedBefore: Policy,
  enforcedAfter: Policy,
  find: DeadFinder,
): Coverage & Pick<Compared, 'dead' | 'revived'> {
  const [before, after] = [withoutAudit(enforcedBefore), withoutAudit(enforcedAfter)]
  if (samePolicy(before, after)) return { dead: [], revived: [], complete: true, covered: 1 }
  const was = find(before)
  const is = find(after, was)
  // Without both answers nothing can be said to be new.
  if (!was.complete || !is.complete)
    return { dead: [], revived: [], complete: false, covered: Math.min(was.covered, is.covered) }
  const there = new Set(after.entries.map(({ rule }) => rule))
  return {
    dead: [...is.rules.values()].filter(({ rule }) => !was.rules.has(rule)),
    revived: [...was.rules.keys()].filter((rule) => there.has(rule) && !is.rules.has(rule)),
    complete: true,
    covered: 1,
  }
}
