import type {
  Base,
  Command,
  ElementSet,
  Rule,
  Statement,
  TableFamily,
  TimeoutPolicy,
} from '../nftables/ruleset.js'
import { TABLE_NAME } from '../nftables/ruleset.js'
import type { OwnSet } from './expressions.js'
import { ownSetName, ownSetOf, putExpressions } from './expressions.js'
import type { Writer } from './message.js'
import { newWriter, putBytes, putLong, putMessage, putNested, putNumber, putText } from './message.js'
import { putElements, putSet } from './sets.js'

/** The kernel's numbers for kinds of tables (NFPROTO_INET, NFPROTO_BRIDGE). */
export const FAMILIES: Readonly<Record<TableFamily, number>> = { inet: 1, bridge: 7 }

/** The part of netfilter that keeps tables (NFNL_SUBSYS_NFTABLES), as it stands before a message's number. */
const SUBSYSTEM = 10
export const kindOf = (message: number): number => SUBSYSTEM * 256 + message

/** Numbers of messages (linux/netfilter/nf_tables.h). */
export const MESSAGES = {
  newTable: 0,
  getTable: 1,
  deleteTable: 2,
  newChain: 3,
  getChain: 4,
  deleteChain: 5,
  newRule: 6,
  getRule: 7,
  deleteRule: 8,
  newSet: 9,
  getSet: 10,
  deleteSet: 11,
  newElements: 12,
  getElements: 13,
  deleteElements: 14,
  newGeneration: 15,
  getGeneration: 16,
  newObject: 18,
  getObject: 19,
  deleteObject: 20,
} as const

const BATCH_BEGIN = 16
const BATCH_END = 17

/** Flags of netlink(7). */
export const FLAGS = { request: 1, acknowledge: 4, dump: 0x300, create: 0x400, append: 0x800 } as const
const ADD = FLAGS.request | FLAGS.create

export const HOOKS: readonly Base['hook'][] = ['prerouting', 'input', 'forward', 'output', 'postrouting']

/** Kinds of objects. */
export const COUNTER = 1
export const TIMEOUT = 7

/** Seconds by state, in the kernel's order, where nft is told nothing. */
const TIMEOUTS: Readonly<Record<TimeoutPolicy['protocol'], readonly (readonly [string, number])[]>> = {
  tcp: [
    ['syn_sent', 120],
    ['syn_recv', 60],
    ['established', 432_000],
    ['fin_wait', 120],
    ['close_wait', 60],
    ['last_ack', 30],
    ['time_wait', 120],
    ['close', 10],
    ['syn_sent2', 120],
    ['retrans', 300],
    ['unack', 300],
  ],
  udp: [
    ['unreplied', 30],
    ['replied', 180],
  ],
}

/** A transaction ready to be sent, and which command each sequence number stands for. */
export interface Batch {
  readonly bytes: Buffer
  readonly commandOf: (sequence: number) => Command | undefined
}

interface Encoder {
  readonly writer: Writer
  readonly table: TableFamily
  readonly commands: (Command | undefined)[]
  sets: number
  /** The set that the command before made. */
  made: { readonly name: string; readonly id: number } | null
  last: number
}

function send(encoder: Encoder, command: Command, message: number, content: () => void, flags = ADD): void {
  encoder.commands.push(command)
  encoder.last = putMessage(
    encoder.writer,
    { kind: kindOf(message), flags, sequence: encoder.commands.length - 1, family: FAMILIES[encoder.table] },
    () => {
      putText(encoder.writer, 1, TABLE_NAME)
      content()
    },
  )
}

function putBase(writer: Writer, { type, hook, priority, policy }: Base): void {
  putText(writer, 7, type)
  putNumber(writer, 5, policy === 'accept' ? 1 : 0)
  putNested(writer, 4, () => {
    putNumber(writer, 1, HOOKS.indexOf(hook))
    putNumber(writer, 2, priority)
  })
}

/** Sets that a rule brings along come before it. */
function addRule(encoder: Encoder, command: Command, chain: string, { statements, comment }: Rule): void {
  const { writer } = encoder
  const own = new Map<Statement, OwnSet>()
  for (const statement of statements) {
    const set = ownSetOf(statement)
    if (set) own.set(statement, addOwnSet(encoder, command, set))
  }
  send(
    encoder,
    command,
    MESSAGES.newRule,
    () => {
      putText(writer, 2, chain)
      putNested(writer, 4, () => putExpressions(writer, statements, own, encoder.table))
      putBytes(writer, 7, Buffer.from(`\0${String.fromCharCode(comment.length + 1)}${comment}\0`, 'latin1'))
    },
    ADD | FLAGS.append,
  )
}

function addOwnSet(encoder: Encoder, command: Command, set: ElementSet): OwnSet {
  const id = ++encoder.sets
  const name = ownSetName(set)
  send(encoder, command, MESSAGES.newSet, () => putSet(encoder.writer, name, set, id, true))
  sendElements(encoder, command, MESSAGES.newElements, {
    name,
    set,
    id,
    isOwn: true,
    elements: [...set.elements],
  })
  return { id, set }
}

