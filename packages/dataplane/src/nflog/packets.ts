import type { Address, Family } from '@sallyport/engine'
import { byKind, messagesIn } from '../netlink/message.js'

/** A packet's five-tuple. Ports and types are there where its protocol has them. */
export interface Headers {
  readonly protocol: number
  readonly source: Address
  readonly destination: Address
  readonly sourcePort?: number
  readonly destinationPort?: number
  readonly icmpType?: number
}

/** Numbers of linux/netfilter/nfnetlink_log.h. */
const PACKET = 4 << 8
const PAYLOAD = 9

/** The packets in a datagram of the kernel. What cannot be read is left out. */
export const packetsIn = (datagram: Buffer): Headers[] =>
  messagesIn(datagram).flatMap(({ kind, body }) => {
    const payload = kind === PACKET ? byKind(body.subarray(4)).get(PAYLOAD) : undefined
    return (payload && headersOf(payload)) ?? []
  })

const addressAt = (packet: Buffer, family: Family, at: number): Address => ({
  family,
  bits: BigInt(`0x${packet.toString('hex', at, at + (family === 4 ? 4 : 16))}`),
})

/** Reads a packet from its IP header on. */
export function headersOf(packet: Buffer): Headers | undefined {
  const version = (packet[0] ?? 0) >> 4
  if (version === 4 && packet.length >= 20) {
    const size = ((packet[0] ?? 0) & 15) * 4
    const first = (packet.readUInt16BE(6) & 0x1fff) === 0
    return transport(packet, 4, packet[9] ?? 0, [12, 16], first ? size : packet.length)
  }
  if (version === 6 && packet.length >= 40) return transport(packet, 6, ...ipv6Protocol(packet))
  return undefined
}

/** Headers that may stand before the one of the transport (RFC 8200): hop-by-hop, routing and destination options. */
const between = new Set([0, 43, 60])

function ipv6Protocol(packet: Buffer): [number, [number, number], number] {
  let protocol = packet[6] ?? 0
  let at = 40
  while (between.has(protocol) && at + 2 <= packet.length) {
    protocol = packet[at] ?? 0
    at += ((packet[at + 1] ?? 0) + 1) * 8
  }
  return [protocol, [8, 24], at]
}

function transport(
  packet: Buffer,
  family: Family,
  protocol: number,
  [source, destination]: readonly [number, number],
  at: number,
): Headers {
  const base = {
    protocol,
    source: addressAt(packet, family, source),
    destination: addressAt(packet, family, destination),
  }
  if ((protocol === 6 || protocol === 17) && at + 4 <= packet.length) {
    return { ...base, sourcePort: packet.readUInt16BE(at), destinationPort: packet.readUInt16BE(at + 2) }
  }
  const type = packet[at]
  return (protocol === 1 || protocol === 58) && type !== undefined ? { ...base, icmpType: type } : base
}
