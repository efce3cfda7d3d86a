import type { Change, Fact } from '@sallyport/engine'

/** The fact of the last committed revision that a change would replace; null when there is none. */
export type CommittedFact = (change: Change) => Fact

/**
 * What changes replace, while several writes wait for one commit: facts of the writes before them in the transaction
 * count, although nobody else sees them yet.
 */
export interface ReplacedFacts {
  /** What each change replaces, in order: `null` where it makes something new. */
  replacedBy(changes: readonly Change[]): readonly Fact[]
  /** Takes over the changes of a write that succeeded. */
  accept(changes: readonly Change[]): void
  /** Forgets them: the transaction is over. */
  clear(): void
}

/** For the transactions of one connection, which follow one another. */
export function createReplacedFacts(committed: CommittedFact): ReplacedFacts {
  const pending = createLatest()

  const fact = (change: Change, own?: Latest): Fact => {
    let known = own?.get(change)
    if (known === undefined) known = pending.get(change)
    return known === undefined ? committed(change) : known
  }

  return {
    replacedBy(changes) {
      const [first] = changes
      if (changes.length === 1 && first) return [fact(first)]
      const own = createLatest()
      return changes.map((change) => {
        const before = fact(change, own)
        own.set(change)
        return before
      })
    },
    accept(changes) {
      for (const change of changes) pending.set(change)
    },
    clear() {
      pending.clear()
    },
  }
}

/** What the last change of each fact made of it; undefined where none spoke of it. */
interface Latest {
  get(change: Change): Fact | undefined
  set(change: Change): void
  clear(): void
}

/** By kind and then by id: the hash of an id is known already, that of a text made of both would not be. */
function createLatest(): Latest {
  const kinds = new Map<Change['kind'], Map<string, Fact>>()
  return {
    get: ({ kind, id }) => kinds.get(kind)?.get(id),
    set({ kind, id, value }) {
      const ids = kinds.get(kind)
      if (ids) ids.set(id, value)
      else kinds.set(kind, new Map<string, Fact>([[id, value]]))
    },
    clear: () => kinds.clear(),
  }
}
