import type { Change, Rule, World } from '@sallyport/engine'
import { applyChange, emptyWorld } from '@sallyport/engine'
import * as fc from 'fast-check'
import { eni, group, portList, prefixList, rule, vpc } from './facts.js'

/** A world made of the changes, in this order. */
export function worldOf(...changes: readonly Change[]): World {
  const world = emptyWorld('e1')
  for (const change of changes) applyChange(world, change)
  return world
}

const cidr = fc.constantFrom(
  '0.0.0.0/0',
  '::/0',
  '10.0.0.0/8',
  '10.0.0.5/32',
  '10.1.0.0/16',
  'fd01::/64',
  'fd01::5',
)
const ports = fc.option(
  fc
    .tuple(fc.integer({ min: 1, max: 65535 }), fc.nat(9))
    .map(([first, more]) => ({ first, last: Math.min(65535, first + more) })),
)
/** Lists that rules may name, of any length; they may also be missing. */
const listIds = { v4: 'pl-4', v6: 'pl-6', ports: 'prl-1' }
const v4Blocks = ['10.0.0.0/8', '10.0.0.5/32', '10.0.0.6/32', '10.1.0.0/16', '192.0.2.0/24', '0.0.0.0/0']
const v6Blocks = ['fd01::/64', 'fd01::5/128', '2001:db8::/32', '::/0']
const anyLists = fc
  .record({
    v4: fc.option(fc.subarray(v4Blocks)),
    v6: fc.option(fc.subarray(v6Blocks)),
    ports: fc.option(fc.subarray(['22', '80', '81-90', '443-445', '8000-9000', '1-65535'])),
  })
  .map(({ v4, v6, ports: texts }) => [
    ...(v4 ? [prefixList(listIds.v4, ...v4)] : []),
    // The family of an empty list cannot be seen from its blocks.
    ...(v6 && v6.length > 0 ? [prefixList(listIds.v6, ...v6)] : []),
    ...(texts ? [portList(listIds.ports, ...texts)] : []),
  ])
const protocol = fc.constantFrom<Rule['protocol']>('tcp', 'udp', 'icmp', 'icmpv6', 'gre', 'all')

const anyRule = (groups: readonly string[]): fc.Arbitrary<Omit<Rule, 'id'>> =>
  fc.record({
    group: fc.constantFrom(...groups),
    direction: fc.constantFrom('ingress' as const, 'egress' as const),
    policy: fc.constantFrom('accept' as const, 'drop' as const),
    priority: fc.integer({ min: 1, max: 100 }),
    protocol,
    peer: fc.oneof(
      cidr.map((text) => ({ kind: 'cidr' as const, cidr: text })),
      fc.constantFrom(...groups).map((id) => ({ kind: 'group' as const, group: id })),
      fc.constantFrom(listIds.v4, listIds.v6).map((list) => ({ kind: 'prefix-list' as const, list })),
    ),
    local: fc.option(cidr, { nil: null }),
    destinationPorts: fc.oneof(
      { weight: 3, arbitrary: ports },
      { weight: 1, arbitrary: fc.constant({ list: listIds.ports }) },
    ),
    sourcePorts: ports,
  })

/** Facts that the server would refuse to store: ports without a protocol that has them, families that disagree. */
function isStorable({
  protocol: name,
  peer,
  local,
  destinationPorts,
  sourcePorts,
}: Omit<Rule, 'id'>): boolean {
  const hasPorts = destinationPorts !== null || sourcePorts !== null
  if (hasPorts && name !== 'tcp' && name !== 'udp') return false
  const families = [peer.kind === 'cidr' ? peer.cidr : null, local].filter((text) => typeof text === 'string')
  const six = [
    ...families.map((text) => text.includes(':')),
    ...(peer.kind === 'prefix-list' ? [peer.list === listIds.v6] : []),
  ]
  if (new Set(six).size > 1) return false
  if (name === 'icmpv6') return !six.includes(false)
  return !((name === 'icmp' || name === 'gre') && six.includes(true))
}

/** Small worlds of two VPCs with the same ids throughout, so that any two have something in common. */
export function anyWorld(prefix = ''): fc.Arbitrary<World> {
  const vpcs = [`${prefix}vpc-1`, `${prefix}vpc-2`]
  const groupsOf = (id: string): string[] => [`${id}-sg-a`, `${id}-sg-b`]
  const oneVpc = (id: string, index: number) =>
    fc
      .record({
        groups: fc.tuple(
          ...groupsOf(id).map((name) =>
            fc
              .record({
                type: fc.constantFrom('basic' as const, 'advanced' as const),
                innerAccess: fc.constantFrom('accept' as const, 'drop' as const),
              })
              .map((more) => group(name, id, more)),
          ),
        ),
        rules: fc
          .array(anyRule(groupsOf(id)).filter(isStorable), { maxLength: 6 })
          .map((rules) => rules.map((more, number) => rule(`${id}-r${number}`, more.group, more))),
        interfaces: fc.tuple(
          ...[1, 2, 3].map((number) =>
            fc
              .option(
                fc.record({
                  running: fc.boolean(),
                  // Alone, two or three in one instance, or in one that the other VPC has interfaces of, too.
                  instance: fc.constantFrom(
                    `i-${prefix}${index}-${number}`,
                    ...[`i-${prefix}${index}-1`, `i-${prefix}both`],
                  ),
                  device: fc.constantFrom(undefined, 0, 1, 2),
                  timeouts: fc.constantFrom(
                    ...[undefined, undefined],
                    { tcpEstablished: 60, tcpClosed: 3, udp: 100 },
                    { tcpEstablished: 910, tcpClosed: 15, udp: 30 },
                  ),
                  mac: fc.constantFrom('02:00:00:00:00:01', '02:00:00:00:00:02'),
                  addresses: fc.subarray(
                    [`10.${index}.0.${number}`, `10.${index}.1.${number}`, `fd0${index}::${number}`],
                    { minLength: 1 },
                  ),
                  groups: fc.subarray(groupsOf(id), { minLength: 1 }),
                }),
              )
              .map((some) =>
                some === null
                  ? []
                  : [
                      eni(`${prefix}${index}-${number}`, id, some.addresses, some.groups, {
                        running: some.running,
                        mac: some.mac,
                        instance: some.instance,
                        ...(some.device !== undefined && { device: some.device }),
                        ...(some.timeouts && { timeouts: some.timeouts }),
                      }),
                    ],
              ),
          ),
        ),
      })
      .map(({ groups, rules, interfaces }) => [
        vpc(id, `10.${index}.0.0/16`),
        ...groups,
        ...rules,
        ...interfaces.flat(),
      ])
  return fc
    .tuple(anyLists, oneVpc(vpcs[0] ?? '', 0), oneVpc(vpcs[1] ?? '', 1))
    .map((changes) => worldOf(...changes.flat()))
}
