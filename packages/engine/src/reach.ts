import type { End, PathQuery, Reach, Statement, StatementAnswer, WhoMayReach } from './answers.js'
import type { Budget, Coverage } from './budget.js'
import { joinCoverage, sharedBudget } from './budget.js'
import { cidrsOf } from './cidr-cover.js'
import { regionsListed } from './diff.js'
import { diagramOf } from './diagram.js'
import { addressesWith, coverageOf } from './diagram-answers.js'
import type { AddressRange, PortSet } from './entry.js'
import type { Interface } from './facts.js'
import type { Terminal } from './path.js'
import { crossingsOf, passes, passesByRules, pathAnswer, terminalOf } from './path.js'
import { mergeRanges } from './ranges.js'
import { allAddresses } from './region.js'
import type { Policies } from './sites.js'
import { policiesOf, policyKey } from './sites.js'
import type { World } from './world.js'

export interface ReachOptions {
  readonly budget: Budget
  /** Parts listed of what passes and of what does not, at most; 20 if left out. */
  readonly regions?: number
}

/**
 * Which connections that `from` opens to `to` pass, which do not and for which reasons, and the same with the ends
 * changed. Throws a RangeError where an interface is unknown, and where neither end is one.
 */
export function reach(world: World, from: End, to: End, query: PathQuery, options: ReachOptions): Reach {
  const policies = policiesOf(world)
  const [source, target] = [terminalOf(world, from), terminalOf(world, to)]
  const means = { budget: sharedBudget(options.budget), regions: options.regions ?? regionsListed }
  return {
    forward: pathAnswer(policies, source, target, query, means),
    reverse: pathAnswer(policies, target, source, query, means),
  }
}

/** An interface and what of it is to be reached; null means any protocol, any port. */
export interface Target {
  readonly interface: string
  readonly protocol: number | null
  readonly ports: PortSet | null
}

/**
 * Who may open a connection to a target. A block is listed if from each of its addresses something is accepted, on one
 * of the ports at least. Throws a RangeError where the interface is unknown.
 */
export function whoMayReach(
  world: World,
  target: Target,
  options: Pick<ReachOptions, 'budget'>,
): WhoMayReach {
  const policies = policiesOf(world)
  const budget = sharedBudget(options.budget)
  const to = terminalOf(world, { interface: target.interface })
  const query = { protocol: target.protocol, destinationPorts: target.ports, sourcePorts: null }
  const anyone = { interface: null, addresses: { 4: [allAddresses(4)], 6: [allAddresses(6)] } }
  const outside = sourcesOf(policies, anyone, to, query, budget)
  const inside = interfacesThatReach(world, policies, to, query, budget)
  const ofFamily = (family: 4 | 6): AddressRange[] =>
    mergeRanges(outside.ranges.filter((range) => range.family === family))
  return {
    ...joinCoverage([...outside.coverage, ...inside.coverage].map((one) => ({ ...one, flows: 1n }))),
    cidrs: cidrsOf(ofFamily(4)),
    cidrs6: cidrsOf(ofFamily(6)),
    interfaces: inside.ids,
  }
}

/** Addresses of `from` from which some flow passes. */
function sourcesOf(
  policies: Policies,
  from: Terminal,
  to: Terminal,
  query: PathQuery,
  budget: Budget,
): { ranges: AddressRange[]; coverage: Coverage[] } {
  const diagrams = crossingsOf(policies, from, to, query).map(({ layers, within }) =>
    diagramOf({ layers: layers.map((layer) => ({ ...layer, by: 'verdict' as const })), within, budget }),
  )
  return {
    ranges: diagrams.flatMap((diagram) => addressesWith(diagram, 'local', passes)),
    coverage: diagrams.map(coverageOf),
  }
}

/** Other interfaces in the target's VPC; those with the same groups are asked about together. */
function interfacesThatReach(
  world: World,
  policies: Policies,
  to: Terminal,
  query: PathQuery,
  budget: Budget,
): { ids: string[]; coverage: Coverage[] } {
  const places = new Map<string, Interface[]>()
  for (const one of world.interfaces.values()) {
    if (one.vpc !== to.interface?.vpc || one.id === to.interface.id) continue
    const key = policyKey(one.groups)
    const alike = places.get(key)
    if (alike) alike.push(one)
    else places.set(key, [one])
  }
  const ids: string[] = []
  const coverage: Coverage[] = []
  for (const alike of places.values()) {
    const own = alike.map((one) => terminalOf(world, { interface: one.id }))
    const together = (family: 4 | 6): AddressRange[] =>
      mergeRanges(own.flatMap(({ addresses }) => addresses[family]))
    const from = { interface: alike[0] ?? null, addresses: { 4: together(4), 6: together(6) } }
    const found = sourcesOf(policies, from, to, query, budget)
    coverage.push(...found.coverage)
    const reaches = ({ family, first, last }: AddressRange): boolean =>
      found.ranges.some((range) => range.family === family && range.first <= last && first <= range.last)
    for (const [at, one] of alike.entries()) {
      const { addresses } = own[at]!
      if ([...addresses[4], ...addresses[6]].some(reaches)) ids.push(one.id)
    }
  }
  return { ids: ids.sort(), coverage }
}

/**
 * Whether each statement holds, in order; one that does not comes with a flow that shows it, and who is to blame. What
 * no rule could stop (DHCP, neighbour discovery, metadata) fails no `deny`.
 */
export function assertStatements(
  world: World,
  statements: readonly Statement[],
  options: Pick<ReachOptions, 'budget'>,
): StatementAnswer[] {
  const policies = policiesOf(world)
  const budget = sharedBudget(options.budget)
  return statements.map(({ must, from, to, query }): StatementAnswer => {
    const ends = [terminalOf(world, from), terminalOf(world, to)] as const
    const answer = pathAnswer(policies, ...ends, query, { budget, regions: 1 }, passesByRules)
    const { allowed, denied, complete, covered } = answer
    const [refused] = denied.parts
    const [passing] = allowed.parts
    if (must === 'permit' && refused)
      return { result: 'fails', counterexample: refused, blockers: refused.blockers }
    if (must === 'deny' && passing) return { result: 'fails', counterexample: passing, blockers: [] }
    return complete
      ? { result: 'holds', flows: allowed.count + denied.count }
      : { result: 'unknown', covered }
  })
}
