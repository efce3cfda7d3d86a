import { type Kysely, sql } from 'kysely'

/** Gives VPCs further blocks, user CIDR blocks, ClassicLink and a route table with a name of its own. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('vpcs')
    .addColumn('user_cidrs', 'text', (column) => column.notNull().defaultTo(''))
    .execute()
  await db.schema
    .alterTable('vpcs')
    .addColumn('classic_link', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  await db.schema
    .createTable('vpc_blocks')
    .addColumn('vpc_id', 'text', (column) => column.notNull())
    .addColumn('cidr_block', 'text', (column) => column.notNull())
    .addColumn('family', 'integer', (column) => column.notNull())
    .addColumn('created_revision', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('vpc_blocks_key', ['vpc_id', 'cidr_block'])
    .execute()
  await db.schema.createIndex('vpc_blocks_cidr_block').on('vpc_blocks').column('cidr_block').execute()
  await createRouteTables(db)
}

async function createRouteTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('route_tables')
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('vpc_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('propagation', 'integer', (column) => column.notNull())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('region_id', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('created_revision', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('route_tables_key', ['id'])
    .execute()
  for (const columns of [['vpc_id'], ['account_id', 'region_id', 'created_revision']]) {
    await db.schema
      .createIndex(`route_tables_${columns.join('_')}`)
      .on('route_tables')
      .columns(columns)
      .execute()
  }
  // VPCs that are there already have one.
  await sql`
    insert into route_tables
      (id, vpc_id, name, description, propagation, account_id, region_id, created_at, created_revision)
    select route_table_id, id, '', '', 1, account_id, region_id, created_at, created_revision from vpcs
  `.execute(db)
}
