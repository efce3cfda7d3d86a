import { within } from '../netlink/socket.js'
import { transact } from '../netlink/transaction.js'
import type { Command, TableFamily } from './ruleset.js'

/** Sends one transaction to the kernel of a namespace: all of it takes effect at once, or none. */
export async function apply(
  namespace: string | null,
  commands: readonly Command[],
  family: TableFamily = 'inet',
): Promise<void> {
  if (commands.length > 0) await within(namespace, (socket) => transact(socket, commands, family))
}
