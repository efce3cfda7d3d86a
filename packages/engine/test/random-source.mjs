/** Seeded random numbers (mulberry32), the same on every machine. */

/**
 * @param {number} seed
 * @returns {() => number} numbers from 0 up to but not including 1
 */
export function randomSource(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * Draws from a source.
 * @param {() => number} random
 */
export const drawsFrom = (random) => {
  /** A whole number from `first` to `last`. */
  const between = (/** @type {number} */ first, /** @type {number} */ last) =>
    first + Math.floor(random() * (last - first + 1))
  return {
    between,
    chance: (/** @type {number} */ share) => random() < share,
    /**
     * One of the list.
     * @template T
     * @param {readonly T[]} list
     * @returns {T}
     */
    one: (list) => list[between(0, list.length - 1)],
    /**
     * One of the pairs' values, as often as its weight says.
     * @template T
     * @param {readonly (readonly [number, T])[]} weighted
     * @returns {T}
     */
    weighted: (weighted) => {
      let left = random() * weighted.reduce((sum, [weight]) => sum + weight, 0)
      for (const [weight, value] of weighted) if ((left -= weight) < 0) return value
      return weighted[weighted.length - 1][1]
    },
  }
}
