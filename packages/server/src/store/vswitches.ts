import type { Kysely, SelectQueryBuilder } from 'kysely'
import type { Scope } from '../model/context.js'
import type { Schema, VSwitchRow } from './schema.js'
import { inResourceGroup, type ResourceGroupFilter } from './resource-groups.js'
import type { Session } from './session.js'
import { statement } from './statement.js'
import { type TagFilter, taggedIds } from './tag-filter.js'

const selectVSwitch = statement<Scope & { id: string }>()((db, p) =>
  db
    .selectFrom('vswitches')
    .selectAll()
    .where('id', '=', p.id)
    .where('account_id', '=', p.accountId)
    .where('region_id', '=', p.regionId),
)

const selectOfVpc = statement<{ vpcId: string }>()((db, p) =>
  db
    .selectFrom('vswitches')
    .selectAll()
    .where('vpc_id', '=', p.vpcId)
    .orderBy('created_revision')
    .orderBy('zone_id')
    .orderBy('id'),
)

const insertVSwitchRow = statement<VSwitchRow>()((db, p) =>
  db.insertInto('vswitches').values({
    id: p.id,
    account_id: p.account_id,
    region_id: p.region_id,
    created_at: p.created_at,
    created_revision: p.created_revision,
    vpc_id: p.vpc_id,
    zone_id: p.zone_id,
    cidr_block: p.cidr_block,
    ipv6_cidr_block: p.ipv6_cidr_block,
    name: p.name,
    description: p.description,
    is_default: p.is_default,
  }),
)

const updateVSwitchRow = statement<ChangedVSwitch & { id: string }>()((db, p) =>
  db
    .updateTable('vswitches')
    .set({ ipv6_cidr_block: p.ipv6_cidr_block, name: p.name, description: p.description })
    .where('id', '=', p.id),
)

const selectIpv6User = statement<{ vswitchId: string }>()((db, p) =>
  db
    .selectFrom('interfaces')
    .innerJoin('interface_addresses', 'interface_addresses.interface_id', 'interfaces.id')
    .select('interfaces.id')
    .where('interfaces.vswitch_id', '=', p.vswitchId)
    .where('interface_addresses.family', '=', 6)
    .limit(1),
)

const deleteVSwitchRow = statement<{ id: string }>()((db, p) =>
  db.deleteFrom('vswitches').where('id', '=', p.id),
)

/** A vSwitch by id, if the account has it in the region. */
export const findVSwitch = (session: Session, scope: Scope, id: string): Promise<VSwitchRow | undefined> =>
  session.first(selectVSwitch, { ...scope, id })

/** The vSwitches of a VPC, oldest first; those of one call, as the default ones, by zone. */
export const vswitchesOf = (session: Session, vpcId: string): Promise<VSwitchRow[]> =>
  session.all(selectOfVpc, { vpcId })

/** The vSwitches of several VPCs, oldest first. */
export async function vswitchesIn(session: Session, vpcIds: readonly string[]): Promise<VSwitchRow[]> {
  if (vpcIds.length === 0) return []
  return session.query((db) =>
    db
      .selectFrom('vswitches')
      .selectAll()
      .where('vpc_id', 'in', vpcIds)
      .orderBy('created_revision')
      .orderBy('zone_id')
      .orderBy('id'),
  )
}

/** Ids of the vSwitches of each VPC, oldest first; VPCs without any are absent. */
export async function vswitchIdsOf(
  session: Session,
  vpcIds: readonly string[],
): Promise<Map<string, string[]>> {
  const byVpc = new Map<string, string[]>()
  if (vpcIds.length === 0) return byVpc
  const rows = await session.query((db) =>
    db
      .selectFrom('vswitches')
      .select(['id', 'vpc_id'])
      .where('vpc_id', 'in', vpcIds)
      .orderBy('created_revision')
      .orderBy('zone_id')
      .orderBy('id'),
  )
  for (const row of rows) {
    const ids = byVpc.get(row.vpc_id)
    if (ids) ids.push(row.id)
    else byVpc.set(row.vpc_id, [row.id])
  }
  return byVpc
}

