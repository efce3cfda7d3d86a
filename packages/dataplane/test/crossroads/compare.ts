import type { World } from '@sallyport/engine'
import { formatAddress } from '@sallyport/engine'
import { counterOf } from '../../src/compiled/counters.js'
import { desiredOf } from '../../src/desired.js'
import type { Enforcer } from '../../src/enforcer.js'
import { formOf } from '../../src/intermediate.js'
import { readCounters } from '../../src/nftables/counts.js'
import type { Expected } from './flows.js'
import { trips } from './flows.js'
import type { Trip } from './frames.js'
import type { Crossroads } from './stage.js'

/** Sends what is drawn for a world through the kernel, and says where kernel and engine are not of one mind. */

/** What judgements are made of: lists of entries, dispatch by own address, identities, members folded into ranges. */
export type Shape = 'list' | 'own' | 'identity' | 'folded'

function shapesOf(world: World, vpc: string, mostNodes: number): Set<Shape> {
  const desired = desiredOf(world, vpc, { ipv6: true })!
  const { judges, identities } = formOf(desired, 'aa', [], true, false, { mostNodes })
  const stages = judges.flatMap((judge) => (judge.stages ? [judge.stages[4], judge.stages[6]] : []))
  const has = (kind: 'own' | 'identity'): boolean =>
    stages.some(
      (stage) =>
        stage?.kind === kind ||
        (stage?.kind === 'own' && stage.cases.some(({ child }) => child.kind === kind)),
    )
  const folded = desired.policies.some(({ policy }) =>
    policy.entries.some(({ remote }) => remote.kind === 'group' && !identities.groups.has(remote.group)),
  )
  return new Set([
    ...(judges.some((judge) => judge.stages === null) ? (['list'] as const) : []),
    ...(has('own') ? (['own'] as const) : []),
    ...(has('identity') ? (['identity'] as const) : []),
    ...(folded ? (['folded'] as const) : []),
  ])
}

/** What was learnt from one world. */
export interface Round {
  readonly seed: number
  readonly sent: number
  readonly arrived: number
  /** Rules that decide something of an interface, and those of them that decided a packet. */
  readonly rules: number
  readonly deciding: number
  readonly reached: ReadonlySet<Shape>
  /** In words: each packet and each counter that the engine contradicts. */
  readonly disagreements: readonly string[]
}

/** How many packets each counter must have seen, by name. */
function countsOf(
  world: World,
  { vpc, interfaces }: Crossroads,
  all: readonly Expected[],
): Map<string, number> {
  const desired = desiredOf(world, vpc, { ipv6: true })
  const keys = interfaces.map((id) => desired!.endpoints.find((endpoint) => endpoint.interface === id)!)
  const policies = new Map(desired!.policies.map(({ key, policy }) => [key, policy]))
  const counts = new Map<string, number>()
  const count = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1)
  for (const { place, direction, says } of all.flatMap(({ judgements }) => judgements)) {
    const key = keys[place]![direction]
    const { fallback, stagedFallback } = policies.get(key)!
    const decider = says.matches.find(({ outcome }) => outcome === 'decides')?.entry ?? null
    count(counterOf(direction, decider, key, false))
    for (const { entry, outcome } of says.matches)
      if (outcome === 'counts') count(counterOf(direction, entry, key, true))
    if (decider === null && fallback !== stagedFallback) count(counterOf(direction, null, key, true))
  }
  return counts
}

function tripText({ from, to, source, destination, protocol, ...trip }: Trip): string {
  const end = (place: number, address: Trip['source'], port: number): string =>
    `${formatAddress(address)} port ${port} at place ${place}`
  const type = trip.icmpType < 0 ? '' : ` type ${trip.icmpType}`
  const extras = trip.extras.map((extra) => ` with ${extra}`).join('')
  return `protocol ${protocol}${type}${extras} from ${end(from, source, trip.sourcePort)} to ${end(to, destination, trip.destinationPort)}`
}

