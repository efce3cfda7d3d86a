import type { Bits } from './bits.js'
import { addBit, bitOf, bitsBelow, hasBit, nextBit } from './bits.js'
import type { Shadows } from './shadows.js'

/** Takes candidates out of a state that can decide nothing any more, so that more states are alike. */
export type Reduce = (level: number, state: Bits) => void

/**
 * Reduces states of layers whose entries are `tracks`. An entry goes where one before it, which all its layers have too,
 * covers what is left of it.
 *
 * Asked for `differences` of two layers, entries of both that stand before the first one that only one has are no more
 * than flows on which both agree: their order and their verdicts do not matter, so that one may stand for all that match
 * the same in what is left. `both` are the entries that both have.
 */
export function reducerOf(shadows: Shadows, tracks: readonly Bits[], both: Bits | null): Reduce {
  const width = tracks[0]!.length
  const limit = width << 5
  const layersOf = (entry: number): number =>
    tracks.reduce((sum, track, layer) => sum | (hasBit(track, entry) ? 1 << layer : 0), 0)
  const havingAll = new Map<number, Bits>()
  /** Entries that all layers of one have. */
  const companions = (entry: number): Bits => {
    const layers = layersOf(entry)
    const known = havingAll.get(layers)
    if (known) return known
    const all = new Uint32Array(width).fill(0xffffffff)
    for (const [layer, track] of tracks.entries()) {
      if ((layers & (1 << layer)) !== 0) for (let word = 0; word < width; word++) all[word]! &= track[word]!
    }
    havingAll.set(layers, all)
    return all
  }

  const joinAgreement = (level: number, state: Bits, agreeing: Bits): void => {
    const differing = firstDiffering(state, tracks)
    const agreed = new Uint32Array(width)
    const standing = new Uint32Array(width)
    for (let word = 0; word < width; word++) {
      agreed[word] = state[word]! & agreeing[word]! & bitsBelow(differing, word << 5)
      state[word]! &= ~agreed[word]!
    }
    for (let at = nextBit(agreed, 0); at >= 0; at = nextBit(agreed, at + 1)) {
      addBit(standing, shadows.standIn(level, at))
    }
    for (let at = nextBit(standing, 0); at >= 0; at = nextBit(standing, at + 1)) {
      if (!meets(standing, shadows.coverers(level, at), limit)) addBit(state, at)
    }
  }

  return (level, state) => {
    if (both) joinAgreement(level, state, both)
    const whole = state.slice(0, width)
    for (let at = nextBit(whole, 0); at >= 0; at = nextBit(whole, at + 1)) {
      const coverers = shadows.coverers(level, at)
      const company = companions(at)
      for (let word = 0; word <= at >>> 5; word++) {
        if ((whole[word]! & coverers[word]! & company[word]! & bitsBelow(at, word << 5)) === 0) continue
        state[at >>> 5]! &= ~bitOf(at)
        break
      }
    }
  }
}

/** The first candidate that only one of the first two layers has; beyond all without any. */
function firstDiffering(state: Bits, tracks: readonly Bits[]): number {
  const [one, other] = [tracks[0]!, tracks[1]!]
  for (let word = 0; word < one.length; word++) {
    const differing = state[word]! & (one[word]! ^ other[word]!)
    if (differing !== 0) return (word << 5) + Math.clz32(differing)
  }
  return one.length << 5
}

function meets(a: Bits, b: Bits, limit: number): boolean {
  for (let word = 0; word < limit >>> 5; word++) if ((a[word]! & b[word]!) !== 0) return true
  return false
}
