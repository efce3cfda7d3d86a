import type { Kysely } from 'kysely'

const text = (db: Kysely<unknown>, table: string, column: string, fallback = ''): Promise<void> =>
  db.schema
    .alterTable(table)
    .addColumn(column, 'text', (built) => built.notNull().defaultTo(fallback))
    .execute()

/** Several accounts: users and policies of keys, roles, objects of other accounts, groups that a service manages. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await text(db, 'accounts', 'properties', '{}')
  await db.schema
    .alterTable('accounts')
    .addColumn('is_default', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  for (const column of ['user_name', 'policy', 'created_at']) await text(db, 'access_keys', column)
  await text(db, 'rules', 'peer_owner')
  await text(db, 'security_groups', 'service_id')
  await db.schema
    .createTable('roles')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('policy', 'text', (column) => column.notNull())
    .addColumn('trusts', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('roles_key', ['account_id', 'name'])
    .execute()
  await db.schema
    .createTable('server_secrets')
    .addColumn('name', 'text', (column) => column.notNull().primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute()
}
