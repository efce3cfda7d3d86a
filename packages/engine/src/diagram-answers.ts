import type { Coverage } from './budget.js'
import type { Diagram, Edge, Node } from './diagram.js'
import { OUTSIDE, UNKNOWN, outcomeOf } from './diagram.js'
import type { AddressRange, Entry } from './entry.js'
import { mergePorts, mergeRanges } from './ranges.js'
import type { Region } from './region.js'
import type { Action } from './rule.js'
import type { FieldName, Universe } from './universe.js'
import type { Path } from './universe-values.js'
import { addressesIn, classesIn, regionOfPath } from './universe-values.js'

/** What one layer says of a set of flows. `entry` is null where the fallback decides, or where only verdicts were asked. */
export interface Outcome {
  readonly verdict: Action
  readonly entry: Entry | null
}

/** Chooses outcomes; they stand in the order of the question's layers. */
export type Wanted = (outcomes: readonly Outcome[]) => boolean

/** Flows that have the same outcomes. */
export interface RegionAnswer {
  readonly region: Region
  readonly outcomes: readonly Outcome[]
}

/** The outcomes that a diagram knows, by number. */
function outcomesOf({ layers, joint, outcomes }: Diagram): Outcome[][] {
  return outcomes.map((outcome) =>
    outcome.map((told, layer): Outcome => {
      const { policy, by } = layers[layer]!
      if (by === 'verdict') return { verdict: told === 1 ? 'accept' : 'drop', entry: null }
      const entry = told < 0 ? null : policy.entries[joint.places[layer]![told]!]!
      return { verdict: entry?.verdict ?? policy.fallback, entry }
    }),
  )
}

/** Which children below 0 are asked about. */
type Chosen = (child: number) => boolean

const chosenBy = (diagram: Diagram, wanted: Wanted): Chosen => {
  const chosen = outcomesOf(diagram).map(wanted)
  return (child) => chosen[outcomeOf(child)] ?? false
}

/** Flows below a child, per combination of the fields before its level, and where its level is. */
type Counter = (child: number, universe: Universe, level: number) => bigint

/** Counts chosen flows. Every node is counted once. */
function counterOf({ nodes }: Diagram, chosen: Chosen): Counter {
  const counts = new Array<bigint | undefined>(nodes.length)
  const inNode = (number: number, universe: Universe): bigint => {
    const known = counts[number]
    if (known !== undefined) return known
    const { level, edges } = nodes[number]!
    const { weights } = universe.levels[level]!
    let sum = 0n
    for (const { child, slots } of edges) {
      const below = count(child, universe, level + 1)
      if (below !== 0n) sum += below * weightOf(weights, slots)
    }
    counts[number] = sum
    return sum
  }
  const count: Counter = (child, universe, level) => {
    if (child < 0) return chosen(child) ? universe.below[level]! : 0n
    // Levels between decide nothing.
    const skipped = universe.below[level]! / universe.below[nodes[child]!.level]!
    return inNode(child, universe) * skipped
  }
  return count
}

function weightOf(weights: readonly bigint[], slots: Int32Array): bigint {
  let sum = 0n
  for (const slot of slots) sum += weights[slot]!
  return sum
}

function countBy(diagram: Diagram, chosen: Chosen): bigint {
  const count = counterOf(diagram, chosen)
  return diagram.roots.reduce((sum, root, index) => sum + count(root, diagram.universes[index]!, 0), 0n)
}

/** How many distinct flows have a wanted outcome. Exact if the diagram is complete, else those that are proven. */
export const countOf = (diagram: Diagram, wanted: Wanted): bigint =>
  countBy(diagram, chosenBy(diagram, wanted))

/** How many distinct flows the question is about. Where two layers go on alike, regions asked about are not looked at. */
export const flowsOf = (diagram: Diagram): bigint => countBy(diagram, (child) => child !== OUTSIDE)

/** Whether everything asked about is decided, and which share of it is; 1 only if all. */
export function coverageOf(diagram: Diagram): Coverage {
  if (diagram.complete) return { complete: true, covered: 1 }
  const all = flowsOf(diagram)
  const unknown = countBy(diagram, (child) => child === UNKNOWN)
  const parts = 1_000_000n
  const covered = all === 0n ? 0 : Math.min(Number(((all - unknown) * parts) / all) / Number(parts), 0.999999)
  return { complete: false, covered }
}

/** Edges that lead to something chosen, those with most flows first. */
function edgesByCount(node: Node, universe: Universe, count: Counter): Edge[] {
  const { weights } = universe.levels[node.level]!
  return node.edges
    .map((edge) => ({
      edge,
      flows: count(edge.child, universe, node.level + 1) * weightOf(weights, edge.slots),
    }))
    .filter(({ flows }) => flows > 0n)
    .sort((a, b) => (a.flows < b.flows ? 1 : a.flows > b.flows ? -1 : 0))
    .map(({ edge }) => edge)
}

