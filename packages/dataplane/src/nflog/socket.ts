import { closeSync } from 'node:fs'
import type { Socket } from '../netlink/socket.js'
import { openAt, receiveBytes, sendNow } from '../netlink/socket.js'

/** Numbers of linux/netfilter/nfnetlink_log.h: the subsystem 4, and what configures a group. */
const CONFIG = (4 << 8) | 1
const NLM_F_REQUEST = 1
const [CFG_CMD, CFG_MODE, CFG_TIMEOUT] = [1, 2, 4]
const BIND = 1
const COPY_PACKET = 2

/** So much of each packet is of interest: its headers. */
export const SNAP = 96

/** Packets wait for one another so long, in hundredths of a second. */
const TOGETHER = 10

function attribute(type: number, value: Buffer): Buffer {
  const padded = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4)
  padded.writeUInt16LE(4 + value.length, 0)
  padded.writeUInt16LE(type, 2)
  value.copy(padded, 4)
  return padded
}

function configure(group: number, ...attributes: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(20)
  header.writeUInt32LE(20 + attributes.reduce((sum, { length }) => sum + length, 0), 0)
  header.writeUInt16LE(CONFIG, 4)
  header.writeUInt16LE(NLM_F_REQUEST, 6)
  header.writeUInt16BE(group, 18)
  return Buffer.concat([header, ...attributes])
}

const number32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** Hears of the packets that rules of a namespace log to a group. */
export interface LogSocket {
  /** What came since the last call, as the kernel's datagrams, so many at most; never waits. */
  readonly read: (most: number) => Buffer[]
  readonly close: () => void
}

/** Starts to listen. Throws when there is no such namespace. */
export function listenAt(namespace: string, group: number): LogSocket {
  const socket = openAt(namespace)
  const mode = Buffer.concat([number32(SNAP), Buffer.from([COPY_PACKET, 0])])
  const parts = [
    attribute(CFG_CMD, Buffer.from([BIND])),
    attribute(CFG_MODE, mode),
    attribute(CFG_TIMEOUT, number32(TOGETHER)),
  ]
  for (const part of parts) sendNow(socket, configure(group, part))
  return {
    read: (most) => {
      const found: Buffer[] = []
      while (found.length < most) {
        const datagram = receivedFrom(socket)
        if (datagram === null) break
        found.push(datagram)
      }
      return found
    },
    close: () => closeSync(socket.file),
  }
}

/** A log that overflowed has lost packets and goes on (ENOBUFS): that is no failure of who reads it. */
function receivedFrom(socket: Socket): Buffer | null {
  try {
    return receiveBytes(socket)
  } catch {
    return null
  }
}
