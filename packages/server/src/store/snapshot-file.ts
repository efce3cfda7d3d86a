import { copyFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import SqliteDatabase, { type Database } from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { z } from 'zod'
import { migrate } from './migrate.js'
import type { Schema } from './schema.js'
import { stateTables } from './state-tables.js'

/** What a snapshot file says of itself. */
export interface SnapshotInfo {
  /** When it was taken, by the clock of operations, ISO 8601. */
  readonly createdAt: string
  /** Last revision of the feed then. */
  readonly revision: number
}

const shape = z.object({
  createdAt: z.iso.datetime(),
  revision: z
    .number()
    .int()
    .min(0)
    .max(2 ** 50),
})

/** A file that is no snapshot, or one of a newer version. */
export class NotASnapshot extends Error {}

const withDatabase = async <T>(
  path: string,
  options: SqliteDatabase.Options,
  work: (database: Database) => Promise<T> | T,
): Promise<T> => {
  const database = new SqliteDatabase(path, options)
  try {
    return await work(database)
  } finally {
    database.close()
  }
}

const kyselyOf = (database: Database): Kysely<Schema> =>
  new Kysely<Schema>({ dialect: new SqliteDialect({ database }) })

let written = 0
const freshName = (path: string): string => `${path}.${process.pid}${++written}.new`

/**
 * Writes the state of a data folder's store to a file, as it is at one moment: a database of the same tables, without
 * keys. The server goes on meanwhile, but for the time of the copy itself. The file is there whole or not at all.
 */
export async function writeSnapshot(folder: string, path: string, createdAt: string): Promise<void> {
  const fresh = freshName(path)
  rmSync(fresh, { force: true })
  try {
    await withDatabase(fresh, {}, async (database) => {
      await migrate(kyselyOf(database))
      database.exec('create table snapshot_info (created_at text not null, revision integer not null)')
      database.prepare('attach ? as live').run(join(folder, 'sallyport.db'))
      database.transaction(() => copyLive(database, createdAt))()
      database.exec('detach live')
    })
    renameSync(fresh, path)
  } finally {
    rmSync(fresh, { force: true })
  }
}

function copyLive(database: Database, createdAt: string): void {
  for (const table of stateTables) {
    const columns = database
      .prepare(`select name from pragma_table_info('${table}')`)
      .pluck()
      .all() as string[]
    const names = columns.map((name) => `"${name}"`).join(', ')
    database.exec(`insert into main.${table} (${names}) select ${names} from live.${table}`)
  }
  database
    .prepare('insert into snapshot_info select ?, coalesce(max(revision), 0) from live.changes')
    .run(createdAt)
}

/** What a snapshot file says of itself. Throws NotASnapshot. */
export const readSnapshotInfo = (path: string): Promise<SnapshotInfo> =>
  explained(() =>
    withDatabase(path, { readonly: true, fileMustExist: true }, (database) => {
      const row = database.prepare('select created_at as createdAt, revision from snapshot_info').get()
      const { success, data } = shape.safeParse(row)
      if (!success) throw new NotASnapshot('the file is no snapshot')
      return data
    }),
  )

/** Throws NotASnapshot unless every page of the file is sound. */
export const checkSnapshot = (path: string): Promise<void> =>
  explained(() =>
    withDatabase(path, { readonly: true, fileMustExist: true }, (database) => {
      const found = database.pragma('quick_check(1)', { simple: true })
      if (found !== 'ok') throw new NotASnapshot(`the file is damaged: ${String(found)}`)
    }),
  )

/**
 * Runs `work` on a copy of a snapshot file that was brought up to the tables of this version. Throws NotASnapshot for a
 * file of a newer one.
 */
export async function withCurrentSnapshot<T>(
  path: string,
  work: (copy: string, info: SnapshotInfo) => Promise<T>,
): Promise<T> {
  const copy = freshName(path)
  try {
    copyFileSync(path, copy)
    const info = await readSnapshotInfo(copy)
    await explained(() => withDatabase(copy, {}, (database) => migrate(kyselyOf(database))))
    return await work(copy, info)
  } finally {
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(copy + suffix, { force: true })
  }
}

/** Bytes of a file; undefined when there is none. */
export const sizeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.size

async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    const isNone = code === 'SQLITE_NOTADB' || code === 'SQLITE_CORRUPT' || /no such table/.test(message)
    if (isNone) throw new NotASnapshot('the file is no snapshot', { cause: error })
    const { cause } = error as { cause?: unknown }
    if (/migration/i.test(cause instanceof Error ? cause.message : message)) {
      throw new NotASnapshot('the file was made by another version of Sallyport', { cause: error })
    }
    throw error
  }
}
