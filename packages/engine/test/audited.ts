import fc from 'fast-check'
import { PACKETS } from './engine-view.js'
import type { Situation } from './naive-decision.js'
import { choices, edgesOf, packetFrom } from './random-packets.js'
import { situations } from './random-situations.js'

/** Random situations with groups in audit. */
export const audited: fc.Arbitrary<Situation> = fc
  .tuple(situations, fc.array(fc.constantFrom(true, true, false), { minLength: 4, maxLength: 4 }))
  .map(([situation, flags]) => ({
    ...situation,
    groups: situation.groups.map((group, at) => (flags[at] ? { ...group, audit: true as const } : group)),
  }))

/** The same with packets that probe them. */
export const auditedProbes = fc
  .tuple(audited, fc.array(choices, { minLength: PACKETS, maxLength: PACKETS }))
  .map(([situation, list]) => {
    const edges = edgesOf(situation)
    return { situation, packets: list.map((choice) => packetFrom(situation, edges, choice)) }
  })

/** The situation with every group out of audit. */
export const applied = (situation: Situation): Situation => ({
  ...situation,
  groups: situation.groups.map(({ audit: _, ...group }) => group),
})

/** A situation that means the same without audit: drops that only count are left out, a last rule accepts the rest. */
export function spelledOut(situation: Situation): Situation {
  const { groups, joined, direction } = situation
  const counts = (id: string): boolean => groups.some((group) => group.id === id && group.audit === true)
  const rules = situation.rules.filter(({ policy, group }) => policy === 'accept' || !counts(group))
  const all = joined.length > 0 && joined.every(counts)
  const rest = ['0.0.0.0/0', '::/0'].map((cidr) => ({
    ...{
      id: `sgr-rest-${cidr}`,
      group: joined[0] ?? '',
      direction,
      policy: 'accept' as const,
      priority: 100,
    },
    ...{ protocol: 'all' as const, peer: { kind: 'cidr' as const, cidr } },
    ...{ local: null, destinationPorts: null, sourcePorts: null },
  }))
  return { ...applied(situation), rules: all ? [...rules, ...rest] : rules }
}
