import {
  type Change,
  type Fact,
  type Group,
  type Interface,
  type PortList,
  type PrefixList,
  type Rule,
  type Snapshot,
  type World,
} from '@sallyport/engine'
import { isDeepStrictEqual } from 'node:util'
import { listsIn } from '../history/named-lists.js'

/** A change with what it would replace. */
export interface Replacing {
  readonly change: Change
  readonly before: Fact
}

const present = <T>(values: Iterable<T | null | undefined>): T[] =>
  [...values].filter((value): value is T => value !== null && value !== undefined)

/**
 * The part of the world on which the policies depend that the changes may alter: to compare it before and after is to
 * compare everything. Policies of other interfaces are not whole in it, and the same before and after.
 */
export function affectedPart(world: World, changes: readonly Replacing[]): Snapshot {
  const interfaces = affectedInterfaces(world, changes)
  const groups = new Set(interfaces.flatMap(({ groups }) => groups))
  const rules = [...groups].flatMap((group) => rulesOf(world, group))
  const named = [...rules, ...factsOf<Rule>(changes, 'rule')]
  const peers = new Set([
    ...groups,
    ...named.flatMap(({ peer }) => (peer.kind === 'group' ? [peer.group] : [])),
  ])
  const lists = new Set(named.flatMap(listsIn))
  const members = [...peers].flatMap((group) => membersOf(world, group))
  const all = new Map([...interfaces, ...members].flatMap(({ id }) => entryOf(world.interfaces, id)))
  const vpcs = new Set([...all.values()].map(({ vpc }) => vpc))
  return {
    ...{ epoch: world.epoch, revision: world.revision },
    vpcs: present([...vpcs].map((id) => world.vpcs.get(id))),
    groups: present([...groups].map((id): Group | undefined => world.groups.get(id))),
    rules,
    interfaces: [...all.values()],
    prefixLists: present([...lists].map((id): PrefixList | undefined => world.prefixLists.get(id))),
    portLists: present([...lists].map((id): PortList | undefined => world.portLists.get(id))),
  }
}

const rulesOf = (world: World, group: string): Rule[] => [...(world.rules.get(group)?.values() ?? [])]

const membersOf = (world: World, group: string): Interface[] =>
  present([...(world.joined.get(group) ?? [])].map((id) => world.interfaces.get(id)))

const entryOf = <T>(map: ReadonlyMap<string, T>, id: string): [string, T][] => {
  const value = map.get(id)
  return value === undefined ? [] : [[id, value]]
}

/** The facts of a kind that changes make or replace. */
const factsOf = <T>(changes: readonly Replacing[], kind: Change['kind']): T[] =>
  present(
    changes.flatMap(({ change, before }) => (change.kind === kind ? [before as T, change.value as T] : [])),
  )

/** Interfaces whose policy may be another one, as they are and as they would be. */
function affectedInterfaces(world: World, changes: readonly Replacing[]): Interface[] {
  const groups = new Set(factsOf<Rule>(changes, 'rule').map(({ group }) => group))
  for (const { id } of factsOf<Group>(changes, 'group')) groups.add(id)
  const lists = new Set(changes.filter(isOfList).map(({ change }) => change.id))
  const members = groupsWithOtherMembers(changes)
  if (lists.size > 0 || members.size > 0) {
    for (const [group, rules] of world.rules) {
      if ([...rules.values()].some((rule) => names(rule, lists, members))) groups.add(group)
    }
    // Members of a group may reach one another without any rule.
    for (const group of members) groups.add(group)
  }
  const changed = factsOf<Interface>(changes, 'interface')
  return [...[...groups].flatMap((group) => membersOf(world, group)), ...changed]
}

const isOfList = ({ change: { kind } }: Replacing): boolean => kind === 'prefix-list' || kind === 'port-list'

const names = (rule: Rule, lists: ReadonlySet<string>, groups: ReadonlySet<string>): boolean =>
  (rule.peer.kind === 'group' && groups.has(rule.peer.group)) || listsIn(rule).some((list) => lists.has(list))

/** Groups whose members would have other addresses. */
function groupsWithOtherMembers(changes: readonly Replacing[]): Set<string> {
  const found = new Set<string>()
  for (const { change, before } of changes) {
    if (change.kind !== 'interface') continue
    const [was, is] = [before as Interface | null, change.value]
    if (isDeepStrictEqual(was && [was.groups, was.addresses], is && [is.groups, is.addresses])) continue
    for (const group of [...(was?.groups ?? []), ...(is?.groups ?? [])]) found.add(group)
  }
  return found
}
