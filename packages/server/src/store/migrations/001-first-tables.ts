import { type Kysely, sql } from 'kysely'

type Column = [name: string, type: 'text' | 'integer']

const text = (...names: string[]): Column[] => names.map((name) => [name, 'text'])
const integer = (...names: string[]): Column[] => names.map((name) => [name, 'integer'])

const owned: Column[] = [...text('account_id', 'region_id', 'created_at'), ...integer('created_revision')]

const tables: Record<string, { key: string[]; columns: Column[] }> = {
  accounts: { key: ['id'], columns: text('id', 'name') },
  access_keys: { key: ['id'], columns: [...text('id', 'secret', 'account_id'), ...integer('active')] },
  vpcs: {
    key: ['id'],
    columns: [
      ...text('id', 'cidr_block', 'ipv6_cidr_block', 'name', 'description', 'vrouter_id', 'route_table_id'),
      ...integer('is_default'),
      ...owned,
    ],
  },
  vswitches: {
    key: ['id'],
    columns: [
      ...text('id', 'vpc_id', 'zone_id', 'cidr_block', 'ipv6_cidr_block', 'name', 'description'),
      ...integer('is_default'),
      ...owned,
    ],
  },
  free_ranges: {
    key: ['vswitch_id', 'first'],
    columns: [...text('vswitch_id'), ...integer('first', 'last')],
  },
  security_groups: {
    key: ['id'],
    columns: [
      ...text('id', 'vpc_id', 'name', 'description', 'type', 'inner_access'),
      ...integer('rule_count'),
      ...owned,
    ],
  },
  rules: {
    // Not the id: rules are found within their group, and a random key would dirty one more page a write.
    key: ['group_id', 'identity'],
    columns: [
      ...text('id', 'group_id', 'direction', 'policy', 'protocol', 'port_range', 'source_port_range'),
      ...text('peer_kind', 'peer', 'local', 'description', 'identity', 'created_at'),
      ...integer('priority', 'created_revision', 'position'),
    ],
  },
  instances: {
    key: ['id'],
    columns: [
      ...text('id', 'name', 'host_name', 'description', 'image_id', 'instance_type', 'zone_id', 'vpc_id'),
      ...text('vswitch_id', 'status', 'stopped_mode', 'charge_type', 'key_pair_name'),
      ...integer('position'),
      ...owned,
    ],
  },
  interfaces: {
    key: ['id'],
    columns: [
      ...text('id', 'vpc_id', 'vswitch_id', 'zone_id', 'instance_id', 'type', 'mac', 'name', 'description'),
      ...integer('position'),
      ...owned,
    ],
  },
  interface_addresses: {
    key: ['vpc_id', 'address'],
    columns: [...text('interface_id', 'vpc_id', 'address'), ...integer('family', 'is_primary', 'position')],
  },
  interface_groups: {
    key: ['interface_id', 'group_id'],
    columns: [...text('interface_id', 'group_id'), ...integer('position')],
  },
  tags: {
    key: ['resource_type', 'resource_id', 'key'],
    columns: text('account_id', 'resource_type', 'resource_id', 'key', 'value'),
  },
  client_tokens: {
    key: ['account_id', 'region_id', 'action', 'token'],
    columns: text('account_id', 'region_id', 'action', 'token', 'fingerprint', 'answer', 'created_at'),
  },
  feed: { key: ['id'], columns: [...integer('id'), ...text('epoch')] },
  changes: { key: ['revision'], columns: [...integer('revision'), ...text('at', 'account_id', 'changes')] },
}

/** Kept in the order of their key: the rules of a group lie together, and there is one tree to write, not two. */
const clustered = new Set(['rules', 'interface_groups'])

const indexes: { table: string; columns: string[]; unique?: true }[] = [
  { table: 'vpcs', columns: ['account_id', 'region_id', 'created_revision'] },
  { table: 'vpcs', columns: ['ipv6_cidr_block'] },
  { table: 'vswitches', columns: ['vpc_id', 'created_revision'] },
  { table: 'vswitches', columns: ['account_id', 'region_id', 'created_revision'] },
  { table: 'security_groups', columns: ['account_id', 'region_id', 'created_revision'] },
  { table: 'security_groups', columns: ['vpc_id'] },
  { table: 'instances', columns: ['account_id', 'region_id', 'created_revision'] },
  { table: 'interfaces', columns: ['account_id', 'region_id', 'created_revision'] },
  { table: 'interfaces', columns: ['account_id', 'region_id', 'instance_id'] },
  { table: 'interfaces', columns: ['instance_id'] },
  { table: 'interfaces', columns: ['vswitch_id'] },
  { table: 'interfaces', columns: ['mac'] },
  { table: 'interface_addresses', columns: ['interface_id'] },
  { table: 'interface_addresses', columns: ['address'] },
  { table: 'interface_groups', columns: ['group_id'] },
  { table: 'client_tokens', columns: ['created_at'] },
]

/** Creates every table of the first version. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [table, { key, columns }] of Object.entries(tables)) {
    let builder = db.schema.createTable(table)
    // A whole number alone as the key is the row's own number in SQLite: no index to keep beside the table.
    const numbered = key.length === 1 && columns.some(([name, type]) => name === key[0] && type === 'integer')
    for (const [name, type] of columns) {
      builder = builder.addColumn(name, type, (column) =>
        numbered && name === key[0] ? column.notNull().primaryKey() : column.notNull(),
      )
    }
    if (!numbered) builder = builder.addPrimaryKeyConstraint(`${table}_key`, key as never)
    await (clustered.has(table) ? builder.modifyEnd(sql`without rowid`) : builder).execute()
  }
  for (const { table, columns, unique } of indexes) {
    const builder = db.schema
      .createIndex(`${table}_${columns.join('_')}`)
      .on(table)
      .columns(columns)
    await (unique ? builder.unique() : builder).execute()
  }
  // Who names a group as its object: few rows do, so the index holds only those.
  await db.schema
    .createIndex('rules_group_peer')
    .on('rules')
    .column('peer')
    .where('peer_kind' as never, '=', 'group')
    .execute()
}
