import { parseAddress } from './address.js'
import type { Entry, PortSet, RemoteSet } from './entry.js'
import type { Direction } from './rule.js'

const one = (text: string): RemoteSet => {
  const address = parseAddress(text)
  if (!address) throw new Error(`not an address: ${text}`)
  return { kind: 'range', range: { family: address.family, first: address.bits, last: address.bits } }
}

const port = (number: number): PortSet => [{ first: number, last: number }]

const carveOut = (match: Partial<Entry>): Entry => ({
  reason: 'carve-out',
  rule: null,
  group: null,
  priority: null,
  verdict: 'accept',
  family: null,
  protocol: null,
  remote: { kind: 'any' },
  local: null,
  remotePorts: null,
  localPorts: null,
  icmpTypes: null,
  staged: false,
  ...match,
})

const UDP = 17
const ICMPV6 = 58

/** DHCP and neighbour discovery (RFC 4861 types 133 to 136) work in both directions. */
const bothWays = [
  carveOut({ family: 4, protocol: UDP, localPorts: port(68), remotePorts: port(67) }),
  carveOut({ family: 6, protocol: UDP, localPorts: port(546), remotePorts: port(547) }),
  carveOut({ family: 6, protocol: ICMPV6, icmpTypes: { first: 133, last: 136 } }),
]

/**
 * What is reachable whatever the rules say: the metadata service and the two
 * resolvers, outwards; DHCP and neighbour discovery, both ways. They stand before every rule.
 */
export const carveOuts: Record<Direction, readonly Entry[]> = {
  egress: [
    ...['100.100.100.200', '100.100.2.136', '100.100.2.138'].map((text) =>
      carveOut({ family: 4, remote: one(text) }),
    ),
    ...bothWays,
  ],
  ingress: bothWays,
}
