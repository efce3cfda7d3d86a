import { parentPort } from 'node:worker_threads'
import { applyChange, type Change, diffWorlds, type Snapshot, worldFrom } from '@sallyport/engine'

/** Two worlds to compare: a snapshot, and the same with changes. */
export interface Comparison {
  readonly id: number
  readonly snapshot: Snapshot
  readonly changes: readonly Change[]
  /** When it has to be over, in ms since 1970. */
  readonly deadline: number
}

/** Runs in a thread of its own: a comparison may take long, and the server must answer meanwhile. */
parentPort?.on('message', ({ id, snapshot, changes, deadline }: Comparison) => {
  try {
    const before = worldFrom(snapshot)
    const after = worldFrom(snapshot)
    for (const change of changes) applyChange(after, change)
    after.revision++
    const expired = () => Date.now() > deadline
    parentPort?.postMessage({
      id,
      diff: diffWorlds(before, after, {
        budget: { nodes: NODES, expired },
        regions: regionsFor(after.interfaces.size),
      }),
    })
  } catch (error) {
    parentPort?.postMessage({
      id,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    })
  }
})

/** Regions listed for each interface and way: fewer where many are touched, so that the whole stays readable. */
const regionsFor = (interfaces: number): number =>
  Math.max(1, Math.min(20, Math.floor(4000 / Math.max(1, interfaces))))

/** A bound for memory; time is bounded by the deadline. */
const NODES = 2_000_000
