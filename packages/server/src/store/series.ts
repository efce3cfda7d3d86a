import type { Revision } from '@sallyport/engine'
import { authorOf, type By } from './author.js'
import { lastRevision } from './changes.js'
import { type CommittedFact, createReplacedFacts } from './replaced-facts.js'
import type { WriteSession } from './session.js'
import { type SqliteConnection, SqliteWriteSession } from './sqlite-session.js'

/** One write of a series. Each becomes a revision of its own, as if it had been called by itself. */
export type Step = <R>(by: By, work: (session: WriteSession) => Promise<R>) => Promise<R>

/**
 * Runs several writes in one transaction: all or none; to be called with the connection to itself. `onCommit` hears of
 * their revisions once they are durable.
 */
export async function writeSeries<T>(
  { database, session }: SqliteConnection,
  now: () => Date,
  onCommit: (revisions: readonly Revision[]) => void,
  committed: CommittedFact,
  work: (step: Step) => Promise<T>,
): Promise<T> {
  const facts = createReplacedFacts(committed)
  const revisions: Revision[] = []
  try {
    database.exec('begin immediate')
    let next = (await lastRevision(session)) + 1
    const value = await work(async (by, one) => {
      const writing = new SqliteWriteSession(session, next)
      const result = await one(writing)
      const recorded = await writing.finish(authorOf(by), now(), facts)
      if (recorded) {
        revisions.push(recorded)
        facts.accept(recorded.changes)
        next++
      }
      return result
    })
    database.exec('commit')
    onCommit(revisions)
    return value
  } catch (error) {
    if (database.inTransaction) database.exec('rollback')
    throw error
  }
}
