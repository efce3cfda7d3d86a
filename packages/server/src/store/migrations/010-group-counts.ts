import { type Kysely, sql } from 'kysely'

/**
 * How many groups an account has in a region, so that a page of them does not have to count them; indexes that find
 * groups by VPC and by name in the order of the list, and the group objects of a group among its rules.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('group_counts')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('region_id', 'text', (column) => column.notNull())
    .addColumn('count', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('group_counts_key', ['account_id', 'region_id'] as never)
    .modifyEnd(sql`without rowid`)
    .execute()
  await sql`insert into group_counts (account_id, region_id, count)
    select account_id, region_id, count(*) from security_groups group by account_id, region_id`.execute(db)
  await db.schema.dropIndex('security_groups_vpc_id').execute()
  for (const columns of [
    ['vpc_id', 'created_revision'],
    ['account_id', 'region_id', 'name', 'created_revision'],
  ]) {
    await db.schema
      .createIndex(`security_groups_${columns.join('_')}`)
      .on('security_groups')
      .columns(columns)
      .execute()
  }
  await db.schema
    .createIndex('rules_group_objects')
    .on('rules')
    .columns(['group_id', 'peer'])
    .where('peer_kind' as never, '=', 'group')
    .execute()
}
