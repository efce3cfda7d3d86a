import { applyRevision, replaceWorld, type Revision, type Snapshot, worldFrom } from '@sallyport/engine'
import { oldestRevision, revisionsAfter } from '../store/changes.js'
import type { Store } from '../store/database.js'
import type { Feed } from './feed.js'

/** Revisions read back at once. A follower further behind gets a snapshot, which is cheaper for both. */
const RESUME_LIMIT = 10_000

/** A feed and the way for the store to push what it committed. */
export interface LiveFeed extends Feed {
  publish(revisions: readonly Revision[]): void
  /** Goes on from another snapshot, of a new epoch. */
  restart(snapshot: Snapshot): void
}

/** A feed that starts at a snapshot of the store and then follows what is published. */
export function createFeed(
  snapshot: Snapshot,
  store: Pick<Store, 'read'>,
  onListenerError: (error: unknown) => void,
): LiveFeed {
  const world = worldFrom(snapshot)
  const listeners = new Set<(revision: Revision) => void>()
  const restartListeners = new Set<() => void>()

  const tell = (listener: () => void): void => {
    try {
      listener()
    } catch (error) {
      // A follower's trouble must not touch the request whose commit it hears of.
      onListenerError(error)
    }
  }

  return {
    world,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onRestart(listener) {
      restartListeners.add(listener)
      return () => restartListeners.delete(listener)
    },
    async since(revision) {
      if (revision > world.revision) return undefined
      if (world.revision - revision > RESUME_LIMIT) return undefined
      return store.read(async (session) => {
        const oldest = await oldestRevision(session)
        if (revision < world.revision && (oldest === undefined || oldest > revision + 1)) return undefined
        return revisionsAfter(session, revision, RESUME_LIMIT)
      })
    },
    publish(revisions) {
      for (const revision of revisions) {
        applyRevision(world, revision)
        for (const listener of listeners) tell(() => listener(revision))
      }
    },
    restart(next) {
      replaceWorld(world, next)
      for (const listener of restartListeners) tell(listener)
    },
  }
}
