import type { Bits } from './bits.js'
import type { Budget, Meter } from './budget.js'
import { meterOf } from './budget.js'
import type { Joint, Layer } from './joint.js'
import { jointOf } from './joint.js'
import type { Reduce } from './reduce.js'
import { reducerOf } from './reduce.js'
import type { Region } from './region.js'
import type { Scratch, Settling } from './settle.js'
import { ALIKE, OUTSIDE, UNKNOWN, askingIn, goOnAlike, settle, tracksOf } from './settle.js'
import { shadowsOf } from './shadows.js'
import { slotGroups } from './slot-groups.js'
import { stateTable } from './state-table.js'
import type { Universe } from './universe.js'
import { universesOf } from './universe.js'

/**
 * A question about sets of flows: what do these policies say, of all flows or of those in some regions? The regions are
 * seen from the first layer's interface (unless that is mirrored).
 */
export interface Question {
  readonly layers: readonly Layer[]
  readonly within?: readonly Region[]
  /** Two layers by verdict: stops as soon as both go on alike. Where they do, no outcome is told. */
  readonly differences?: boolean
  readonly budget: Budget
}

export { ALIKE, OUTSIDE, UNKNOWN, outcomeOf } from './settle.js'

/** Slots of a node's level that lead to the same child. */
export interface Edge {
  readonly child: number
  readonly slots: Int32Array
}

/** A decision on one field, for flows that are alike in the fields before it. */
export interface Node {
  readonly universe: number
  readonly level: number
  readonly edges: readonly Edge[]
}

/**
 * The answer to a question: a decision diagram, one root a universe. `outcomes` says, by layer, which joint entry decides
 * (-1 for the fallback) or, by verdict, 1 for accept and 0 for drop.
 */
export interface Diagram {
  readonly layers: readonly Layer[]
  readonly joint: Joint
  readonly universes: readonly Universe[]
  readonly roots: readonly number[]
  readonly nodes: readonly Node[]
  readonly outcomes: readonly (readonly number[])[]
  /** Whether the budget sufficed. */
  readonly complete: boolean
}

interface Walk extends Settling {
  readonly meter: Meter
  readonly nodes: Node[]
}

function reducerFor({ tracks, differences }: Walk, universe: Universe): Reduce {
  const all = tracks.map((track) => track.all)
  const both = universe.entries.map((_, word) => all[0]![word]! & (all[1] ?? all[0]!)[word]!)
  const shadows = shadowsOf(universe, universe.entries.length << 5, both)
  return reducerOf(shadows, all, differences ? both : null)
}

/** Nodes after which the states of a universe are worth the work to reduce them. */
const LONG = 24

/** Works out one universe and answers its root. */
function walkUniverse(walk: Walk, universes: readonly Universe[], universe: number): number {
  const { levels, covers, entries, flows } = universes[universe]!
  if (flows === 0n) return OUTSIDE
  const words = entries.length
  const scratch = [...levels, null].map((): Scratch => ({
    kept: walk.tracks.map(() => new Uint32Array(words)),
    state: new Uint32Array(words + 1),
  }))
  const states = levels.map(() => stateTable(words + 1))
  const children = levels.map((): number[] => [])

  let worked = 0
  let reduce: Reduce | undefined
  /** Reduces a state where the walk is long; whether two layers go on alike from there. */
  const reduced = (level: number, state: Bits): boolean => {
    if (worked < LONG) return false
    reduce ??= reducerFor(walk, universes[universe]!)
    reduce(level, state)
    return walk.differences && goOnAlike(walk.tracks, state)
  }

  /** The child for candidates at a level. */
  const childFor = (level: number, candidates: Bits, ends: number): number => {
    const room = scratch[level]!
    const settled = settle(walk, covers[level]!, candidates, ends, room)
    if (settled < 0) return settled
    if (reduced(level, room.state)) return ALIKE
    const number = states[level]!.intern(room.state)
    const known = children[level]![number]
    if (known !== undefined) return known
    const child = walk.meter.spend() ? expand(level, room.state.slice()) : UNKNOWN
    children[level]![number] = child
    return child
  }

  const expand = (level: number, state: Bits): number => {
    worked++
    const byChild = new Map<number, number[]>()
    const asking = askingIn(walk, state[words]!)
    for (const { slots, candidates } of slotGroups(levels[level]!, state, asking && { asking })) {
      const child = childFor(level + 1, candidates, state[words]!)
      const edge = byChild.get(child)
      if (!edge) byChild.set(child, slots)
      else for (const slot of slots) edge.push(slot)
    }
    const [only] = byChild.keys()
    if (byChild.size === 1 && only !== undefined) return only
    const edges = [...byChild].map(([child, list]) => ({ child, slots: Int32Array.from(list) }))
    walk.nodes.push({ universe, level, edges })
    return walk.nodes.length - 1
  }

  const ends = walk.tracks.reduce((bits, { fallback }, layer) => bits | (fallback << layer), 0)
  return childFor(0, entries, ends)
}

/**
 * Walks the fields of all flows at once, carrying the entries that may still match, and shares what is alike: states are
 * worked out once, and a walk stops as soon as all layers are decided. Exact where the budget suffices.
 */
export function diagramOf({ layers, within, differences, budget }: Question): Diagram {
  if (layers.length > 30) throw new RangeError(`${layers.length} layers are more than 30`)
  const joint = jointOf(layers, within ?? null, differences)
  const universes = universesOf(joint.classes, joint.guards)
  // Where a universe is of one region, it holds no other flows.
  const guarded = joint.guards !== null && !universes.every(({ regions }) => regions <= 1)
  const tracks = tracksOf(layers, joint, guarded)
  const walk: Walk = {
    tracks,
    guarded,
    differences: differences ?? false,
    differing: differences ? tracks[0]!.all.map((word, at) => word ^ tracks[1]!.all[at]!) : undefined,
    guards: guarded ? tracks.at(-1)?.all : undefined,
    meter: meterOf(budget),
    nodes: [],
    outcomes: [],
    known: new Map(),
  }
  const roots = universes.map((_, universe) => walkUniverse(walk, universes, universe))
  return {
    layers,
    joint,
    universes,
    roots,
    nodes: walk.nodes,
    outcomes: walk.outcomes,
    complete:
      !walk.nodes.some(({ edges }) => edges.some(({ child }) => child === UNKNOWN)) &&
      !roots.includes(UNKNOWN),
  }
}
