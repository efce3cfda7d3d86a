import type { Kysely } from 'kysely'

/** Names and descriptions of the routers of VPCs. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const name of ['vrouter_name', 'vrouter_description']) {
    await db.schema
      .alterTable('vpcs')
      .addColumn(name, 'text', (column) => column.notNull().defaultTo(''))
      .execute()
  }
}
