import type { Kysely } from 'kysely'

/** What hosts counted for rules and defaults, and what each of their counters said last. */
export async function up(db: Kysely<unknown>): Promise<void> {
  let hits = db.schema
    .createTable('rule_hits')
    .addColumn('subject', 'text', (column) => column.primaryKey())
    .addColumn('staged', 'integer', (column) => column.notNull())
  for (const name of ['direction', 'kind', 'rule_id', 'groups', 'since', 'last_hit']) {
    hits = hits.addColumn(name, 'text', (column) => column.notNull())
  }
  for (const name of ['packets', 'bytes']) {
    hits = hits.addColumn(name, 'bigint', (column) => column.notNull())
  }
  await hits.execute()
  await db.schema
    .createTable('hit_counters')
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('counter', 'text', (column) => column.notNull())
    .addColumn('packets', 'bigint', (column) => column.notNull())
    .addColumn('bytes', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('hit_counters_key', ['host', 'counter'])
    .execute()
}
