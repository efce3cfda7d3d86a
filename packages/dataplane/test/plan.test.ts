import type { Change, World } from '@sallyport/engine'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DesiredVpc } from '../src/desired.js'
import { desiredOf, runningVpcs } from '../src/desired.js'
import type { Draft } from '../src/links/draft.js'
import type { NamespaceState, Present, Step } from '../src/links/model.js'
import { freshLink, freshNamespace } from '../src/links/model.js'
import type { LinkOptions } from '../src/links/plan.js'
import { planLinks, planNamespaces, planRouter } from '../src/links/plan.js'
import { planRemovals } from '../src/links/plan-removals.js'
import { linkOf, uplinkLinkOf } from '../src/names.js'
import { eni, group, vpc } from './facts.js'
import { anyWorld, worldOf } from './worlds.js'

const options: LinkOptions = { mark: 'abcd', ipv6: true, uplinkRoutes: true }

const emptyPresent = (): Present => ({ uplink: freshNamespace(null), namespaces: new Map() })

const desiredIn = (world: World): DesiredVpc[] =>
  [...runningVpcs(world)].sort().flatMap((id) => {
    const desired = desiredOf(world, id, { ipv6: true })
    return desired && desired.endpoints.length > 0 ? [desired] : []
  })

/** Plans everything; `present` becomes what is there afterwards. */
function plan(world: World, present: Present): { steps: Step[]; problems: string[] } {
  const draft: Draft = { present, steps: [] }
  const all = desiredIn(world)
  planRemovals(draft, all, options)
  const problems = all.flatMap((desired) => {
    const foreign = planRouter(draft, desired, options)
    if (foreign !== undefined) return [foreign]
    const { endpoints, problems: skipped } = planNamespaces(draft, desired, options)
    return [...skipped, ...planLinks(draft, desired, endpoints, options)]
  })
  return { steps: draft.steps, problems }
}

const sorted = <T>(map: ReadonlyMap<string, T>): [string, T][] =>
  [...map].sort(([a], [b]) => (a < b ? -1 : 1))

const plainState = (state: NamespaceState): unknown => ({
  owner: state.owner,
  links: sorted(state.links).map(([name, link]) => ({
    name,
    ...link,
    addresses: [...link.addresses].sort(),
    neighbours: sorted(link.neighbours),
  })),
  routes: sorted(state.routes),
  rules: sorted(state.rules),
  settings: sorted(state.settings),
})

const plainPresent = ({ uplink, namespaces }: Present): unknown => ({
  uplink: plainState(uplink),
  namespaces: sorted(namespaces).map(([name, state]) => [name, plainState(state)]),
})

const small = worldOf(
  vpc('vpc-1', '10.0.0.0/16'),
  group('sg-a', 'vpc-1'),
  eni('1', 'vpc-1', ['10.0.0.1', 'fd01::1'], ['sg-a']),
)

