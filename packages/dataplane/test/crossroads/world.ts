import type { Change, Group, PortRange, Protocol, Rule, World } from '@sallyport/engine'
import { eni, group, portList, prefixList, rule, vpc } from '../facts.js'
import { worldOf } from '../worlds.js'
import type { Draws } from './draws.js'
import { drawsFrom } from './draws.js'

/** Random worlds over one and the same four interfaces, so that only rules change from one to the next. */

/** Running interfaces by name. Many addresses stand at the ends of blocks that rules name. */
export const residents = [
  { name: 'a', addresses: ['10.7.0.1', '10.7.0.2', '10.7.0.16', 'fd07::1', 'fd07::2', 'fd07::10'] },
  {
    name: 'b',
    addresses: ['10.7.0.3', '10.7.0.4', '10.7.0.31', '10.7.0.32', 'fd07::3', 'fd07::4', 'fd07::1f'],
  },
  {
    name: 'c',
    addresses: ['10.7.0.7', '10.7.0.8', '10.7.0.255', '10.7.1.0', 'fd07::7', 'fd07::8', 'fd07::20'],
  },
  { name: 'd', addresses: ['10.7.0.64', 'fd07::40'] },
] as const

export const BLOCKS = ['10.7.0.0/16', 'fd07::/64'] as const

/** What makes a world special, by its seed. */
export interface Kind {
  /** Groups are so large that they are told apart by identity. */
  readonly identified: boolean
  /** Policies are judged entry by entry. */
  readonly linear: boolean
}

export const kindOf = (seed: number): Kind => ({ identified: seed % 3 === 1, linear: seed % 7 === 3 })

type Family = 4 | 6

const near: Record<Family, readonly string[]> = {
  4: [
    '10.7.0.0/30',
    '10.7.0.0/29',
    '10.7.0.3/32',
    '10.7.0.4/30',
    '10.7.0.8/29',
    '10.7.0.16/28',
    '10.7.0.0/27',
  ].concat(['10.7.0.0/24', '10.7.1.0/24', '10.7.0.0/16', '10.0.0.0/8', '10.7.0.32/27', '10.7.0.64/32']),
  6: [
    'fd07::/127',
    'fd07::/126',
    'fd07::3/128',
    'fd07::4/126',
    'fd07::8/125',
    'fd07::10/124',
    'fd07::/123',
  ].concat(['fd07::/64', 'fd00::/8', 'fd07::20/123', 'fd07::40/128', 'fd07::/120']),
}
const far: Record<Family, readonly string[]> = {
  4: [
    '198.51.100.0/24',
    '198.51.100.8/29',
    '198.51.100.128/25',
    '203.0.113.7/32',
    '203.0.113.0/25',
    '192.0.0.0/3',
  ].concat(['0.0.0.0/1', '128.0.0.0/1', '100.100.0.0/16', '11.0.0.0/8']),
  6: ['2001:db8::/32', '2001:db8::/127', '2001:db8:0:1::/64', '2001:db8::ffff/128', '2000::/3', '8000::/1'],
}
const everything: Record<Family, string> = { 4: '0.0.0.0/0', 6: '::/0' }

const blockIn = (draws: Draws, family: Family): string =>
  draws.chance(0.25) ? everything[family] : draws.one(draws.chance(0.6) ? near[family] : far[family])

const PORTS = [1, 2, 22, 66, 67, 68, 79, 80, 81, 443, 546, 547, 1024, 8000, 65534, 65535]

function portsIn(draws: Draws): PortRange {
  const [a, b] = [draws.one(PORTS), draws.one(PORTS)]
  return { first: Math.min(a, b), last: Math.max(a, b) }
}

const protocols: readonly Protocol[] = [
  'tcp',
  'tcp',
  'tcp',
  'udp',
  'udp',
  'udp',
  'all',
  'all',
  'icmp',
  'icmpv6',
  'gre',
]

const familyOf = (draws: Draws, protocol: Protocol): Family => {
  if (protocol === 'icmp' || protocol === 'gre') return 4
  return protocol === 'icmpv6' || draws.chance(0.35) ? 6 : 4
}

