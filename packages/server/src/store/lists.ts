import { type Kysely, type SelectQueryBuilder, sql, type SqlBool } from 'kysely'
import type { Scope } from '../model/context.js'
import { inResourceGroup, type ResourceGroupFilter } from './resource-groups.js'
import type { ListEntryRow, ListRow, Schema } from './schema.js'
import type { Session } from './session.js'
import { statement } from './statement.js'
import { type TagFilter, taggedIds } from './tag-filter.js'

type Kind = ListRow['kind']

const insertListRow = statement<ListRow>()((db, p) =>
  db.insertInto('lists').values({
    id: p.id,
    kind: p.kind,
    account_id: p.account_id,
    region_id: p.region_id,
    name: p.name,
    description: p.description,
    family: p.family,
    max_entries: p.max_entries,
    created_at: p.created_at,
    created_revision: p.created_revision,
  }),
)

const updateListRow = statement<{ id: string; name: string; description: string }>()((db, p) =>
  db.updateTable('lists').set({ name: p.name, description: p.description }).where('id', '=', p.id),
)

const deleteListRow = statement<{ id: string }>()((db, p) => db.deleteFrom('lists').where('id', '=', p.id))

const selectList = statement<Scope & { kind: Kind; id: string }>()((db, p) =>
  db
    .selectFrom('lists')
    .selectAll()
    .where('id', '=', p.id)
    .where('kind', '=', p.kind)
    .where('account_id', '=', p.accountId)
    .where('region_id', '=', p.regionId),
)

const countLists = statement<Scope & { kind: Kind }>()((db, p) =>
  db
    .selectFrom('lists')
    .select((s) => s.fn.countAll<number>().as('count'))
    .where('account_id', '=', p.accountId)
    .where('region_id', '=', p.regionId)
    .where('kind', '=', p.kind),
)

const selectEveryList = statement()((db) => db.selectFrom('lists').selectAll().orderBy('created_revision'))

const selectEveryEntry = statement()((db) =>
  db.selectFrom('list_entries').selectAll().orderBy('created_revision').orderBy('position'),
)

const selectEntries = statement<{ listId: string }>()((db, p) =>
  db
    .selectFrom('list_entries')
    .selectAll()
    .where('list_id', '=', p.listId)
    .orderBy('created_revision')
    .orderBy('position'),
)

const upsertEntry = statement<ListEntryRow>()((db, p) =>
  db
    .insertInto('list_entries')
    .values({
      list_id: p.list_id,
      value: p.value,
      description: p.description,
      created_revision: p.created_revision,
      position: p.position,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['list_id', 'value'])
        .doUpdateSet((set) => ({ description: set.ref('excluded.description') })),
    ),
)

const deleteEntryRow = statement<{ listId: string; value: string }>()((db, p) =>
  db.deleteFrom('list_entries').where('list_id', '=', p.listId).where('value', '=', p.value),
)

const deleteEntries = statement<{ listId: string }>()((db, p) =>
  db.deleteFrom('list_entries').where('list_id', '=', p.listId),
)

export async function insertList(session: Session, row: ListRow): Promise<void> {
  await session.run(insertListRow, row)
}

/** Stores a list's new name and description; nothing else of it can change. */
export async function updateList(
  session: Session,
  { id, name, description }: Pick<ListRow, 'id' | 'name' | 'description'>,
): Promise<void> {
  await session.run(updateListRow, { id, name, description })
}

/** Removes a list with its entries. */
export async function deleteList(session: Session, id: string): Promise<void> {
  await session.run(deleteEntries, { listId: id })
  await session.run(deleteListRow, { id })
}

/** A list of the kind by id, if the account has it in the region. */
export const findList = (
  session: Session,
  { accountId, regionId }: Scope,
  kind: Kind,
  id: string,
): Promise<ListRow | undefined> => session.first(selectList, { accountId, regionId, kind, id })

/** How many lists of the kind the account has in the region. */
export const countListsOf = async (
  session: Session,
  { accountId, regionId }: Scope,
  kind: Kind,
): Promise<number> => Number((await session.first(countLists, { accountId, regionId, kind }))?.count ?? 0)

/** Every list of every account and region, oldest first. */
export const everyList = (session: Session): Promise<ListRow[]> => session.all(selectEveryList, {})

