import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { Scope } from '../model/context.js'
import type { InstanceRow, Schema } from './schema.js'
import type { Session } from './session.js'
import { type CreationMark, madeBefore } from './creation-order.js'
import { statement } from './statement.js'
import { inResourceGroup, type ResourceGroupFilter } from './resource-groups.js'
import { type TagFilter, taggedIds } from './tag-filter.js'

const selectInstance = statement<{ accountId: string; id: string }>()((db, p) =>
  db.selectFrom('instances').selectAll().where('id', '=', p.id).where('account_id', '=', p.accountId),
)

const insertInstanceRow = statement<InstanceRow>()((db, p) =>
  db.insertInto('instances').values({
    id: p.id,
    account_id: p.account_id,
    region_id: p.region_id,
    created_at: p.created_at,
    created_revision: p.created_revision,
    name: p.name,
    host_name: p.host_name,
    description: p.description,
    image_id: p.image_id,
    instance_type: p.instance_type,
    zone_id: p.zone_id,
    vpc_id: p.vpc_id,
    vswitch_id: p.vswitch_id,
    status: p.status,
    stopped_mode: p.stopped_mode,
    charge_type: p.charge_type,
    key_pair_name: p.key_pair_name,
    position: p.position,
    deletion_protection: p.deletion_protection,
    lock_reason: p.lock_reason,
    started_at: p.started_at,
    details: p.details,
  }),
)

const updateStatus = statement<InstanceStatus>()((db, p) =>
  db
    .updateTable('instances')
    .set({ status: p.status, stopped_mode: p.stopped_mode, started_at: p.started_at })
    .where('id', '=', p.id),
)

const updateLock = statement<Pick<InstanceRow, 'id' | 'lock_reason'>>()((db, p) =>
  db.updateTable('instances').set({ lock_reason: p.lock_reason }).where('id', '=', p.id),
)

const updateAttributes = statement<InstanceAttributes>()((db, p) =>
  db
    .updateTable('instances')
    .set({
      name: p.name,
      host_name: p.host_name,
      description: p.description,
      deletion_protection: p.deletion_protection,
      details: p.details,
    })
    .where('id', '=', p.id),
)

const selectAnyones = statement<{ id: string }>()((db, p) =>
  db.selectFrom('instances').selectAll().where('id', '=', p.id),
)

const deleteInstanceRow = statement<{ id: string }>()((db, p) =>
  db.deleteFrom('instances').where('id', '=', p.id),
)

/** An instance by id in whichever region, if the account has it. */
export const findInstance = (
  session: Session,
  accountId: string,
  id: string,
): Promise<InstanceRow | undefined> => session.first(selectInstance, { accountId, id })

export async function insertInstance(session: Session, row: InstanceRow): Promise<void> {
  await session.run(insertInstanceRow, row)
}

/** What starting and stopping change. */
export type InstanceStatus = Pick<InstanceRow, 'id' | 'status' | 'stopped_mode' | 'started_at'>

export async function setInstanceStatus(session: Session, row: InstanceStatus): Promise<void> {
  await session.run(updateStatus, row)
}

/** What ModifyInstanceAttribute changes of the instance itself. */
export type InstanceAttributes = Pick<
  InstanceRow,
  'id' | 'name' | 'host_name' | 'description' | 'deletion_protection' | 'details'
>

export async function setInstanceAttributes(session: Session, row: InstanceAttributes): Promise<void> {
  await session.run(updateAttributes, row)
}

export async function setInstanceLock(
  session: Session,
  id: string,
  reason: InstanceRow['lock_reason'],
): Promise<void> {
  await session.run(updateLock, { id, lock_reason: reason })
}

/** An instance by id, whoever's it is: for the operator of the server only. */
export const findInstanceOfAnyone = (session: Session, id: string): Promise<InstanceRow | undefined> =>
  session.first(selectAnyones, { id })

/** Removes the row; the instance's interfaces go in the same transaction. */
export async function deleteInstanceRowOf(session: Session, id: string): Promise<void> {
  await session.run(deleteInstanceRow, { id })
}

/** Conditions of DescribeInstances; all given ones hold. */
export interface InstanceFilter {
  /** Networks that the instances are in: with both, none matches. */
  readonly networks?: readonly ('vpc' | 'classic')[]
  /** Nothing matches: a filter asks for what this server never has. */
  readonly none?: boolean | undefined
  readonly ids?: readonly string[] | undefined
  /** `*` stands for any text. */
  readonly name?: string | undefined
  readonly columns?: Readonly<
    Partial<
      Record<
        | ('vpc_id' | 'vswitch_id' | 'zone_id' | 'status' | 'image_id' | 'instance_type' | 'charge_type')
        | ('key_pair_name' | 'lock_reason'),
        string
      >
    >
  >
  /** Family of the instance type, for example `ecs.g6`. */
  readonly typeFamily?: string | undefined
  /** Made at this time or later, ISO 8601 with seconds. */
  readonly createdFrom?: string | undefined
  /** Members of the details: those that were not given have the default. */
  readonly details?: readonly { readonly name: string; readonly value: string; readonly isDefault: boolean }[]
  readonly resourceGroup?: ResourceGroupFilter | undefined
  readonly groupId?: string | undefined
  /** Canonical texts, of which an instance has at least one. Each list is a condition of its own. */
  readonly addresses?: readonly (readonly string[])[]
  readonly tags?: readonly TagFilter[]
}

