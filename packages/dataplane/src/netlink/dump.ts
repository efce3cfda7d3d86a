import { setImmediate as soon } from 'node:timers/promises'
import type { TableFamily } from '../nftables/ruleset.js'
import { TABLE_NAME } from '../nftables/ruleset.js'
import { FAMILIES, FLAGS, MESSAGES, kindOf } from './encode.js'
import type { Writer } from './message.js'
import { byKind, newWriter, numberIn, putMessage, putText } from './message.js'
import type { Socket } from './socket.js'
import { errorText, receive, resultOf, sendNow } from './socket.js'

/** How messages of netlink(7) end a dump, and say that what they list changed meanwhile. */
const DONE = 3
const INTERRUPTED = 0x10

const ENOENT = 2

/**
 * Milliseconds for which datagrams are read before others get their turn. The later ones of a large set take the kernel
 * longer: for each it goes through all before.
 */
const AT_ONCE = 3
let since = 0

async function giveWay(): Promise<void> {
  if (performance.now() - since < AT_ONCE) return
  await soon()
  since = performance.now()
}

/** What the kernel lists was changed while it was listed. */
export class Interrupted extends Error {}

/** A question is short, and its answer is gathered while it is read: asking on another thread took most of the time. */
function ask(
  socket: Socket,
  message: number,
  flags: number,
  family: TableFamily,
  content: (writer: Writer) => void,
): void {
  const writer = newWriter(256)
  const head = { kind: kindOf(message), flags: FLAGS.request | flags, sequence: 1, family: FAMILIES[family] }
  putMessage(writer, head, () => content(writer))
  sendNow(socket, writer.buffer.subarray(0, writer.length))
}

/** Asks for everything of a kind in our table; gives each one's attributes away as they come. */
export async function dumpEach(
  socket: Socket,
  message: number,
  family: TableFamily,
  content: (writer: Writer) => void,
  take: (attributes: Buffer) => void,
): Promise<void> {
  ask(socket, message, FLAGS.dump, family, (writer) => {
    putText(writer, 1, TABLE_NAME)
    content(writer)
  })
  for (;;) {
    await giveWay()
    const messages = receive(socket)
    if (messages === null) throw new Error('the kernel broke off a listing')
    for (const one of messages) {
      if ((one.flags & INTERRUPTED) !== 0) throw new Interrupted()
      if (one.kind === DONE) return
      const result = resultOf(one)
      if (result) throw new Error(`the kernel does not list: ${errorText(result.error)}`)
      take(one.body.subarray(4))
    }
  }
}

/** The same as a list. */
export async function dump(
  socket: Socket,
  message: number,
  family: TableFamily = 'inet',
  content: (writer: Writer) => void = () => undefined,
): Promise<Buffer[]> {
  const found: Buffer[] = []
  await dumpEach(socket, message, family, content, (attributes) => found.push(attributes))
  return found
}

/** A flag of tables (linux/netfilter/nf_tables.h). */
const DORMANT = 1

/** Whether our table is there; a dormant one decides nothing. */
export function tableIn(socket: Socket, family: TableFamily): 'none' | 'active' | 'dormant' {
  ask(socket, MESSAGES.getTable, 0, family, (writer) => putText(writer, 1, TABLE_NAME))
  for (const message of receive(socket) ?? []) {
    const result = resultOf(message)
    if (!result) {
      const flags = numberIn(byKind(message.body.subarray(4)).get(2))
      return (flags & DORMANT) === 0 ? 'active' : 'dormant'
    }
    if (result.error === ENOENT) return 'none'
    throw new Error(`the kernel does not tell of its tables: ${errorText(result.error)}`)
  }
  throw new Error('the kernel does not tell of its tables')
}

/** A number that differs whenever any table of the namespace was changed. */
export function generationOf(socket: Socket): number {
  ask(socket, MESSAGES.getGeneration, 0, 'inet', () => undefined)
  const [message] = receive(socket) ?? []
  if (message?.kind !== kindOf(MESSAGES.newGeneration)) throw new Error('the kernel tells no generation')
  return numberIn(byKind(message.body.subarray(4)).get(1))
}