/** The entries of every list, in the order in which they were added. */
export const everyEntry = (session: Session): Promise<ListEntryRow[]> => session.all(selectEveryEntry, {})

/** The entries of a list, in the order in which they were added. */
export const entriesOf = (session: Session, listId: string): Promise<ListEntryRow[]> =>
  session.all(selectEntries, { listId })

/** Adds an entry; one that the list has already keeps its place and gets the description. */
export async function putEntry(session: Session, row: ListEntryRow): Promise<void> {
  await session.run(upsertEntry, row)
}

/** Takes an entry out; nothing happens when the list does not have it. */
export async function removeEntry(session: Session, listId: string, value: string): Promise<void> {
  await session.run(deleteEntryRow, { listId, value })
}

/** Conditions of DescribePrefixLists and DescribePortRangeLists; all given ones hold. */
export interface ListFilter {
  readonly kind: Kind
  readonly ids: readonly string[]
  readonly name: string | undefined
  readonly family: ListRow['family'] | undefined
  readonly resourceGroup: ResourceGroupFilter | undefined
  readonly tags: readonly TagFilter[]
}

/** Up to `limit` lists, newest first, made before the revision `before` (one call makes one list). */
export function findLists(
  session: Session,
  scope: Scope,
  filter: ListFilter,
  page: { readonly limit: number; readonly before: number | undefined },
): Promise<ListRow[]> {
  const type = filter.kind === 'prefix' ? 'prefixlist' : 'portrangelist'
  return session.query((db) => {
    let query = db
      .selectFrom('lists')
      .selectAll()
      .where('account_id', '=', scope.accountId)
      .where('region_id', '=', scope.regionId)
      .where('kind', '=', filter.kind)
    if (filter.ids.length > 0) query = query.where('id', 'in', filter.ids)
    if (filter.name !== undefined) query = query.where('name', '=', filter.name)
    if (filter.family !== undefined) query = query.where('family', '=', filter.family)
    if (filter.resourceGroup) {
      const { operator, ids } = inResourceGroup(db, type, filter.resourceGroup)
      query = query.where('id', operator, ids)
    }
    for (const tag of filter.tags) query = query.where('id', 'in', taggedIds(db, type, tag))
    if (page.before !== undefined) query = query.where('created_revision', '<', page.before)
    return query.orderBy('created_revision', 'desc').limit(page.limit)
  })
}

/** Names of lists by id. */
export async function listNames(session: Session, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await session.query((db) =>
    db.selectFrom('lists').select(['id', 'name']).where('id', 'in', ids),
  )
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** Rules that name lists of a kind. Written out where the database could not see that the index holds them. */
const naming = {
  prefix: { column: 'peer', are: sql<SqlBool>`rules.peer_kind = 'prefix-list'` },
  port: { column: 'port_list', are: sql<SqlBool>`rules.port_list <> ''` },
} as const

const rulesNaming = (
  db: Kysely<Schema>,
  kind: Kind,
  ids: readonly string[],
): SelectQueryBuilder<Schema, 'rules', object> =>
  db.selectFrom('rules').where(naming[kind].are).where(`rules.${naming[kind].column}`, 'in', ids)

/** How many security groups have rules that name each of these lists; lists that none names are absent. */
export async function associationCounts(
  session: Session,
  kind: Kind,
  ids: readonly string[],
): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map()
  const column = `rules.${naming[kind].column}` as const
  const rows = await session.query((db) =>
    rulesNaming(db, kind, ids)
      .select((s) => [s.ref(column).as('list'), s.fn.count<number>('rules.group_id').distinct().as('groups')])
      .groupBy(column),
  )
  return new Map(rows.map(({ list, groups }) => [list, Number(groups)]))
}

/** Up to `limit` security groups with rules that name the list, newest first, made before the revision `before`. */
export function associatedGroups(
  session: Session,
  { kind, id }: Pick<ListRow, 'kind' | 'id'>,
  page: { readonly limit: number; readonly before: number | undefined },
): Promise<{ id: string; created_revision: number }[]> {
  return session.query((db) => {
    let query = db
      .selectFrom('security_groups')
      .select(['id', 'created_revision'])
      .where('id', 'in', rulesNaming(db, kind, [id]).select('rules.group_id'))
    if (page.before !== undefined) query = query.where('created_revision', '<', page.before)
    return query.orderBy('created_revision', 'desc').limit(page.limit)
  })
}