const judgementsText = ({ judgements }: Expected): string =>
  judgements
    .map(({ place, direction, says }) => {
      const { verdict, reason, rule } = says.verdict
      return `${direction} of place ${place}: ${verdict} by ${[reason, rule ?? ''].join(' ').trim()}`
    })
    .join('; ')

interface Delivery {
  readonly wrong: readonly string[]
  /** Packets of this delivery that arrived where they should. */
  readonly arrived: number
}

/** Numbers of packets never come twice, so that a late one is told from those of later rounds. */
let last = 0

async function deliver(crossroads: Crossroads, all: readonly Expected[]): Promise<Delivery> {
  const first = last + 1
  last += all.length
  const due = all.filter(({ arrives }) => arrives).length
  const arrivals = await crossroads.send(
    all.map(({ trip }) => trip),
    first,
    due,
  )
  const places = new Map<number, number[]>()
  for (const [place, id] of arrivals) places.set(id, [...(places.get(id) ?? []), place])
  const late = [...places.keys()].filter((id) => id < first)
  const wrong = all.flatMap((one, at) => {
    const seen = places.get(first + at) ?? []
    const wanted = one.arrives ? [one.trip.to] : []
    if (seen.join() === wanted.join()) return []
    const where = seen.length === 0 ? 'nowhere' : `at place ${seen.join(' and ')}`
    return [`arrived ${where}: ${tripText(one.trip)}. ${judgementsText(one)}`]
  })
  return { wrong: [...wrong, ...late.map((id) => `packet ${id} of a former world arrived`)], arrived: due }
}

async function countersOf({ router }: Crossroads): Promise<Map<string, number>> {
  return new Map([...(await readCounters(router))].map(([name, { packets }]) => [name, packets]))
}

/** Packets and counters at once: what was dropped must have been judged, and by whom the engine says. */
async function attempt(
  world: World,
  crossroads: Crossroads,
  all: readonly Expected[],
): Promise<{ disagreements: string[]; arrived: number }> {
  const before = await countersOf(crossroads)
  const { wrong, arrived } = await deliver(crossroads, all)
  const after = await countersOf(crossroads)
  const wanted = countsOf(world, crossroads, all)
  const miscounted = [...new Set([...wanted.keys(), ...after.keys()])].flatMap((name) => {
    const counted = (after.get(name) ?? 0) - (before.get(name) ?? 0)
    const should = wanted.get(name) ?? 0
    return counted === should ? [] : [`${name} counted ${counted} packets instead of ${should}`]
  })
  return { disagreements: [...wrong, ...miscounted], arrived }
}

/** As often is tried before a disagreement is believed: a busy kernel may lose packets. */
const TRIES = 3

/** Brings the world of a seed into force and sends so many packets through it. `mostNodes` is the enforcer's. */
export async function roundOf(
  crossroads: Crossroads,
  enforcer: Enforcer,
  { seed, length, mostNodes }: { seed: number; length: number; mostNodes: number },
): Promise<Round> {
  const world = crossroads.worldFor(seed)
  const { problems } = await enforcer.reconcile(world, [crossroads.vpc], false)
  const drawing = trips(world, crossroads.interfaces)
  const all = drawing.draw(seed, length)
  let result = await attempt(world, crossroads, all)
  for (let tries = 1; tries < TRIES && result.disagreements.length > 0; tries++) {
    // What arrives though it must not has no excuse.
    if (result.disagreements.some((text) => text.startsWith('arrived at'))) break
    result = await attempt(world, crossroads, all)
  }
  const rules = new Set(drawing.sites.flatMap(({ entry }) => entry.rule ?? []))
  const verdicts = all.flatMap(({ judgements }) => judgements.map(({ says }) => says.verdict.rule))
  return {
    seed,
    sent: all.length,
    arrived: result.arrived,
    rules: rules.size,
    deciding: new Set(verdicts.filter((rule) => rule !== null)).size,
    reached: shapesOf(world, crossroads.vpc, mostNodes),
    disagreements: [...problems, ...result.disagreements],
  }
}
