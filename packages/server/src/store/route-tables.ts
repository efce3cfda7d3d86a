import type { Kysely, SelectQueryBuilder } from 'kysely'
import type { Scope } from '../model/context.js'
import type { RouteTableRow, Schema } from './schema.js'
import { inResourceGroup, type ResourceGroupFilter } from './resource-groups.js'
import type { Session } from './session.js'
import { statement } from './statement.js'
import { type TagFilter, taggedIds } from './tag-filter.js'

const selectTable = statement<Scope & { id: string }>()((db, p) =>
  db
    .selectFrom('route_tables')
    .selectAll()
    .where('id', '=', p.id)
    .where('account_id', '=', p.accountId)
    .where('region_id', '=', p.regionId),
)

const insertRow = statement<RouteTableRow>()((db, p) =>
  db.insertInto('route_tables').values({
    id: p.id,
    vpc_id: p.vpc_id,
    name: p.name,
    description: p.description,
    propagation: p.propagation,
    account_id: p.account_id,
    region_id: p.region_id,
    created_at: p.created_at,
    created_revision: p.created_revision,
  }),
)

const updateRow = statement<Pick<RouteTableRow, 'id' | 'name' | 'description' | 'propagation'>>()((db, p) =>
  db
    .updateTable('route_tables')
    .set({ name: p.name, description: p.description, propagation: p.propagation })
    .where('id', '=', p.id),
)

const deleteRow = statement<{ id: string }>()((db, p) => db.deleteFrom('route_tables').where('id', '=', p.id))

/** A route table by id, if the account has it in the region. */
export const findRouteTable = (
  session: Session,
  scope: Scope,
  id: string,
): Promise<RouteTableRow | undefined> => session.first(selectTable, { ...scope, id })

export async function insertRouteTable(session: Session, row: RouteTableRow): Promise<void> {
  await session.run(insertRow, row)
}

/** Stores a route table's name, description and propagation. */
export async function updateRouteTable(session: Session, row: RouteTableRow): Promise<void> {
  const { id, name, description, propagation } = row
  await session.run(updateRow, { id, name, description, propagation })
}

export async function deleteRouteTable(session: Session, id: string): Promise<void> {
  await session.run(deleteRow, { id })
}

/** Conditions of the lists of route tables; all given ones hold. */
export interface RouteTableFilter {
  /** Nothing matches: a filter asks for what this server never has. */
  readonly none: boolean
  readonly id: string | undefined
  readonly name: string | undefined
  readonly vpcId: string | undefined
  /** The router of the VPC. */
  readonly routerId: string | undefined
  readonly resourceGroup: ResourceGroupFilter | undefined
  readonly tags: readonly TagFilter[]
}

/** A page of route tables, newest first. */
export function listRouteTables(
  session: Session,
  scope: Scope,
  filter: RouteTableFilter,
  page: { readonly limit: number; readonly offset: number },
): Promise<RouteTableRow[]> {
  return session.query((db) =>
    filtered(db, db.selectFrom('route_tables').selectAll(), scope, filter)
      .orderBy('created_revision', 'desc')
      .orderBy('id')
      .limit(page.limit)
      .offset(page.offset),
  )
}

/** How many route tables match. */
export async function countRouteTables(
  session: Session,
  scope: Scope,
  filter: RouteTableFilter,
): Promise<number> {
  const [row] = await session.query((db) =>
    filtered(
      db,
      db.selectFrom('route_tables').select((s) => s.fn.countAll<number>().as('count')),
      scope,
      filter,
    ),
  )
  return Number(row?.count ?? 0)
}

type TableQuery<O> = SelectQueryBuilder<Schema, 'route_tables', O>

function filtered<O>(
  db: Kysely<Schema>,
  query: TableQuery<O>,
  scope: Scope,
  filter: RouteTableFilter,
): TableQuery<O> {
  let narrowed = query.where('account_id', '=', scope.accountId).where('region_id', '=', scope.regionId)
  if (filter.none) narrowed = narrowed.where('id', '=', '')
  if (filter.id !== undefined) narrowed = narrowed.where('id', '=', filter.id)
  if (filter.name !== undefined) narrowed = narrowed.where('name', '=', filter.name)
  if (filter.vpcId !== undefined) narrowed = narrowed.where('vpc_id', '=', filter.vpcId)
  if (filter.routerId !== undefined) {
    const vpcs = db.selectFrom('vpcs').select('id').where('vrouter_id', '=', filter.routerId)
    narrowed = narrowed.where('vpc_id', 'in', vpcs)
  }
  if (filter.resourceGroup) {
    const { operator, ids } = inResourceGroup(db, 'vpc', filter.resourceGroup)
    narrowed = narrowed.where('vpc_id', operator, ids)
  }
  for (const tag of filter.tags) narrowed = narrowed.where('id', 'in', taggedIds(db, 'routetable', tag))
  return narrowed
}
