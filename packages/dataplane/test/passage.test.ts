import type { Address, Direction, Flow, World } from '@sallyport/engine'
import { decide, formatAddress, parseAddress, policyOf, verdictOf } from '@sallyport/engine'
import { describe, expect, it } from 'vitest'
import type { Identities } from '../src/compiled/identities.js'
import { nearOf } from '../src/compiled/identities.js'
import { passageOf } from '../src/compiled/passage.js'
import { desiredOf } from '../src/desired.js'
import type { Form } from '../src/intermediate.js'
import { formOf, passageFormOf } from '../src/intermediate.js'
import { residents, worldFor } from './crossroads/world.js'
import { eni, group, rule, vpc } from './facts.js'
import { follow } from './follow.js'
import { worldOf } from './worlds.js'

const address = (text: string): Address => {
  const parsed = parseAddress(text)
  if (!parsed) throw new Error(`${text} is no address`)
  return parsed
}

const desiredIn = (world: World) => desiredOf(world, 'vpc-1', { ipv6: true })!
const formIn = (world: World): Form => formOf(desiredIn(world), 'abcd', [])

const flows = (remote: Address, local: Address): Flow[] =>
  [22, 80, 443].flatMap((port) =>
    [6, 17].map((protocol) => ({ protocol, remote, local, remotePort: 1024, localPort: port })),
  )

/** Remote addresses that have an identity before or after, some of many, and every resident's. */
function remotesOf(before: Identities, after: Identities): Address[] {
  const known = [before, after].flatMap(({ of }) => [...of[4].keys(), ...of[6].keys()])
  const some = known.filter((_, at) => at % 29 === 0)
  return [...new Set([...some, ...residents.flatMap(({ addresses }) => addresses)])].map(address)
}

/** How often the judges of a form that see other identities decide as the engine does in a world. */
function judged(form: Form, identities: Identities, world: World, remotes: readonly Address[]): number {
  let count = 0
  for (const { name, addresses } of residents) {
    const binding = form.bindings.find((one) => one.interface === `eni-${name}`)!
    for (const direction of ['egress', 'ingress'] satisfies Direction[]) {
      const policy = policyOf(world, world.interfaces.get(binding.interface)!.groups, direction)
      const { stages } = form.judges.find(({ key }) => key === binding[direction])!
      for (const remote of remotes) {
        const local = address(addresses.find((text) => text.includes(':') === (remote.family === 6))!)
        const stage = stages?.[remote.family]
        if (!stage) throw new Error('it is compiled')
        for (const flow of flows(remote, local)) {
          const { decides } = follow(stage, identities, flow)
          expect(verdictOf(policy, decides), formatAddress(remote)).toEqual(decide(policy, flow))
          count++
        }
      }
    }
  }
  return count
}

describe('judges between two flips', () => {
  it('judge by the identities that come as well as by those that go', () => {
    const met = { flows: 0, same: 0, passages: 0 }
    // Worlds with large groups.
    for (let seed = 1; seed < 60; seed += 6) {
      const [old, next] = [
        worldFor(seed, 'vpc-1', (name) => name),
        worldFor(seed + 3, 'vpc-1', (name) => name),
      ]
      const [before, after] = [formIn(old), formIn(next)]
      const passage = passageFormOf(desiredIn(next), after, before.identities)
      if (!passage) continue
      met.passages++
      const remotes = remotesOf(before.identities, after.identities)
      met.flows += judged(passage, after.identities, next, remotes)
      // By the old identities those are judged rightly that are in the same groups as before.
      const groupsOf = ({ of, sets }: Identities, { family, bits }: Address): string =>
        [...(sets.get(of[family].get(formatAddress({ family, bits })) ?? 0) ?? [])]
          .filter((one) => passage.identities.groups.has(one))
          .join()
      const same = remotes.filter(
        (remote) => groupsOf(before.identities, remote) === groupsOf(after.identities, remote),
      )
      met.same += judged(passage, before.identities, next, same)
      expect(passage.identities.of).toBe(before.identities.of)
      expect(passageOf(passage.identities, after.identities)).toBeNull()
    }
    expect(met.passages).toBeGreaterThan(4)
    expect(met.flows).toBeGreaterThan(5_000)
    expect(met.same).toBeGreaterThan(1_000)
  })

  const members = (last: number): string[] =>
    Array.from({ length: last }, (_, at) => `10.0.${1 + (at >> 7)}.${at % 128}`)
  const large = (more: readonly string[], others: readonly string[] = []): World =>
    worldOf(
      vpc('vpc-1', '10.0.0.0/16'),
      ...['sg-a', 'sg-b', 'sg-own'].map((id) => group(id, 'vpc-1')),
      ...['sg-a', 'sg-b'].map((id) => rule(`r-${id}`, 'sg-own', { peer: { kind: 'group', group: id } })),
      eni('a', 'vpc-1', [...members(300), ...more], ['sg-a'], { running: false }),
      eni(
        'b',
        'vpc-1',
        members(300).map((text) => text.replace('10.0', '10.1')),
        ['sg-b'],
        { running: false },
      ),
      ...others.map((text) => eni(`x-${text}`, 'vpc-1', [text], ['sg-a', 'sg-b'], { running: false })),
      eni('own', 'vpc-1', ['10.0.0.1'], ['sg-own']),
    )
  const identities = (world: World): Identities => formIn(world).identities

  it('are not needed where members come and go, nor where nothing was told apart before', () => {
    const none = identities(
      worldOf(
        vpc('vpc-1', '10.0.0.0/16'),
        group('sg-own', 'vpc-1'),
        eni('own', 'vpc-1', ['10.0.0.1'], ['sg-own']),
      ),
    )
    expect(passageOf(identities(large([])), identities(large(['10.0.9.9'])))).toBeNull()
    expect(passageOf(identities(large(['10.0.9.9'])), identities(large([])))).toBeNull()
    expect(passageOf(none, identities(large([])))).toBeNull()
  })

  it('are needed where the first address is in two groups, and where a group becomes too small', () => {
    const [before, after] = [identities(large([])), identities(large([], ['10.0.9.9']))]
    const between = passageOf(before, after)
    expect([...(between?.sets.keys() ?? [])].sort()).toEqual([...after.sets.keys()].sort())
    const id = after.of[4].get('10.0.9.9') ?? 0
    expect(between && nearOf(between)[4].get(id)).toEqual(nearOf(after)[4].get(id))
    expect(passageOf(identities(large([], ['10.0.9.9'])), identities(large([])))).toBeNull()
    const small = worldOf(
      vpc('vpc-1', '10.0.0.0/16'),
      ...['sg-a', 'sg-own'].map((id) => group(id, 'vpc-1')),
      rule('r', 'sg-own', { peer: { kind: 'group', group: 'sg-a' } }),
      eni('a', 'vpc-1', members(9), ['sg-a'], { running: false }),
      eni('own', 'vpc-1', ['10.0.0.1'], ['sg-own']),
    )
    const passage = passageOf(identities(large([])), identities(small))
    expect(passage?.groups.size).toBe(0)
  })
})
