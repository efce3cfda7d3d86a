import { within } from '../netlink/socket.js'
import { transact } from '../netlink/transaction.js'
import type { Command } from './ruleset.js'

/** Sends one transaction to the kernel of a namespace: all of it takes effect at once, or none. */
export async function apply(namespace: string, commands: readonly Command[]): Promise<void> {
  if (commands.length > 0) await within(namespace, (socket) => transact(socket, commands))
}
