import { CompiledQuery } from 'kysely'
import { lastRevision } from './changes.js'
import { createReplacedFacts } from './replaced-facts.js'
import type { Session, WriteSession } from './session.js'
import { type SqliteConnection, SqliteWriteSession } from './sqlite-session.js'

/** A change of the whole state at once. */
export interface Replacement<T> {
  /** Path of a database whose tables are at hand as `snapshot.TABLE` while it runs. */
  readonly attach?: string | undefined
  /** Revisions to come are above this one. */
  readonly above?: number | undefined
  /** What it is called in the history. */
  readonly operation: string
  readonly work: (session: WriteSession) => Promise<T>
  /** Hears of the commit before anything else runs. */
  readonly committed: (value: T) => void
}

/**
 * Runs a replacement in one transaction, as one revision; to be called with the connection to itself. Whatever `work`
 * throws leaves the state as it was. Before it, readers see the old state; after it the new one; nothing else ever.
 */
export async function replaceState<T>(
  { database, session }: SqliteConnection,
  now: () => Date,
  { attach, above = 0, operation, work, committed }: Replacement<T>,
): Promise<T> {
  // Neither attaching nor detaching is possible in a transaction.
  if (attach !== undefined) database.prepare('attach ? as snapshot').run(attach)
  try {
    database.exec('begin immediate')
    const writing = new SqliteWriteSession(session, Math.max(await lastRevision(session), above) + 1)
    writing.takeRevision()
    const value = await work(writing)
    // The first of its epoch: there is nothing before it that anyone could ask for.
    const facts = createReplacedFacts(() => null)
    await writing.finish({ accountId: '', principal: '', operation, requestId: '' }, now(), facts)
    database.exec('commit')
    committed(value)
    return value
  } catch (error) {
    if (database.inTransaction) database.exec('rollback')
    throw error
  } finally {
    if (attach !== undefined) database.exec('detach snapshot')
  }
}

/** Runs SQL that no query builder of ours can say; names in it are never those of a request. */
export const runSql = (session: Session, text: string, ...values: readonly unknown[]): Promise<Row[]> =>
  session.query(() => ({ compile: () => CompiledQuery.raw(text, [...values]) }))

type Row = Readonly<Record<string, unknown>>
