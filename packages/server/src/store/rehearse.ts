import type { Change, Fact } from '@sallyport/engine'
import { lastRevision } from './changes.js'
import { type CommittedFact, createReplacedFacts } from './replaced-facts.js'
import type { WriteSession } from './session.js'
import { type SqliteConnection, SqliteWriteSession } from './sqlite-session.js'

/** What a write would have changed, and what that would have replaced. */
export interface Rehearsed {
  /** The last revision that is committed. */
  readonly revision: number
  readonly changes: readonly Change[]
  readonly befores: readonly Fact[]
}

/** A write whose end is always its undoing. */
export interface Rehearsal<T, R> {
  readonly work: (session: WriteSession) => Promise<T>
  /** Hears of it before anything else is committed. */
  readonly ended: (value: T, rehearsed: Rehearsed) => R
}

/**
 * Runs a write and undoes it, whatever comes of it; to be called with the connection to itself. Nothing of it waits for
 * the disk, nobody else sees it, and its revision is the next one's still.
 */
export async function rehearse<T, R>(
  { database, session }: SqliteConnection,
  committed: CommittedFact,
  { work, ended }: Rehearsal<T, R>,
): Promise<R> {
  database.exec('begin immediate')
  try {
    const revision = await lastRevision(session)
    const writing = new SqliteWriteSession(session, revision + 1)
    const value = await work(writing)
    const { changes } = writing
    database.exec('rollback')
    return ended(value, { revision, changes, befores: createReplacedFacts(committed).replacedBy(changes) })
  } finally {
    if (database.inTransaction) database.exec('rollback')
  }
}
