import { rulesOf } from './policies.mjs'

/**
 * The facts of a VPC with many running interfaces that share a few policies: each policy with its rules in both directions,
 * and with remote groups of its own, whose members do not run.
 */

/** Each interface has 200 rules, a hundred a direction. */
export const SIZE = { interfaces: 1000, policies: 20, rules: 100, groups: 5, members: 100 }

const bytes = (number) => [(number >> 8) & 255, number & 255]
const hex = (number) =>
  bytes(number)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join(':')

/** Names of a VPC's things; `policy` says which of the policies. */
export const namesIn = (vpc) => ({
  group: (policy) => `sg-${vpc}-${policy}`,
  remote: (policy, index) => `sg-${vpc}-${policy}-${index}`,
  list: (index) => `pl-${vpc}-${index}`,
})

const fact = (kind, id, value) => ({ kind, id, value: { id, ...value } })

/** A member of a remote group: an address far from those that run. */
export const memberFact = (vpc, policy, index, group) =>
  fact('interface', `eni-${vpc}-${policy}-m${index}`, {
    instance: null,
    vpc,
    mac: `02:00:5d:${policy.toString(16).padStart(2, '0')}:${hex(index)}`,
    addresses: [`10.${64 + policy}.${bytes(index).join('.')}`],
    groups: [namesIn(vpc).remote(policy, group)],
    running: false,
  })

/** A running interface that joined a policy's group. */
export const interfaceFact = (vpc, mark, index, policy) =>
  fact('interface', `eni-${vpc}-${index}`, {
    instance: `i-${mark}-${index}`,
    vpc,
    mac: `02:00:5e:00:${hex(index)}`,
    addresses: [`10.0.${bytes(index).join('.')}`],
    groups: [namesIn(vpc).group(policy)],
    running: true,
  })

function ruleFacts(vpc, policy, count) {
  const { group, remote, list } = namesIn(vpc)
  const peerOf = (peer) => {
    if (peer.kind === 'group') return { kind: 'group', group: remote(policy, peer.group) }
    return peer.kind === 'prefix-list' ? { kind: 'prefix-list', list: list(peer.list) } : peer
  }
  return ['egress', 'ingress'].flatMap((direction, side) =>
    rulesOf(count, direction, 100 + policy * 2 + side).map(({ ports, peer, ...rule }, index) =>
      fact('rule', `sgr-${vpc}-${policy}-${direction}-${index}`, {
        ...rule,
        group: group(policy),
        peer: peerOf(peer),
        local: null,
        destinationPorts: ports,
        sourcePorts: null,
      }),
    ),
  )
}

/** The facts; `rules` is the number a direction. Rules name five remote groups. */
export function manyInterfaces({ vpc, mark, interfaces, policies, rules, groups, members }) {
  const { group, remote, list } = namesIn(vpc)
  const each = (count, make) => Array.from({ length: count }, (_, index) => make(index)).flat()
  const groupFact = (id) => fact('group', id, { vpc, type: 'basic', innerAccess: 'drop' })
  return [
    fact('vpc', vpc, { cidrs: ['10.0.0.0/8'] }),
    ...each(3, (index) =>
      fact('prefix-list', list(index), {
        family: 4,
        cidrs: each(20, (block) => [`100.${64 + index}.${block * 2}.0/24`]),
      }),
    ),
    ...each(policies, (policy) => [
      groupFact(group(policy)),
      ...each(groups, (index) => groupFact(remote(policy, index))),
      ...ruleFacts(vpc, policy, rules),
      ...each(groups * members, (index) => memberFact(vpc, policy, index, index % groups)),
    ]),
    ...each(interfaces, (index) => interfaceFact(vpc, mark, index, index % policies)),
  ]
}
