import type { Revision } from '@sallyport/engine'
import { lastRevision } from './changes.js'
import type { WriteSession } from './session.js'
import { type SqliteConnection, SqliteWriteSession } from './sqlite-session.js'

/** One write of a series, of an account. Each becomes a revision of its own, as if it had been called by itself. */
export type Step = <R>(accountId: string, work: (session: WriteSession) => Promise<R>) => Promise<R>

/**
 * Runs several writes in one transaction: all or none; to be called with the connection to itself. `onCommit` hears of
 * their revisions once they are durable.
 */
export async function writeSeries<T>(
  { database, session }: SqliteConnection,
  now: () => Date,
  onCommit: (revisions: readonly Revision[]) => void,
  work: (step: Step) => Promise<T>,
): Promise<T> {
  const revisions: Revision[] = []
  try {
    database.exec('begin immediate')
    let next = (await lastRevision(session)) + 1
    const value = await work(async (accountId, one) => {
      const writing = new SqliteWriteSession(session, next)
      const result = await one(writing)
      const recorded = await writing.finish(accountId, now())
      if (recorded) {
        revisions.push(recorded)
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