function peerIn(draws: Draws, groups: readonly Group[], family: Family, toGroups: number): Rule['peer'] {
  const basic = groups.every(({ type }) => type === 'basic')
  if (basic && draws.chance(toGroups)) return { kind: 'group', group: draws.one(groups).id }
  if (draws.chance(0.25)) return { kind: 'prefix-list', list: `pl-${draws.one(['one', 'two'])}-${family}` }
  return { kind: 'cidr', cidr: blockIn(draws, family) }
}

function ruleIn(draws: Draws, groups: readonly Group[], at: number, toGroups: number): Change {
  const protocol = draws.one(protocols)
  const family = familyOf(draws, protocol)
  const ported = protocol === 'tcp' || protocol === 'udp'
  // Ids whose order is not the order of creation.
  return rule(`sgr-${(at * 37) % 101}`, draws.one(groups).id, {
    direction: draws.one(['ingress', 'ingress', 'egress'] as const),
    policy: draws.one(['accept', 'drop']),
    priority: draws.one([1, 1, 1, 2, 2, 3, 50, 100]),
    protocol,
    peer: peerIn(draws, groups, family, toGroups),
    local: draws.chance(0.2) ? blockIn(draws, family) : null,
    destinationPorts: !ported ? null : draws.chance(0.2) ? { list: 'prl-1' } : portsIn(draws),
    sourcePorts: ported && draws.chance(0.2) ? portsIn(draws) : null,
  })
}

const listsIn = (draws: Draws): Change[] => [
  ...([4, 6] as const).flatMap((family) => [
    prefixList(`pl-one-${family}`, ...draws.some([...near[family], ...far[family]], 1, 5)),
    prefixList(`pl-two-${family}`, ...draws.some(far[family], 1, 3), draws.one(near[family])),
  ]),
  portList('prl-1', ...draws.some(['22', '67-68', '80', '81-90', '443-445', '8000-9000', '1024'], 1, 5)),
]

/** Interfaces that do not run, so that groups have more members than are folded. */
function absentees(draws: Draws, inVpc: string, groups: readonly string[]): Change[] {
  const first = draws.one([300, 600, 1000])
  return ['m', 'n'].map((name, at) => {
    const from = first + at * 150
    const addresses = Array.from({ length: 290 }, (_, index) => {
      const number = from + index
      return number % 9 === 0
        ? `fd07::${(number + 1000).toString(16)}`
        : `10.7.${number >> 8}.${number & 255}`
    })
    const joined = draws.some(groups, 1, groups.length)
    return eni(`x-${name}`, inVpc, addresses, joined, { instance: null, running: false })
  })
}

/** The world that a seed stands for. `nameOf` makes ids of interfaces and instances unique to a test. */
export function worldFor(seed: number, inVpc: string, nameOf: (name: string) => string): World {
  const draws = drawsFrom(seed)
  const type = draws.one(['basic', 'basic', 'basic', 'advanced'] as const)
  const groups = [0, 1, 2, 3, 4].map((number): Group => ({
    id: `sg-${number}`,
    vpc: inVpc,
    type,
    innerAccess: draws.one(['accept', 'drop', 'drop']),
    ...(draws.chance(0.2) && { audit: true }),
  }))
  const ids = groups.map(({ id }) => id)
  const count = draws.one([6, 12, 25, 50])
  const { identified } = kindOf(seed)
  const toGroups = identified ? 0.6 : 0.3
  return worldOf(
    vpc(inVpc, ...BLOCKS),
    ...groups.map((one) => group(one.id, inVpc, one)),
    ...listsIn(draws),
    ...Array.from({ length: count }, (_, at) => ruleIn(draws, groups, at, toGroups)),
    ...residents.map(({ name, addresses }, at) =>
      eni(nameOf(name), inVpc, [...addresses], draws.some(ids, 1, 3), {
        mac: `02:00:5e:07:00:0${at + 1}`,
      }),
    ),
    ...(identified ? absentees(draws, inVpc, ids) : []),
  )
}
