import type { ChangedRegion, FlowChange, PolicyDiff } from './answers.js'
import type { Budget } from './budget.js'
import type { Flow, Verdict } from './decide.js'
import { decide } from './decide.js'
import type { Diagram } from './diagram.js'
import { diagramOf } from './diagram.js'
import type { Wanted } from './diagram-answers.js'
import { countOf, coverageOf, regionsWith } from './diagram-answers.js'
import type { Policy } from './entry.js'
import { compile } from './policy.js'
import type { Region } from './region.js'
import { exampleOf } from './region.js'
import type { Action, Direction } from './rule.js'

export interface DiffOptions {
  readonly budget: Budget
  /** Regions listed each way at most; 20 if left out. */
  readonly regions?: number
  /** Only flows in these regions are compared; all if left out. */
  readonly within?: readonly Region[]
}

export const regionsListed = 20

const changes =
  (from: Action): Wanted =>
  ([before, after]) =>
    before?.verdict === from && after?.verdict !== from

/**
 * The flows that open and the flows that close from one policy to another of the same direction. Counts are exact and
 * `equal` means that both decide every flow alike, as long as the answer is complete. What the answer says of flows is
 * true also when the budget ended first.
 */
export function diff(before: Policy, after: Policy, { budget, regions, within }: DiffOptions): PolicyDiff {
  const diagram = diagramOf({
    layers: [
      { policy: before, by: 'verdict' },
      { policy: after, by: 'verdict' },
    ],
    differences: true,
    budget,
    ...(within && { within }),
  })
  const way = (from: Action): FlowChange =>
    changeOf(diagram, changes(from), { before, after }, regions ?? regionsListed)
  const [opens, closes] = [way('drop'), way('accept')]
  const coverage = coverageOf(diagram)
  return { ...coverage, equal: coverage.complete && opens.count === 0n && closes.count === 0n, opens, closes }
}

function changeOf(
  diagram: Diagram,
  wanted: Wanted,
  policies: { before: Policy; after: Policy },
  limit: number,
): FlowChange {
  const count = countOf(diagram, wanted)
  if (count === 0n) return { count, regions: [], more: !diagram.complete }
  const { regions, more } = regionsWith(diagram, wanted, limit)
  return {
    count,
    regions: regions.map(({ region }) => changedRegion(region, policies)),
    more: more || !diagram.complete,
  }
}

function changedRegion(region: Region, { before, after }: { before: Policy; after: Policy }): ChangedRegion {
  const example = exampleFor(region, after.direction)
  return { region, example, before: verdictOn(before, example), after: verdictOn(after, example) }
}

/** A flow of a region as one might see it in this direction: whoever opens it has a client's port. */
export function exampleFor(region: Region, direction: Direction): Flow {
  if (direction === 'ingress') return exampleOf(region)
  const { remotePorts, localPorts } = region
  const { remotePort, localPort, ...flow } = exampleOf({
    ...region,
    remotePorts: localPorts,
    localPorts: remotePorts,
  })
  return {
    ...flow,
    ...(localPort !== undefined && { remotePort: localPort }),
    ...(remotePort !== undefined && { localPort: remotePort }),
  }
}

/** What decides a flow that has every field its protocol has. */
export function verdictOn(policy: Policy, flow: Flow): Verdict {
  const verdict = decide(policy, flow)
  if ('missing' in verdict) throw new Error(`a whole flow misses ${verdict.missing}`)
  return verdict
}

/** The policy where there is no interface: nothing passes. */
export const nowhere: Readonly<Record<Direction, Policy>> = {
  ingress: compile([], 'drop', 'ingress'),
  egress: compile([], 'drop', 'egress'),
}
