import { forgetRevisions } from '../store/changes.js'
import type { Store } from '../store/database.js'
import type { Feed } from './feed.js'

/** Revisions forgotten in one write: few enough that the requests sharing its commit do not notice. */
const AT_ONCE = 500

/**
 * Keeps the feed's past within its bound: whenever a part of it too many has gathered, the oldest go, some at a time
 * and in turn with the other writes, so that none of these waits for all of it. Returns the way to stop.
 */
export function pruneHistory(
  feed: Feed,
  store: Pick<Store, 'write'>,
  { keep, accountId }: { readonly keep: number; readonly accountId: string },
  onError: (error: unknown) => void,
): () => void {
  const slack = Math.max(10, Math.floor(keep / 100))
  let due = feed.world.revision
  let running = false
  let stopped = false

  const prune = async (): Promise<void> => {
    let left = 1
    while (left > 0 && !stopped) {
      left = await store.write(accountId, (session) => forgetRevisions(session, keep, AT_ONCE))
    }
  }
  const start = (): void => {
    if (running || stopped) return
    running = true
    due = feed.world.revision + slack
    prune()
      .catch(onError)
      .finally(() => {
        running = false
      })
  }
  start()
  const unsubscribe = feed.subscribe(({ revision }) => {
    if (revision >= due) start()
  })
  return () => {
    stopped = true
    unsubscribe()
  }
}
