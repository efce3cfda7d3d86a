import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Change, Group, Interface, Rule, Snapshot, World } from '../src/index.js'
import {
  applyChange,
  applyRevision,
  decide,
  emptyWorld,
  membersOf,
  nicOf,
  parseAddress,
  policyOf,
  snapshotOf,
  worldFrom,
} from '../src/index.js'

const groupIds = ['sg-a', 'sg-b', 'sg-c']
const ids = (prefix: string) => fc.nat({ max: 3 }).map((number) => `${prefix}-${number}`)

const group = (id: string, innerAccess: Group['innerAccess'] = 'drop'): Group => ({
  id,
  vpc: 'vpc-0',
  type: 'basic',
  innerAccess,
})

const rule = (id: string, holder: string, priority = 1): Rule => ({
  id,
  group: holder,
  direction: 'ingress',
  policy: 'accept',
  priority,
  protocol: 'all',
  peer: { kind: 'cidr', cidr: '10.0.0.0/8' },
  local: null,
  destinationPorts: null,
  sourcePorts: null,
})

const eni = (
  id: string,
  groups: readonly string[],
  addresses: readonly string[] = ['10.0.0.1'],
): Interface => ({
  id,
  instance: null,
  vpc: 'vpc-0',
  mac: '00:16:3e:00:00:01',
  addresses,
  groups,
  running: false,
})

const changeOf = <K extends Change['kind']>(
  kind: K,
  prefix: string,
  make: (id: string) => fc.Arbitrary<object>,
) =>
  ids(prefix).chain((id) =>
    fc
      .oneof({ weight: 3, arbitrary: make(id) }, { weight: 1, arbitrary: fc.constant(null) })
      .map((value) => ({ kind, id, value }) as unknown as Change),
  )

const changes: fc.Arbitrary<Change> = fc.oneof(
  changeOf('vpc', 'vpc', (id) => fc.record({ id: fc.constant(id), cidrs: fc.constant(['10.0.0.0/8']) })),
  fc
    .tuple(fc.constantFrom(...groupIds), fc.constantFrom('accept' as const, 'drop' as const, null))
    .map(([id, inner]): Change => ({ kind: 'group', id, value: inner === null ? null : group(id, inner) })),
  changeOf('rule', 'sgr', (id) =>
    fc.tuple(fc.constantFrom(...groupIds), fc.integer({ min: 1, max: 3 })).map(([g, p]) => rule(id, g, p)),
  ),
  changeOf('interface', 'eni', (id) =>
    fc
      .subarray(groupIds)
      .map((groups) => eni(id, groups, [`10.0.0.${id.slice(-1)}`, `fd00::${id.slice(-1)}`])),
  ),
  changeOf('prefix-list', 'pl', (id) =>
    fc.record({
      id: fc.constant(id),
      family: fc.constant(4),
      cidrs: fc.subarray(['10.0.0.0/8', '192.0.2.0/24']),
    }),
  ),
  changeOf('port-list', 'prl', (id) =>
    fc.record({
      id: fc.constant(id),
      ranges: fc.subarray([
        { first: 80, last: 80 },
        { first: 1, last: 22 },
      ]),
    }),
  ),
)

function after(list: readonly Change[], world = emptyWorld('e')): World {
  for (const change of list) applyChange(world, change)
  return world
}

const byId = (list: readonly { id: string }[]) => new Map(list.map((one) => [one.id, one]))

/** What a list of changes leaves, by the last word on each entity. */
function lastWords(list: readonly Change[], kind: Change['kind']): Map<string, unknown> {
  const words = new Map<string, unknown>()
  for (const change of list.filter((one) => one.kind === kind)) {
    if (change.value === null) words.delete(change.id)
    else words.set(change.id, change.value)
  }
  return words
}

