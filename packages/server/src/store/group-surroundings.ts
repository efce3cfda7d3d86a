import type { GroupRow, ListRow, RuleRow, VpcRow } from './schema.js'
import type { Session } from './session.js'

/** What the rules of some groups look at, whoever owns it: the rows that a decision about their members needs. */

export const groupsByIds = (session: Session, ids: readonly string[]): Promise<GroupRow[]> =>
  rows(ids, () => session.query((db) => db.selectFrom('security_groups').selectAll().where('id', 'in', ids)))

export const rulesOfGroups = (session: Session, ids: readonly string[]): Promise<RuleRow[]> =>
  rows(ids, () => session.query((db) => db.selectFrom('rules').selectAll().where('group_id', 'in', ids)))

export const listsByIds = (session: Session, ids: readonly string[]): Promise<ListRow[]> =>
  rows(ids, () => session.query((db) => db.selectFrom('lists').selectAll().where('id', 'in', ids)))

export const vpcsByIds = (session: Session, ids: readonly string[]): Promise<VpcRow[]> =>
  rows(ids, () => session.query((db) => db.selectFrom('vpcs').selectAll().where('id', 'in', ids)))

/** An address of an interface that joined a group. */
export interface MemberRow {
  readonly interface_id: string
  readonly group_id: string
  readonly address: string
}

/** The addresses of the members of the groups: a row a group, member and address. */
export const membersOfGroups = (session: Session, ids: readonly string[]): Promise<MemberRow[]> =>
  rows(ids, () =>
    session.query((db) =>
      db
        .selectFrom('interface_groups')
        .innerJoin('interface_addresses', 'interface_addresses.interface_id', 'interface_groups.interface_id')
        .select(['interface_groups.interface_id', 'interface_groups.group_id', 'interface_addresses.address'])
        .where('interface_groups.group_id', 'in', ids),
    ),
  )

const rows = <T>(ids: readonly string[], query: () => Promise<T[]>): Promise<T[]> =>
  ids.length === 0 ? Promise.resolve([]) : query()
