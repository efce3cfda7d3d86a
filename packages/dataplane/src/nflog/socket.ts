import { closeSync, openSync } from 'node:fs'
import { createRequire } from 'node:module'

/** The C library's calls, which Node has no other way to. */
interface Library {
  readonly socket: (domain: number, type: number, protocol: number) => number
  readonly setns: (file: number, kind: number) => number
  readonly send: (socket: number, bytes: Buffer, length: number, flags: number) => number
  readonly recv: (socket: number, bytes: Buffer, length: number, flags: number) => number
}

/** The functions of koffi that are used (its documentation, "Function calls"). */
interface Koffi {
  load(path: string): { func(declaration: string): (...values: unknown[]) => number }
}

let library: Library | undefined

/** Loads the C library when it is first needed: a host that does not enforce need not be able to. */
function libc(): Library {
  if (library) return library
  const c = (createRequire(import.meta.url)('koffi') as Koffi).load('libc.so.6')
  library = {
    socket: c.func('int socket(int, int, int)'),
    setns: c.func('int setns(int, int)'),
    send: c.func('int64 send(int, void *, uint64, int)'),
    recv: c.func('int64 recv(int, void *, uint64, int)'),
  }
  return library
}

/** Numbers of socket(7), netlink(7) and setns(2). */
const AF_NETLINK = 16
const SOCK_RAW_CLOEXEC = 3 | 0o2000000
const NETLINK_NETFILTER = 12
const CLONE_NEWNET = 0x40000000
const MSG_DONTWAIT = 0x40

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

/** Opens a netfilter socket in a namespace given by its file. */
function openAt(namespace: string): number {
  const there = openSync(namespace, 'r')
  const home = openSync('/proc/thread-self/ns/net', 'r')
  try {
    // The thread goes there and back between two instructions of this program, so nothing else of it ever is there.
    if (libc().setns(there, CLONE_NEWNET) !== 0) throw new Error(`cannot enter ${namespace}`)
    const file = libc().socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_NETFILTER)
    // INVARIANT: this process stays in the namespace in which it was started.
    if (libc().setns(home, CLONE_NEWNET) !== 0) process.abort()
    if (file < 0) throw new Error('no netfilter socket')
    return file
  } finally {
    closeSync(there)
    closeSync(home)
  }
}

/** Hears of the packets that rules of a namespace log to a group. */
export interface LogSocket {
  /** What came since the last call, as the kernel's datagrams, so many at most; never waits. */
  readonly read: (most: number) => Buffer[]
  readonly close: () => void
}

const SIZE = 1 << 16
const room = Buffer.alloc(SIZE)

/** Starts to listen. Throws when there is no such namespace, or somebody listens already. */
export function listenAt(namespace: string, group: number): LogSocket {
  const file = openAt(namespace)
  const mode = Buffer.concat([number32(SNAP), Buffer.from([COPY_PACKET, 0])])
  const parts = [
    attribute(CFG_CMD, Buffer.from([BIND])),
    attribute(CFG_MODE, mode),
    attribute(CFG_TIMEOUT, number32(TOGETHER)),
  ]
  for (const part of parts) {
    const message = configure(group, part)
    libc().send(file, message, message.length, 0)
  }
  return {
    read: (most) => {
      const found: Buffer[] = []
      while (found.length < most) {
        const length = Number(libc().recv(file, room, SIZE, MSG_DONTWAIT))
        if (length <= 0) break
        found.push(Buffer.from(room.subarray(0, length)))
      }
      return found
    },
    close: () => closeSync(file),
  }
}
