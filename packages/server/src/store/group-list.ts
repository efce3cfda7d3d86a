import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { Scope } from '../model/context.js'
import { countGroupsOf } from './groups.js'
import { inResourceGroup, type ResourceGroupFilter } from './resource-groups.js'
import type { GroupRow, Schema } from './schema.js'
import type { Session } from './session.js'
import { statement } from './statement.js'
import { type TagFilter, taggedIds } from './tag-filter.js'

const selectPage = statement<Scope & { before: number; limit: number; offset: number }>()((db, p) =>
  db
    .selectFrom('security_groups')
    .selectAll()
    .where('account_id', '=', p.accountId)
    .where('region_id', '=', p.regionId)
    .where('created_revision', '<', p.before)
    .orderBy('created_revision', 'desc')
    .limit(p.limit)
    .offset(p.offset),
)

/** Conditions of DescribeSecurityGroups; all given ones hold. */
export interface GroupFilter {
  readonly ids: readonly string[] | undefined
  readonly name: string | undefined
  /** Whether `name` may be any part of a name, in any case. */
  readonly anyPart: boolean
  readonly type: GroupRow['type'] | undefined
  readonly vpcId: string | undefined
  /** Whether it is in the classic network. */
  readonly classic: boolean | undefined
  /** Whether a service manages it. */
  readonly managed: boolean | undefined
  readonly resourceGroup: ResourceGroupFilter | undefined
  readonly tags: readonly TagFilter[]
}

/**
 * A page of groups, newest first. `before` continues after the group that was created in that revision (one call
 * creates one group, so revisions order groups totally). `total` ignores the page.
 */
export async function listGroups(
  session: Session,
  scope: Scope,
  filter: GroupFilter,
  page: { readonly limit: number; readonly offset: number; readonly before: number | undefined },
): Promise<GroupRow[]> {
  if (isEmpty(filter)) {
    const { accountId, regionId } = scope
    const before = page.before ?? Number.MAX_SAFE_INTEGER
    return session.all(selectPage, { accountId, regionId, limit: page.limit, offset: page.offset, before })
  }
  return session.query((db) => {
    let query = filtered(db, db.selectFrom('security_groups').selectAll(), scope, filter)
    if (page.before !== undefined) query = query.where('created_revision', '<', page.before)
    return query.orderBy('created_revision', 'desc').limit(page.limit).offset(page.offset)
  })
}

/** Whether every group matches. An empty list of ids matches none. */
const isEmpty = ({ tags, anyPart, ...conditions }: GroupFilter): boolean =>
  tags.length === 0 && !anyPart && Object.values(conditions).every((given) => given === undefined)

/** How many groups match. Without a filter this does not count them. */
export async function countMatching(session: Session, scope: Scope, filter: GroupFilter): Promise<number> {
  if (isEmpty(filter)) return countGroupsOf(session, scope)
  const [row] = await session.query((db) =>
    filtered(
      db,
      db.selectFrom('security_groups').select((s) => s.fn.countAll<number>().as('count')),
      scope,
      filter,
    ),
  )
  return Number(row?.count ?? 0)
}

/** Matches what contains the text, in lower case. */
const pattern = (text: string): string => `%${text.toLowerCase().replace(/[!%_]/g, '!$&')}%`

type GroupQuery<O> = SelectQueryBuilder<Schema, 'security_groups', O>

function filtered<O>(
  db: Kysely<Schema>,
  query: GroupQuery<O>,
  scope: Scope,
  filter: GroupFilter,
): GroupQuery<O> {
  let narrowed = query.where('account_id', '=', scope.accountId).where('region_id', '=', scope.regionId)
  if (filter.ids) narrowed = narrowed.where('id', 'in', filter.ids.length > 0 ? filter.ids : [''])
  if (filter.name !== undefined) {
    narrowed = filter.anyPart
      ? narrowed.where(sql`lower(name)`, 'like', sql`${pattern(filter.name)} escape '!'`)
      : narrowed.where('name', '=', filter.name)
  }
  if (filter.type !== undefined) narrowed = narrowed.where('type', '=', filter.type)
  if (filter.vpcId !== undefined) narrowed = narrowed.where('vpc_id', '=', filter.vpcId)
  if (filter.classic !== undefined) narrowed = narrowed.where('vpc_id', filter.classic ? '=' : '!=', '')
  if (filter.managed !== undefined) narrowed = narrowed.where('service_id', filter.managed ? '!=' : '=', '')
  if (filter.resourceGroup) {
    const { operator, ids } = inResourceGroup(db, 'securitygroup', filter.resourceGroup)
    narrowed = narrowed.where('id', operator, ids)
  }
  for (const tag of filter.tags) narrowed = narrowed.where('id', 'in', taggedIds(db, 'securitygroup', tag))
  return narrowed
}

/** What a group holds. */
export interface MemberCounts {
  readonly instances: number
  readonly interfaces: number
  readonly addresses: number
}

/** What each of these groups holds; groups without any interface are absent. */
export async function memberCounts(
  session: Session,
  groupIds: readonly string[],
): Promise<Map<string, MemberCounts>> {
  if (groupIds.length === 0) return new Map()
  const rows = await session.query((db) =>
    db
      .selectFrom('interface_groups as member')
      .innerJoin('interfaces', 'interfaces.id', 'member.interface_id')
      .innerJoin('interface_addresses as address', 'address.interface_id', 'member.interface_id')
      .select((s) => [
        'member.group_id',
        // An interface that is not attached is of no instance.
        s.fn
          .count<number>(sql`nullif(interfaces.instance_id, '')`)
          .distinct()
          .as('instances'),
        s.fn.count<number>('interfaces.id').distinct().as('interfaces'),
        s.fn.countAll<number>().as('addresses'),
      ])
      .where('member.group_id', 'in', groupIds)
      .groupBy('member.group_id'),
  )
  return new Map(
    rows.map((row) => [
      row.group_id,
      {
        instances: Number(row.instances),
        interfaces: Number(row.interfaces),
        addresses: Number(row.addresses),
      },
    ]),
  )
}
