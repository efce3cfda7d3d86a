import Sqlite from 'better-sqlite3'
import { Kysely, Migrator, SqliteDialect } from 'kysely'
import { describe, expect, it } from 'vitest'
import { migrations } from '../src/store/migrations/index.js'
import type { InstanceRow, Schema } from '../src/store/schema.js'

describe('the migrations', () => {
  it('keep an instance of the first version, which has run since it was made', async () => {
    const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: new Sqlite(':memory:') }) })
    const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } })
    await migrator.migrateTo('001-first-tables')
    const first = {
      ...{
        id: 'i-1',
        account_id: 'a',
        region_id: 'r',
        created_at: '2026-01-02T03:04:05Z',
        created_revision: 1,
      },
      ...{ name: 'n', host_name: 'h', description: '', image_id: '', instance_type: '', zone_id: 'z' },
      ...{ vpc_id: 'v', vswitch_id: 's', status: 'Running', stopped_mode: '', charge_type: 'PostPaid' },
      ...{ key_pair_name: '', position: 0 },
    }
    await db
      .insertInto('instances')
      .values(first as InstanceRow)
      .execute()
    const { error } = await migrator.migrateToLatest()
    expect(error).toBeUndefined()
    expect(await db.selectFrom('instances').selectAll().execute()).toEqual([
      {
        ...first,
        ...{ deletion_protection: 0, lock_reason: '', details: '', started_at: first.created_at },
      },
    ])
    await db.destroy()
  })
})
