import type { Kysely } from 'kysely'

/** The classic network: rules for either side of an instance, and instances linked to VPCs. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('rules')
    .addColumn('nic_type', 'text', (column) => column.notNull().defaultTo('intranet'))
    .execute()
  await db.schema
    .createTable('classic_links')
    .addColumn('instance_id', 'text', (column) => column.notNull().primaryKey())
    .addColumn('vpc_id', 'text', (column) => column.notNull())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('region_id', 'text', (column) => column.notNull())
    .addColumn('created_revision', 'integer', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('classic_links_vpc_id').on('classic_links').column('vpc_id').execute()
}
