import { closeSync, fsyncSync, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Revision } from '@sallyport/engine'
import SqliteDatabase, { type Database } from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { migrate } from './migrate.js'
import { type Rehearsal, rehearse } from './rehearse.js'
import type { CommittedFact } from './replaced-facts.js'
import { type Replacement, replaceState } from './replace.js'
import type { Schema } from './schema.js'
import { type Step, writeSeries } from './series.js'
import type { Session } from './session.js'
import { sqliteConnection } from './sqlite-session.js'
import { createReader, createWriter, type Writer } from './writer.js'

/** The durable store of one data folder. */
export interface Store {
  readonly write: Writer['write']
  readonly read: <T>(work: (session: Session) => Promise<T>) => Promise<T>
  /**
   * Names the data: another number after each commit. What a read saw that began after asking is at least as new, so
   * it may be told again for as long as the number is the same.
   */
  readonly version: () => number
  /** Replaces the state, in turn with the writes. Rejects with what its work threw, and then nothing has changed. */
  readonly replace: <T>(replacement: Replacement<T>) => Promise<T>
  /** Several writes in one transaction, in turn with the others: all of them or none. */
  readonly series: <T>(work: (step: Step) => Promise<T>) => Promise<T>
  /** Runs a write and undoes it, between two commits. Rejects with what its work threw. */
  readonly rehearse: <T, R>(rehearsal: Rehearsal<T, R>) => Promise<R>
  /** Waits for accepted writes, then closes the files and gives the folder free. */
  close(): Promise<void>
}

/** Another process holds the data folder. */
export class FolderInUse extends Error {
  readonly hint = 'Stop that server, or choose another folder with --data DIR.'

  constructor(folder: string) {
    super(`the data folder ${folder} is in use by another Sallyport server`)
    this.name = 'FolderInUse'
  }
}

/** Keeps other servers out of the folder for as long as this process lives, however it ends. */
function lockFolder(folder: string): Database {
  const lock = new SqliteDatabase(join(folder, 'lock.db'), { timeout: 0 })
  try {
    // An exclusive lock of the operating system: it goes with the process, so kill -9 leaves nothing to clean.
    lock.pragma('locking_mode = exclusive')
    lock.exec('begin exclusive')
  } catch (error) {
    lock.close()
    if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY')) throw new FolderInUse(folder)
    throw error
  }
  return lock
}

function openDatabase(folder: string): Database {
  const database = new SqliteDatabase(join(folder, 'sallyport.db'))
  database.pragma('journal_mode = wal')
  // FULL: the log is synchronised before a commit returns, so an acknowledged write survives a power cut.
  database.pragma('synchronous = full')
  database.pragma('temp_store = memory')
  database.pragma('cache_size = -65536')
  database.pragma(`wal_autocheckpoint = ${LOG_PAGES}`)
  return database
}

/** Pages the log holds before it is copied into the database and starts over: few checkpoints, a bounded file. */
const LOG_PAGES = 2000

/**
 * Gives the write-ahead log its full length before it is needed. A commit that makes a file longer has to commit the
 * file system's own journal too, which is several times slower than synchronising blocks that are there (measured),
 * and waits for everybody else's files. SQLite reads a log up to the first frame whose checksum fails, so zeros after
 * its end mean nothing to it, and it keeps the file's length when it starts over.
 */
function reserveLog(folder: string): void {
  const file = openSync(join(folder, 'sallyport.db-wal'), 'r+')
  try {
    const frame = 4096 + 24
    const wanted = LOG_PAGES * frame + 64 * frame
    const zeros = Buffer.alloc(1024 * 1024)
    for (let at = fstatSync(file).size; at < wanted; at += zeros.length)
      writeSync(file, zeros, 0, zeros.length, at)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/**
 * Reads a data folder from the side, whether or not a server has it open. Throws when there is no store.
 */
export async function peekStore<T>(folder: string, work: (session: Session) => Promise<T>): Promise<T> {
  const database = new SqliteDatabase(join(folder, 'sallyport.db'), { readonly: true, fileMustExist: true })
  try {
    return await work(
      sqliteConnection(database, new Kysely<Schema>({ dialect: new SqliteDialect({ database }) })).session,
    )
  } finally {
    database.close()
  }
}

/**
 * Opens (and on first use creates) the store in a folder, readable by its owner only.
 * `onCommit` hears of every committed revision, in order, before the writes that made them are answered. `committed`
 * knows the facts as of the last of these; without it, changes are kept as if each made something new.
 */
export async function openStore(
  folder: string,
  now: () => Date,
  onCommit: (revisions: readonly Revision[]) => void,
  committed: CommittedFact = () => null,
): Promise<Store> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const lock = lockFolder(folder)
  try {
    const database = openDatabase(folder)
    const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database }) })
    await migrate(db)
    reserveLog(folder)
    const readDatabase = openDatabase(folder)
    const connection = sqliteConnection(database, db)
    const writer = createWriter(connection, now, onCommit, committed)
    const reader = createReader(sqliteConnection(readDatabase, db))
    return {
      write: writer.write,
      read: reader.read,
      version: writer.version,
      series: (work) => writer.alone(() => writeSeries(connection, now, onCommit, committed, work)),
      rehearse: (rehearsal) => writer.aside(() => rehearse(connection, committed, rehearsal)),
      replace: (replacement) => writer.alone(() => replaceState(connection, now, replacement)),
      async close() {
        await writer.drain()
        readDatabase.close()
        database.close()
        lock.close()
      },
    }
  } catch (error) {
    lock.close()
    throw error
  }
}
