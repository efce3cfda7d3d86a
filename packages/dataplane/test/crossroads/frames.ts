import type { Address } from '@sallyport/engine'

/** Padding: IPv4 has it as options, IPv6 in one of two headers; an IPv6 packet may also be the only fragment of itself. */
export type Extra = 'padding' | 'hop-by-hop' | 'fragment'

/** One packet from a place to another; places are numbers. Ports are 0 where the protocol has none. */
export interface Trip {
  readonly from: number
  readonly to: number
  readonly source: Address
  readonly destination: Address
  readonly protocol: number
  readonly sourcePort: number
  readonly destinationPort: number
  /** -1 where the protocol has none. */
  readonly icmpType: number
  /** Headers before the transport's, which rules must see through: options of IPv4, extension headers of IPv6. */
  readonly extras: readonly Extra[]
}

const MARK = Buffer.from('SALLYPRT')

/** Sum of 16-bit words as RFC 1071 has it. */
function checksum(...parts: readonly Buffer[]): number {
  let sum = 0
  for (const part of parts) {
    for (let at = 0; at + 1 < part.length; at += 2) sum += part.readUInt16BE(at)
    if (part.length % 2 === 1) sum += (part.at(-1) ?? 0) << 8
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

function addressBytes({ family, bits }: Address): Buffer {
  const width = family === 4 ? 8 : 32
  return Buffer.from(bits.toString(16).padStart(width, '0'), 'hex')
}

/** What is summed beside the transport's own bytes. */
const pseudoHeader = (trip: Trip, length: number): Buffer =>
  Buffer.concat([
    addressBytes(trip.source),
    addressBytes(trip.destination),
    Buffer.from([0, trip.protocol, length >> 8, length & 255]),
  ])

function tcp(trip: Trip, payload: Buffer): Buffer {
  const head = Buffer.alloc(20)
  head.writeUInt16BE(trip.sourcePort, 0)
  head.writeUInt16BE(trip.destinationPort, 2)
  head.writeUInt32BE(1, 4)
  // Five words, SYN, a window.
  head.writeUInt16BE(0x5002, 12)
  head.writeUInt16BE(0xffff, 14)
  head.writeUInt16BE(checksum(pseudoHeader(trip, head.length + payload.length), head, payload), 16)
  return head
}

function udp(trip: Trip, payload: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt16BE(trip.sourcePort, 0)
  head.writeUInt16BE(trip.destinationPort, 2)
  head.writeUInt16BE(head.length + payload.length, 4)
  const sum = checksum(pseudoHeader(trip, head.length + payload.length), head, payload)
  head.writeUInt16BE(sum || 0xffff, 6)
  return head
}

function icmp(trip: Trip, payload: Buffer, id: number): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt8(trip.icmpType, 0)
  head.writeUInt16BE(id & 0xffff, 4)
  const over = trip.protocol === 58 ? [pseudoHeader(trip, head.length + payload.length)] : []
  head.writeUInt16BE(checksum(...over, head, payload), 2)
  return head
}

function transport(trip: Trip, payload: Buffer, id: number): Buffer {
  switch (trip.protocol) {
    case 6:
      return tcp(trip, payload)
    case 17:
      return udp(trip, payload)
    case 1:
    case 58:
      return icmp(trip, payload, id)
    default:
      // GRE without options; others need nothing in particular.
      return Buffer.from([0, 0, 8, 0])
  }
}

/** Numbers of the extension headers of IPv6 (IANA's protocol numbers). */
const EXTENSIONS = { padding: 60, 'hop-by-hop': 0, fragment: 44 } as const

/** Extension headers in their order, each of eight bytes, and the protocol that comes first. */
function extensions({ extras, protocol }: Trip, id: number): { first: number; headers: Buffer } {
  const numbers = extras.map((extra) => EXTENSIONS[extra])
  const headers = extras.map((extra, at) => {
    const header = Buffer.from([numbers[at + 1] ?? protocol, 0, 1, 4, 0, 0, 0, 0])
    if (extra === 'fragment') header.writeUInt16BE(0, 2)
    if (extra === 'fragment') header.writeUInt32BE(id, 4)
    return header
  })
  return { first: numbers[0] ?? protocol, headers: Buffer.concat(headers) }
}

function network(trip: Trip, length: number, id: number): Buffer {
  const addresses = Buffer.concat([addressBytes(trip.source), addressBytes(trip.destination)])
  if (trip.source.family === 6) {
    const { first, headers } = extensions(trip, id)
    const whole = length + headers.length
    return Buffer.concat([
      Buffer.from([0x60, 0, 0, 0, whole >> 8, whole & 255, first, 64]),
      addresses,
      headers,
    ])
  }
  const options = Buffer.alloc(trip.extras.length > 0 ? 4 : 0, 1)
  const size = 20 + options.length
  const head = Buffer.concat([
    Buffer.from([0x40 + size / 4, 0, 0, length + size, 0, 1, 0, 0, 64, trip.protocol, 0, 0]),
    addresses,
    options,
  ])
  head.writeUInt16BE(checksum(head), 10)
  return head
}

const macBytes = (mac: string): Buffer => Buffer.from(mac.replaceAll(':', ''), 'hex')

/** The Ethernet frame of a trip with what `post.py` knows it by. */
export function frameOf(trip: Trip, id: number, link: { mac: string; router: string }): Buffer {
  const tail = Buffer.alloc(4)
  tail.writeUInt32BE(id)
  const payload = Buffer.concat([MARK, tail])
  const head = transport(trip, payload, id)
  return Buffer.concat([
    macBytes(link.router),
    macBytes(link.mac),
    Buffer.from(trip.source.family === 4 ? '0800' : '86dd', 'hex'),
    network(trip, head.length + payload.length, id),
    head,
    payload,
  ])
}

/** Frames as `post.py` reads them. */
export function parcel(frames: readonly { readonly from: number; readonly frame: Buffer }[]): string {
  const parts = frames.flatMap(({ from, frame }) => {
    const head = Buffer.alloc(3)
    head.writeUInt8(from)
    head.writeUInt16BE(frame.length, 1)
    return [head, frame]
  })
  return Buffer.concat(parts).toString('base64')
}
