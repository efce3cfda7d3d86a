import { namespaceFile } from '../names.js'
import type { Headers } from './packets.js'
import { packetsIn } from './packets.js'
import type { LogSocket } from './socket.js'
import { listenAt } from './socket.js'

/** The group that rules log to, in every namespace with rules of ours. */
export const DROPS_GROUP = 83

/** Datagrams read of a namespace at once: what is beyond waits in the kernel, which drops what it has no room for. */
const AT_ONCE = 50

/** What the rules of some namespaces drop. */
export interface Listeners {
  /** What came since the last call. Starts to listen where that is new. */
  readonly heard: (namespace: string | null) => Headers[]
  /** Stops listening in all but these namespaces. */
  readonly keep: (namespaces: ReadonlySet<string | null>) => void
}

export function createListeners(): Listeners {
  const sockets = new Map<string | null, LogSocket>()
  return {
    heard: (namespace) => {
      const socket = sockets.get(namespace) ?? listenAt(namespaceFile(namespace), DROPS_GROUP)
      sockets.set(namespace, socket)
      return socket.read(AT_ONCE).flatMap(packetsIn)
    },
    keep: (namespaces) => {
      for (const [namespace, socket] of sockets) {
        if (namespaces.has(namespace)) continue
        socket.close()
        sockets.delete(namespace)
      }
    },
  }
}