interface Elements {
  readonly name: string
  readonly set: ElementSet
  readonly elements: readonly (readonly [string, string])[]
  /** Its number in this transaction. */
  readonly id?: number
  readonly isOwn?: boolean
}

/** Elements of the set that was made just before. */
const fresh = ({ made }: Encoder, name: string): { id?: number } =>
  made?.name === name ? { id: made.id } : {}

function sendElements(encoder: Encoder, command: Command, message: number, what: Elements): void {
  const { writer } = encoder
  putElements(writer, what.set, what.elements, (content) =>
    send(encoder, command, message, () => {
      // The kernel finds a set by its name among all of the table, and by its number from the end of the transaction.
      if (what.id === undefined || what.isOwn) putText(writer, 2, what.name)
      if (what.id !== undefined) putNumber(writer, 4, what.id)
      content()
    }),
  )
}

function putTimeout(writer: Writer, { protocol, seconds }: TimeoutPolicy): void {
  putBytes(writer, 2, Buffer.from([protocol === 'tcp' ? 6 : 17]))
  putNested(writer, 3, () =>
    TIMEOUTS[protocol].forEach(([state, otherwise], at) =>
      putNumber(writer, at + 1, seconds[state] ?? otherwise),
    ),
  )
}

function sendObject(
  encoder: Encoder,
  command: Command,
  message: number,
  [kind, name]: [number, string],
): void {
  const { writer } = encoder
  send(encoder, command, message, () => {
    putText(writer, 2, name)
    putNumber(writer, 3, kind)
    if (command.do === 'add-timeout') putNested(writer, 4, () => putTimeout(writer, command.timeout))
    if (command.do === 'add-counter')
      putNested(writer, 4, () => {
        putLong(writer, 1, 0)
        putLong(writer, 2, 0)
      })
  })
}

function encode(encoder: Encoder, command: Command): void {
  const { writer } = encoder
  const named = (message: number, kind: number, name: string): void =>
    send(encoder, command, message, () => putText(writer, kind, name))
  switch (command.do) {
    case 'add-table':
      return send(encoder, command, MESSAGES.newTable, () => putNumber(writer, 2, 0))
    case 'delete-table':
      return send(encoder, command, MESSAGES.deleteTable, () => undefined)
    case 'add-chain':
      return send(encoder, command, MESSAGES.newChain, () => {
        putText(writer, 3, command.name)
        if (command.base) putBase(writer, command.base)
      })
    case 'flush-chain':
      return named(MESSAGES.deleteRule, 2, command.name)
    case 'delete-chain':
      return named(MESSAGES.deleteChain, 3, command.name)
    case 'add-rule':
      return addRule(encoder, command, command.chain, command.rule)
    case 'add-set':
      encoder.made = { name: command.name, id: ++encoder.sets }
      return send(encoder, command, MESSAGES.newSet, () =>
        putSet(writer, command.name, command.set, encoder.sets),
      )
    case 'delete-set':
      return named(MESSAGES.deleteSet, 2, command.name)
    case 'add-elements':
      return sendElements(encoder, command, MESSAGES.newElements, {
        ...command,
        ...fresh(encoder, command.name),
      })
    case 'delete-elements':
      return sendElements(encoder, command, MESSAGES.deleteElements, command)
    case 'add-timeout':
      return sendObject(encoder, command, MESSAGES.newObject, [TIMEOUT, command.name])
    case 'add-counter':
      return sendObject(encoder, command, MESSAGES.newObject, [COUNTER, command.name])
    case 'delete-timeout':
      return sendObject(encoder, command, MESSAGES.deleteObject, [TIMEOUT, command.name])
    case 'delete-counter':
      return sendObject(encoder, command, MESSAGES.deleteObject, [COUNTER, command.name])
  }
}

/** Commands as the one transaction that the kernel takes whole or not at all. Its last command is acknowledged. */
export function batchOf(commands: readonly Command[], family: TableFamily = 'inet'): Batch {
  const encoder: Encoder = {
    writer: newWriter(),
    table: family,
    commands: [undefined],
    sets: 0,
    made: null,
    last: 0,
  }
  const edge = { flags: FLAGS.request, family: 0, resource: SUBSYSTEM }
  putMessage(encoder.writer, { ...edge, kind: BATCH_BEGIN, sequence: 0 })
  for (const command of commands) encode(encoder, command)
  const { writer } = encoder
  writer.buffer.writeUInt16LE(
    writer.buffer.readUInt16LE(encoder.last + 6) | FLAGS.acknowledge,
    encoder.last + 6,
  )
  putMessage(writer, { ...edge, kind: BATCH_END, sequence: encoder.commands.length })
  return {
    bytes: writer.buffer.subarray(0, writer.length),
    commandOf: (sequence) => encoder.commands[sequence],
  }
}
