import { type Kysely, sql } from 'kysely'

/**
 * What a revision replaced, and whose call it was. Revisions from before say neither, so that no earlier state can be
 * told from them: only the last stays, which says where the feed is.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const name of ['befores', 'principal', 'operation', 'request_id']) {
    await db.schema
      .alterTable('changes')
      .addColumn(name, 'text', (column) => column.notNull().defaultTo(''))
      .execute()
  }
  await sql`delete from changes where revision < (select max(revision) from changes)`.execute(db)
}
