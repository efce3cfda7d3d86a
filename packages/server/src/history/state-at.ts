import { type Change, factKey, inverseOf, type Snapshot, snapshotBefore } from '@sallyport/engine'
import { AdminError } from '../admin/answer.js'
import type { Store } from '../store/database.js'
import { keptAfter, lastCommittedBy, oldestKept, timeOf } from '../store/history.js'
import type { Feed } from '../watch/feed.js'
import { epochIsOver, forgotten } from './refusals.js'

/** What the history is told from. */
export interface HistorySource {
  readonly feed: Pick<Feed, 'world'>
  readonly store: Pick<Store, 'read'>
}

/** A point of the history: a revision, or the last one by a time (ISO 8601 UTC with milliseconds). */
export type Point = { readonly revision: number } | { readonly time: string }

/** Revisions read at once; between reads other requests have their turn. */
const AT_ONCE = 1000
/** Revisions looked through at once for their time. */
const TIMES_AT_ONCE = 5000

/** The facts as of a revision, and when that was committed. */
export type PastSnapshot = Snapshot & { readonly at: string }

/**
 * The facts as they were at a point: today's, with every change since undone. Throws `AdminError`: 410 for a point that
 * is no longer kept or of an epoch that is over, 404 for a revision that has not been.
 */
export async function snapshotAt(point: Point, source: HistorySource, epoch?: string): Promise<PastSnapshot> {
  const { world } = source.feed
  const begun = world.epoch
  if (epoch !== undefined && epoch !== begun) throw epochIsOver(epoch, begun)
  const { revision, at } = await find(point, source)
  const earlier = new Map<string, Change>()
  let reached = revision
  while (reached < world.revision) {
    const rows = await source.store.read((session) => keptAfter(session, reached, AT_ONCE))
    if (world.epoch !== begun) throw epochIsOver(begun, world.epoch)
    if (rows[0]?.revision !== reached + 1) throw await forgottenMeanwhile(revision, source)
    for (const row of rows) {
      for (const { change, before } of row.changes) {
        const key = factKey(change)
        if (!earlier.has(key)) earlier.set(key, inverseOf(change, before))
      }
      reached = row.revision
    }
  }
  // INVARIANT: no await between the last look at the world's revision and this.
  return { ...snapshotBefore(world, earlier, revision), at }
}

/** The revision that is meant, which is kept. */
async function find(
  point: Point,
  { feed, store }: HistorySource,
): Promise<{ readonly revision: number; readonly at: string }> {
  const { revision: last } = feed.world
  const oldest = await store.read(oldestKept)
  if (!oldest) throw new AdminError(404, 'nothing has changed yet', 'Ask once there is a revision.')
  const revision =
    'revision' in point ? point.revision : await revisionBy(point.time, oldest.revision, last, store)
  if (revision > last) {
    throw new AdminError(404, `there is no revision ${revision} yet`, `The last one is ${last}.`)
  }
  if (revision < oldest.revision) throw forgotten(nameOf(point), oldest)
  const at = await store.read((session) => timeOf(session, revision))
  if (at === undefined) throw await forgottenMeanwhile(revision, { feed, store })
  return { revision, at }
}

const nameOf = (point: Point): string =>
  'revision' in point ? `revision ${point.revision}` : `the state of ${point.time}`

/** The last revision by a time; one below the oldest when all are later. */
async function revisionBy(
  time: string,
  oldest: number,
  last: number,
  store: HistorySource['store'],
): Promise<number> {
  for (let upTo = last; upTo >= oldest; upTo -= TIMES_AT_ONCE) {
    const above = Math.max(oldest - 1, upTo - TIMES_AT_ONCE)
    const found = await store.read((session) => lastCommittedBy(session, time, above, upTo))
    if (found !== undefined) return found
  }
  return oldest - 1
}

async function forgottenMeanwhile(revision: number, { store }: HistorySource): Promise<AdminError> {
  const oldest = await store.read(oldestKept)
  return forgotten(`revision ${revision}`, oldest ?? { revision: 0, at: '', operation: '' })
}
