import { type AddressRange, parseAddress, parseCidr } from '@sallyport/engine'
import { expect, it } from 'vitest'
import {
  addressesText,
  countText,
  flowText,
  packetText,
  portsText,
  protocolsText,
  regionText,
} from '../../src/explaining/flow-text.js'

const address = (text: string) => {
  const parsed = parseAddress(text)
  if (!parsed) throw new Error(text)
  return parsed
}
const block = (text: string): AddressRange => {
  const parsed = parseCidr(text)
  if (typeof parsed === 'string') throw new Error(text)
  const { family, first, last } = parsed
  return { family, first, last }
}

it('ranges of addresses are blocks where they are, and any where they are all', () => {
  expect(addressesText([block('10.0.0.0/8')])).toBe('10.0.0.0/8')
  expect(addressesText([block('10.0.0.5/32')])).toBe('10.0.0.5')
  expect(addressesText([block('0.0.0.0/0')])).toBe('any')
  expect(addressesText([block('::/0')])).toBe('any IPv6')
  expect(addressesText([block('2001:db8::/64')])).toBe('2001:db8::/64')
  const odd = { family: 4, first: 1n, last: 4n } as const
  expect(addressesText([odd])).toBe('0.0.0.1-0.0.0.4')
  expect(addressesText(['1', '2', '3', '4', '5', '6'].map((last) => block(`10.0.${last}.0/24`)))).toBe(
    '10.0.1.0/24,10.0.2.0/24,10.0.3.0/24,10.0.4.0/24 and 2 more',
  )
})

it('ports and protocols are named as people write them', () => {
  expect(portsText(null)).toBe('any')
  expect(portsText([{ first: 0, last: 65535 }])).toBe('any')
  expect(
    portsText([
      { first: 22, last: 22 },
      { first: 80, last: 90 },
    ]),
  ).toBe('22,80-90')
  expect(protocolsText([{ first: 0, last: 255 }])).toBe('all')
  expect(
    protocolsText([
      { first: 6, last: 6 },
      { first: 48, last: 50 },
    ]),
  ).toBe('tcp,protocols 48-50')
})

it('a flow is written as the packet that opens it, from whichever side it is seen', () => {
  const flow = {
    ...{ protocol: 6, remote: address('203.0.113.9'), local: address('10.0.0.5') },
    ...{ remotePort: 443, localPort: 50000 },
  }
  expect(flowText(flow, 'egress')).toBe('tcp 10.0.0.5:50000 -> 203.0.113.9:443')
  expect(flowText(flow, 'ingress')).toBe('tcp 203.0.113.9:443 -> 10.0.0.5:50000')
  const ping = { protocol: 58, remote: address('fd00::1'), icmpType: 128 }
  expect(flowText(ping, 'ingress')).toBe('icmpv6 fd00::1 -> here type 128')
  const packet = { protocol: 17, source: address('fd00::1'), destination: address('fd00::2') }
  expect(packetText({ ...packet, destinationPort: 53 })).toBe('udp fd00::1 -> [fd00::2]:53')
})

it('a set of flows has the ports of the side that it is about', () => {
  const region = {
    ...({ family: 4, protocols: [{ first: 6, last: 6 }] } as const),
    ...{ remote: [block('10.0.0.0/8')], local: [block('10.1.0.5/32')] },
    ...{ remotePorts: null, localPorts: [{ first: 22, last: 22 }], icmpTypes: null },
  }
  expect(regionText(region, 'ingress')).toBe('tcp 10.0.0.0/8 -> 10.1.0.5:22')
  expect(regionText(region, 'egress')).toBe('tcp 10.1.0.5:22 -> 10.0.0.0/8')
})

it('large counts are powers of ten', () => {
  expect(countText(999_999n)).toBe('999999')
  expect(countText(4_294_967_296n)).toBe('4.2e9')
})
