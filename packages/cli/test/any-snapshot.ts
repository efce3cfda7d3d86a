import {
  type Family,
  formatAddress,
  type Group,
  type Interface,
  type Peer,
  type PortRange,
  type Rule,
  type Snapshot,
} from '@sallyport/engine'
import fc from 'fast-check'

const bit = (seed: number, of: number): number => seed % of

/** An address of the family that depends on the number alone. */
const addressOf = (family: Family, number: number): string =>
  formatAddress({ family, bits: (family === 4 ? 0x0a000000n : 0xfd5a1170n << 96n) + BigInt(number) })

const port = fc.integer({ min: 1, max: 65_535 })
const range: fc.Arbitrary<PortRange> = fc
  .tuple(port, port)
  .map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) }))
const cidr = (family: Family): fc.Arbitrary<string> =>
  fc
    .tuple(fc.nat(0xffff), fc.integer({ min: 0, max: family === 4 ? 32 : 128 }), fc.boolean())
    .map(([number, prefix, bare]) => addressOf(family, number) + (bare ? '' : `/${prefix}`))
/** Names with what YAML and ids are fond of. */
const id = (prefix: string): fc.Arbitrary<string> =>
  fc.stringMatching(/^[A-Za-z0-9._:@#&*!|>%{}[\],?'"=\\~^/-]{0,12}$/).map((text) => `${prefix}-${text}`)

const choice = <T>(values: readonly T[], other: T): fc.Arbitrary<T> =>
  values.length === 0 ? fc.constant(other) : fc.constantFrom(...values)

const rules = (groups: readonly Group[], prefixLists: readonly string[], portLists: readonly string[]) => {
  const peer = (family: Family): fc.Arbitrary<Peer> =>
    fc.oneof(
      cidr(family).map((text): Peer => ({ kind: 'cidr', cidr: text })),
      choice([...groups.map((group) => group.id), 'sg-far'], 'sg-far').map((group): Peer => ({
        kind: 'group',
        group,
      })),
      choice([...prefixLists, 'pl-far'], 'pl-far').map((list): Peer => ({ kind: 'prefix-list', list })),
    )
  const rule = fc.constantFrom<Family>(4, 6).chain((family) =>
    fc.record({
      id: id('sgr'),
      group: choice(
        groups.map((group) => group.id),
        'sg-none',
      ),
      direction: fc.constantFrom('ingress' as const, 'egress' as const),
      policy: fc.constantFrom('accept' as const, 'drop' as const),
      priority: fc.integer({ min: 1, max: 100 }),
      protocol: fc.constantFrom<Rule['protocol']>(
        ...(['tcp', 'udp', 'all'] as const),
        ...(family === 4 ? (['icmp', 'gre'] as const) : (['icmpv6'] as const)),
      ),
      peer: peer(family),
      local: fc.option(cidr(family), { freq: 3 }),
      destinationPorts: fc.oneof(
        range,
        choice([...portLists, 'prl-far'], 'prl-far').map((list) => ({ list })),
      ),
      sourcePorts: fc.option(range),
    }),
  )
  return fc.uniqueArray(rule, { selector: (one) => one.id, maxLength: 12 }).map((all) =>
    all
      .filter(() => groups.length > 0)
      // The two sides of a rule differ, and only TCP and UDP have ports.
      .map((one): Rule => {
        const same = one.peer.kind === 'cidr' && one.local !== null && sameBlock(one.peer.cidr, one.local)
        const ports = one.protocol === 'tcp' || one.protocol === 'udp'
        return {
          ...one,
          ...(same ? { local: null } : {}),
          ...(ports ? {} : { destinationPorts: null, sourcePorts: null }),
        }
      }),
  )
}

/** Whether two blocks may be the same; a careless guess, since blocks of short prefixes are. */
const sameBlock = (a: string, b: string): boolean => {
  const prefix = (text: string): number => Number(text.split('/')[1] ?? (text.includes(':') ? 128 : 32))
  return prefix(a) === prefix(b)
}

function interfacesOf(groups: readonly Group[], seeds: readonly number[]): Interface[] {
  const instances = new Map<string, number>()
  return seeds.flatMap((seed, index): Interface[] => {
    const group = groups[bit(seed, groups.length)]
    if (group === undefined) return []
    const joined = groups.filter(({ vpc, type }) => vpc === group.vpc && type === group.type)
    const instance = bit(seed, 5) === 0 ? null : `i-${bit(seed, 3)}-${group.vpc}`
    const device = instance === null ? 0 : (instances.get(instance) ?? -1) + 1
    if (instance !== null) instances.set(instance, device)
    const running = instance !== null && instance.startsWith('i-1')
    return [
      {
        ...{
          id: `eni-${index}`,
          instance,
          vpc: group.vpc,
          mac: bit(seed, 2) === 0 ? '' : '02:00:00:00:00:0a',
        },
        addresses: [
          addressOf(4, 1000 + index),
          ...(bit(seed, 4) === 0 ? [addressOf(4, 5000 + index)] : []),
          ...(bit(seed, 3) === 0 ? [addressOf(6, 1000 + index)] : []),
        ],
        ...{ groups: joined.slice(0, 1 + bit(seed, 3)).map(({ id: one }) => one), running },
        ...(device > 0 && { device }),
        ...(bit(seed, 7) === 0 && { timeouts: { tcpEstablished: 300, tcpClosed: 4, udp: 60 } }),
      },
    ]
  })
}

/** Snapshots of every kind of fact, as a server may hold them. */
export const anySnapshot: fc.Arbitrary<Snapshot> = fc
  .record({
    vpcs: fc.uniqueArray(id('vpc'), { minLength: 1, maxLength: 3 }),
    groups: fc.uniqueArray(fc.tuple(id('sg'), fc.nat(5), fc.boolean(), fc.boolean()), {
      selector: ([one]) => one,
      maxLength: 5,
    }),
    prefixLists: fc.uniqueArray(
      fc.tuple(id('pl'), fc.constantFrom<Family>(4, 6)).chain(([one, family]) =>
        fc.uniqueArray(fc.nat(9999), { maxLength: 4 }).map((numbers) => ({
          ...{ id: one, family },
          cidrs: numbers.map((number) => `${addressOf(family, number)}/${family === 4 ? 32 : 128}`),
        })),
      ),
      { selector: (list) => list.id, maxLength: 3 },
    ),
    portLists: fc.uniqueArray(fc.record({ id: id('prl'), ranges: fc.array(range, { maxLength: 4 }) }), {
      selector: (list) => list.id,
      maxLength: 3,
    }),
    seeds: fc.array(fc.nat(10_000), { maxLength: 8 }),
  })
  .chain((made) => {
    const groups = made.groups.map(([one, place, advanced, drop]): Group => ({
      id: one,
      vpc: made.vpcs[place % made.vpcs.length] ?? '',
      type: advanced ? 'advanced' : 'basic',
      innerAccess: drop ? 'drop' : 'accept',
    }))
    const [prefixLists, portLists] = [
      made.prefixLists.map((one) => one.id),
      made.portLists.map((one) => one.id),
    ]
    return rules(groups, prefixLists, portLists).map((all): Snapshot => ({
      ...{ epoch: '', revision: 0, groups, rules: all },
      vpcs: made.vpcs.map((one, index) => ({
        id: one,
        cidrs: [
          `10.${index}.0.0/16`,
          ...(index > 0 ? [`10.9${index}.0.0/16`, `fd5a:1170:${index}::/56`] : []),
        ],
      })),
      interfaces: interfacesOf(groups, made.seeds),
      ...{ prefixLists: made.prefixLists, portLists: made.portLists },
    }))
  })
