import { applyChange, emptyWorld, type Rule, type World } from '@sallyport/engine'
import { groupsByIds, listsByIds, membersOfGroups, rulesOfGroups } from '../store/group-surroundings.js'
import { addressesOf, grouped } from '../store/interfaces.js'
import { entriesOf } from '../store/lists.js'
import { groupIdsOf } from '../store/memberships.js'
import type { InterfaceRow, RuleRow } from '../store/schema.js'
import type { Session } from '../store/session.js'
import { groupFact } from './group-fact.js'
import { interfaceFact } from './interfaces.js'
import { listChange } from './list-fact.js'
import { ruleFact } from './rule-fact.js'

/** The part of the facts that decides about some interfaces. */
export interface Surroundings {
  readonly world: World
  /** Rows of the rules of the groups that the interfaces joined, by id: what answers tell of a rule. */
  readonly rules: ReadonlyMap<string, RuleRow>
}

/**
 * Gathers what decides about the interfaces: their groups with their rules, the members of the groups that these name,
 * and the lists. Its cost is that of those, whatever else is stored.
 */
export async function surroundingsOf(
  session: Session,
  interfaces: readonly InterfaceRow[],
): Promise<Surroundings> {
  const world = emptyWorld()
  const joined = await groupIdsOf(
    session,
    interfaces.map(({ id }) => id),
  )
  const groupIds = [...new Set([...joined.values()].flat())]
  for (const row of await groupsByIds(session, groupIds)) {
    applyChange(world, { kind: 'group', id: row.id, value: groupFact(row) })
  }
  const rules = await rulesOfGroups(session, groupIds)
  const facts = rules.map(ruleFact)
  for (const value of facts) applyChange(world, { kind: 'rule', id: value.id, value })
  await addLists(session, world, facts)
  // Members of the joined groups matter too: those of a basic group reach one another.
  await addMembers(session, world, interfaces, [...new Set([...groupIds, ...facts.flatMap(namedGroup)])])
  return { world, rules: new Map(rules.map((row) => [row.id, row])) }
}

const namedGroup = ({ peer }: Rule): string[] => (peer.kind === 'group' ? [peer.group] : [])

const namedLists = ({ peer, destinationPorts }: Rule): string[] => [
  ...(peer.kind === 'prefix-list' ? [peer.list] : []),
  ...(destinationPorts && 'list' in destinationPorts ? [destinationPorts.list] : []),
]

async function addLists(session: Session, world: World, rules: readonly Rule[]): Promise<void> {
  for (const row of await listsByIds(session, [...new Set(rules.flatMap(namedLists))])) {
    const values = (await entriesOf(session, row.id)).map(({ value }) => value)
    applyChange(world, listChange(row, values))
  }
}

async function addMembers(
  session: Session,
  world: World,
  interfaces: readonly InterfaceRow[],
  groupIds: readonly string[],
): Promise<void> {
  const members = grouped(await membersOfGroups(session, groupIds), (row) => row.interface_id)
  for (const [id, rows] of members) {
    const value = {
      ...{ id, instance: null, vpc: '', mac: '', running: true },
      addresses: [...new Set(rows.map(({ address }) => address))],
      groups: [...new Set(rows.map(({ group_id }) => group_id))],
    }
    applyChange(world, { kind: 'interface', id, value })
  }
  // The interfaces asked about, as they are, in place of what their memberships say of them.
  const ids = interfaces.map(({ id }) => id)
  const [addresses, groups] = [await addressesOf(session, ids), await groupIdsOf(session, ids)]
  for (const row of interfaces) {
    const texts = (addresses.get(row.id) ?? []).map(({ address }) => address)
    const value = interfaceFact(row, texts, groups.get(row.id) ?? [], true)
    applyChange(world, { kind: 'interface', id: row.id, value })
  }
}
