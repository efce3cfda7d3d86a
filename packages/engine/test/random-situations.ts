import fc from 'fast-check'
import type { Group, Interface, PortList, PortRange, PrefixList, Protocol, Rule } from '../src/index.js'
import { blockOf, textOf } from './address-text.js'
import type { Situation } from './naive-decision.js'

/** Random situations, valid as the API would let them come about, crowded so that rules overlap and tie. */

type Family = 4 | 6

const v4Text = (number: number): string => textOf(number.toString(2).padStart(32, '0'))
const v6Text = (number: bigint): string => textOf(number.toString(2).padStart(128, '0'))

// Most addresses share a few neighbourhoods; the rest are anywhere.
const v4Near = fc.integer({ min: 0, max: 31 }).map((low) => v4Text(0x0a010000 + low))
const v6Near = fc.integer({ min: 0, max: 31 }).map((low) => v6Text((0xfd00n << 112n) + BigInt(low)))
const v4Any = fc.integer({ min: 0, max: 0xffffffff }).map(v4Text)
const v6Any = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).map(v6Text)
const services = fc.constantFrom('100.100.100.200', '100.100.2.136', '100.100.2.138')

const addressIn: Record<Family, fc.Arbitrary<string>> = {
  4: fc.oneof(
    { weight: 6, arbitrary: v4Near },
    { weight: 1, arbitrary: v4Any },
    { weight: 1, arbitrary: services },
  ),
  6: fc.oneof({ weight: 6, arbitrary: v6Near }, { weight: 1, arbitrary: v6Any }),
}

const suffixes: Record<Family, readonly string[]> = {
  4: ['', '/32', '/31', '/30', '/28', '/27', '/27', '/24', '/8', '/1', '/0', '/0'],
  6: ['', '/128', '/127', '/126', '/124', '/123', '/123', '/64', '/7', '/1', '/0', '/0'],
}

/** Host bits stay set: rules may be written so. */
const cidrIn = (family: Family): fc.Arbitrary<string> =>
  fc.tuple(addressIn[family], fc.constantFrom(...suffixes[family])).map((parts) => parts.join(''))

const interestingPorts = [1, 2, 22, 66, 67, 68, 79, 80, 81, 443, 545, 546, 547, 1024, 65534, 65535]

const ports: fc.Arbitrary<PortRange> = fc
  .tuple(fc.constantFrom(...interestingPorts), fc.constantFrom(...interestingPorts))
  .map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) }))

const families: Record<Protocol, readonly Family[]> = {
  tcp: [4, 6],
  udp: [4, 6],
  all: [4, 6],
  icmp: [4],
  gre: [4],
  icmpv6: [6],
}

const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary })

/** Blocks of a prefix list carry no host bits: the API refuses them. */
const maskedIn = (family: Family): fc.Arbitrary<string> =>
  cidrIn(family).map((cidr) => {
    const { prefix, width } = blockOf(cidr)
    return `${textOf(prefix.padEnd(width, '0'))}/${prefix.length}`
  })

/** A prefix list of each family and a port list; entries overlap, and a list may be empty. */
const lists: fc.Arbitrary<Pick<Situation, 'prefixLists' | 'portLists'>> = fc
  .record({ 4: entries(maskedIn(4)), 6: entries(maskedIn(6)), ports: entries(ports) })
  .map((drawn) => ({
    prefixLists: ([4, 6] as const).map((family): PrefixList => ({
      id: `pl-${family}`,
      family,
      cidrs: drawn[family],
    })),
    portLists: [{ id: 'prl-1', ranges: drawn.ports } satisfies PortList],
  }))

function entries<T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(of, { maxLength: 4, size: 'max' })
}

