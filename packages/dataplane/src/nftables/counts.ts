import { Interrupted, dump } from '../netlink/dump.js'
import { COUNTER, MESSAGES } from '../netlink/encode.js'
import { byKind, longIn, putNumber, textIn } from '../netlink/message.js'
import type { Socket } from '../netlink/socket.js'
import { within } from '../netlink/socket.js'

/** What a named counter says. It begins anew when its table, or the last rule that it counts for, is made anew. */
export interface CounterValue {
  readonly packets: number
  readonly bytes: number
}

/** As often is read again what a change comes in between. */
const MOST_TRIES = 5

/** A counter as the kernel lists it: its name is attribute 2, what it holds 4, of which 1 is bytes and 2 packets. */
function counterFrom(body: Buffer): [string, CounterValue] {
  const parts = byKind(body)
  const value = byKind(parts.get(4))
  return [textIn(parts.get(2)), { packets: longIn(value.get(2)), bytes: longIn(value.get(1)) }]
}

async function read(socket: Socket): Promise<Map<string, CounterValue>> {
  const bodies = await dump(socket, MESSAGES.getObject, 'inet', (writer) => putNumber(writer, 3, COUNTER))
  return new Map(bodies.map(counterFrom))
}

/** The named counters of our table in a namespace; none without the table. Rejects without the namespace. */
export async function readCounters(namespace: string | null): Promise<ReadonlyMap<string, CounterValue>> {
  for (let tries = 1; ; tries++) {
    try {
      return await within(namespace, read)
    } catch (error) {
      if (!(error instanceof Interrupted) || tries === MOST_TRIES) throw error
    }
  }
}
