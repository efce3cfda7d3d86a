import type { Kysely, SelectQueryBuilder } from 'kysely'
import type { ResourceGroupRow, Schema } from './schema.js'
import type { Session } from './session.js'
import { listed, statement } from './statement.js'

const insertGroupRow = statement<ResourceGroupRow>()((db, p) =>
  db
    .insertInto('resource_groups')
    .values({
      id: p.id,
      account_id: p.account_id,
      name: p.name,
      display_name: p.display_name,
      is_default: p.is_default,
      created_at: p.created_at,
    })
    .onConflict((conflict) => conflict.doNothing()),
)

const selectGroup = statement<{ accountId: string; id: string }>()((db, p) =>
  db.selectFrom('resource_groups').selectAll().where('id', '=', p.id).where('account_id', '=', p.accountId),
)

const selectGroups = statement<{ accountId: string }>()((db, p) =>
  db
    .selectFrom('resource_groups')
    .selectAll()
    .where('account_id', '=', p.accountId)
    .orderBy('is_default', 'desc')
    .orderBy('created_at')
    .orderBy('id'),
)

const countMade = statement<{ accountId: string }>()((db, p) =>
  db
    .selectFrom('resource_groups')
    .select((s) => s.fn.countAll<number>().as('count'))
    .where('account_id', '=', p.accountId)
    .where('is_default', '=', 0),
)

const selectMemberships = statement<{ type: string; ids: string }>()((db, p) =>
  db
    .selectFrom('resource_group_members')
    .select(['resource_id', 'group_id'])
    .where('resource_type', '=', p.type)
    .where('resource_id', 'in', listed(p.ids)),
)

const upsertMember = statement<{ type: string; id: string; groupId: string }>()((db, p) =>
  db
    .insertInto('resource_group_members')
    .values({ resource_type: p.type, resource_id: p.id, group_id: p.groupId })
    .onConflict((conflict) =>
      conflict
        .columns(['resource_type', 'resource_id'])
        .doUpdateSet((set) => ({ group_id: set.ref('excluded.group_id') })),
    ),
)

const deleteMember = statement<{ type: string; id: string }>()((db, p) =>
  db.deleteFrom('resource_group_members').where('resource_type', '=', p.type).where('resource_id', '=', p.id),
)

/** Adds a resource group; false when the account has one of that id or name. */
export const addResourceGroup = async (session: Session, row: ResourceGroupRow): Promise<boolean> =>
  (await session.run(insertGroupRow, row)) > 0

/** A resource group by id, if the account has it. */
export const findResourceGroup = (
  session: Session,
  accountId: string,
  id: string,
): Promise<ResourceGroupRow | undefined> => session.first(selectGroup, { accountId, id })

/** Every resource group of an account: the default one first, then by age. There are few: the quota says so. */
export const resourceGroupsOfAccount = (session: Session, accountId: string): Promise<ResourceGroupRow[]> =>
  session.all(selectGroups, { accountId })

/** How many resource groups the account has beside its default one. */
export const countMadeGroups = async (session: Session, accountId: string): Promise<number> =>
  Number((await session.first(countMade, { accountId }))?.count ?? 0)

/** Puts a resource into a group, out of the one it was in. */
export async function putMember(session: Session, type: string, id: string, groupId: string): Promise<void> {
  await session.run(upsertMember, { type, id, groupId })
}

/** Forgets which group a resource was put into. */
export async function dropMember(session: Session, type: string, id: string): Promise<void> {
  await session.run(deleteMember, { type, id })
}

/** The groups that resources were put into, by resource; those that were put into none are absent. */
export async function memberships(
  session: Session,
  type: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await session.all(selectMemberships, { type, ids: JSON.stringify(ids) })
  return new Map(rows.map((row) => [row.resource_id, row.group_id]))
}

/** A resource group that resources must be in. The default one also holds all that were never put into any. */
export interface ResourceGroupFilter {
  readonly id: string
  readonly isDefault: boolean
}

/** `where('id', operator, ids)`: the resources of a type that are in the group. */
export function inResourceGroup(
  db: Kysely<Schema>,
  type: string,
  { id, isDefault }: ResourceGroupFilter,
): {
  operator: 'in' | 'not in'
  ids: SelectQueryBuilder<Schema, 'resource_group_members', { resource_id: string }>
} {
  const members = db
    .selectFrom('resource_group_members')
    .select('resource_group_members.resource_id')
    .where('resource_group_members.resource_type', '=', type)
  return isDefault
    ? { operator: 'not in', ids: members.where('resource_group_members.group_id', '<>', id) }
    : { operator: 'in', ids: members.where('resource_group_members.group_id', '=', id) }
}