/** A page of instances, newest first; of one call the last made first. */
export function listInstances(
  session: Session,
  scope: Scope,
  filter: InstanceFilter,
  page: { readonly limit: number; readonly offset: number; readonly after: CreationMark | undefined },
): Promise<InstanceRow[]> {
  return session.query((db) => {
    let query = filtered(db, db.selectFrom('instances').selectAll(), scope, filter)
    if (page.after) query = query.where(madeBefore(page.after))
    return query
      .orderBy('created_revision', 'desc')
      .orderBy('position', 'desc')
      .limit(page.limit)
      .offset(page.offset)
  })
}

const selectImages = statement<Scope>()((db, p) =>
  db
    .selectFrom('instances')
    .select('image_id')
    .distinct()
    .where('account_id', '=', p.accountId)
    .where('region_id', '=', p.regionId),
)

/** The images that instances of the account in the region are made from, each once. */
export const imagesInUse = async (session: Session, scope: Scope): Promise<string[]> =>
  (await session.all(selectImages, scope)).map(({ image_id }) => image_id)

/** How many instances match. */
export async function countInstances(
  session: Session,
  scope: Scope,
  filter: InstanceFilter,
): Promise<number> {
  const [row] = await session.query((db) =>
    filtered(
      db,
      db.selectFrom('instances').select((s) => s.fn.countAll<number>().as('count')),
      scope,
      filter,
    ),
  )
  return Number(row?.count ?? 0)
}

type InstanceQuery<O> = SelectQueryBuilder<Schema, 'instances', O>

function filtered<O>(
  db: Kysely<Schema>,
  query: InstanceQuery<O>,
  scope: Scope,
  filter: InstanceFilter,
): InstanceQuery<O> {
  let narrowed = query.where('account_id', '=', scope.accountId).where('region_id', '=', scope.regionId)
  if (filter.none) narrowed = narrowed.where('id', '=', '')
  for (const network of filter.networks ?? []) {
    narrowed = narrowed.where('vpc_id', network === 'classic' ? '=' : '<>', '')
  }
  if (filter.ids) narrowed = narrowed.where('id', 'in', filter.ids.length > 0 ? filter.ids : [''])
  if (filter.name !== undefined) narrowed = narrowed.where(named(filter.name))
  for (const [column, value] of Object.entries(filter.columns ?? {})) {
    narrowed = narrowed.where(column as keyof Required<InstanceFilter>['columns'], '=', value as never)
  }
  if (filter.typeFamily !== undefined) {
    narrowed = narrowed.where(like('instance_type', `${escaped(filter.typeFamily)}.%`))
  }
  if (filter.createdFrom !== undefined) narrowed = narrowed.where('created_at', '>=', filter.createdFrom)
  for (const { name, value, isDefault } of filter.details ?? []) {
    const given = like('details', `%${escaped(`"${name}":"${value}"`)}%`)
    const silent = sql<boolean>`details not like ${`%"${name}":%`}`
    narrowed = narrowed.where(isDefault ? sql<boolean>`(${silent} or ${given})` : given)
  }
  if (filter.resourceGroup) {
    const { operator, ids } = inResourceGroup(db, 'instance', filter.resourceGroup)
    narrowed = narrowed.where('id', operator, ids)
  }
  if (filter.groupId !== undefined) narrowed = narrowed.where('id', 'in', membersOf(db, filter.groupId))
  for (const list of filter.addresses ?? []) narrowed = narrowed.where('id', 'in', ownersOf(db, list))
  for (const tag of filter.tags ?? []) narrowed = narrowed.where('id', 'in', taggedIds(db, 'instance', tag))
  return narrowed
}

function named(name: string) {
  if (!name.includes('*')) return sql<boolean>`name = ${name}`
  return like('name', escaped(name).replaceAll('*', '%'))
}

/** Takes the meaning from the characters that `like` looks for. */
const escaped = (text: string): string => text.replace(/[\\%_]/g, '\\$&')

const like = (column: 'name' | 'instance_type' | 'details', pattern: string) =>
  sql<boolean>`${sql.ref(column)} like ${pattern} escape '\\'`

const membersOf = (db: Kysely<Schema>, groupId: string) =>
  db
    .selectFrom('interface_groups')
    .innerJoin('interfaces', 'interfaces.id', 'interface_groups.interface_id')
    .select('interfaces.instance_id')
    .where('interface_groups.group_id', '=', groupId)

const ownersOf = (db: Kysely<Schema>, addresses: readonly string[]) =>
  db
    .selectFrom('interface_addresses')
    .innerJoin('interfaces', 'interfaces.id', 'interface_addresses.interface_id')
    .select('interfaces.instance_id')
    .where('interface_addresses.address', 'in', addresses.length > 0 ? addresses : [''])
