import type { Schema } from './schema.js'

/**
 * What a table means to a reset, a snapshot and a restore.
 *
 * - `kept`: who may call, and the change feed. Neither reset nor restored, and in no snapshot.
 * - `account`: rows of resources that belong to an account, by `account_id`.
 * - A parent: rows that are part of a resource in another table, named by this column.
 */
export type TableRole = 'kept' | 'account' | { readonly parent: keyof Schema; readonly by: string }

/** Every table, parents before their parts. A table that is not here does not compile. */
export const tableRoles: Readonly<Record<keyof Schema, TableRole>> = {
  accounts: 'kept',
  access_keys: 'kept',
  roles: 'kept',
  server_secrets: 'kept',
  feed: 'kept',
  changes: 'kept',
  rule_hits: 'kept',
  hit_counters: 'kept',
  vpcs: 'account',
  vpc_blocks: { parent: 'vpcs', by: 'vpc_id' },
  route_tables: 'account',
  vswitches: 'account',
  free_ranges: { parent: 'vswitches', by: 'vswitch_id' },
  lists: 'account',
  list_entries: { parent: 'lists', by: 'list_id' },
  security_groups: 'account',
  group_counts: 'account',
  rules: { parent: 'security_groups', by: 'group_id' },
  instances: 'account',
  classic_links: { parent: 'instances', by: 'instance_id' },
  interfaces: 'account',
  interface_addresses: { parent: 'interfaces', by: 'interface_id' },
  interface_groups: { parent: 'interfaces', by: 'interface_id' },
  resource_groups: 'account',
  resource_group_members: { parent: 'resource_groups', by: 'group_id' },
  network_paths: 'account',
  path_analyses: 'account',
  tags: 'account',
  client_tokens: 'account',
}

const named = Object.entries(tableRoles) as [keyof Schema, TableRole][]

/** The tables that hold state: all but the kept ones. */
export const stateTables: readonly (keyof Schema)[] = named.flatMap(([name, role]) =>
  role === 'kept' ? [] : [name],
)

/** The state tables whose rows name their account. */
export const accountTables: readonly (keyof Schema)[] = named.flatMap(([name, role]) =>
  role === 'account' ? [name] : [],
)

/** The state tables whose rows are parts of a resource. */
export const partTables: readonly { name: keyof Schema; parent: keyof Schema; by: string }[] = named.flatMap(
  ([name, role]) => (typeof role === 'object' ? [{ name, ...role }] : []),
)
