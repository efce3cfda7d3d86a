import { closeSync } from 'node:fs'
import { FLAGS } from '../netlink/encode.js'
import type { Writer } from '../netlink/message.js'
import { newWriter, putBytes, putMessage, putNumber } from '../netlink/message.js'
import type { Socket } from '../netlink/socket.js'
import { openAt, receiveBytes, sendNow } from '../netlink/socket.js'

/** Numbers of linux/netfilter/nfnetlink_log.h: the subsystem 4, and what configures a group. */
const CONFIG = (4 << 8) | 1
const [CFG_CMD, CFG_MODE, CFG_TIMEOUT] = [1, 2, 4]
const BIND = 1
const COPY_PACKET = 2

/** So much of each packet is of interest: its headers. */
export const SNAP = 96

/** Packets wait for one another so long, in hundredths of a second. */
const TOGETHER = 10

function configure(group: number, content: (writer: Writer) => void): Buffer {
  const writer = newWriter(64)
  const head = { kind: CONFIG, flags: FLAGS.request, sequence: 0, family: 0, resource: group }
  putMessage(writer, head, () => content(writer))
  return writer.buffer.subarray(0, writer.length)
}

/** How much of each packet is told: struct nfulnl_msg_config_mode, its length in network order. */
function copyMode(bytes: number): Buffer {
  const mode = Buffer.alloc(6)
  mode.writeUInt32BE(bytes)
  mode.writeUInt8(COPY_PACKET, 4)
  return mode
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
  const parts: ((writer: Writer) => void)[] = [
    (writer) => putBytes(writer, CFG_CMD, Buffer.from([BIND])),
    (writer) => putBytes(writer, CFG_MODE, copyMode(SNAP)),
    (writer) => putNumber(writer, CFG_TIMEOUT, TOGETHER),
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
