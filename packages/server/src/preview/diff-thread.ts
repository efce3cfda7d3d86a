import { Worker } from 'node:worker_threads'
import type { Change, Snapshot, WorldDiff } from '@sallyport/engine'
import type { Comparison } from './diff-worker.js'

/** Compares the world as it is with what changes would make of it, beside the thread that answers requests. */
export interface DiffThread {
  /** Takes about the budget of time at most; beyond it the answer is not complete. Rejects when the engine fails. */
  diff(snapshot: Snapshot, changes: readonly Change[]): Promise<WorldDiff>
  close(): Promise<void>
}

/** How long a comparison may take beyond its budget before its thread is given up. */
const GRACE_MS = 500
/** Comparisons that may wait for the thread; what comes beyond them is answered without one. */
const MOST_WAITING = 64

// The built file, which is at the same place seen from the sources.
const script = new URL('../../dist/preview/diff-worker.js', import.meta.url)

interface Waiting {
  readonly resolve: (diff: WorldDiff) => void
  readonly reject: (error: Error) => void
  readonly timer: NodeJS.Timeout
  readonly unknown: WorldDiff
}

type Reply = { readonly id: number } & ({ readonly diff: WorldDiff } | { readonly error: string })

/** The thread starts with the first comparison. */
export function createDiffThread(budgetMs: number): DiffThread {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | undefined
  let last = 0

  const settle = (id: number, end: (one: Waiting) => void): void => {
    const one = waiting.get(id)
    if (!one) return
    clearTimeout(one.timer)
    waiting.delete(id)
    end(one)
    // An idle thread does not keep a process alive.
    if (waiting.size === 0) worker?.unref()
  }
  const giveUp = (): void => {
    const gone = worker
    worker = undefined
    for (const id of [...waiting.keys()]) settle(id, ({ resolve, unknown }) => resolve(unknown))
    void gone?.terminate()
  }
  const start = (): Worker => {
    const made = new Worker(script)
    made.on('message', (reply: Reply) =>
      settle(reply.id, ({ resolve, reject }) => {
        if ('diff' in reply) resolve(reply.diff)
        else reject(new Error(reply.error))
      }),
    )
    made.on('error', (error) => {
      if (worker === made) worker = undefined
      for (const id of [...waiting.keys()]) settle(id, ({ reject }) => reject(error))
    })
    return made
  }

  return {
    diff(snapshot, changes) {
      const unknown = notCompared(snapshot.revision)
      if (waiting.size >= MOST_WAITING) return Promise.resolve(unknown)
      worker ??= start()
      worker.ref()
      const id = ++last
      const comparison: Comparison = { id, snapshot, changes, deadline: Date.now() + budgetMs }
      worker.postMessage(comparison)
      return new Promise((resolve, reject) => {
        const timer = setTimeout(giveUp, budgetMs + GRACE_MS)
        waiting.set(id, { resolve, reject, timer, unknown })
      })
    },
    async close() {
      const gone = worker
      giveUp()
      await gone?.terminate()
    },
  }
}

const notCompared = (revision: number): WorldDiff => ({
  ...{ revision: { before: revision, after: revision + 1 }, interfaces: [] },
  ...{ complete: false, covered: 0 },
})