describe('a plan for namespaces and links', () => {
  it('brings any state to any other, as if the other had been made from nothing', () => {
    fc.assert(
      fc.property(anyWorld(), anyWorld(), (before, after) => {
        const present = emptyPresent()
        plan(before, present)
        plan(after, present)
        const fresh = emptyPresent()
        plan(after, fresh)
        expect(plainPresent(present)).toEqual(plainPresent(fresh))
      }),
      { numRuns: 200 },
    )
  })

  it('has no step when everything is there', () => {
    fc.assert(
      fc.property(anyWorld(), (world) => {
        const present = emptyPresent()
        plan(world, present)
        expect(plan(world, present).steps).toEqual([])
      }),
    )
  })

  it('removes everything when nothing runs', () => {
    fc.assert(
      fc.property(anyWorld(), (world) => {
        const present = emptyPresent()
        plan(world, present)
        plan(worldOf(), present)
        expect(plainPresent(present)).toEqual(plainPresent(emptyPresent()))
      }),
    )
  })

  it('leaves a namespace of another mark alone and says so', () => {
    const present = emptyPresent()
    present.namespaces.set('sp-i-1', freshNamespace({ mark: 'ffff', id: 'i-1' }))
    const { steps, problems } = plan(small, present)
    expect(problems).toEqual([
      'interface eni-1 is not bound: namespace sp-i-1 exists and is not marked abcd: rename or remove it',
    ])
    expect(JSON.stringify(steps)).not.toContain('sp-i-1')
  })

  it('leaves a router namespace without mark alone and makes nothing of its VPC', () => {
    const present = emptyPresent()
    present.namespaces.set('sp-vpc-1', freshNamespace(null))
    const { steps, problems } = plan(small, present)
    expect(steps).toEqual([])
    expect(problems).toEqual(['namespace sp-vpc-1 exists and is not marked abcd: rename or remove it'])
  })

  it.each(['eth0', 'other'])('keeps away from a link %s that others put into an instance', (name) => {
    const present = emptyPresent()
    plan(small, present)
    present.namespaces.get('sp-i-1')?.links.set(name, { ...freshLink(null, ''), bare: false })
    const { steps, problems } = plan(small, present)
    expect(JSON.stringify(steps)).not.toContain('sp-i-1')
    expect(problems.length).toBe(name === 'eth0' ? 1 : 0)
  })

  it('marks a namespace that a killed process had made but not marked', () => {
    const present = emptyPresent()
    const unmarked = freshNamespace(null)
    unmarked.owner = { mark: 'abcd', id: 'i-1' }
    present.namespaces.set('sp-i-1', unmarked)
    const { steps, problems } = plan(small, present)
    expect(problems).toEqual([])
    expect(steps).toContainEqual({
      do: 'mark-namespace',
      namespace: 'sp-i-1',
      owner: { mark: 'abcd', id: 'i-1' },
    })
    const fresh = emptyPresent()
    plan(small, fresh)
    expect(plainPresent(present)).toEqual(plainPresent(fresh))
  })

  it.each(['link', 'peer', 'uplink', 'outer'])('makes anew what was left half-made: %s', (what) => {
    const names = {
      link: linkOf('eni-1'),
      peer: `${linkOf('eni-1')}p`,
      uplink: 'uplink',
      outer: uplinkLinkOf('abcd', 'vpc-1'),
    }
    const present = emptyPresent()
    const router = freshNamespace({ mark: 'abcd', id: 'vpc-1' })
    router.links.set(names[what as keyof typeof names], freshLink(null, ''))
    present.namespaces.set('sp-vpc-1', router)
    const { problems } = plan(small, present)
    expect(problems).toEqual([])
    const fresh = emptyPresent()
    plan(small, fresh)
    expect(plainPresent(present)).toEqual(plainPresent(fresh))
  })

  it('makes a pair anew when one end is gone', () => {
    const present = emptyPresent()
    plan(small, present)
    present.namespaces.get('sp-i-1')?.links.delete('eth0')
    plan(small, present)
    const fresh = emptyPresent()
    plan(small, fresh)
    expect(plainPresent(present)).toEqual(plainPresent(fresh))
  })

  it('adds a new primary address and its route before the old one goes', () => {
    const present = emptyPresent()
    plan(small, present)
    const moved = worldOf(
      vpc('vpc-1', '10.0.0.0/16'),
      group('sg-a', 'vpc-1'),
      eni('1', 'vpc-1', ['10.0.0.9', 'fd01::1'], ['sg-a'], {
        mac: present.namespaces.get('sp-i-1')?.links.get('eth0')?.mac ?? '',
      }),
    )
    const order = plan(moved, present).steps.filter((step) => 'place' in step && step.place === 'sp-i-1')
    expect(order.map((step) => step.do)).toEqual(['add-address', 'set-route', 'remove-address'])
  })
})

describe('the interfaces of one instance', () => {
  const base = [vpc('vpc-1', '10.0.0.0/16'), group('sg-a', 'vpc-1')]
  const nic = (device: number, addresses: string[]) =>
    eni(`${device}`, 'vpc-1', addresses, ['sg-a'], {
      instance: 'i-1',
      device,
      mac: `02:00:00:00:00:0${device}`,
    })
  const first = nic(0, ['10.0.0.1', 'fd01::1'])
  const second = nic(1, ['10.0.0.2', '10.0.0.22'])
  const third = nic(2, ['10.0.0.3', 'fd01::3'])
  const world = (...changes: Change[]) => worldOf(...base, ...changes)
  const inside = (present: Present) => present.namespaces.get('sp-i-1')

  it('each have a link; what has the address of a secondary one is routed by its table', () => {
    const present = emptyPresent()
    expect(plan(world(first, second, third), present).problems).toEqual([])
    expect([...(inside(present)?.links.keys() ?? [])].sort()).toEqual(['eth0', 'eth1', 'eth2', 'lo'])
    const route = { kind: 'unicast', via: '169.254.1.1' }
    const routes = inside(present)?.routes
    expect(routes?.get('0.0.0.0/0')).toMatchObject({ ...route, link: 'eth0', source: '10.0.0.1' })
    expect(routes?.get('0.0.0.0/0 table 83001')).toMatchObject({ ...route, link: 'eth1', source: '10.0.0.2' })
    expect(routes?.get('::/0 table 83002')).toMatchObject({ via: 'fe80::1', link: 'eth2', source: 'fd01::3' })
    expect(
      [...(inside(present)?.rules.values() ?? [])].map(({ match, table }) => `${match} ${table}`),
    ).toEqual([
      'oif eth1 83001',
      'from 10.0.0.2 83001',
      'from 10.0.0.22 83001',
      'oif eth2 83002',
      'from 10.0.0.3 83002',
      'oif eth2 83002',
      'from fd01::3 83002',
    ])
  })

  it.each([
    ['attaching', [first, third], [first, second, third]],
    ['detaching', [first, second, third], [first, third]],
    ['assigning an address', [first, nic(1, ['10.0.0.2']), third], [first, second, third]],
    ['unassigning an address', [first, second, third], [first, nic(1, ['10.0.0.2']), third]],
  ])('%s disturbs no other', (_, before, after) => {
    const present = emptyPresent()
    plan(world(...before), present)
    const { steps } = plan(world(...after), present)
    expect(steps.length).toBeGreaterThan(0)
    const others = [
      linkOf('eni-0'),
      linkOf('eni-2'),
      'eth0',
      'eth2',
      '10.0.0.1',
      '10.0.0.3',
      'fd01::1',
      'fd01::3',
    ]
    for (const other of others) expect(JSON.stringify(steps)).not.toContain(other)
    const fresh = emptyPresent()
    plan(world(...after), fresh)
    expect(plainPresent(present)).toEqual(plainPresent(fresh))
  })
})

