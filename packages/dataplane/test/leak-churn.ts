import type { Change, Interface, Rule } from '@sallyport/engine'
import { group, portList, prefixList, rule, vpc } from './facts.js'
import { PORTS } from './leak-probes.js'

/**
 * A VPC whose rules let the allowed probes pass by every means that rules have, and changes of policies, memberships and
 * lists without end that are no matter to any probe.
 */

export const SENDER = '10.0.0.1'
export const RECEIVER = '10.0.0.2'

/** Enough members for a group that is told apart by identity. */
const MANY = 300
const RULES = 12

const ports = (first: number, last: number): { first: number; last: number } => ({ first, last })
const udp = { protocol: 'udp' } as const

/** Makes facts of interfaces: the two ends as they are called, others by their address. */
export type MakeInterface = (
  name: string,
  addresses: string[],
  groups: string[],
  more?: Partial<Interface>,
) => Change

/** The rules about probes. Every allowed one passes by another kind of rule, and every denied one is denied by another. */
const probeRules = (): Change[] => [
  rule('p-block', 'sg-b', {
    ...udp,
    destinationPorts: ports(10_000, 19_999),
    peer: { kind: 'cidr', cidr: '10.0.0.0/24' },
  }),
  rule('p-group', 'sg-b', {
    ...udp,
    destinationPorts: ports(20_000, 29_999),
    peer: { kind: 'group', group: 'sg-a' },
  }),
  rule('p-list', 'sg-b', {
    ...udp,
    destinationPorts: ports(30_000, 39_999),
    peer: { kind: 'prefix-list', list: 'pl-probe' },
  }),
  rule('p-many', 'sg-b', {
    ...udp,
    destinationPorts: ports(40_000, 49_999),
    peer: { kind: 'group', group: 'sg-many' },
  }),
  rule('p-ports', 'sg-b', { ...udp, destinationPorts: { list: 'prl-probe' } }),
  // From 51000 by the default of ingress, then by a rule of ingress, then by one of egress.
  rule('d-accept', 'sg-b', { ...udp, priority: 50, destinationPorts: ports(54_000, 59_999) }),
  rule('d-ingress', 'sg-b', {
    ...udp,
    policy: 'drop',
    priority: 10,
    destinationPorts: ports(54_000, 56_999),
    peer: { kind: 'group', group: 'sg-a' },
  }),
  rule('d-egress', 'sg-a', {
    ...udp,
    direction: 'egress',
    policy: 'drop',
    priority: 10,
    destinationPorts: ports(57_000, 59_999),
  }),
]

/** The facts to begin with. */
export const probeFacts = (id: string, make: MakeInterface): Change[] => [
  vpc(id, '10.0.0.0/16'),
  ...['sg-a', 'sg-b', 'sg-x', 'sg-few', 'sg-many'].map((name) => group(name, id)),
  prefixList('pl-probe', '10.0.0.0/28'),
  prefixList('pl-other', '198.51.100.0/24'),
  portList('prl-probe', `50000-${PORTS.open}`),
  ...probeRules(),
  make('a', [SENDER], ['sg-a', 'sg-many']),
  make('b', [RECEIVER], ['sg-b']),
  ...Array.from({ length: MANY }, (_, index) =>
    make(`many${index}`, [`10.0.${16 + (index >> 8)}.${index & 255}`], ['sg-many'], { running: false }),
  ),
]

/** What lets the flow that is revoked later be answered. */
export const beforeRevocation = rule('p-revoked', 'sg-b', {
  ...udp,
  destinationPorts: ports(PORTS.revoked, PORTS.revoked),
})

/** Repeatable numbers from 0 to below 1 (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Changes without end, the same for the same seed; each is one of policies, memberships and lists in turn. */
export function* churn(id: string, make: MakeInterface, seed: number): Generator<Change, never> {
  const next = numbers(seed)
  const below = (count: number): number => Math.floor(next() * count)
  const oneOf = <T>(values: readonly T[]): T => values[below(values.length)] as T
  const block = (): string => `${oneOf(['198.51.100', '203.0.113', '192.0.2'])}.${below(8) * 32}/27`
  const peer = (): Rule['peer'] =>
    oneOf<Rule['peer']>([
      { kind: 'cidr', cidr: block() },
      { kind: 'cidr', cidr: '0.0.0.0/0' },
      { kind: 'group', group: oneOf(['sg-few', 'sg-many', 'sg-a']) },
      { kind: 'prefix-list', list: oneOf(['pl-other', 'pl-probe']) },
    ])
  /** A rule that matches no probe: its ports are others. */
  const anyRule = (): Change => {
    const first = 1 + below(9_000)
    return rule(`x-${below(RULES)}`, oneOf(['sg-a', 'sg-b', 'sg-x']), {
      direction: oneOf(['egress', 'ingress']),
      policy: oneOf(['accept', 'drop']),
      priority: 1 + below(100),
      protocol: oneOf(['tcp', 'udp']),
      peer: peer(),
      destinationPorts: ports(first, first + below(900)),
    })
  }
  const policies = [
    anyRule,
    anyRule,
    (): Change => ({ kind: 'rule', id: `x-${below(RULES)}`, value: null }),
    (): Change => make('a', [SENDER], ['sg-a', 'sg-many', ...oneOf([[], ['sg-x']])]),
    (): Change => make('b', [RECEIVER], ['sg-b', ...oneOf([[], ['sg-x']])]),
    (): Change => group('sg-x', id, oneOf([{}, { audit: true }])),
  ]
  const memberships = [
    (): Change => make(`few${below(40)}`, [`10.0.8.${below(250)}`], ['sg-few'], { running: false }),
    (): Change =>
      make(
        `many${below(MANY)}`,
        [`10.0.${32 + below(4)}.${below(256)}`],
        oneOf([['sg-many'], ['sg-many', 'sg-few'], ['sg-x']]),
        {
          running: false,
        },
      ),
    (): Change =>
      make(`peer${below(20)}`, [`10.0.9.${below(250)}`], [oneOf(['sg-a', 'sg-x'])], { running: false }),
  ]
  const lists = [
    (): Change => prefixList('pl-probe', '10.0.0.0/28', ...new Set([block(), block()])),
    (): Change => prefixList('pl-other', ...new Set([block(), block(), block()])),
    (): Change =>
      portList('prl-probe', `50000-${PORTS.open}`, `${1 + below(9_000)}`, `${9_500 + below(400)}`),
  ]
  for (;;) {
    yield oneOf(policies)()
    yield oneOf(memberships)()
    yield oneOf(lists)()
  }
}
