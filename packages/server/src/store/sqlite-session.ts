import type { Change } from '@sallyport/engine'
import type { Database, Statement as Prepared } from 'better-sqlite3'
import type { Compilable, Kysely } from 'kysely'
import type { Schema } from './schema.js'
import type { Session, WriteSession } from './session.js'
import { bind, compileStatement, type Statement } from './statement.js'
import { appendRevision, nextRevision } from './changes.js'

interface Ready {
  readonly prepared: Prepared
  readonly parameters: readonly unknown[]
}

/** Executes statements on one SQLite connection; each is compiled and prepared on first use and then kept. */
export interface SqliteConnection {
  readonly database: Database
  readonly session: Session
}

/** How many SQL texts built per call stay prepared; beyond it the oldest goes. */
const PREPARED_QUERIES = 500

/** Wraps an open database. `db` only compiles: it is never asked to execute. */
export function sqliteConnection(database: Database, db: Kysely<Schema>): SqliteConnection {
  const statements = new Map<object, Ready>()
  const queries = new Map<string, Prepared>()

  const ready = (declared: Statement<never, unknown>): Ready => {
    const known = statements.get(declared)
    if (known) return known
    const { sql, parameters } = compileStatement(db, declared)
    const made = { prepared: database.prepare(sql), parameters }
    statements.set(declared, made)
    return made
  }

  const prepare = (sql: string): Prepared => {
    const known = queries.get(sql)
    if (known) return known
    const prepared = database.prepare(sql)
    if (queries.size >= PREPARED_QUERIES) queries.delete(queries.keys().next().value ?? '')
    queries.set(sql, prepared)
    return prepared
  }

  // better-sqlite3 is synchronous; `async` turns what it throws into a rejection, as a networked driver would.
  /* eslint-disable @typescript-eslint/require-await */
  const session: Session = {
    async all(declared, values) {
      const { prepared, parameters } = ready(declared)
      return prepared.all(...bind(parameters, values)) as never
    },
    async first(declared, values) {
      const { prepared, parameters } = ready(declared)
      return prepared.get(...bind(parameters, values)) as never
    },
    async run(declared, values) {
      const { prepared, parameters } = ready(declared)
      return prepared.run(...bind(parameters, values)).changes
    },
    async query<R>(build: (db: Kysely<Schema>) => Compilable<R>) {
      const { sql, parameters } = build(db).compile()
      const prepared = prepare(sql)
      if (prepared.reader) return prepared.all(...parameters) as R[]
      prepared.run(...parameters)
      return []
    },
  }
  /* eslint-enable @typescript-eslint/require-await */
  return { database, session }
}

/** The changes one write collected; committed as one revision, or not at all. */
export interface Recorded {
  readonly revision: number
  readonly at: string
  readonly changes: readonly Change[]
}

/** A write session over a connection: `finish` stores what was recorded, and returns it. */
export function writeSession(
  session: Session,
  accountId: string,
  now: () => Date,
): { session: WriteSession; finish: () => Promise<Recorded | undefined> } {
  const changes: Change[] = []
  let revision: number | undefined
  const allocate = async (): Promise<number> => (revision ??= await nextRevision(session))
  return {
    session: {
      ...session,
      revision: allocate,
      async record(change) {
        await allocate()
        changes.push(change)
      },
    },
    async finish() {
      if (revision === undefined) return undefined
      const recorded = { revision, at: now().toISOString(), changes }
      await appendRevision(session, recorded, accountId)
      return recorded
    },
  }
}