describe('addresses of uplinks', () => {
  const outer = (present: Present, id: string): string[] => [
    ...(present.uplink.links.get(uplinkLinkOf('abcd', id))?.addresses ?? []),
  ]
  const two = worldOf(
    vpc('vpc-1', '10.0.0.0/16'),
    vpc('vpc-2', '10.0.0.0/16'),
    group('sg-a', 'vpc-1'),
    group('sg-b', 'vpc-2'),
    eni('1', 'vpc-1', ['10.0.0.1'], ['sg-a']),
    eni('2', 'vpc-2', ['10.0.0.1'], ['sg-b']),
  )

  it('are a /31 of 169.254.0.0/16 and a /126 of a ULA', () => {
    const present = emptyPresent()
    plan(two, present)
    for (const id of ['vpc-1', 'vpc-2']) {
      expect(outer(present, id)).toEqual([
        expect.stringMatching(/^169\.254\.\d+\.\d+\/31$/),
        expect.stringMatching(/^fd.*\/126$/),
      ])
    }
  })

  it('give way to addresses and routes that the uplink namespace has', () => {
    const first = emptyPresent()
    plan(two, first)
    const [v4 = '', v6 = ''] = outer(first, 'vpc-1')
    const crowded = emptyPresent()
    crowded.uplink.links.set('eth9', {
      ...freshLink(null, ''),
      addresses: new Set([`${v4.split('/')[0]}/16`]),
    })
    crowded.uplink.foreignRoutes.add(`${v6.split('/')[0]?.replace(/1$/, '')}/64`)
    crowded.uplink.foreignRoutes.add('169.254.0.0/16')
    plan(two, crowded)
    const [other4, other6] = outer(crowded, 'vpc-1')
    expect(other4).not.toBe(v4)
    expect(other6).not.toBe(v6)
    expect(outer(crowded, 'vpc-2')).toEqual(outer(first, 'vpc-2'))
  })

  it('stay as they are once made', () => {
    const present = emptyPresent()
    plan(two, present)
    const before = outer(present, 'vpc-1')
    present.uplink.foreignRoutes.add(`${before[0]?.split('/')[0]}/32`)
    expect(plan(two, present).steps).toEqual([])
    expect(outer(present, 'vpc-1')).toEqual(before)
  })

  it('an address that two VPCs share is routed to the first; the second is reported and follows when it can', () => {
    const present = emptyPresent()
    const link1 = uplinkLinkOf('abcd', 'vpc-1')
    const { problems } = plan(two, present)
    expect(problems).toEqual([
      `10.0.0.1/32 is not reachable from outside: the uplink namespace routes it already, by ${link1}`,
    ])
    expect(present.uplink.routes.get('10.0.0.1/32')?.link).toBe(link1)
    const second = worldOf(
      vpc('vpc-2', '10.0.0.0/16'),
      group('sg-b', 'vpc-2'),
      ...[...two.interfaces.values()]
        .filter(({ id }) => id === 'eni-2')
        .map((value) => ({ kind: 'interface' as const, id: value.id, value })),
    )
    expect(plan(second, present).problems).toEqual([])
    expect(present.uplink.routes.get('10.0.0.1/32')?.link).toBe(uplinkLinkOf('abcd', 'vpc-2'))
  })

  it('a destination that others route is not overwritten', () => {
    const present = emptyPresent()
    present.uplink.foreignRoutes.add('10.0.0.1/32')
    const { steps, problems } = plan(small, present)
    expect(problems).toEqual([
      '10.0.0.1/32 is not reachable from outside: the uplink namespace routes it already, by another',
    ])
    expect(
      steps.filter(
        (step) => step.do === 'set-route' && step.place === null && step.route.to === '10.0.0.1/32',
      ),
    ).toEqual([])
  })
})
