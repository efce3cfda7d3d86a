/**
 * Sets of small numbers as words. Number 0 is the highest bit of the first word, so that counting leading zeros finds
 * the first number of a set.
 */
export type Bits = Uint32Array

/** How many words hold that many numbers. */
export const wordsFor = (count: number): number => (count + 31) >>> 5

/** The bit of a number within its word. */
export const bitOf = (index: number): number => 0x80000000 >>> (index & 31)

/** Adds a number to the set that begins at word `at`. */
export function addBit(words: Bits, index: number, at = 0): void {
  words[at + (index >>> 5)]! |= bitOf(index)
}

/** Whether the set that begins at word `at` holds the number. */
export const hasBit = (words: Bits, index: number, at = 0): boolean =>
  (words[at + (index >>> 5)]! & bitOf(index)) !== 0

/** The first number of the set that is `from` or more; -1 without any. */
export function nextBit(words: Bits, from: number): number {
  let place = from >>> 5
  if (place >= words.length) return -1
  let word = (words[place]! & (0xffffffff >>> (from & 31))) >>> 0
  while (word === 0) {
    if (++place >= words.length) return -1
    word = words[place]!
  }
  return (place << 5) + Math.clz32(word)
}

/** The numbers of the set, ascending. */
export function numbersIn(words: Bits): number[] {
  const numbers: number[] = []
  for (let at = nextBit(words, 0); at >= 0; at = nextBit(words, at + 1)) numbers.push(at)
  return numbers
}

/** The set of the given numbers below `count`. */
export function bitsFrom(numbers: Iterable<number>, count: number): Bits {
  const words = new Uint32Array(wordsFor(count))
  for (const number of numbers) addBit(words, number)
  return words
}

/** First number in all three sets, of which the third begins at word `at`; -1 without any. */
export function firstCommon(a: Bits, b: Bits, c: Bits, at = 0): number {
  for (let word = 0; word < b.length; word++) {
    const met = a[word]! & b[word]! & c[at + word]!
    if (met !== 0) return (word << 5) + Math.clz32(met)
  }
  return -1
}

/** Last number in both sets that is below `limit`, -1 without any. */
export function lastCommon(a: Bits, b: Bits, limit: number): number {
  for (let word = (limit - 1) >> 5; word >= 0; word--) {
    let met = a[word]! & b[word]!
    const beyond = limit - (word << 5)
    if (beyond < 32) met &= ~(0xffffffff >>> beyond)
    if (met !== 0) return (word << 5) + Math.clz32(met & -met)
  }
  return -1
}

/** The bits of a word that stand for numbers below `limit`, where the word's first number is `first`. */
export const bitsBelow = (limit: number, first: number): number => {
  const count = limit - first
  return count >= 32 ? 0xffffffff : count <= 0 ? 0 : ~(0xffffffff >>> count)
}

/** Whether two sets hold the same. */
export const sameBits = (a: Bits, b: Bits): boolean => {
  for (let word = 0; word < a.length; word++) if (a[word] !== b[word]) return false
  return true
}

/** How many numbers a word holds. */
export function countBits(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555)
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
