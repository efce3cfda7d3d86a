import type { ServerResponse } from 'node:http'
import type { FeedLine, Revision } from '@sallyport/engine'
import { snapshotOf } from '@sallyport/engine'
import type { Log } from '../settings/log.js'
import type { Feed } from '../watch/feed.js'

/** From which revision of which epoch a follower can go on; undefined when it knows nothing. */
export interface Position {
  readonly epoch: string
  readonly after: number
}

/** How the feed is sent. */
export interface WatchLimits {
  readonly heartbeatMs: number
  /** Bytes that may wait for a slow reader, beyond the snapshot it was sent. */
  readonly bufferBytes: number
}

export const watchLimits: WatchLimits = { heartbeatMs: 5000, bufferBytes: 16 * 1024 * 1024 }

const encode = (line: FeedLine): string => `${JSON.stringify(line)}\n`

/** Every follower gets the same text of a revision, so it is made once. */
const encoded = new WeakMap<Revision, string>()

function encodeRevision(revision: Revision): string {
  const known = encoded.get(revision)
  if (known !== undefined) return known
  const text = encode({ type: 'revision', ...revision })
  encoded.set(revision, text)
  return text
}

/**
 * Sends the change feed until the follower leaves: from its position when the revisions since are still kept, else
 * from a snapshot; then each revision as it is committed, and a heartbeat every `heartbeatMs`.
 * A new epoch begins with a snapshot on the same connection.
 * INVARIANT: a follower sees no revision twice and none is left out; it is rather disconnected.
 */
export async function watchFeed(
  response: ServerResponse,
  feed: Feed,
  position: Position | undefined,
  log: Log,
  limits: WatchLimits = watchLimits,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' })
  // A follower that resumes with nothing new has no line to wait for.
  response.flushHeaders()
  const follower = createFollower(response, log, limits)
  let waiting: Revision[] | undefined = []
  let restarted = false
  // Subscribing before looking back is what leaves no gap between the past and the live revisions.
  const unsubscribe = feed.subscribe((revision) => {
    if (waiting) waiting.push(revision)
    else follower.revision(revision)
  })
  const stopHearing = feed.onRestart(() => {
    restarted = true
    if (waiting) waiting = []
    else follower.snapshot(feed)
  })
  const heartbeat = setInterval(() => follower.heartbeat(), limits.heartbeatMs)
  response.once('close', () => {
    clearInterval(heartbeat)
    unsubscribe()
    stopHearing()
  })
  const found = canResume(feed, position) ? await feed.since(position.after) : undefined
  const past = restarted ? undefined : found
  if (past && position) follower.resume(position.after)
  else follower.snapshot(feed)
  for (const revision of [...(past ?? []), ...waiting]) follower.revision(revision)
  waiting = undefined
}

const canResume = ({ world }: Feed, position: Position | undefined): position is Position =>
  position !== undefined && position.epoch === world.epoch && position.after <= world.revision

function createFollower(response: ServerResponse, log: Log, limits: WatchLimits) {
  let last: number | undefined
  let allowance = limits.bufferBytes
  const disconnect = (why: string): void => {
    if (response.destroyed) return
    log('warn', `disconnected a follower of the change feed: ${why}`, { lastRevision: last ?? null })
    response.destroy()
  }
  const send = (text: string): void => {
    if (response.destroyed) return
    response.write(text)
    if (response.writableLength > allowance) disconnect(`${response.writableLength} bytes wait for it`)
  }
  return {
    resume(after: number): void {
      last = after
    },
    snapshot({ world }: Feed): void {
      const text = encode({ type: 'snapshot', ...snapshotOf(world) })
      allowance = limits.bufferBytes + Buffer.byteLength(text)
      last = world.revision
      send(text)
    },
    revision(revision: Revision): void {
      if (last === undefined || revision.revision <= last) return
      if (revision.revision !== last + 1) return disconnect(`revision ${last + 1} is not there`)
      last = revision.revision
      send(encodeRevision(revision))
    },
    heartbeat(): void {
      if (last !== undefined) send(encode({ type: 'heartbeat', revision: last }))
    },
  }
}
