import { type Kysely, Migrator } from 'kysely'
import { migrations } from './migrations/index.js'
import type { Schema } from './schema.js'

/** Brings the tables of a database up to this version. Throws when it is of a newer one. */
export async function migrate(db: Kysely<Schema>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } })
  const { error } = await migrator.migrateToLatest()
  if (error) throw new Error('the store could not be brought up to date', { cause: error })
}
