import type { Kysely, SelectQueryBuilder } from 'kysely'
import type { Scope } from '../model/context.js'
import type { Schema, VpcRow } from './schema.js'
import { inResourceGroup, type ResourceGroupFilter } from './resource-groups.js'
import type { Session } from './session.js'
import { statement } from './statement.js'
import { type TagFilter, taggedIds } from './tag-filter.js'

const selectVpc = statement<Scope & { id: string }>()((db, p) =>
  db
    .selectFrom('vpcs')
    .selectAll()
    .where('id', '=', p.id)
    .where('account_id', '=', p.accountId)
    .where('region_id', '=', p.regionId),
)

const selectDefault = statement<Scope>()((db, p) =>
  db
    .selectFrom('vpcs')
    .selectAll()
    .where('account_id', '=', p.accountId)
    .where('region_id', '=', p.regionId)
    .where('is_default', '=', 1),
)

const selectByIpv6Block = statement<{ block: string }>()((db, p) =>
  db.selectFrom('vpcs').select('id').where('ipv6_cidr_block', '=', p.block).limit(1),
)

const selectEvery = statement()((db) =>
  db.selectFrom('vpcs').select(['id', 'cidr_block', 'ipv6_cidr_block']).orderBy('created_revision'),
)

const selectGroupIn = statement<{ vpcId: string }>()((db, p) =>
  db.selectFrom('security_groups').select('id').where('vpc_id', '=', p.vpcId).limit(1),
)

const selectClassicLink = statement<{ vpcId: string }>()((db, p) =>
  db.selectFrom('vpcs').select('classic_link').where('id', '=', p.vpcId),
)

const selectVSwitchIn = statement<{ vpcId: string }>()((db, p) =>
  db.selectFrom('vswitches').select('id').where('vpc_id', '=', p.vpcId).limit(1),
)

const insertVpcRow = statement<VpcRow>()((db, p) =>
  db.insertInto('vpcs').values({
    id: p.id,
    account_id: p.account_id,
    region_id: p.region_id,
    created_at: p.created_at,
    created_revision: p.created_revision,
    cidr_block: p.cidr_block,
    ipv6_cidr_block: p.ipv6_cidr_block,
    name: p.name,
    description: p.description,
    is_default: p.is_default,
    vrouter_id: p.vrouter_id,
    vrouter_name: p.vrouter_name,
    vrouter_description: p.vrouter_description,
    route_table_id: p.route_table_id,
    user_cidrs: p.user_cidrs,
    classic_link: p.classic_link,
  }),
)

const updateVpcRow = statement<ChangedVpc & { id: string }>()((db, p) =>
  db
    .updateTable('vpcs')
    .set({
      cidr_block: p.cidr_block,
      ipv6_cidr_block: p.ipv6_cidr_block,
      name: p.name,
      description: p.description,
      user_cidrs: p.user_cidrs,
      classic_link: p.classic_link,
    })
    .where('id', '=', p.id),
)

const updateRouterOf = statement<RouterNames>()((db, p) =>
  db
    .updateTable('vpcs')
    .set({ vrouter_name: p.vrouter_name, vrouter_description: p.vrouter_description })
    .where('id', '=', p.id),
)

const countMade = statement<Scope>()((db, p) =>
  db
    .selectFrom('vpcs')
    .select((s) => s.fn.countAll<number>().as('count'))
    .where('account_id', '=', p.accountId)
    .where('region_id', '=', p.regionId)
    .where('is_default', '=', 0),
)

const deleteVpcRow = statement<{ id: string }>()((db, p) => db.deleteFrom('vpcs').where('id', '=', p.id))

/** A VPC by id, if the account has it in the region. */
export const findVpc = (session: Session, scope: Scope, id: string): Promise<VpcRow | undefined> =>
  session.first(selectVpc, { ...scope, id })

/** The account's default VPC in the region; undefined once it was deleted. */
export const defaultVpcOf = (session: Session, scope: Scope): Promise<VpcRow | undefined> =>
  session.first(selectDefault, scope)

/** Whether a VPC, whoever's it is, lets instances of the classic network be linked to it. */
export const hasClassicLink = async (session: Session, vpcId: string): Promise<boolean> =>
  (await session.first(selectClassicLink, { vpcId }))?.classic_link === 1

/** Whether a VPC of any account has the IPv6 block, given in canonical text. */
export const ipv6BlockTaken = async (session: Session, block: string): Promise<boolean> =>
  (await session.first(selectByIpv6Block, { block })) !== undefined

/** The address blocks of every VPC of every account, oldest first. */
export const everyVpc = (
  session: Session,
): Promise<Pick<VpcRow, 'id' | 'cidr_block' | 'ipv6_cidr_block'>[]> => session.all(selectEvery, {})

