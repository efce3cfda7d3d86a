/** Previews by their ids, as JSON text: the latest, up to a number and a size. */
export interface KeptPreviews {
  readonly keep: (id: string, text: string) => void
  readonly find: (id: string) => string | undefined
}

const MOST = 1000
const MOST_CHARACTERS = 32 * 1024 * 1024

/** None yet. The oldest go first; one that is larger than all may be is still kept, alone. */
export function createKeptPreviews(): KeptPreviews {
  const texts = new Map<string, string>()
  let characters = 0
  return {
    keep(id, text) {
      texts.set(id, text)
      characters += text.length
      for (const [oldest, { length }] of texts) {
        if (texts.size === 1 || (texts.size <= MOST && characters <= MOST_CHARACTERS)) break
        texts.delete(oldest)
        characters -= length
      }
    },
    find: (id) => texts.get(id),
  }
}
