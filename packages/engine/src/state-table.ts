import type { Bits } from './bits.js'

/** Rows of words, each stored once and numbered as first met. */
export interface StateTable {
  /** The number of a row, and whether it is new. A new row is copied. */
  readonly intern: (row: Bits) => number
  readonly size: () => number
}

const EMPTY = -1

/** A table of rows `width` words wide: open addressing, because states are looked up far more often than made. */
export function stateTable(width: number): StateTable {
  let slots = new Int32Array(64).fill(EMPTY)
  let pool = new Uint32Array(32 * width)
  let hashes = new Int32Array(32)
  let used = 0

  const same = (number: number, row: Bits): boolean => {
    for (let word = 0, at = number * width; word < width; word++)
      if (pool[at + word] !== row[word]) return false
    return true
  }
  const place = (hash: number): number => (hash ^ (hash >>> 15)) & (slots.length - 1)
  const grow = (): void => {
    const [widerPool, widerHashes] = [new Uint32Array(pool.length * 2), new Int32Array(hashes.length * 2)]
    widerPool.set(pool)
    widerHashes.set(hashes)
    pool = widerPool
    hashes = widerHashes
    slots = new Int32Array(slots.length * 2).fill(EMPTY)
    for (let number = 0; number < used; number++) {
      let at = place(hashes[number]!)
      while (slots[at] !== EMPTY) at = (at + 1) & (slots.length - 1)
      slots[at] = number
    }
  }
  return {
    intern: (row) => {
      let hash = 0
      for (let word = 0; word < width; word++) {
        hash = Math.imul(hash ^ row[word]!, 0x9e3779b1)
        hash ^= hash >>> 13
      }
      let at = place(hash)
      for (let known = slots[at]!; known !== EMPTY; known = slots[at]!) {
        if (hashes[known] === hash && same(known, row)) return known
        at = (at + 1) & (slots.length - 1)
      }
      if (used === hashes.length) {
        grow()
        at = place(hash)
        while (slots[at] !== EMPTY) at = (at + 1) & (slots.length - 1)
      }
      slots[at] = used
      hashes[used] = hash
      pool.set(row, used * width)
      return used++
    },
    size: () => used,
  }
}
