import { drawsFrom, randomSource } from './random-source.mjs'

/**
 * Generated rule sets of any size, the same for the same seed. Three are shaped like the classes of ClassBench (Taylor
 * and Turner, 2005), one like security groups:
 *
 * - `acl`: mostly hosts and small networks on both sides, exact destination ports, few wildcards
 * - `fw`: many wildcards on either side, high port ranges on both sides, so that rules overlap a lot
 * - `ipc`: in between, with more protocols
 * - `sg`: no address and no port of the own side, well-known ports, some lists and groups, some IPv6; most rules accept,
 *   at a few priorities, and what is open to all addresses comes last
 *
 * Rules of the first three stand roughly from the specific to the general, as in such sets.
 *
 * Nothing is downloaded: only the shares below follow what is published of those classes.
 */

/** @typedef {'acl' | 'fw' | 'ipc' | 'sg'} SetKind */
/** @typedef {import('../src/index.js').Rule} Rule */
/** @typedef {import('./naive-decision.js').Situation} Situation */

/** @type {readonly SetKind[]} */
export const setKinds = ['acl', 'fw', 'ipc', 'sg']

const WELL_KNOWN = [21, 22, 25, 53, 80, 123, 443, 1433, 3306, 3389, 5432, 6379, 8080, 8443, 9200, 27017]

/** Weighted prefix lengths of both sides, protocols, and kinds of ports. `any` is 1 to 65535, `null` no test at all. */
const shapes = {
  acl: {
    remote: [[1, 0], [1, 16], [3, 24], [1, 28], [4, 32]], // prettier-ignore
    local: [[2, 24], [3, 28], [5, 32]], // prettier-ignore
    protocol: [[75, 'tcp'], [15, 'udp'], [5, 'icmp'], [5, 'all']], // prettier-ignore
    destination: [[75, 'exact'], [10, 'any'], [15, 'range']], // prettier-ignore
    source: [[98, null], [2, 'high']], // prettier-ignore
  },
  fw: {
    remote: [[35, 0], [10, 8], [10, 16], [10, 24], [35, 32]], // prettier-ignore
    local: [[30, 0], [10, 16], [20, 24], [40, 32]], // prettier-ignore
    protocol: [[60, 'tcp'], [25, 'udp'], [5, 'icmp'], [10, 'all']], // prettier-ignore
    destination: [[30, 'any'], [50, 'exact'], [20, 'high']], // prettier-ignore
    source: [[60, null], [30, 'high'], [10, 'exact']], // prettier-ignore
  },
  ipc: {
    remote: [[15, 0], [10, 16], [20, 24], [15, 28], [40, 32]], // prettier-ignore
    local: [[10, 0], [10, 16], [30, 24], [50, 32]], // prettier-ignore
    protocol: [[50, 'tcp'], [20, 'udp'], [10, 'icmp'], [5, 'gre'], [15, 'all']], // prettier-ignore
    destination: [[20, 'any'], [60, 'exact'], [20, 'range']], // prettier-ignore
    source: [[80, null], [10, 'high'], [10, 'exact']], // prettier-ignore
  },
  sg: {
    remote: [[8, 0], [5, 8], [20, 16], [32, 24], [35, 32]], // prettier-ignore
    local: [[1, null]],
    protocol: [[78, 'tcp'], [14, 'udp'], [5, 'icmp'], [3, 'all']], // prettier-ignore
    destination: [[70, 'known'], [15, 'exact'], [10, 'range'], [5, 'any']], // prettier-ignore
    source: [[1, null]],
  },
}

/** @typedef {ReturnType<typeof drawsFrom>} Draws */

