import type { Kysely } from 'kysely'

/** Paths of the Network Intelligence Service, and what their analyses found. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('network_paths')
    .addColumn('id', 'text', (column) => column.notNull().primaryKey())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('region_id', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('parameters', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('network_paths_account_id_parameters')
    .on('network_paths')
    .columns(['account_id', 'parameters'])
    .unique()
    .execute()
  await db.schema
    .createTable('path_analyses')
    .addColumn('id', 'text', (column) => column.notNull().primaryKey())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('path_id', 'text', (column) => column.notNull())
    .addColumn('path_created_at', 'text', (column) => column.notNull())
    .addColumn('parameters', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('reachable', 'integer', (column) => column.notNull())
    .addColumn('result', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('path_analyses_account_id_path_id')
    .on('path_analyses')
    .columns(['account_id', 'path_id', 'created_at'])
    .execute()
}
