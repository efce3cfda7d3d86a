import type { Bits } from './bits.js'
import { addBit, bitsBelow, bitsFrom, firstCommon, hasBit, lastCommon, sameBits } from './bits.js'
import type { Budget, Meter } from './budget.js'
import { meterOf } from './budget.js'
import type { Joint, Layer } from './joint.js'
import { jointOf } from './joint.js'
import type { Region } from './region.js'
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

/** What became of a set of flows, where it is no outcome of the layers. */
export const OUTSIDE = -1
export const UNKNOWN = -2
export const ALIKE = -3

/** A child is a node (0 or more) or, below 0, one of the above or an outcome. Outcome number n is `FIRST - n`. */
const FIRST = -4

export const outcomeOf = (child: number): number => FIRST - child

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

/** A layer as the walk sees it. */
interface Track {
  readonly byVerdict: boolean
  readonly all: Bits
  /** Entries by verdict: drop, accept. */
  readonly of: readonly [Bits, Bits]
  readonly fallback: number
}

function tracksOf(layers: readonly Layer[], joint: Joint, guarded: boolean): Track[] {
  const total = joint.count + joint.guards.length
  const tracks = layers.map(({ policy, by }, layer): Track => {
    const places = joint.places[layer]!
    const [all, drops, accepts] = [bitsFrom([], total), bitsFrom([], total), bitsFrom([], total)]
    for (const [index, place] of places.entries()) {
      if (place < 0) continue
      addBit(all, index)
      addBit(policy.entries[place]!.verdict === 'accept' ? accepts : drops, index)
    }
    return {
      byVerdict: by === 'verdict',
      all,
      of: [drops, accepts],
      fallback: Number(policy.fallback === 'accept'),
    }
  })
  if (!guarded) return tracks
  // The regions asked about are one more policy that accepts just these.
  const all = bitsFrom(joint.guards, total)
  return [...tracks, { byVerdict: true, all, of: [bitsFrom([], total), all], fallback: 0 }]
}

/** What a walk needs at one level, made once: recursion only goes deeper. */
interface Scratch {
  readonly kept: readonly Bits[]
  readonly state: Bits
}

interface Walk {
  readonly tracks: readonly Track[]
  readonly guarded: boolean
  readonly differences: boolean
  readonly meter: Meter
  readonly nodes: Node[]
  readonly outcomes: number[][]
  readonly known: Map<string, number>
}

const outcomeChild = (walk: Walk, outcome: readonly number[]): number => {
  const key = outcome.join()
  const known = walk.known.get(key)
  if (known !== undefined) return FIRST - known
  walk.known.set(key, walk.outcomes.length)
  walk.outcomes.push([...outcome])
  return FIRST - (walk.outcomes.length - 1)
}

/**
 * Reduces a set of candidates to what can still matter and says what is decided: writes the reduced set, and the
 * verdicts that hold when none of it matches, to `state`; answers a child below 0, or 0 where the walk must go on.
 *
 * Of a layer that asks for the decider, candidates after the first one that matches all that is left cannot matter. Of
 * one that asks for the verdict, neither can the last ones that agree with what comes after them.
 */
function settle(walk: Walk, covers: Bits, candidates: Bits, ends: number, { kept, state }: Scratch): number {
  const words = candidates.length
  const outcome: number[] = []
  const fulls: number[] = []
  let open = 0
  let verdicts = 0
  state.fill(0)
  for (const [layer, { byVerdict, all, of, fallback }] of walk.tracks.entries()) {
    const full = firstCommon(candidates, all, covers)
    fulls.push(full)
    let last: number
    if (byVerdict) {
      const before = (ends >>> layer) & 1
      const verdict = full < 0 ? before : Number(hasBit(of[1], full))
      verdicts |= verdict << layer
      last = lastCommon(candidates, of[1 - verdict]!, full < 0 ? words << 5 : full)
      outcome.push(verdict)
      if (last >= 0) open++
    } else {
      verdicts |= fallback << layer
      last = full < 0 ? lastCommon(candidates, all, words << 5) : full
      const first = firstCommon(candidates, all, all)
      outcome.push(first)
      if (first !== full) open++
    }
    const own = kept[layer]!
    for (let word = 0; word < words; word++) {
      own[word] = candidates[word]! & all[word]! & bitsBelow(last + 1, word << 5)
      state[word]! |= own[word]!
    }
  }
  keepEnds(walk.tracks, fulls, state)
  state[words] = verdicts
  if (walk.guarded) {
    const guard = walk.tracks.length - 1
    const inside = outcome.pop()
    if (inside === 0 && kept[guard]!.every((word) => word === 0)) return OUTSIDE
  }
  if (walk.differences && (verdicts & 1) === ((verdicts >>> 1) & 1) && sameBits(kept[0]!, kept[1]!))
    return ALIKE
  return open === 0 ? outcomeChild(walk, outcome) : 0
}

/**
 * What one layer keeps may be another's entry beyond the one that ends the other's list: then the other keeps that too,
 * so that the next level ends the list there again.
 */
function keepEnds(tracks: readonly Track[], fulls: readonly number[], state: Bits): void {
  if (tracks.length === 1) return
  const limit = (state.length - 1) << 5
  for (let again = true; again;) {
    again = false
    for (const [layer, { all }] of tracks.entries()) {
      const full = fulls[layer]!
      if (full < 0 || hasBit(state, full) || lastCommon(state, all, limit) < full) continue
      addBit(state, full)
      again = true
    }
  }
}

/** Works out one universe and answers its root. */
function walkUniverse(walk: Walk, universes: readonly Universe[], universe: number): number {
  const { levels, covers, entries } = universes[universe]!
  const words = entries.length
  const scratch = [...levels, null].map((): Scratch => ({
    kept: walk.tracks.map(() => new Uint32Array(words)),
    state: new Uint32Array(words + 1),
  }))
  const states = levels.map(() => stateTable(words + 1))
  const children = levels.map((): number[] => [])

  /** The child for candidates at a level. */
  const childFor = (level: number, candidates: Bits, ends: number): number => {
    const room = scratch[level]!
    const settled = settle(walk, covers[level]!, candidates, ends, room)
    if (settled < 0) return settled
    const number = states[level]!.intern(room.state)
    const known = children[level]![number]
    if (known !== undefined) return known
    const child = walk.meter.spend() ? expand(level, room.state.slice()) : UNKNOWN
    children[level]![number] = child
    return child
  }

  const expand = (level: number, state: Bits): number => {
    const byChild = new Map<number, number[]>()
    for (const { slots, candidates } of slotGroups(levels[level]!, state)) {
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
  const joint = jointOf(layers, within ?? null)
  const universes = universesOf(joint.classes)
  const walk: Walk = {
    tracks: tracksOf(layers, joint, within !== undefined),
    guarded: within !== undefined,
    differences: differences ?? false,
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