export async function insertVSwitch(session: Session, row: VSwitchRow): Promise<void> {
  await session.run(insertVSwitchRow, row)
}

/** What of a vSwitch can change. */
export type ChangedVSwitch = Pick<VSwitchRow, 'ipv6_cidr_block' | 'name' | 'description'>

/** Stores what of a vSwitch can change. */
export async function updateVSwitch(session: Session, row: VSwitchRow): Promise<void> {
  await session.run(updateVSwitchRow, row)
}

/** Whether an interface in the vSwitch has an IPv6 address. */
export const vswitchHasIpv6User = async (session: Session, vswitchId: string): Promise<boolean> =>
  (await session.first(selectIpv6User, { vswitchId })) !== undefined

/** Removes the row; what belongs to the vSwitch goes in the same transaction. */
export async function deleteVSwitchRowOf(session: Session, id: string): Promise<void> {
  await session.run(deleteVSwitchRow, { id })
}

/** Conditions of DescribeVSwitches; all given ones hold. */
export interface VSwitchFilter {
  /** Nothing matches: a filter asks for what this server never has. */
  readonly none: boolean
  readonly id: string | undefined
  readonly vpcId: string | undefined
  readonly zoneId: string | undefined
  readonly name: string | undefined
  readonly isDefault: boolean | undefined
  readonly ipv6: boolean | undefined
  readonly routeTableId: string | undefined
  readonly resourceGroup: ResourceGroupFilter | undefined
  readonly tags: readonly TagFilter[]
}

/** A page of vSwitches, newest first. */
export function listVSwitches(
  session: Session,
  scope: Scope,
  filter: VSwitchFilter,
  page: { readonly limit: number; readonly offset: number },
): Promise<VSwitchRow[]> {
  return session.query((db) =>
    filtered(db, db.selectFrom('vswitches').selectAll(), scope, filter)
      .orderBy('created_revision', 'desc')
      .orderBy('zone_id')
      .orderBy('id')
      .limit(page.limit)
      .offset(page.offset),
  )
}

/** How many vSwitches match. */
export async function countVSwitches(session: Session, scope: Scope, filter: VSwitchFilter): Promise<number> {
  const [row] = await session.query((db) =>
    filtered(
      db,
      db.selectFrom('vswitches').select((s) => s.fn.countAll<number>().as('count')),
      scope,
      filter,
    ),
  )
  return Number(row?.count ?? 0)
}

type VSwitchQuery<O> = SelectQueryBuilder<Schema, 'vswitches', O>

function filtered<O>(
  db: Kysely<Schema>,
  query: VSwitchQuery<O>,
  scope: Scope,
  filter: VSwitchFilter,
): VSwitchQuery<O> {
  let narrowed = query
    .where('account_id', '=', scope.accountId)
    .where('region_id', '=', scope.regionId)
    .where('vpc_id', '<>', '')
  if (filter.none) narrowed = narrowed.where('id', '=', '')
  if (filter.id !== undefined) narrowed = narrowed.where('id', '=', filter.id)
  if (filter.vpcId !== undefined) narrowed = narrowed.where('vpc_id', '=', filter.vpcId)
  if (filter.zoneId !== undefined) narrowed = narrowed.where('zone_id', '=', filter.zoneId)
  if (filter.name !== undefined) narrowed = narrowed.where('name', '=', filter.name)
  if (filter.isDefault !== undefined) narrowed = narrowed.where('is_default', '=', filter.isDefault ? 1 : 0)
  if (filter.ipv6 !== undefined) narrowed = narrowed.where('ipv6_cidr_block', filter.ipv6 ? '<>' : '=', '')
  if (filter.routeTableId !== undefined) {
    const vpcs = db.selectFrom('vpcs').select('id').where('route_table_id', '=', filter.routeTableId)
    narrowed = narrowed.where('vpc_id', 'in', vpcs)
  }
  if (filter.resourceGroup) {
    const { operator, ids } = inResourceGroup(db, 'vpc', filter.resourceGroup)
    narrowed = narrowed.where('vpc_id', operator, ids)
  }
  for (const tag of filter.tags) narrowed = narrowed.where('id', 'in', taggedIds(db, 'vswitch', tag))
  return narrowed
}
