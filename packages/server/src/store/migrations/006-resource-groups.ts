import type { Kysely } from 'kysely'

/** Resource groups, and which resources were put into one. A resource without a row is in the default group. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('resource_groups')
    .addColumn('id', 'text', (column) => column.notNull().primaryKey())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('display_name', 'text', (column) => column.notNull())
    .addColumn('is_default', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('resource_groups_account_id_name')
    .on('resource_groups')
    .columns(['account_id', 'name'])
    .unique()
    .execute()
  await db.schema
    .createTable('resource_group_members')
    .addColumn('resource_type', 'text', (column) => column.notNull())
    .addColumn('resource_id', 'text', (column) => column.notNull())
    .addColumn('group_id', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('resource_group_members_key', ['resource_type', 'resource_id'] as never)
    .execute()
  await db.schema
    .createIndex('resource_group_members_group_id')
    .on('resource_group_members')
    .column('group_id')
    .execute()
  // What tags are searched by; the table's own key begins with the resource.
  await db.schema.createIndex('tags_account_id_key').on('tags').columns(['account_id', 'key']).execute()
}