/** Everything a rule might be; `ruleFrom` keeps what fits together. */
const drafts = fc.record({
  protocol: fc.constantFrom<Protocol>('tcp', 'tcp', 'udp', 'udp', 'all', 'icmp', 'icmpv6', 'gre'),
  family: fc.constantFrom<Family>(4, 4, 6),
  holder: fc.nat({ max: 3 }),
  peerGroup: rarely(fc.nat({ max: 3 })),
  peerList: rarely(fc.constant(true)),
  portList: rarely(fc.constant(true)),
  peer: fc.record({ 4: cidrIn(4), 6: cidrIn(6) }),
  local: rarely(fc.record({ 4: cidrIn(4), 6: cidrIn(6) })),
  direction: fc.constantFrom('ingress' as const, 'egress' as const),
  policy: fc.constantFrom('accept' as const, 'drop' as const),
  priority: fc.constantFrom(1, 1, 1, 1, 2, 99, 100),
  destinationPorts: ports,
  sourcePorts: rarely(ports),
})

type Draft = typeof drafts extends fc.Arbitrary<infer T> ? T : never

function peerFrom(groups: readonly Group[], draft: Draft, family: Family): Rule['peer'] {
  if (draft.peerGroup !== null && groups.every((group) => group.type === 'basic')) {
    return { kind: 'group', group: groups[draft.peerGroup % groups.length]?.id ?? '' }
  }
  return draft.peerList === null
    ? { kind: 'cidr', cidr: draft.peer[family] }
    : { kind: 'prefix-list', list: `pl-${family}` }
}

/** A rule of one of the groups, as the API would admit it. Group objects exist for basic groups only. */
function ruleFrom(groups: readonly Group[], draft: Draft, index: number): Rule {
  const { protocol, direction, policy, priority } = draft
  const idOf = (number: number): string => groups[number % groups.length]?.id ?? ''
  const family = families[protocol].includes(draft.family) ? draft.family : (families[protocol][0] ?? 4)
  const ported = protocol === 'tcp' || protocol === 'udp'
  return {
    // Ids whose order is not the order of creation.
    id: `sgr-${(index * 7) % 16}`,
    group: idOf(draft.holder),
    direction,
    policy,
    priority,
    protocol,
    peer: peerFrom(groups, draft, family),
    local: draft.local === null ? null : draft.local[family],
    destinationPorts: !ported ? null : draft.portList === null ? draft.destinationPorts : { list: 'prl-1' },
    sourcePorts: ported ? draft.sourcePorts : null,
  }
}

const groupsOf = (type: Group['type']): fc.Arbitrary<Group[]> =>
  fc
    .array(fc.constantFrom('accept' as const, 'drop' as const, 'drop' as const), {
      minLength: 1,
      maxLength: 4,
    })
    .map((inner) =>
      inner.map((innerAccess, index) => ({ id: `sg-${index}`, vpc: 'vpc-1', type, innerAccess })),
    )

function interfaceOf(groups: readonly Group[]): fc.Arbitrary<Omit<Interface, 'id'>> {
  return fc.record({
    instance: fc.constant(null),
    vpc: fc.constant('vpc-1'),
    mac: fc.constant('00:16:3e:00:00:01'),
    addresses: fc.tuple(v4Near, fc.option(v6Near)).map((pair) => pair.filter((text) => text !== null)),
    groups: fc.subarray(
      groups.map((group) => group.id),
      { minLength: 1 },
    ),
    running: fc.boolean(),
  })
}

/** Groups of one type (an interface never joins both), rules, interfaces; the first interface decides. */
export const situations: fc.Arbitrary<Situation> = fc
  .constantFrom('basic' as const, 'basic' as const, 'advanced' as const)
  .chain(groupsOf)
  .chain((groups) =>
    fc.record({
      groups: fc.constant(groups),
      rules: fc
        .array(drafts, { maxLength: 16, size: 'max' })
        .map((list) => list.map((draft, index) => ruleFrom(groups, draft, index))),
      interfaces: fc
        .array(interfaceOf(groups), { minLength: 1, maxLength: 5, size: 'max' })
        .map((list) => list.map((one, index) => ({ id: `eni-${index}`, ...one }))),
      direction: fc.constantFrom('ingress' as const, 'egress' as const),
      lists,
    }),
  )
  .map(({ lists: named, ...parts }) => ({ ...parts, ...named, joined: parts.interfaces[0]?.groups ?? [] }))
