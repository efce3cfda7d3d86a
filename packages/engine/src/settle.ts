import type { Bits } from './bits.js'
import { addBit, bitsBelow, bitsFrom, firstCommon, hasBit, lastCommon, sameBits } from './bits.js'
import type { Joint, Layer } from './joint.js'

/** What became of a set of flows, where it is no outcome of the layers. */
export const OUTSIDE = -1
export const UNKNOWN = -2
export const ALIKE = -3

/** A child is a node (0 or more) or, below 0, one of the above or an outcome. Outcome number n is `FIRST - n`. */
const FIRST = -4

export const outcomeOf = (child: number): number => FIRST - child

/** A layer as the walk sees it. */
export interface Track {
  readonly byVerdict: boolean
  readonly all: Bits
  /** Entries by verdict: drop, accept. */
  readonly of: readonly [Bits, Bits]
  readonly fallback: number
}

export function tracksOf(layers: readonly Layer[], joint: Joint, guarded: boolean): Track[] {
  const guards = joint.guards ?? []
  const total = joint.count + guards.length
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
  const all = bitsFrom(guards, total)
  return [...tracks, { byVerdict: true, all, of: [bitsFrom([], total), all], fallback: 0 }]
}

/** What a walk needs at one level, made once: recursion only goes deeper. */
export interface Scratch {
  readonly kept: readonly Bits[]
  readonly state: Bits
}

/** What settling needs of a walk, and the outcomes that it met. */
export interface Settling {
  readonly tracks: readonly Track[]
  readonly guarded: boolean
  readonly differences: boolean
  /** Asked for differences: entries that only one of both layers has. */
  readonly differing: Bits | undefined
  readonly guards: Bits | undefined
  readonly outcomes: number[][]
  readonly known: Map<string, number>
}

const outcomeChild = (walk: Settling, outcome: readonly number[]): number => {
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
export function settle(
  walk: Settling,
  covers: Bits,
  candidates: Bits,
  ends: number,
  { kept, state }: Scratch,
): number {
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
  if (walk.differences) {
    const [one, other] = outcome
    if ((verdicts & 1) === ((verdicts >>> 1) & 1) && sameBits(kept[0]!, kept[1]!)) return ALIKE
    if (open === 0 && one === other) return ALIKE
  }
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

/** Whether the candidates left are in both of two layers, and what holds without them is the same. */
export function goOnAlike(tracks: readonly Track[], state: Bits): boolean {
  const [one, other] = [tracks[0]!.all, tracks[1]!.all]
  const verdicts = state[one.length]!
  if ((verdicts & 1) !== ((verdicts >>> 1) & 1)) return false
  for (let word = 0; word < one.length; word++) {
    if ((state[word]! & (one[word]! ^ other[word]!)) !== 0) return false
  }
  return true
}

/** Candidates without which two layers go on alike, or without which flows are outside the regions asked about. */
export function askingIn(
  { differing, guards, guarded, tracks }: Settling,
  verdicts: number,
): Bits | undefined {
  if (differing && (verdicts & 1) === ((verdicts >>> 1) & 1)) return differing
  return guarded && ((verdicts >>> (tracks.length - 1)) & 1) === 0 ? guards : undefined
}
