import type { Finding, FindingId, Severity } from './answers.js'
import { finding, namesOf } from './finding.js'
import type { Rule } from './rule.js'
import type { World } from './world.js'
import { membersOf } from './world.js'

/** How much there may be of what. The names are those of the server's quotas. */
export interface Limits {
  readonly rulesPerGroup: number
  readonly rulesPerInterface: number
  readonly groupsPerInterface: number
  readonly groupObjectsPerGroup: number
  /** Of basic groups; of advanced ones the documents limit interfaces instead. */
  readonly privateAddressesPerGroup: number
  readonly entriesPerPrefixList: number
  readonly associationsPerPrefixList: number
  readonly entriesPerPortList: number
}

/** What the reference page and the page of limits say without a raised quota. */
export const defaultLimits: Limits = {
  rulesPerGroup: 200,
  rulesPerInterface: 1000,
  groupsPerInterface: 10,
  groupObjectsPerGroup: 20,
  privateAddressesPerGroup: 6000,
  entriesPerPrefixList: 200,
  associationsPerPrefixList: 1000,
  entriesPerPortList: 2000,
}

export interface LimitOptions {
  readonly limits?: Limits
  /** MaxEntries of lists by id, where known: rules that name a list count as that many, not as what it holds now. */
  readonly maxEntries?: ReadonlyMap<string, number>
}

/** From which share of a limit on it is in sight. */
const NEAR = 0.8

const severityOf = (used: number, most: number): Severity | null =>
  used > most ? 'error' : used === most ? 'warning' : used >= most * NEAR ? 'note' : null

type Check = (id: FindingId, subject: string, used: number, most: number, more?: Partial<Finding>) => void

/** Limits that are reached, exceeded or in sight: at 80 % a note, when nothing more fits a warning, beyond an error. */
export function lintLimits(world: World, options: LimitOptions = {}): Finding[] {
  const limits = options.limits ?? defaultLimits
  const found: Finding[] = []
  const check: Check = (id, subject, used, most, { params, ...more } = {}) => {
    const severity = severityOf(used, most)
    if (severity) found.push(finding(id, severity, { subject, used, most, ...params }, more))
  }
  const weights = new Map<string, number>()
  for (const [group, rules] of world.rules) {
    weights.set(
      group,
      [...rules.values()].reduce((sum, rule) => sum + weightOf(world, rule, options), 0),
    )
  }
  checkGroups(world, weights, limits, check)
  checkInterfaces(world, weights, limits, check)
  checkLists(world, limits, options, check)
  return found
}

/** A rule counts as the MaxEntries of the list that it names; of one that names both, as the product. */
function weightOf(world: World, { peer, destinationPorts }: Rule, { maxEntries }: LimitOptions): number {
  const weigh = (list: string, held: number | undefined): number =>
    maxEntries?.get(list) ?? Math.max(1, held ?? 1)
  const blocks =
    peer.kind === 'prefix-list' ? weigh(peer.list, world.prefixLists.get(peer.list)?.cidrs.length) : 1
  return destinationPorts !== null && 'list' in destinationPorts
    ? blocks * weigh(destinationPorts.list, world.portLists.get(destinationPorts.list)?.ranges.length)
    : blocks
}

function checkGroups(world: World, weights: ReadonlyMap<string, number>, limits: Limits, check: Check): void {
  for (const [id, group] of world.groups) {
    const about = { group: id }
    check('limit-rules-per-group', id, weights.get(id) ?? 0, limits.rulesPerGroup, about)
    if (group.type !== 'basic') continue
    const objects = new Set<string>()
    for (const { peer } of world.rules.get(id)?.values() ?? [])
      if (peer.kind === 'group') objects.add(peer.group)
    check('limit-group-objects', id, objects.size, limits.groupObjectsPerGroup, about)
    const { v4, v6 } = membersOf(world, id)
    check('limit-addresses-per-group', id, v4.size + v6.size, limits.privateAddressesPerGroup, about)
  }
}

/** Interfaces that joined the same groups share one finding about the rules of these. */
function checkInterfaces(
  world: World,
  weights: ReadonlyMap<string, number>,
  limits: Limits,
  check: Check,
): void {
  const byGroups = new Map<string, { groups: readonly string[]; ids: string[] }>()
  for (const { id, groups } of world.interfaces.values()) {
    check('limit-groups-per-interface', id, groups.length, limits.groupsPerInterface, { interfaces: [id] })
    const sorted = [...groups].sort()
    const alike = byGroups.get(sorted.join(' '))
    if (alike) alike.ids.push(id)
    else byGroups.set(sorted.join(' '), { groups: sorted, ids: [id] })
  }
  for (const { groups, ids } of byGroups.values()) {
    const used = groups.reduce((sum, group) => sum + (weights.get(group) ?? 0), 0)
    const interfaces = ids.sort()
    check('limit-rules-per-interface', namesOf(interfaces), used, limits.rulesPerInterface, {
      interfaces,
      params: { groups: namesOf(groups) },
    })
  }
}

function checkLists(world: World, limits: Limits, { maxEntries }: LimitOptions, check: Check): void {
  for (const { id, cidrs } of world.prefixLists.values()) {
    check('limit-list-entries', id, cidrs.length, maxEntries?.get(id) ?? limits.entriesPerPrefixList)
  }
  for (const { id, ranges } of world.portLists.values()) {
    check('limit-list-entries', id, ranges.length, maxEntries?.get(id) ?? limits.entriesPerPortList)
  }
  const naming = new Map<string, Set<string>>()
  for (const rules of world.rules.values()) {
    for (const { peer, group } of rules.values()) {
      if (peer.kind !== 'prefix-list') continue
      const groups = naming.get(peer.list)
      if (groups) groups.add(group)
      else naming.set(peer.list, new Set([group]))
    }
  }
  for (const [list, groups] of naming) {
    check('limit-list-associations', list, groups.size, limits.associationsPerPrefixList)
  }
}
