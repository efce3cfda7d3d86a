import type { Command, TableFamily } from '../nftables/ruleset.js'
import { commandText } from '../nftables/text.js'
import { batchOf } from './encode.js'
import type { Result, Socket } from './socket.js'
import { errorText, receive, resultOf, send } from './socket.js'

/** A refused command is named with so much of its text. */
const MOST_TEXT = 400

function results(socket: Socket): Result[] {
  const found: Result[] = []
  for (let messages = receive(socket); messages !== null; messages = receive(socket))
    found.push(...messages.flatMap((message) => resultOf(message) ?? []))
  return found
}

/** Has the kernel carry out commands: all at once, or none. Throws what it says of the first that it refuses. */
export async function transact(
  socket: Socket,
  commands: readonly Command[],
  family: TableFamily = 'inet',
): Promise<void> {
  const { bytes, commandOf } = batchOf(commands, family)
  await send(socket, bytes)
  const found = results(socket)
  const failed = found.find(({ error }) => error !== 0)
  if (failed) {
    const command = commandOf(failed.sequence)
    const text = command === undefined ? 'the transaction' : commandText(command, family).slice(0, MOST_TEXT)
    const says = failed.says === '' ? '' : `: ${failed.says}`
    throw new Error(`the kernel refused ${text}: ${errorText(failed.error)}${says}`)
  }
  if (found.length === 0) throw new Error('the kernel did not acknowledge a transaction')
}
