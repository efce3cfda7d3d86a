import type { Interface } from './facts.js'
import type { Rule } from './rule.js'
import type { World } from './world.js'

/** Facts are replaced, never changed; worlds from elsewhere hold equal ones. */
const sameFact = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

/** Ids whose facts differ. */
function changedIn<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>): Set<string> {
  const ids = new Set<string>()
  if (before === after) return ids
  for (const [id, value] of before) if (!sameFact(value, after.get(id))) ids.add(id)
  for (const id of after.keys()) if (!before.has(id)) ids.add(id)
  return ids
}

/** Groups whose members, or the addresses of these, may differ. */
function groupsOfOtherMembers(before: World, after: World): Set<string> {
  const groups = new Set<string>()
  const matters = ({ addresses, groups: joined }: Interface): unknown => [addresses, joined]
  for (const id of changedIn(before.interfaces, after.interfaces)) {
    const [one, other] = [before.interfaces.get(id), after.interfaces.get(id)]
    if (one && other && sameFact(matters(one), matters(other))) continue
    for (const group of [...(one?.groups ?? []), ...(other?.groups ?? [])]) groups.add(group)
  }
  return groups
}

function sameRules(before: World, after: World, group: string): boolean {
  const [some, others] = [before.rules.get(group), after.rules.get(group)]
  if (some === others) return true
  if (some?.size !== others?.size) return false
  for (const [id, rule] of some ?? []) if (!sameFact(rule, others?.get(id))) return false
  return true
}

/**
 * Groups whose part in a policy may differ between two worlds: their own facts or rules, their members, or what their
 * rules name. A group that is not among them means the same in both.
 */
export function touchedGroups(before: World, after: World): Set<string> {
  const lists = new Set([
    ...changedIn(before.prefixLists, after.prefixLists),
    ...changedIn(before.portLists, after.portLists),
  ])
  const members = groupsOfOtherMembers(before, after)
  const touched = new Set([...changedIn(before.groups, after.groups), ...members])
  const names = ({ peer, destinationPorts: ports }: Rule): boolean =>
    (peer.kind === 'group' && members.has(peer.group)) ||
    (peer.kind === 'prefix-list' && lists.has(peer.list)) ||
    (ports !== null && 'list' in ports && lists.has(ports.list))
  for (const group of new Set([...before.rules.keys(), ...after.rules.keys()])) {
    if (touched.has(group)) continue
    if (!sameRules(before, after, group)) touched.add(group)
    // Equal rules: one world's will do.
    else if (lists.size + members.size > 0) {
      if ([...(after.rules.get(group)?.values() ?? [])].some(names)) touched.add(group)
    }
  }
  return touched
}