describe('a world', () => {
  it('holds the last word on every entity, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 40 }), (list) => {
        const snapshot = snapshotOf(after(list))
        expect(byId(snapshot.vpcs)).toEqual(lastWords(list, 'vpc'))
        expect(byId(snapshot.groups)).toEqual(lastWords(list, 'group'))
        expect(byId(snapshot.rules)).toEqual(lastWords(list, 'rule'))
        expect(byId(snapshot.interfaces)).toEqual(lastWords(list, 'interface'))
        expect(byId(snapshot.prefixLists)).toEqual(lastWords(list, 'prefix-list'))
        expect(byId(snapshot.portLists)).toEqual(lastWords(list, 'port-list'))
      }),
    )
  })

  it('that went through any history equals the world built from its snapshot, indexes included', () => {
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 40 }), (list) => {
        const world = after(list)
        const snapshot = JSON.parse(JSON.stringify(snapshotOf(world))) as Snapshot
        expect(worldFrom(snapshot)).toEqual(world)
      }),
    )
  })

  it('does not depend on the order of changes to different entities', () => {
    const distinct = fc.uniqueArray(changes, { maxLength: 14, selector: ({ kind, id }) => `${kind} ${id}` })
    const shuffled = distinct.chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
      ),
    )
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 15 }), shuffled, (history, [list, other]) => {
        const reached = after(other, after(history))
        expect(reached).toEqual(after(list, after(history)))
      }),
    )
  })

  it('is left alone by a change that it has seen, and by the removal of what it does not hold', () => {
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 20 }), changes, (history, change) => {
        const once = after([...history, change])
        const twice = after([...history, change, change])
        expect(twice).toEqual(once)
        expect(snapshotOf(twice)).toEqual(snapshotOf(once))
      }),
    )
  })

  it('that everything is removed from equals an empty one', () => {
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 30 }), (list) => {
        const removals = list.map(({ kind, id }): Change => ({ kind, id, value: null }))
        expect(after([...list, ...removals])).toEqual(emptyWorld('e'))
      }),
    )
  })

  it('moves a rule whose group changed', () => {
    const world = after([
      { kind: 'rule', id: 'sgr-0', value: rule('sgr-0', 'sg-a') },
      { kind: 'rule', id: 'sgr-0', value: rule('sgr-0', 'sg-b') },
    ])
    expect(world.rules.has('sg-a')).toBe(false)
    expect(world.rules.get('sg-b')?.get('sgr-0')?.group).toBe('sg-b')
  })
})

describe('applyRevision', () => {
  const revision = (number: number, list: readonly Change[] = []) => ({
    revision: number,
    at: '2026-01-01T00:00:00.000Z',
    changes: list,
  })

  it('takes the next revision whole and counts it', () => {
    const world = emptyWorld('e')
    applyRevision(world, revision(1, [{ kind: 'group', id: 'sg-a', value: group('sg-a') }]))
    applyRevision(world, revision(2))
    expect(world.revision).toBe(2)
    expect(world.groups.get('sg-a')).toEqual(group('sg-a'))
  })

  it.each([0, 3, 5])('refuses revision %i where 4 is next, and changes nothing', (number) => {
    const world = emptyWorld('e')
    world.revision = 3
    const change: Change = { kind: 'group', id: 'sg-a', value: group('sg-a') }
    expect(() => applyRevision(world, revision(number, [change]))).toThrow(
      `revision ${number} does not follow 3`,
    )
    expect(world.groups.size).toBe(0)
    expect(world.revision).toBe(3)
  })
})

