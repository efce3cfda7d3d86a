import type { Change } from '@sallyport/engine'
import type { Compilable, Kysely } from 'kysely'
import type { Schema } from './schema.js'
import type { Statement } from './statement.js'

/** Reads and writes inside one transaction. Asynchronous, so that a networked database fits behind it too. */
export interface Session {
  /** Rows of a statement. */
  readonly all: <P extends object, R>(statement: Statement<P, R>, parameters: P) => Promise<R[]>
  /** The first row, or undefined. */
  readonly first: <P extends object, R>(statement: Statement<P, R>, parameters: P) => Promise<R | undefined>
  /** Runs a statement that changes rows; how many it changed. */
  readonly run: <P extends object>(statement: Statement<P, unknown>, parameters: P) => Promise<number>
  /** Rows of a query whose shape depends on values: built and compiled for this call. */
  readonly query: <R>(build: (db: Kysely<Schema>) => Compilable<R>) => Promise<R[]>
}

/** A session that may change things, and says what it changed. */
export interface WriteSession extends Session {
  /** The revision this transaction commits as, if it commits as one. */
  readonly nextRevision: number
  /**
   * The same, and makes sure that it does: the transaction appears in the change feed even with no change that a data
   * plane cares about, so that no later one takes the same number.
   */
  takeRevision(): number
  /** Adds a change to the feed, in order, under this transaction's revision. */
  record(change: Change): void
}
