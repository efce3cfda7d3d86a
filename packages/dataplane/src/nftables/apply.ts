import { within } from '../netlink/socket.js'
import { transact } from '../netlink/transaction.js'
import type { Command, TableFamily } from './ruleset.js'

/**
 * Sends transactions to the kernel of a namespace, one after another: all of each takes effect at once, or none. What
 * comes after one that is refused is not sent. Empty ones are left out.
 */
export async function applyAll(
  namespace: string | null,
  transactions: readonly (readonly Command[])[],
  family: TableFamily = 'inet',
): Promise<void> {
  const some = transactions.filter((commands) => commands.length > 0)
  if (some.length === 0) return
  // By one socket: the kernel closes one only when all that was taken away through it is freed.
  await within(namespace, async (socket) => {
    for (const commands of some) await transact(socket, commands, family)
  })
}

/** Sends one transaction: all of it takes effect at once, or none. */
export const apply = (
  namespace: string | null,
  commands: readonly Command[],
  family: TableFamily = 'inet',
): Promise<void> => applyAll(namespace, [commands], family)
