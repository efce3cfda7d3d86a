import type { Finding } from './answers.js'
import { finding, ruleFinding } from './finding.js'
import type { Rule } from './rule.js'
import type { World } from './world.js'

/** Objects as whoever wrote a rule gave them. A stored rule keeps only the one that counts. */
export interface GivenObjects {
  /** An IPv4 or IPv6 block. */
  readonly cidr?: string | undefined
  readonly group?: string | undefined
  readonly prefixList?: string | undefined
}

/**
 * Which of several objects counts, and which are ignored: "If both DestGroupId and DestCidrIp are specified,
 * DestCidrIp takes precedence", and a prefix list is ignored beside either (the AuthorizeSecurityGroupEgress
 * reference page). Undefined when there is but one.
 */
export function ignoredObjects(
  given: GivenObjects,
): { used: string; ignored: readonly string[] } | undefined {
  const [used, ...ignored] = [given.cidr, given.group, given.prefixList].filter(
    (object): object is string => object !== undefined && object !== '',
  )
  return used !== undefined && ignored.length > 0 ? { used, ignored } : undefined
}

/** The finding about a rule whose author gave several objects. */
export function lintGiven(rule: Pick<Rule, 'id' | 'group'>, given: GivenObjects): Finding[] {
  const found = ignoredObjects(given)
  if (!found) return []
  const { used, ignored } = found
  return [ruleFinding('object-given-twice', 'warning', rule, { used, ignored: ignored.join(', ') })]
}

/**
 * Findings that a rule shows by itself: what it names is unknown or empty, or its ports trap. Whether a group is empty
 * can only be said where interfaces are known at all.
 */
export function lintRules(world: World): Finding[] {
  const empty = emptinessOf(world)
  return [...world.rules.values()].flatMap((rules) =>
    [...rules.values()].flatMap((rule) => [...lintObjects(rule, empty), ...lintPorts(rule)]),
  )
}

type Emptiness = (object: string, kind: 'group' | 'prefix-list' | 'port-list') => 'unknown' | boolean

function emptinessOf(world: World): Emptiness {
  const populated = world.interfaces.size > 0
  return (object, kind) => {
    switch (kind) {
      case 'group':
        return world.groups.has(object) ? populated && !world.joined.has(object) : 'unknown'
      case 'prefix-list':
        return (
          world.prefixLists.get(object)?.cidrs.length === 0 ||
          (world.prefixLists.has(object) ? false : 'unknown')
        )
      case 'port-list':
        return (
          world.portLists.get(object)?.ranges.length === 0 ||
          (world.portLists.has(object) ? false : 'unknown')
        )
    }
  }
}

function lintObjects(rule: Rule, empty: Emptiness): Finding[] {
  const { peer, destinationPorts } = rule
  const states: [string, ReturnType<Emptiness>][] = []
  if (peer.kind === 'group') states.push([peer.group, empty(peer.group, 'group')])
  if (peer.kind === 'prefix-list') states.push([peer.list, empty(peer.list, 'prefix-list')])
  if (destinationPorts !== null && 'list' in destinationPorts) {
    states.push([destinationPorts.list, empty(destinationPorts.list, 'port-list')])
  }
  return states.flatMap(([object, state]) =>
    state === 'unknown'
      ? [ruleFinding('object-unknown', 'warning', rule, { object })]
      : state
        ? [ruleFinding('empty-object', 'note', rule, { object })]
        : [],
  )
}

/**
 * For TCP and UDP the range is 1 to 65535, for all else it is -1/-1 (the reference page): `tcp 1/65535` is not
 * everything, and `tcp -1/-1` is refused. Rules of files may hold the latter.
 */
function lintPorts(rule: Rule): Finding[] {
  const { destinationPorts: ports } = rule
  if (rule.protocol !== 'tcp' && rule.protocol !== 'udp') return []
  const protocol = rule.protocol.toUpperCase()
  if (ports === null) return [ruleFinding('ports-missing', 'error', rule, { protocol })]
  return !('list' in ports) && ports.first === 1 && ports.last === 65535
    ? [ruleFinding('ports-all-but-zero', 'note', rule, { protocol })]
    : []
}

/** Lists that no rule names. */
export function lintLists(world: World): Finding[] {
  const named = new Set<string>()
  for (const rules of world.rules.values()) {
    for (const { peer, destinationPorts } of rules.values()) {
      if (peer.kind === 'prefix-list') named.add(peer.list)
      if (destinationPorts !== null && 'list' in destinationPorts) named.add(destinationPorts.list)
    }
  }
  return [...world.prefixLists.keys(), ...world.portLists.keys()]
    .filter((list) => !named.has(list))
    .map((list) => finding('unused-list', 'note', { list }))
}

/** Groups whose drops are counted and not applied. */
export const lintAudit = (world: World): Finding[] =>
  [...world.groups.values()]
    .filter(({ audit }) => audit === true)
    .map(({ id }) => finding('group-in-audit', 'note', { group: id }, { group: id }))