/**
 * Regions that together hold the flows with a wanted outcome, at most `limit` of them, and whether there are more. They
 * do not overlap. What is said of several protocols alike is said once.
 */
export function regionsWith(
  diagram: Diagram,
  wanted: Wanted,
  limit: number,
): { regions: RegionAnswer[]; more: boolean } {
  const outcomes = outcomesOf(diagram)
  const chosen = chosenBy(diagram, wanted)
  const count = counterOf(diagram, chosen)
  const found: RegionAnswer[] = []
  let more = false
  const visit = (child: number, universe: Universe, path: Path): void => {
    if (more) return
    if (child < 0) {
      if (!chosen(child)) return
      const answer = {
        region: regionOfPath(diagram.joint.classes, universe, path),
        outcomes: outcomes[outcomeOf(child)]!,
      }
      if (!joinInto(found, answer)) {
        if (found.length >= limit) more = true
        else found.push(answer)
      }
      return
    }
    const node = diagram.nodes[child]!
    const { field } = universe.levels[node.level]!
    for (const edge of edgesByCount(node, universe, count)) {
      visit(edge.child, universe, new Map(path).set(field, new Set(edge.slots)))
    }
  }
  for (const [index, root] of diagram.roots.entries()) visit(root, diagram.universes[index]!, new Map())
  return { regions: found, more }
}

const free = ({ remotePorts, localPorts, icmpTypes }: Region): boolean =>
  remotePorts === null && localPorts === null && icmpTypes === null

const same = (a: unknown, b: unknown): boolean => keyOf(a) === keyOf(b)

/** A text that equal values have in common. */
export const keyOf = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part))

/** Adds a region to one that differs in the protocols only, where there is one: kinds of protocols were walked apart. */
function joinInto(found: RegionAnswer[], { region, outcomes }: RegionAnswer): boolean {
  if (!free(region)) return false
  const at = found.findIndex(
    (one) =>
      free(one.region) &&
      one.region.family === region.family &&
      one.outcomes === outcomes &&
      same([one.region.remote, one.region.local], [region.remote, region.local]),
  )
  if (at < 0) return false
  const one = found[at]!
  const protocols = [...one.region.protocols, ...region.protocols]
  found[at] = { region: { ...one.region, protocols: mergePorts(protocols) }, outcomes }
  return true
}

/** The addresses of a side for which some flow has a wanted outcome, by family. */
export function addressesWith(diagram: Diagram, side: 'remote' | 'local', wanted: Wanted): AddressRange[] {
  const chosen = chosenBy(diagram, wanted)
  const count = counterOf(diagram, chosen)
  const ranges = { 4: [] as AddressRange[], 6: [] as AddressRange[] }
  for (const [index, universe] of diagram.universes.entries()) {
    const slots = slotsWith(diagram, index, side, count)
    if (slots === null || slots.size > 0) {
      const chosen = classesIn(universe, side, slots)
      ranges[universe.family].push(...addressesIn(diagram.joint.classes, side, universe.family, chosen))
    }
  }
  return [...mergeRanges(ranges[4]), ...mergeRanges(ranges[6])]
}

/** Slots of a field that lead to something wanted; null where the field makes no difference to some that is. */
function slotsWith(
  diagram: Diagram,
  index: number,
  field: FieldName,
  count: Counter,
): ReadonlySet<number> | null {
  const universe = diagram.universes[index]!
  const level = universe.levels.findIndex((one) => one.field === field)
  const slots = new Set<number>()
  let all = false
  const seen = new Set<number>()
  const visit = (child: number, from: number): void => {
    if (all || seen.has(child) || count(child, universe, from) === 0n) return
    if (child >= 0) seen.add(child)
    const node = child < 0 ? undefined : diagram.nodes[child]!
    if (level < 0 || !node || node.level > level) {
      all = true
      return
    }
    for (const edge of node.edges) {
      if (node.level < level) visit(edge.child, node.level + 1)
      else if (count(edge.child, universe, level + 1) > 0n) for (const slot of edge.slots) slots.add(slot)
    }
  }
  visit(diagram.roots[index]!, 0)
  return all ? null : slots
}

/** Whether two layers asked for differences have none; undefined where the budget did not suffice to say so. */
export function areAlike(diagram: Diagram): boolean | undefined {
  const differs = countOf(diagram, ([a, b]) => a?.verdict !== b?.verdict) > 0n
  return differs ? false : diagram.complete ? true : undefined
}