const quad = (/** @type {number} */ bits) => [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.')

/**
 * Blocks around few networks, so that they nest.
 * @param {Draws} draws
 * @param {readonly number[]} networks
 * @param {readonly (readonly [number, number | null])[]} lengths
 */
function blockFrom(draws, networks, lengths) {
  const length = draws.weighted(lengths)
  if (length === null) return null
  const bits = (draws.one(networks) | draws.between(0, 63)) >>> 0
  return `${quad(length === 0 ? 0 : (bits & -(2 ** (32 - length))) >>> 0)}/${length}`
}

/**
 * @param {Draws} draws
 * @param {string | null} kind
 */
function portsFrom(draws, kind) {
  if (kind === null) return null
  if (kind === 'any') return { first: 1, last: 65_535 }
  if (kind === 'high') return { first: 1024, last: 65_535 }
  const first = kind === 'known' ? draws.one(WELL_KNOWN) : draws.between(1, 65_000)
  return { first, last: kind === 'range' ? first + draws.between(1, 500) : first }
}

/** Lists and the members of other groups that `sg` rules name. */
const named = {
  prefixLists: ['a', 'b', 'c', 'd'].map((id, index) => ({
    id: `pl-${id}`,
    family: /** @type {const} */ (4),
    cidrs: Array.from({ length: 12 }, (_, place) => `172.${16 + index}.${7 * place}.0/24`),
  })),
  portLists: [
    { id: 'prl-web', ranges: [80, 443, 8080].map((port) => ({ first: port, last: port })) },
    { id: 'prl-range', ranges: [{ first: 6000, last: 6063 }, { first: 7000, last: 7999 }] }, // prettier-ignore
  ],
}

/** @param {Draws} draws */
function peerOfGroup(draws) {
  const kind = draws.weighted([[88, 'block'], [4, 'prefix-list'], [4, 'group'], [4, 'v6']]) // prettier-ignore
  if (kind === 'prefix-list') return { kind, list: draws.one(named.prefixLists).id }
  if (kind === 'group') return { kind, group: `sg-${draws.between(2, 5)}` }
  if (kind === 'v6') {
    const length = draws.one([32, 48, 64, 128])
    const groups = ['2001', 'db8', draws.between(0, 15), draws.between(0, 15), 0, 0, 0, draws.between(0, 9)]
    const kept = groups.map((group, place) => (place * 16 < length ? group.toString(16) : '0'))
    return { kind: 'cidr', cidr: `${kept.join(':')}/${length}` }
  }
  return null
}

/**
 * One rule. Its id orders as it was made.
 * @param {Draws} draws
 * @param {SetKind} kind
 * @param {number} index
 * @param {readonly number[]} networks
 * @returns {Rule}
 */
function ruleFrom(draws, kind, index, networks) {
  const shape = shapes[kind]
  let protocol = draws.weighted(shape.protocol)
  const other = kind === 'sg' ? peerOfGroup(draws) : null
  const v6 = other !== null && 'cidr' in other
  if (v6 && protocol === 'icmp') protocol = 'icmpv6'
  const ported = protocol === 'tcp' || protocol === 'udp'
  const block = blockFrom(draws, networks, shape.remote) ?? '0.0.0.0/0'
  const destination = portsFrom(draws, draws.weighted(shape.destination))
  const range = destination !== null && destination.first !== destination.last
  const wide = other === null && block === '0.0.0.0/0' && (!ported || range)
  return {
    id: idOf(index),
    group: 'sg-1',
    direction: 'ingress',
    policy: draws.chance(kind === 'sg' ? 0.6 : 0.5) ? 'accept' : 'drop',
    priority: wide ? 100 : draws.weighted(PRIORITIES),
    protocol,
    peer: other ?? { kind: 'cidr', cidr: block },
    local: blockFrom(draws, networks, shape.local),
    destinationPorts: !ported
      ? null
      : kind === 'sg' && draws.chance(0.04)
        ? { list: draws.one(named.portLists).id }
        : destination,
    sourcePorts: ported ? portsFrom(draws, draws.weighted(shape.source)) : null,
  }
}

const PRIORITIES = [[40, 1], [20, 10], [20, 50], [20, 100]] // prettier-ignore

const idOf = (/** @type {number} */ index) => `sgr-${String(index).padStart(6, '0')}`

const lengthOf = (/** @type {string | null} */ cidr) => Number(cidr?.split('/')[1] ?? 0)
const narrow = (/** @type {Rule['destinationPorts']} */ ports) =>
  ports !== null && !('list' in ports) && ports.last - ports.first < 1000 ? 16 : 0

/**
 * From the specific to the general, with some disorder; priorities follow.
 * @param {Draws} draws
 * @param {readonly Rule[]} rules
 */
function ordered(draws, rules) {
  const placed = rules.map((rule) => {
    const address = rule.peer.kind === 'cidr' ? lengthOf(rule.peer.cidr) : 32
    const exact = address + lengthOf(rule.local) + narrow(rule.destinationPorts) + narrow(rule.sourcePorts)
    return { rule, at: exact + (rule.protocol === 'all' ? 0 : 8) + draws.between(-12, 12) }
  })
  placed.sort((a, b) => b.at - a.at)
  return placed.map(({ rule }, index) => ({
    ...rule,
    id: idOf(index),
    priority: 1 + Math.floor((index * 100) / rules.length),
  }))
}

const interfaceOf = (
  /** @type {string} */ id,
  /** @type {string} */ group,
  /** @type {string[]} */ addresses,
) => ({
  ...{ id, instance: null, vpc: 'vpc-1', mac: '00:16:3e:00:00:01', addresses },
  ...{ groups: [group], running: true },
})

/**
 * A rule set of one group and all that it names, decided by the first interface.
 * @param {SetKind} kind
 * @param {number} size
 * @param {number} [seed]
 * @returns {Situation}
 */
export function ruleSet(kind, size, seed = 1) {
  const draws = drawsFrom(randomSource(seed * 7919 + size * 31 + setKinds.indexOf(kind)))
  const networks = Array.from(
    { length: 4 + Math.ceil(size / 4) },
    () => (10 * 2 ** 24 + draws.between(0, 2 ** 22) * 64) >>> 0,
  )
  const groups = ['sg-1', 'sg-2', 'sg-3', 'sg-4', 'sg-5']
  const members = (/** @type {number} */ group) =>
    Array.from({ length: 25 }, (_, place) => `10.${200 + group}.0.${3 * place + 1}`)
  const rules = Array.from({ length: size }, (_, index) => ruleFrom(draws, kind, index, networks))
  return {
    ...named,
    groups: groups.map((id) => ({ id, vpc: 'vpc-1', type: 'basic', innerAccess: 'drop' })),
    rules: kind === 'sg' ? rules : ordered(draws, rules),
    interfaces: [
      interfaceOf('eni-0', 'sg-1', ['10.0.0.1', '2001:db8::1']),
      ...groups.slice(1).map((id, index) => interfaceOf(`eni-${id}`, id, members(index))),
    ],
    joined: ['sg-1'],
    direction: 'ingress',
  }
}
