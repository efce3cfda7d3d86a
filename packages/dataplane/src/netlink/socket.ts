import { close, closeSync, openSync } from 'node:fs'
import { createRequire } from 'node:module'
import { getSystemErrorMap } from 'node:util'
import { namespaceFile } from '../names.js'
import type { Message } from './message.js'
import { byKind, messagesIn, textIn } from './message.js'

/** The C library's calls, which Node has no other way to. */
interface Library {
  readonly socket: (domain: number, type: number, protocol: number) => number
  readonly setns: (file: number, kind: number) => number
  readonly unshare: (kind: number) => number
  readonly setsockopt: (socket: number, level: number, name: number, value: Buffer, length: number) => number
  readonly recv: (socket: number, buffer: Buffer, length: number, flags: number) => number
  /** On a thread of its own, since the kernel carries a transaction out before it returns. */
  readonly send: (socket: number, bytes: Buffer) => Promise<number>
  readonly sendNow: (socket: number, bytes: Buffer, length: number, flags: number) => number
  readonly errno: () => number
}

type Foreign = ((...values: unknown[]) => number) & {
  async(...values: [...unknown[], (error: Error | null, result: number) => void]): void
}

/** The functions of koffi that are used (its documentation, "Function calls"). */
interface Koffi {
  load(path: string): { func(declaration: string): Foreign }
  errno(): number
}

let library: Library | undefined

/** Loads the C library when it is first needed: a host that does not enforce need not be able to. */
function libc(): Library {
  if (library) return library
  const koffi = createRequire(import.meta.url)('koffi') as Koffi
  const c = koffi.load('libc.so.6')
  const send = c.func('int64 send(int, void *, uint64, int)')
  library = {
    socket: c.func('int socket(int, int, int)'),
    setns: c.func('int setns(int, int)'),
    unshare: c.func('int unshare(int)'),
    setsockopt: c.func('int setsockopt(int, int, int, void *, uint32)'),
    recv: c.func('int64 recv(int, void *, uint64, int)'),
    send: (socket, bytes) =>
      new Promise((resolve, reject) =>
        send.async(socket, bytes, bytes.length, 0, (error: Error | null, result: number) =>
          error ? reject(error) : resolve(Number(result)),
        ),
      ),
    sendNow: send,
    errno: () => koffi.errno(),
  }
  return library
}

/** Numbers of socket(7), netlink(7), setns(2) and unshare(2). */
const AF_NETLINK = 16
const SOCK_RAW_CLOEXEC = 3 | 0o2000000
const NETLINK_NETFILTER = 12
const CLONE_NEWNET = 0x40000000
const [SOL_SOCKET, SO_SNDBUFFORCE, SO_RCVBUFFORCE] = [1, 32, 33]
const [SOL_NETLINK, NETLINK_CAP_ACK, NETLINK_EXT_ACK] = [270, 10, 11]
const MSG_DONTWAIT = 0x40
const [EINTR, EAGAIN] = [4, 11]

/** What answers may take until they are read. */
const RECEIVE_BYTES = 8 << 20

/** A socket to the kernel's netfilter in the namespace in which it was opened. */
export interface Socket {
  readonly file: number
}

/** An error number in words. */
export function errorText(number: number): string {
  const [name, text] = getSystemErrorMap().get(-number) ?? [`error ${number}`, '']
  return `${text} (${name})`
}

const lastError = (what: string): Error => {
  const number = libc().errno()
  const [code] = getSystemErrorMap().get(-number) ?? []
  return Object.assign(new Error(`${what}: ${errorText(number)}`), { code })
}

const option = (file: number, [level, name]: readonly [number, number], value: number): number => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value)
  return libc().setsockopt(file, level, name, bytes, 4)
}

function open(): Socket {
  const file = libc().socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_NETFILTER)
  if (file < 0) throw lastError('no netfilter socket')
  option(file, [SOL_NETLINK, NETLINK_CAP_ACK], 1)
  option(file, [SOL_NETLINK, NETLINK_EXT_ACK], 1)
  option(file, [SOL_SOCKET, SO_RCVBUFFORCE], RECEIVE_BYTES)
  return { file }
}

