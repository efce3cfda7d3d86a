import { type Kysely, sql } from 'kysely'

/**
 * Prefix lists and port lists, rules that name them, and what rules weigh in quotas: a rule that names a list counts as
 * many rules as the list may have entries.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  let lists = db.schema.createTable('lists')
  for (const name of ['id', 'kind', 'name', 'description', 'account_id', 'region_id', 'created_at']) {
    lists = lists.addColumn(name, 'text', (column) => column.notNull())
  }
  for (const name of ['family', 'max_entries', 'created_revision']) {
    lists = lists.addColumn(name, 'integer', (column) => column.notNull())
  }
  await lists.addPrimaryKeyConstraint('lists_key', ['id'] as never).execute()
  await db.schema
    .createIndex('lists_by_creation')
    .on('lists')
    .columns(['account_id', 'region_id', 'kind', 'created_revision'])
    .execute()

  let entries = db.schema.createTable('list_entries')
  for (const name of ['list_id', 'value', 'description']) {
    entries = entries.addColumn(name, 'text', (column) => column.notNull())
  }
  for (const name of ['created_revision', 'position']) {
    entries = entries.addColumn(name, 'integer', (column) => column.notNull())
  }
  await entries.addPrimaryKeyConstraint('list_entries_key', ['list_id', 'value'] as never).execute()

  await db.schema
    .alterTable('rules')
    .addColumn('port_list', 'text', (column) => column.notNull().defaultTo(''))
    .execute()
  await db.schema
    .alterTable('rules')
    .addColumn('weight', 'integer', (column) => column.notNull().defaultTo(1))
    .execute()
  await db.schema
    .alterTable('security_groups')
    .addColumn('rule_weight', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  await sql`update security_groups set rule_weight = rule_count`.execute(db)
  // Few rules name a list, so the indexes hold only those.
  await sql`create index rules_prefix_list on rules (peer) where peer_kind = 'prefix-list'`.execute(db)
  await sql`create index rules_port_list on rules (port_list) where port_list <> ''`.execute(db)
}
