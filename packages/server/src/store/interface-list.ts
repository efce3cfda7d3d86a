import type { Kysely, SelectQueryBuilder } from 'kysely'
import type { Scope } from '../model/context.js'
import { inResourceGroup, type ResourceGroupFilter } from './resource-groups.js'
import type { InterfaceRow, Schema } from './schema.js'
import type { Session } from './session.js'
import { type CreationMark, madeBefore } from './creation-order.js'
import { type TagFilter, taggedIds } from './tag-filter.js'

/** Conditions of DescribeNetworkInterfaces; all given ones hold. */
export interface InterfaceFilter {
  /** Nothing matches: a filter asks for what this server never has. */
  readonly none: boolean
  readonly ids: readonly string[] | undefined
  readonly columns: Readonly<
    Partial<Record<'instance_id' | 'vpc_id' | 'vswitch_id' | 'type' | 'name', string>>
  >
  readonly attached: boolean | undefined
  readonly resourceGroup: ResourceGroupFilter | undefined
  readonly groupId: string | undefined
  /** Canonical text. */
  readonly primaryAddress: string | undefined
  /** Canonical texts, of which an interface has at least one. Each list is a condition of its own. */
  readonly addresses: readonly (readonly string[])[]
  readonly tags: readonly TagFilter[]
}

/** A page of interfaces, newest first; of one call the last made first. */
export function listInterfaces(
  session: Session,
  scope: Scope,
  filter: InterfaceFilter,
  page: { readonly limit: number; readonly offset: number; readonly after: CreationMark | undefined },
): Promise<InterfaceRow[]> {
  return session.query((db) => {
    let query = filtered(db, db.selectFrom('interfaces').selectAll(), scope, filter)
    if (page.after) query = query.where(madeBefore(page.after))
    return query
      .orderBy('created_revision', 'desc')
      .orderBy('position', 'desc')
      .limit(page.limit)
      .offset(page.offset)
  })
}

/** How many interfaces match. */
export async function countInterfaces(
  session: Session,
  scope: Scope,
  filter: InterfaceFilter,
): Promise<number> {
  const [row] = await session.query((db) =>
    filtered(
      db,
      db.selectFrom('interfaces').select((s) => s.fn.countAll<number>().as('count')),
      scope,
      filter,
    ),
  )
  return Number(row?.count ?? 0)
}

type InterfaceQuery<O> = SelectQueryBuilder<Schema, 'interfaces', O>

function filtered<O>(
  db: Kysely<Schema>,
  query: InterfaceQuery<O>,
  scope: Scope,
  filter: InterfaceFilter,
): InterfaceQuery<O> {
  let narrowed = query
    .where('account_id', '=', scope.accountId)
    .where('region_id', '=', scope.regionId)
    .where('vpc_id', '<>', '')
  if (filter.none) narrowed = narrowed.where('id', '=', '')
  if (filter.ids) narrowed = narrowed.where('id', 'in', filter.ids.length > 0 ? filter.ids : [''])
  for (const [column, value] of Object.entries(filter.columns)) {
    narrowed = narrowed.where(column as keyof InterfaceFilter['columns'], '=', value as never)
  }
  if (filter.attached !== undefined)
    narrowed = narrowed.where('instance_id', filter.attached ? '<>' : '=', '')
  if (filter.groupId !== undefined) {
    const members = db
      .selectFrom('interface_groups')
      .select('interface_id')
      .where('group_id', '=', filter.groupId)
    narrowed = narrowed.where('id', 'in', members)
  }
  if (filter.primaryAddress !== undefined) {
    narrowed = narrowed.where('id', 'in', ownersOf(db, [filter.primaryAddress]).where('is_primary', '=', 1))
  }
  for (const list of filter.addresses) narrowed = narrowed.where('id', 'in', ownersOf(db, list))
  if (filter.resourceGroup) {
    const { operator, ids } = inResourceGroup(db, 'eni', filter.resourceGroup)
    narrowed = narrowed.where('id', operator, ids)
  }
  for (const tag of filter.tags) narrowed = narrowed.where('id', 'in', taggedIds(db, 'eni', tag))
  return narrowed
}

const ownersOf = (db: Kysely<Schema>, addresses: readonly string[]) =>
  db
    .selectFrom('interface_addresses')
    .select('interface_id')
    .where('address', 'in', addresses.length > 0 ? addresses : [''])
