import { type Kysely, sql, type SqlBool } from 'kysely'
import type { Scope } from '../model/context.js'
import type { Schema } from './schema.js'
import type { Session } from './session.js'

/** Where the resources of a type stand; `kind` where one table holds two types. */
const places: Readonly<Record<string, { readonly table: keyof Schema; readonly kind?: 'prefix' | 'port' }>> =
  {
    eni: { table: 'interfaces' },
    instance: { table: 'instances' },
    portrangelist: { table: 'lists', kind: 'port' },
    prefixlist: { table: 'lists', kind: 'prefix' },
    routetable: { table: 'route_tables' },
    securitygroup: { table: 'security_groups' },
    vpc: { table: 'vpcs' },
    vswitch: { table: 'vswitches' },
  }

interface Placed {
  readonly id: string
  readonly account_id: string
  readonly region_id: string
  readonly kind: string
}

/** The ids of the account's resources of a type in a region. */
function owned(db: Kysely<Schema>, type: string, { accountId, regionId }: Scope) {
  const place = places[type]
  if (!place) throw new Error(`resources of type ${type} have no table`)
  const query = db
    .selectFrom(sql<Placed>`${sql.table(place.table)}`.as('owned'))
    .select('owned.id')
    .where('owned.account_id', '=', accountId)
    .where('owned.region_id', '=', regionId)
  return place.kind === undefined ? query : query.where('owned.kind', '=', place.kind)
}

/**
 * Whether the resource of a row's `resource_id` is one of those. Looked up for each row: a list of all of them would be
 * made for every call, and an account may have tens of thousands.
 */
const isOwned = (
  db: Kysely<Schema>,
  type: string,
  scope: Scope,
  table: 'tags' | 'resource_group_members',
) => {
  const same = sql<SqlBool>`owned.id = ${sql.ref(`${table}.resource_id`)}`
  return sql<SqlBool>`exists ${owned(db, type, scope).where(same)}`
}

/** Which of these ids are resources of the type that the account has in the region. */
export async function existingIds(
  session: Session,
  scope: Scope,
  type: string,
  ids: readonly string[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await session.query((db) => owned(db, type, scope).where('owned.id', 'in', ids))
  return new Set(rows.map(({ id }) => id))
}

/** One tag that a resource must have: one of the keys, with one of the values unless any will do. */
export interface TagCondition {
  readonly keys: readonly string[]
  readonly values: readonly string[] | undefined
}

/** The last tag of a page. */
export type TagMark = readonly [resourceId: string, key: string]

/** Conditions of ListTagResources; all given ones hold. */
export interface TagListFilter {
  readonly type: string
  readonly ids: readonly string[]
  readonly conditions: readonly TagCondition[]
}

export interface ListedTag {
  readonly resource_id: string
  readonly key: string
  readonly value: string
}

/** The tags of the resources that match, by resource and key, after a mark. */
export const listTags = (
  session: Session,
  scope: Scope,
  { type, ids, conditions }: TagListFilter,
  page: { readonly limit: number; readonly after: TagMark | undefined },
): Promise<ListedTag[]> =>
  session.query((db) => {
    let query = db
      .selectFrom('tags')
      .select(['resource_id', 'key', 'value'])
      .where('account_id', '=', scope.accountId)
      .where('resource_type', '=', type)
      .where(isOwned(db, type, scope, 'tags'))
    if (ids.length > 0) query = query.where('resource_id', 'in', ids)
    for (const { keys, values } of conditions) {
      let tagged = db
        .selectFrom('tags as one')
        .select('one.resource_id')
        .where('one.account_id', '=', scope.accountId)
        .where('one.resource_type', '=', type)
        .where('one.key', 'in', keys.length > 0 ? keys : [''])
      if (values) tagged = tagged.where('one.value', 'in', values)
      query = query.where('resource_id', 'in', tagged)
    }
    if (page.after) {
      const [id, key] = page.after
      query = query.where((where) =>
        where.or([
          where('resource_id', '>', id),
          where.and([where('resource_id', '=', id), where('key', '>', key)]),
        ]),
      )
    }
    return query.orderBy('resource_id').orderBy('key').limit(page.limit)
  })

/** Every key, or every value of a key, that tags of a type have in the account. */
export async function textsOfTags(
  session: Session,
  accountId: string,
  type: string,
  key: string | undefined,
): Promise<string[]> {
  const rows = await session.query((db) => {
    const query = db
      .selectFrom('tags')
      .select(key === undefined ? 'key as text' : 'value as text')
      .distinct()
      .where('account_id', '=', accountId)
      .where('resource_type', '=', type)
    return key === undefined ? query : query.where('key', '=', key)
  })
  return rows.map(({ text }) => text)
}

/** The resources of a type in a region that were put into a resource group, after a mark, by id. */
export const listGrouped = (
  session: Session,
  scope: Scope,
  filter: { readonly type: string; readonly ids: readonly string[]; readonly groupId: string },
  page: { readonly limit: number; readonly after: string | undefined },
): Promise<{ resource_id: string }[]> =>
  session.query((db) => {
    let query = db
      .selectFrom('resource_group_members')
      .select('resource_id')
      .where('resource_type', '=', filter.type)
      .where('group_id', '=', filter.groupId)
      .where(isOwned(db, filter.type, scope, 'resource_group_members'))
    if (filter.ids.length > 0) query = query.where('resource_id', 'in', filter.ids)
    if (page.after !== undefined) query = query.where('resource_id', '>', page.after)
    return query.orderBy('resource_id').limit(page.limit)
  })

/** Conditions of DescribeTags; all given ones hold. */
export interface TagUseFilter {
  readonly types: readonly string[]
  readonly resourceId: string | undefined
  readonly tags: readonly { readonly key: string; readonly value: string | undefined }[]
}

export interface TagUse {
  readonly key: string
  readonly value: string
  readonly resource_type: string
  readonly count: number
}

/** How many resources of each type have each tag, by key and value. */
export async function countTagUses(session: Session, scope: Scope, filter: TagUseFilter): Promise<TagUse[]> {
  const parts = await Promise.all(
    filter.types.map((type) =>
      session.query((db) => {
        let query = db
          .selectFrom('tags')
          .select((s) => ['key', 'value', 'resource_type', s.fn.countAll<number>().as('count')])
          .where('account_id', '=', scope.accountId)
          .where('resource_type', '=', type)
          .where(isOwned(db, type, scope, 'tags'))
        if (filter.resourceId !== undefined) query = query.where('resource_id', '=', filter.resourceId)
        if (filter.tags.length > 0) {
          query = query.where(
            'key',
            'in',
            filter.tags.map(({ key }) => key),
          )
        }
        return query.groupBy(['key', 'value', 'resource_type'])
      }),
    ),
  )
  return parts
    .flat()
    .map((use) => ({ ...use, count: Number(use.count) }))
    .filter(
      (use) =>
        filter.tags.length === 0 ||
        filter.tags.some(({ key, value }) => key === use.key && (value === undefined || value === use.value)),
    )
}
