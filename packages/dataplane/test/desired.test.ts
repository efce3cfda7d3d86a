import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { desiredOf } from '../src/desired.js'
import { isOurLinkName, linkOf, namespaceOf, uplinkLinkOf, unplacedLinkOf } from '../src/names.js'
import { eni, group, vpc } from './facts.js'
import { anyWorld, worldOf } from './worlds.js'

const kernel = { ipv6: true }
const base = [vpc('vpc-1', '10.0.0.0/16'), group('sg-a', 'vpc-1')]

describe('what is desired', () => {
  it('does not depend on the order in which facts arrived', () => {
    fc.assert(
      fc.property(anyWorld(), (world) => {
        const backwards = worldOf(
          ...[...world.vpcs.values()].map((value) => ({ kind: 'vpc' as const, id: value.id, value })),
          ...[...world.groups.values()]
            .reverse()
            .map((value) => ({ kind: 'group' as const, id: value.id, value })),
          ...[...world.rules.values()]
            .flatMap((rules) => [...rules.values()])
            .reverse()
            .map((value) => ({ kind: 'rule' as const, id: value.id, value })),
          ...[...world.interfaces.values()]
            .reverse()
            .map((value) => ({ kind: 'interface' as const, id: value.id, value })),
          ...[...world.portLists.values()].map((value) => ({
            kind: 'port-list' as const,
            id: value.id,
            value,
          })),
          ...[...world.prefixLists.values()].map((value) => ({
            kind: 'prefix-list' as const,
            id: value.id,
            value,
          })),
        )
        expect(desiredOf(backwards, 'vpc-1', kernel)).toEqual(desiredOf(world, 'vpc-1', kernel))
      }),
    )
  })

  it('is nothing for a VPC in which nothing runs', () => {
    expect(
      desiredOf(
        worldOf(...base, eni('1', 'vpc-1', ['10.0.0.1'], ['sg-a'], { running: false })),
        'vpc-1',
        kernel,
      ),
    ).toBeNull()
  })

  it('gives the interfaces of an instance the places that they name; the rest get the lowest that are free', () => {
    const world = worldOf(
      ...base,
      eni('d', 'vpc-1', ['10.0.0.4'], ['sg-a'], { instance: 'i-1', device: 1 }),
      eni('c', 'vpc-1', ['10.0.0.3'], ['sg-a'], { instance: 'i-1', device: 3 }),
      eni('b', 'vpc-1', ['10.0.0.2'], ['sg-a'], { instance: 'i-1', device: 1 }),
      eni('a', 'vpc-1', ['10.0.0.1'], ['sg-a'], { instance: 'i-1' }),
      eni('z', 'vpc-1', ['10.0.0.9'], ['sg-a'], { instance: 'i-1', device: -1 }),
    )
    const desired = desiredOf(world, 'vpc-1', kernel)
    expect(desired?.endpoints.map(({ interface: id, end }) => [id, end])).toEqual([
      ['eni-a', 'eth0'],
      ['eni-b', 'eth1'],
      ['eni-c', 'eth3'],
      ['eni-d', 'eth2'],
      ['eni-z', 'eth4'],
    ])
    expect(desired?.problems).toEqual([])
  })

  it('keeps an instance in the VPC of its first interface, and reports those elsewhere', () => {
    const world = worldOf(
      ...base,
      vpc('vpc-2', '10.0.0.0/16'),
      group('sg-b', 'vpc-2'),
      eni('b', 'vpc-1', ['10.0.0.2'], ['sg-a'], { instance: 'i-1' }),
      eni('a', 'vpc-2', ['10.0.0.1'], ['sg-b'], { instance: 'i-1', device: 1 }),
    )
    expect(desiredOf(world, 'vpc-1', kernel)?.endpoints.map(({ end }) => end)).toEqual(['eth0'])
    const other = desiredOf(world, 'vpc-2', kernel)
    expect(other?.endpoints).toEqual([])
    expect(other?.problems).toEqual(['interface eni-a is not bound: instance i-1 is in vpc-1'])
  })

  it('refuses ids that would leave the folder of namespaces, and malformed MAC addresses', () => {
    const world = worldOf(
      ...base,
      eni('a', 'vpc-1', ['10.0.0.1'], ['sg-a'], { instance: '../evil' }),
      eni('b', 'vpc-1', ['10.0.0.2'], ['sg-a'], { mac: 'x; reboot' }),
    )
    const desired = desiredOf(world, 'vpc-1', kernel)
    expect(desired?.endpoints).toEqual([])
    expect(desired?.problems).toEqual([
      'interface eni-a is not bound: id "../evil" cannot be part of a namespace name',
      'interface eni-b is not bound: MAC address "x; reboot" is malformed',
    ])
  })

  it('gives an address that two interfaces claim to one of them, and reports the other', () => {
    const world = worldOf(
      ...base,
      eni('b', 'vpc-1', ['10.0.0.1'], ['sg-a']),
      eni('a', 'vpc-1', ['10.0.0.1'], ['sg-a']),
    )
    const desired = desiredOf(world, 'vpc-1', kernel)
    expect(desired?.endpoints.map(({ addresses }) => addresses.v4)).toEqual([['10.0.0.1'], []])
    expect(desired?.problems).toEqual(['interface eni-b goes without 10.0.0.1: eni-a has that address'])
  })

  it('leaves IPv6 out and says so on a kernel without it', () => {
    const world = worldOf(...base, eni('a', 'vpc-1', ['10.0.0.1', 'fd01::1'], ['sg-a']))
    const desired = desiredOf(world, 'vpc-1', { ipv6: false })
    expect(desired?.endpoints[0]?.addresses).toEqual({ v4: ['10.0.0.1'], v6: [] })
    expect(desired?.problems).toEqual(['interface eni-a goes without fd01::1: this kernel has no IPv6'])
  })
})

describe('names', () => {
  it('of links fit the kernel and are recognised', () => {
    const ids = ['eni-bp1234567890abcdefgh', 'x', 'eni-'.repeat(20)]
    for (const name of ids.flatMap((id) => [linkOf(id), unplacedLinkOf(id), uplinkLinkOf('abcd', id)])) {
      expect(name.length).toBeLessThanOrEqual(15)
      expect(isOurLinkName(name)).toBe(true)
    }
    expect(isOurLinkName('eth0')).toBe(false)
  })

  it('of namespaces come from the instance', () => {
    expect(namespaceOf('i-bp1abc')).toBe('sp-i-bp1abc')
  })
})