/** Whether a security group is in the VPC. */
export const vpcHasGroup = async (session: Session, vpcId: string): Promise<boolean> =>
  (await session.first(selectGroupIn, { vpcId })) !== undefined

/** Whether a vSwitch is in the VPC. */
export const vpcHasVSwitch = async (session: Session, vpcId: string): Promise<boolean> =>
  (await session.first(selectVSwitchIn, { vpcId })) !== undefined

/** What can change of the router of a VPC, by the VPC's id. */
export type RouterNames = Pick<VpcRow, 'id' | 'vrouter_name' | 'vrouter_description'>

export async function updateRouter(session: Session, row: RouterNames): Promise<void> {
  await session.run(updateRouterOf, row)
}

/** The routers and route tables of VPCs, by VPC. */
export async function routersOf(
  session: Session,
  vpcIds: readonly string[],
): Promise<Map<string, Pick<VpcRow, 'vrouter_id' | 'route_table_id'>>> {
  if (vpcIds.length === 0) return new Map()
  const rows = await session.query((db) =>
    db.selectFrom('vpcs').select(['id', 'vrouter_id', 'route_table_id']).where('id', 'in', vpcIds),
  )
  return new Map(rows.map((row) => [row.id, row]))
}

/** How many VPCs the account made in the region: the default one does not count. */
export const countVpcsMade = async (session: Session, scope: Scope): Promise<number> =>
  Number((await session.first(countMade, scope))?.count ?? 0)

/** What of a VPC can change. */
export type ChangedVpc = Pick<
  VpcRow,
  'cidr_block' | 'ipv6_cidr_block' | 'name' | 'description' | 'user_cidrs' | 'classic_link'
>

/** Stores what of a VPC can change. */
export async function updateVpc(session: Session, row: VpcRow): Promise<void> {
  await session.run(updateVpcRow, row)
}

export async function insertVpc(session: Session, row: VpcRow): Promise<void> {
  await session.run(insertVpcRow, row)
}

export async function deleteVpcRowOf(session: Session, id: string): Promise<void> {
  await session.run(deleteVpcRow, { id })
}

/** Conditions of DescribeVpcs; all given ones hold. */
export interface VpcFilter {
  readonly ids: readonly string[] | undefined
  readonly name?: string | undefined
  readonly routerId?: string | undefined
  readonly isDefault?: boolean | undefined
  readonly ipv6?: boolean | undefined
  readonly resourceGroup?: ResourceGroupFilter | undefined
  readonly tags: readonly TagFilter[]
}

/** A page of VPCs, newest first. */
export function listVpcs(
  session: Session,
  scope: Scope,
  filter: VpcFilter,
  page: { readonly limit: number; readonly offset: number },
): Promise<VpcRow[]> {
  return session.query((db) =>
    filtered(db, db.selectFrom('vpcs').selectAll(), scope, filter)
      .orderBy('created_revision', 'desc')
      .orderBy('id')
      .limit(page.limit)
      .offset(page.offset),
  )
}

/** How many VPCs match. */
export async function countVpcs(session: Session, scope: Scope, filter: VpcFilter): Promise<number> {
  const [row] = await session.query((db) =>
    filtered(
      db,
      db.selectFrom('vpcs').select((s) => s.fn.countAll<number>().as('count')),
      scope,
      filter,
    ),
  )
  return Number(row?.count ?? 0)
}

type VpcQuery<O> = SelectQueryBuilder<Schema, 'vpcs', O>

function filtered<O>(db: Kysely<Schema>, query: VpcQuery<O>, scope: Scope, filter: VpcFilter): VpcQuery<O> {
  let narrowed = query.where('account_id', '=', scope.accountId).where('region_id', '=', scope.regionId)
  if (filter.ids) narrowed = narrowed.where('id', 'in', filter.ids.length > 0 ? filter.ids : [''])
  if (filter.name !== undefined) narrowed = narrowed.where('name', '=', filter.name)
  if (filter.routerId !== undefined) narrowed = narrowed.where('vrouter_id', '=', filter.routerId)
  if (filter.isDefault !== undefined) narrowed = narrowed.where('is_default', '=', filter.isDefault ? 1 : 0)
  if (filter.ipv6 !== undefined) narrowed = narrowed.where('ipv6_cidr_block', filter.ipv6 ? '<>' : '=', '')
  if (filter.resourceGroup) {
    const { operator, ids } = inResourceGroup(db, 'vpc', filter.resourceGroup)
    narrowed = narrowed.where('id', operator, ids)
  }
  for (const tag of filter.tags) narrowed = narrowed.where('id', 'in', taggedIds(db, 'vpc', tag))
  return narrowed
}
