import { resourceGroupsOf } from '../../model/resource-groups.js'
import { tagsOf } from '../../model/tags.js'
import { addressesOf, interfacesOfAll } from '../../store/interfaces.js'
import { groupIdsOf } from '../../store/memberships.js'
import type { InstanceRow } from '../../store/schema.js'
import type { Session } from '../../store/session.js'
import type { InstanceParts } from './instance-answer.js'

/** Answers instances, each with what belongs to it. */
export async function describeRows<T>(
  session: Session,
  rows: readonly InstanceRow[],
  describe: (row: InstanceRow, parts: InstanceParts) => T,
): Promise<T[]> {
  const ids = rows.map(({ id }) => id)
  const interfaces = await interfacesOfAll(session, ids)
  const nicIds = [...interfaces.values()].flatMap((list) => list.map(({ id }) => id))
  const addresses = await addressesOf(session, nicIds)
  const groupIds = await groupIdsOf(session, nicIds)
  const tags = await tagsOf(session, 'instance', ids)
  const resourceGroups = await resourceGroupsOf(session, 'instance', ids)
  return rows.map((row) =>
    describe(row, {
      interfaces: interfaces.get(row.id) ?? [],
      ...{ addresses, groupIds },
      tags: tags.get(row.id),
      resourceGroupId: resourceGroups.get(row.id),
    }),
  )
}
