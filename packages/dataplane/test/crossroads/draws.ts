/** Seeded random draws (mulberry32), the same on every machine. */
export interface Draws {
  /** A whole number from `first` to `last`. */
  between(first: number, last: number): number
  chance(share: number): boolean
  one<T>(list: readonly T[]): T
  /** Between so many and so many of the list, in its order. */
  some<T>(list: readonly T[], least: number, most: number): T[]
}

/** Draws that a seed stands for. */
export function drawsFrom(seed: number): Draws {
  let state = seed >>> 0
  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const between = (first: number, last: number): number => first + Math.floor(random() * (last - first + 1))
  const one = <T>(list: readonly T[]): T => {
    const drawn = list[between(0, list.length - 1)]
    if (drawn === undefined) throw new Error('nothing to draw from')
    return drawn
  }
  return {
    between,
    chance: (share) => random() < share,
    one,
    some(list, least, most) {
      const kept = new Set<number>()
      const wanted = Math.min(between(least, most), list.length)
      while (kept.size < wanted) kept.add(between(0, list.length - 1))
      return list.filter((_, at) => kept.has(at))
    },
  }
}
