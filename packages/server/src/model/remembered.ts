import { type Answer, WrittenJson } from '@sallyport/protocol'

/** Answers what `make` does; or what it answered before, when the data is still the same. The key names the answer. */
export type Remember = (key: unknown, make: () => Promise<Answer>) => Promise<Answer>

/** Characters and answers that are kept at most. */
const MOST_CHARACTERS = 32_000_000
const MOST_ANSWERS = 10_000

/**
 * Keeps answers for as long as no commit changes anything. Reading and writing out two hundred rules of 26 members
 * costs many times what sending them does, and clients that wait for something ask the same again and again. It is
 * for answers that depend on nothing but the data, the settings and what is in the key. `version` names the data, and
 * is to be asked for before the first of it is read: then what is kept under it is never older.
 */
export function createMemory(): (version: number) => Remember {
  const kept = new Map<string, Answer>()
  let characters = 0
  let seen = -1

  const forget = (): void => {
    kept.clear()
    characters = 0
  }
  const keep = (key: string, answer: Answer): void => {
    const length = key.length + lengthOf(answer)
    if (characters + length > MOST_CHARACTERS || kept.size >= MOST_ANSWERS) forget()
    kept.set(key, answer)
    characters += length
  }

  return (version) => async (key, make) => {
    if (version !== seen) forget()
    seen = version
    const text = JSON.stringify(key)
    const known = kept.get(text)
    if (known) return known
    const answer = await make()
    if (seen === version) keep(text, answer)
    return answer
  }
}

/** Of the members that are long, which are written out; the others are few. */
const lengthOf = (answer: Answer): number =>
  Object.values(answer).reduce<number>(
    (sum, value) => sum + (value instanceof WrittenJson ? value.text.length : 64),
    0,
  )
