import type { Address, Flow, World } from '@sallyport/engine'
import { decide, formatAddress, parseAddress, policyOf, verdictOf } from '@sallyport/engine'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scopeOf } from '../src/compiled/scope.js'
import { desiredOf } from '../src/desired.js'
import { formOf } from '../src/intermediate.js'
import { eni, group, rule, vpc } from './facts.js'
import { follow } from './follow.js'
import { worldOf } from './worlds.js'

const address = (text: string): Address => {
  const parsed = parseAddress(text)
  if (!parsed) throw new Error(`${text} is no address`)
  return parsed
}

const OWN = '10.0.0.1'
const OWN6 = 'fd01::1'
const ports = [22, 80, 443, 8000]

/** Members of large groups: in blocks of 256 addresses here and there, some of them in two groups, some outside the VPC. */
const memberAt = (group: number, index: number): string[] => {
  const net = 10 * group + (index >> 7)
  return index % 50 === 49
    ? [`192.168.${group}.${index % 256}`]
    : [`10.${net % 4}.${net % 200}.${index % 256}`, `fd01::${group}:${index.toString(16)}`]
}

const peers = fc.oneof(
  { weight: 4, arbitrary: fc.nat(5).map((group) => ({ kind: 'group', group: `sg-large${group}` }) as const) },
  {
    weight: 6,
    arbitrary: fc.tuple(fc.nat(3), fc.nat(59), fc.constantFrom(16, 20, 24, 28)).map(
      ([a, b, bits]) =>
        ({
          kind: 'cidr',
          cidr: bits === 16 ? `10.${a}.0.0/16` : `10.${a}.${b - (b % 16)}.0/${bits}`,
        }) as const,
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('0.0.0.0/0', '::/0', 'fd01::/112', '192.168.0.0/16')
      .map((cidr) => ({ kind: 'cidr', cidr }) as const),
  },
)

const anyRule = fc.record({
  direction: fc.constantFrom('egress', 'ingress'),
  policy: fc.constantFrom('accept', 'drop'),
  priority: fc.integer({ min: 1, max: 4 }),
  protocol: fc.constantFrom('tcp', 'udp', 'all'),
  peer: peers,
  port: fc.constantFrom(...ports),
})
const rules = fc.oneof(
  fc.array(anyRule, { minLength: 1, maxLength: 60 }),
  fc.array(anyRule, { minLength: 400, maxLength: 450 }),
)

/** A world with large groups, some of whose members are in the next group, too. */
function worldWith(drawn: typeof rules extends fc.Arbitrary<infer R> ? R : never, groups: number): World {
  const large = Array.from({ length: groups }, (_, index) => index)
  return worldOf(
    vpc('vpc-1', '10.0.0.0/8', 'fd01::/64'),
    group('sg-own', 'vpc-1'),
    ...large.map((index) => group(`sg-large${index}`, 'vpc-1')),
    ...drawn.map(({ port, ...one }, index) =>
      rule(`r-${index}`, 'sg-own', {
        ...one,
        destinationPorts: one.protocol === 'all' ? null : { first: port, last: port + (index % 3) },
      }),
    ),
    ...large.flatMap((index) =>
      Array.from({ length: 200 }, (_, member) =>
        eni(
          `m${index}-${member}`,
          'vpc-1',
          memberAt(index, member),
          [`sg-large${index}`, ...(member % 3 === 0 ? [`sg-large${(index + 1) % groups}`] : [])],
          { running: false },
        ),
      ),
    ),
    eni('own', 'vpc-1', [OWN, OWN6], ['sg-own']),
  )
}

/** Remote addresses where something may change: members and what is beside them, ends of blocks, and anything. */
function remotesFor(world: World, seed: number): string[] {
  const all = [...world.interfaces.values()].flatMap(({ addresses }) => addresses)
  const some = all.filter((_, index) => (index * 7 + seed) % 41 === 0)
  const beside = some.flatMap((text) => {
    const { family, bits } = address(text)
    return [bits - 1n, bits + 1n].map((near) => formatAddress({ family, bits: near }))
  })
  return [
    ...some,
    ...beside,
    '10.1.16.0',
    '10.1.15.255',
    '10.3.255.255',
    '10.4.0.0',
    '172.16.0.9',
    '2001:db8::1',
  ]
}

describe('compiled judges of policies that name large groups', () => {
  it(
    'decide as the engine does, by the same entry, with trees for the whole VPC and for where members are',
    { timeout: 120_000 },
    () => {
      const met = { flows: 0, identity: 0, accepted: 0, whole: 0, near: 0 }
      fc.assert(
        fc.property(rules, fc.constantFrom(3, 6), fc.nat(1000), (drawn, groups, seed) => {
          const world = worldWith(drawn, groups)
          const desired = desiredOf(world, 'vpc-1', { ipv6: true })!
          const form = formOf(desired, 'abcd', [])
          for (const policy of desired.policies) {
            // Only that of small blocks tells identities apart.
            if (scopeOf(policy, form.identities).text.includes('=')) met.near++
            else met.whole++
          }
          for (const { direction, stages } of form.judges) {
            const policy = policyOf(world, ['sg-own'], direction)
            for (const text of remotesFor(world, seed)) {
              const remote = address(text)
              const stage = stages?.[remote.family]
              if (!stage) throw new Error('it is compiled')
              if (stage.kind === 'identity') met.identity++
              for (const port of [...ports, 8001]) {
                const numbers =
                  direction === 'egress'
                    ? { remotePort: port, localPort: 9 }
                    : { remotePort: 9, localPort: port }
                const local = address(remote.family === 4 ? OWN : OWN6)
                const flow: Flow = { protocol: port === 80 ? 17 : 6, remote, local, ...numbers }
                const { decides, verdict } = follow(stage, form.identities, flow)
                expect(verdictOf(policy, decides)).toEqual(decide(policy, flow))
                met.flows++
                if (verdict === 'accept') met.accepted++
              }
            }
          }
        }),
        { numRuns: 40 },
      )
      expect(met.flows).toBeGreaterThan(20_000)
      expect(met.whole).toBeGreaterThan(5)
      expect(met.near).toBeGreaterThan(5)
      expect(met.identity).toBeGreaterThan(1_000)
      expect(met.accepted / met.flows).toBeGreaterThan(0.1)
      expect(met.accepted / met.flows).toBeLessThan(0.9)
    },
  )
})