/**
 * Opens a socket in another namespace. The thread goes there and back between two instructions of this program, so that
 * nothing else of it ever is there; that takes some microseconds, where a process takes milliseconds.
 */
function openElsewhere(go: () => void): Socket {
  const home = openSync('/proc/thread-self/ns/net', 'r')
  try {
    go()
    try {
      return open()
    } finally {
      // INVARIANT: this process stays in the namespace in which it was started.
      if (libc().setns(home, CLONE_NEWNET) !== 0) process.abort()
    }
  } finally {
    closeSync(home)
  }
}

/** Opens a socket inside a namespace, given by its file. */
export function openAt(namespace: string): Socket {
  const there = openSync(namespace, 'r')
  try {
    return openElsewhere(() => {
      if (libc().setns(there, CLONE_NEWNET) !== 0) throw lastError(`cannot enter ${namespace}`)
    })
  } finally {
    closeSync(there)
  }
}

/** Runs an action with a socket inside a new namespace without a name, which goes with the socket. */
export async function apart<T>(action: (socket: Socket) => Promise<T>): Promise<T> {
  const socket = openElsewhere(() => {
    if (libc().unshare(CLONE_NEWNET) !== 0) throw lastError('no network namespace can be made')
  })
  try {
    return await action(socket)
  } finally {
    closeSync(socket.file)
  }
}

/**
 * Runs an action with a socket inside a named namespace; null means that of this process. Throws ENOENT when there is no
 * such namespace.
 */
export async function within<T>(name: string | null, action: (socket: Socket) => Promise<T>): Promise<T> {
  const socket = openAt(namespaceFile(name))
  try {
    return await action(socket)
  } finally {
    // Aside: it waits until what was taken away is freed, for milliseconds.
    close(socket.file, () => undefined)
  }
}

/** Sends messages as one datagram; the kernel has carried them out when this resolves. */
export async function send({ file }: Socket, bytes: Buffer): Promise<void> {
  // The kernel refuses what is longer than the buffer, whose size it takes as twice of what is asked.
  option(file, [SOL_SOCKET, SO_SNDBUFFORCE], Math.min(bytes.length + (1 << 16), 0x3fff_ffff))
  const sent = await libc().send(file, bytes)
  if (sent !== bytes.length) throw new Error(`the kernel did not take ${bytes.length} bytes of messages`)
}

/** Sends a small message and waits for it, which takes some microseconds. */
export function sendNow({ file }: Socket, bytes: Buffer): void {
  if (Number(libc().sendNow(file, bytes, bytes.length, 0)) !== bytes.length)
    throw lastError(`the kernel did not take ${bytes.length} bytes of messages`)
}

const BUFFER_BYTES = 1 << 17
const buffer = Buffer.alloc(BUFFER_BYTES)

/** The next datagram, as a copy; null when none is waiting. */
export function receiveBytes({ file }: Socket): Buffer | null {
  for (;;) {
    const length = Number(libc().recv(file, buffer, BUFFER_BYTES, MSG_DONTWAIT))
    if (length >= 0) return Buffer.from(buffer.subarray(0, length))
    const number = libc().errno()
    if (number === EAGAIN) return null
    if (number !== EINTR) throw lastError('no answer of the kernel')
  }
}

/** The next datagram's messages; null when none is waiting. They are copies. */
export function receive(socket: Socket): Message[] | null {
  const bytes = receiveBytes(socket)
  return bytes && messagesIn(bytes)
}

/** The kind of message that says how another came off (NLMSG_ERROR), and its numbers of attributes. */
const ERROR_KIND = 2
const SAYS = 1

/** How a message came off: 0 is well. */
export interface Result {
  readonly sequence: number
  readonly error: number
  /** The kernel's own words, when it has some. */
  readonly says: string
}

/** Reads a message that says how another came off; null when it is of another kind. */
export function resultOf({ kind, sequence, body }: Message): Result | null {
  if (kind !== ERROR_KIND) return null
  // After the error comes the header of the message that it is about, alone (NETLINK_CAP_ACK).
  return { sequence, error: -body.readInt32LE(0), says: textIn(byKind(body.subarray(20)).get(SAYS)) }
}
