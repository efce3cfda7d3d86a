import type { Kysely } from 'kysely'

/** Whether what a group drops is counted only. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('security_groups')
    .addColumn('audit', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
}
