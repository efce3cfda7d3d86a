import type { GroupRow } from './schema.js'
import type { Session } from './session.js'
import { statement } from './statement.js'

const insertMembership = statement<{ interfaceId: string; groupId: string; position: number }>()((db, p) =>
  db
    .insertInto('interface_groups')
    .values({ interface_id: p.interfaceId, group_id: p.groupId, position: p.position }),
)

const deleteMembership = statement<{ interfaceId: string; groupId: string }>()((db, p) =>
  db
    .deleteFrom('interface_groups')
    .where('interface_id', '=', p.interfaceId)
    .where('group_id', '=', p.groupId),
)

const deleteMembershipsOf = statement<{ interfaceId: string }>()((db, p) =>
  db.deleteFrom('interface_groups').where('interface_id', '=', p.interfaceId),
)

const selectJoined = statement<{ interfaceId: string }>()((db, p) =>
  db
    .selectFrom('interface_groups')
    .innerJoin('security_groups', 'security_groups.id', 'interface_groups.group_id')
    .selectAll('security_groups')
    .select('interface_groups.position')
    .where('interface_groups.interface_id', '=', p.interfaceId)
    .orderBy('interface_groups.position'),
)

/** A group as an interface joined it; `position` orders the groups of the interface. */
export type JoinedGroup = GroupRow & { position: number }

/** The groups that an interface joined, in the order joined. */
export const joinedGroups = (session: Session, interfaceId: string): Promise<JoinedGroup[]> =>
  session.all(selectJoined, { interfaceId })

/** Adds the interface to the group; throws when it is in it, so look first. */
export async function addMembership(
  session: Session,
  interfaceId: string,
  groupId: string,
  position: number,
): Promise<void> {
  await session.run(insertMembership, { interfaceId, groupId, position })
}

export async function removeMembership(
  session: Session,
  interfaceId: string,
  groupId: string,
): Promise<void> {
  await session.run(deleteMembership, { interfaceId, groupId })
}

/** Takes the interface out of all its groups. */
export async function removeMemberships(session: Session, interfaceId: string): Promise<void> {
  await session.run(deleteMembershipsOf, { interfaceId })
}

/** Ids of the groups that several interfaces joined, by interface, in the order joined. */
export async function groupIdsOf(
  session: Session,
  interfaceIds: readonly string[],
): Promise<Map<string, string[]>> {
  const byInterface = new Map<string, string[]>()
  if (interfaceIds.length === 0) return byInterface
  const rows = await session.query((db) =>
    db
      .selectFrom('interface_groups')
      .select(['interface_id', 'group_id'])
      .where('interface_id', 'in', interfaceIds)
      .orderBy('position'),
  )
  for (const row of rows) {
    const ids = byInterface.get(row.interface_id)
    if (ids) ids.push(row.group_id)
    else byInterface.set(row.interface_id, [row.group_id])
  }
  return byInterface
}
