import { type Change, type Fact, factKey } from '@sallyport/engine'

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
  const pending = new Map<string, Fact>()

  const fact = (change: Change, own?: ReadonlyMap<string, Fact>): Fact => {
    if (!own && pending.size === 0) return committed(change)
    const key = factKey(change)
    const found = own?.get(key)
    if (found !== undefined) return found
    const accepted = pending.get(key)
    return accepted === undefined ? committed(change) : accepted
  }

  return {
    replacedBy(changes) {
      const [first] = changes
      if (changes.length === 1 && first) return [fact(first)]
      const own = new Map<string, Fact>()
      return changes.map((change) => {
        const before = fact(change, own)
        own.set(factKey(change), change.value)
        return before
      })
    },
    accept(changes) {
      for (const change of changes) pending.set(factKey(change), change.value)
    },
    clear() {
      pending.clear()
    },
  }
}