describe('questions to a world', () => {
  const world = after([
    { kind: 'group', id: 'sg-a', value: group('sg-a') },
    { kind: 'rule', id: 'sgr-0', value: rule('sgr-0', 'sg-a') },
    { kind: 'rule', id: 'sgr-1', value: rule('sgr-1', 'sg-b') },
    { kind: 'interface', id: 'eni-0', value: eni('eni-0', ['sg-a'], ['10.0.0.1', 'fd00::1']) },
    { kind: 'interface', id: 'eni-1', value: eni('eni-1', ['sg-a', 'sg-b'], ['10.0.0.2']) },
  ])

  it('members are the private addresses of every interface joined, running or not, by family', () => {
    const bits = (text: string) => parseAddress(text)?.bits
    expect(membersOf(world, 'sg-a')).toEqual({
      v4: new Set([bits('10.0.0.1'), bits('10.0.0.2')]),
      v6: new Set([bits('fd00::1')]),
    })
    expect(membersOf(world, 'sg-b').v4).toEqual(new Set([bits('10.0.0.2')]))
    expect(membersOf(world, 'sg-unknown')).toEqual({ v4: new Set(), v6: new Set() })
  })

  it('an edited list changes the verdict of every policy that names it', () => {
    const named = after([
      { kind: 'group', id: 'sg-a', value: group('sg-a') },
      {
        kind: 'rule',
        id: 'sgr-0',
        value: {
          ...rule('sgr-0', 'sg-a'),
          protocol: 'tcp',
          peer: { kind: 'prefix-list', list: 'pl-0' },
          destinationPorts: { list: 'prl-0' },
        },
      },
    ])
    const edit = (cidrs: string[], port: number): unknown => {
      applyChange(named, { kind: 'prefix-list', id: 'pl-0', value: { id: 'pl-0', family: 4, cidrs } })
      const ranges = [{ first: port, last: port }]
      applyChange(named, { kind: 'port-list', id: 'prl-0', value: { id: 'prl-0', ranges } })
      return asked()
    }
    const asked = (): unknown => {
      const remote = parseAddress('192.0.2.1')
      if (!remote) throw new Error('no address')
      const flow = { protocol: 6, remote, localPort: 80, remotePort: 1 }
      return decide(policyOf(named, ['sg-a'], 'ingress'), flow)
    }
    expect(asked()).toMatchObject({ verdict: 'drop', reason: 'default' })
    expect(edit(['192.0.2.0/24'], 80)).toMatchObject({ verdict: 'accept', rule: 'sgr-0' })
    expect(edit(['192.0.2.0/24'], 81)).toMatchObject({ verdict: 'drop', reason: 'default' })
    expect(edit(['192.0.3.0/24', '192.0.2.0/31'], 80)).toMatchObject({ verdict: 'accept', rule: 'sgr-0' })
    expect(edit([], 80)).toMatchObject({ verdict: 'drop', reason: 'default' })
  })

  it('a policy leaves out groups that the world does not hold, with their rules', () => {
    const rules = policyOf(world, ['sg-a', 'sg-b'], 'ingress').entries.flatMap((entry) => entry.rule ?? [])
    expect(rules).toEqual(['sgr-0'])
  })
})

describe('an instance in the classic network', () => {
  const classic = after([
    { kind: 'group', id: 'sg-a', value: { ...group('sg-a'), vpc: '' } },
    { kind: 'rule', id: 'sgr-out', value: { ...rule('sgr-out', 'sg-a'), nic: 'internet' } },
    { kind: 'rule', id: 'sgr-in', value: rule('sgr-in', 'sg-a') },
  ])

  it('has the rules of one side only on that side', () => {
    const rulesOn = (nic?: 'internet' | 'intranet') =>
      policyOf(classic, ['sg-a'], 'ingress', nic).entries.flatMap((entry) => entry.rule ?? [])
    expect(rulesOn('internet')).toEqual(['sgr-out'])
    expect(rulesOn('intranet')).toEqual(['sgr-in'])
    expect(rulesOn()).toEqual(['sgr-in'])
  })

  it('reaches private and carrier addresses by its internal side, and others by its public one', () => {
    const sideOf = (text: string) => {
      const address = parseAddress(text)
      return address && nicOf(address)
    }
    const internal = ['10.0.0.0', '172.16.0.0', '172.31.255.255', '192.168.1.1', '100.64.0.1']
    expect(internal.map(sideOf)).toEqual(internal.map(() => 'intranet'))
    const outside = ['9.255.255.255', '11.0.0.0', '172.32.0.0', '192.169.0.0', '100.128.0.0', '2001:db8::1']
    expect(outside.map(sideOf)).toEqual(outside.map(() => 'internet'))
  })
})
