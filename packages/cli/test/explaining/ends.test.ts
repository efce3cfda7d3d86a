import { type AddressRange, contains, emptyWorld, type Interface, parseAddress } from '@sallyport/engine'
import { expect, it } from 'vitest'
import { readEnd, readEnds } from '../../src/explaining/ends.js'

const world = emptyWorld()
const add = (id: string, address: string, vpc = 'vpc-1', instance = `i-${id}`): void => {
  const one: Interface = {
    ...{ id: `eni-${id}`, instance, vpc, mac: '', running: true },
    ...{ addresses: [address], groups: [] },
  }
  world.interfaces.set(one.id, one)
}
add('web', '10.0.0.5')
add('db', '10.0.0.6')
add('two-a', '10.0.0.7', 'vpc-1', 'i-two')
add('two-b', '10.0.0.8', 'vpc-1', 'i-two')
add('far', '10.0.0.5', 'vpc-2')
const names = new Map([
  ['i-db', 'shop/db-1'],
  ['eni-db', 'shop/db-1/eth0'],
])

it('an end is an instance, an interface, a name, an address, a block or the Internet', () => {
  expect(readEnd(world, names, 'i-web', null).end).toEqual({ interface: 'eni-web' })
  expect(readEnd(world, names, 'eni-web', null).end).toEqual({ interface: 'eni-web' })
  expect(readEnd(world, names, 'shop/db-1', null).end).toEqual({ interface: 'eni-db' })
  expect(readEnd(world, names, 'db-1', null).end).toEqual({ interface: 'eni-db' })
  expect(readEnd(world, names, '10.0.0.6', null).end).toEqual({ interface: 'eni-db' })
  expect(readEnd(world, names, '203.0.113.0/24', null).end).toMatchObject({ ranges: [{ family: 4 }] })
  const internet = readEnd(world, names, 'internet', null).end as { ranges: readonly AddressRange[] }
  const beyond = (text: string): boolean =>
    internet.ranges.some((range) => contains(range, parseAddress(text) ?? { family: 4, bits: -1n }))
  expect(['8.8.8.8', '2400::1'].map(beyond)).toEqual([true, true])
  expect(['10.0.0.6', '192.168.0.1', 'fd00::1'].map(beyond)).toEqual([false, false, false])
})

it('an address is looked for in the VPC of the other end', () => {
  expect(readEnds(world, names, '10.0.0.5', 'i-db')[0].end).toEqual({ interface: 'eni-web' })
})

it.each([
  ['10.0.0.5', 'internet', 'may be any of eni-web, eni-far'],
  ['i-two', 'i-db', 'may be any of eni-two-a, eni-two-b'],
  ['nothing', 'i-db', 'is no end of a path'],
  ['internet', '203.0.113.9', 'is an interface of ours'],
  ['i-web', 'i-far', 'VPCs are not connected'],
  ['2001:db8::1', 'i-db', 'no address family in common'],
])('%s to %s is refused', (from, to, message) => {
  expect(() => readEnds(world, names, from, to)).toThrow(message)
})
