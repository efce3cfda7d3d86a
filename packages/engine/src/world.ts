import type { Policy } from './entry.js'
import type { Members } from './entry.js'
import type { Change, Group, Interface, PortList, PrefixList, Revision, Snapshot, Vpc } from './facts.js'
import type { Nic } from './nic.js'
import { expandPolicy, membersFrom } from './policy.js'
import type { Direction, Rule } from './rule.js'

/**
 * The current facts, indexed for questions. Mutable: it follows the change feed, in the server and in every agent
 * alike, so that both answer from the same state by the same code.
 */
export interface World {
  epoch: string
  revision: number
  readonly vpcs: Map<string, Vpc>
  readonly groups: Map<string, Group>
  readonly interfaces: Map<string, Interface>
  readonly prefixLists: Map<string, PrefixList>
  readonly portLists: Map<string, PortList>
  /** Rules by group id, then by rule id. */
  readonly rules: Map<string, Map<string, Rule>>
  /** Ids of the interfaces that joined a group. */
  readonly joined: Map<string, Set<string>>
  /** Which group holds a rule, so that a removal (which carries only the id) finds it. */
  readonly ruleGroup: Map<string, string>
}

/** A world with nothing in it, before revision 1 of `epoch`. */
export function emptyWorld(epoch = ''): World {
  return {
    epoch,
    revision: 0,
    vpcs: new Map(),
    groups: new Map(),
    interfaces: new Map(),
    prefixLists: new Map(),
    portLists: new Map(),
    rules: new Map(),
    joined: new Map(),
    ruleGroup: new Map(),
  }
}

/** Builds a world from a snapshot. */
export function worldFrom(snapshot: Snapshot): World {
  const world = emptyWorld(snapshot.epoch)
  world.revision = snapshot.revision
  for (const value of snapshot.vpcs) applyChange(world, { kind: 'vpc', id: value.id, value })
  for (const value of snapshot.groups) applyChange(world, { kind: 'group', id: value.id, value })
  for (const value of snapshot.rules) applyChange(world, { kind: 'rule', id: value.id, value })
  for (const value of snapshot.interfaces) applyChange(world, { kind: 'interface', id: value.id, value })
  for (const value of snapshot.prefixLists) applyChange(world, { kind: 'prefix-list', id: value.id, value })
  for (const value of snapshot.portLists) applyChange(world, { kind: 'port-list', id: value.id, value })
  return world
}

/** Makes a world what a snapshot says, in place: whoever holds it sees the new facts. */
export function replaceWorld(world: World, snapshot: Snapshot): void {
  Object.assign(world, worldFrom(snapshot))
}

/** The world's facts as a snapshot, in insertion order. */
export function snapshotOf(world: World): Snapshot {
  return {
    epoch: world.epoch,
    revision: world.revision,
    vpcs: [...world.vpcs.values()],
    groups: [...world.groups.values()],
    rules: [...world.rules.values()].flatMap((rules) => [...rules.values()]),
    interfaces: [...world.interfaces.values()],
    prefixLists: [...world.prefixLists.values()],
    portLists: [...world.portLists.values()],
  }
}

/** Applies one revision. Throws when it does not follow the world's: the follower must ask for a snapshot. */
export function applyRevision(world: World, revision: Revision): void {
  if (revision.revision !== world.revision + 1) {
    throw new RangeError(`revision ${revision.revision} does not follow ${world.revision}`)
  }
  for (const change of revision.changes) applyChange(world, change)
  world.revision = revision.revision
}

const put = <T>(map: Map<string, T>, id: string, value: T | null): void => {
  if (value === null) map.delete(id)
  else map.set(id, value)
}

/** Applies one change; a removal of something unknown does nothing. */
export function applyChange(world: World, change: Change): void {
  switch (change.kind) {
    case 'vpc':
      return put(world.vpcs, change.id, change.value)
    case 'group':
      return put(world.groups, change.id, change.value)
    case 'rule':
      return applyRule(world, change.id, change.value)
    case 'interface':
      return applyInterface(world, change.id, change.value)
    case 'prefix-list':
      return put(world.prefixLists, change.id, change.value)
    case 'port-list':
      return put(world.portLists, change.id, change.value)
  }
}

function applyRule(world: World, id: string, value: Rule | null): void {
  const before = world.ruleGroup.get(id)
  if (before !== undefined && before !== value?.group) {
    const rules = world.rules.get(before)
    rules?.delete(id)
    if (rules?.size === 0) world.rules.delete(before)
  }
  if (value === null) {
    world.ruleGroup.delete(id)
    return
  }
  world.ruleGroup.set(id, value.group)
  const rules = world.rules.get(value.group)
  if (rules) rules.set(id, value)
  else world.rules.set(value.group, new Map([[id, value]]))
}

// Who is in a group, by the ids that joined it, until one of these interfaces changes: policies without end ask for it.
const gathered = new WeakMap<ReadonlySet<string>, Members>()
const nobody = membersFrom([])

function applyInterface(world: World, id: string, value: Interface | null): void {
  for (const group of [...(world.interfaces.get(id)?.groups ?? []), ...(value?.groups ?? [])]) {
    const ids = world.joined.get(group)
    if (ids) gathered.delete(ids)
  }
  for (const group of world.interfaces.get(id)?.groups ?? []) {
    const members = world.joined.get(group)
    members?.delete(id)
    if (members?.size === 0) world.joined.delete(group)
  }
  put(world.interfaces, id, value)
  for (const group of value?.groups ?? []) {
    const members = world.joined.get(group)
    if (members) members.add(id)
    else world.joined.set(group, new Set([id]))
  }
}

/**
 * The private addresses of all interfaces that joined the group, running or not. The same object as long as none of them
 * changes.
 */
export function membersOf(world: World, group: string): Members {
  const ids = world.joined.get(group)
  if (!ids) return nobody
  const known =
    gathered.get(ids) ?? membersFrom([...ids].flatMap((id) => world.interfaces.get(id)?.addresses ?? []))
  gathered.set(ids, known)
  return known
}

/**
 * The policy of an interface that joined exactly these groups. Interfaces with equal group lists have equal
 * policies, so callers may share the result until the next change. `nic` says which side of an instance in the classic
 * network is meant; there is no other side in a VPC.
 */
export function policyOf(
  world: World,
  groupIds: readonly string[],
  direction: Direction,
  nic: Nic = 'intranet',
): Policy {
  const groups = groupIds.flatMap((id) => world.groups.get(id) ?? [])
  const all = groupIds.flatMap((id) => [...(world.rules.get(id)?.values() ?? [])])
  const rules = all.filter((rule) => (rule.nic ?? 'intranet') === nic)
  // Many rules name the same group: its members are gathered once.
  const known = new Map<string, Members>()
  const members = (group: string): Members => {
    const found = known.get(group) ?? membersOf(world, group)
    known.set(group, found)
    return found
  }
  return expandPolicy(groups, rules, direction, {
    members,
    prefixList: (id) => world.prefixLists.get(id),
    portList: (id) => world.portLists.get(id),
  })
}
