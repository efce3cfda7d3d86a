import { type Kysely, sql } from 'kysely'

/** Deletion protection, security locks and the time of the last start. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const name of ['lock_reason', 'started_at', 'details']) {
    await db.schema
      .alterTable('instances')
      .addColumn(name, 'text', (column) => column.notNull().defaultTo(''))
      .execute()
  }
  await db.schema
    .alterTable('instances')
    .addColumn('deletion_protection', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  // Instances made so far ran at once; when one was started again was not kept.
  await sql`update instances set started_at = created_at`.execute(db)
}
