import type { Kysely, SelectQueryBuilder } from 'kysely'
import type { Scope } from '../model/context.js'
import type { ClassicLinkRow, Schema } from './schema.js'
import type { Session } from './session.js'
import { statement } from './statement.js'

const selectLink = statement<{ instanceId: string }>()((db, p) =>
  db.selectFrom('classic_links').selectAll().where('instance_id', '=', p.instanceId),
)

const insertLink = statement<ClassicLinkRow>()((db, p) =>
  db.insertInto('classic_links').values({
    instance_id: p.instance_id,
    vpc_id: p.vpc_id,
    account_id: p.account_id,
    region_id: p.region_id,
    created_revision: p.created_revision,
  }),
)

const deleteLink = statement<{ instanceId: string }>()((db, p) =>
  db.deleteFrom('classic_links').where('instance_id', '=', p.instanceId),
)

const countOfVpc = statement<{ vpcId: string }>()((db, p) =>
  db
    .selectFrom('classic_links')
    .select((s) => s.fn.countAll<number>().as('count'))
    .where('vpc_id', '=', p.vpcId),
)

/** The link of an instance in the classic network, if it has one: there is at most one. */
export const findClassicLink = (session: Session, instanceId: string): Promise<ClassicLinkRow | undefined> =>
  session.first(selectLink, { instanceId })

export async function insertClassicLink(session: Session, row: ClassicLinkRow): Promise<void> {
  await session.run(insertLink, row)
}

/** Removes the link of an instance, if there is one. */
export async function deleteClassicLink(session: Session, instanceId: string): Promise<void> {
  await session.run(deleteLink, { instanceId })
}

/** How many instances are linked to a VPC. */
export const countClassicLinks = async (session: Session, vpcId: string): Promise<number> =>
  Number((await session.first(countOfVpc, { vpcId }))?.count ?? 0)

/** Conditions of DescribeClassicLinkInstances; all given ones hold. */
export interface ClassicLinkFilter {
  readonly vpcId: string | undefined
  readonly instanceIds: readonly string[] | undefined
}

/** A page of links, newest first. */
export const listClassicLinks = (
  session: Session,
  scope: Scope,
  filter: ClassicLinkFilter,
  page: { readonly limit: number; readonly offset: number },
): Promise<ClassicLinkRow[]> =>
  session.query((db) =>
    filtered(db, scope, filter)
      .selectAll()
      .orderBy('created_revision', 'desc')
      .orderBy('instance_id')
      .limit(page.limit)
      .offset(page.offset),
  )

/** How many links match. */
export async function countMatchingLinks(
  session: Session,
  scope: Scope,
  filter: ClassicLinkFilter,
): Promise<number> {
  const [row] = await session.query((db) =>
    filtered(db, scope, filter).select((s) => s.fn.countAll<number>().as('count')),
  )
  return Number(row?.count ?? 0)
}

function filtered(
  db: Kysely<Schema>,
  scope: Scope,
  filter: ClassicLinkFilter,
): SelectQueryBuilder<Schema, 'classic_links', object> {
  let narrowed = db
    .selectFrom('classic_links')
    .where('account_id', '=', scope.accountId)
    .where('region_id', '=', scope.regionId)
  if (filter.vpcId !== undefined) narrowed = narrowed.where('vpc_id', '=', filter.vpcId)
  if (filter.instanceIds) narrowed = narrowed.where('instance_id', 'in', filter.instanceIds)
  return narrowed
}
