import { setTimeout as sleep } from 'node:timers/promises'
import type { FeedLine } from '@sallyport/engine'
import { messageOf } from '../run.js'
import type { ServerConnection } from './server-connection.js'
import { placeOf, send } from './server-connection.js'

/** How far the follower is. */
export interface Position {
  readonly epoch: string
  readonly revision: number
}

/** What a follower of the change feed is given. */
export interface FeedOptions extends ServerConnection {
  /** From where to resume; null asks for a snapshot. */
  readonly position: () => Position | null
  /** Takes a line. Throwing means that it does not follow: the feed is asked anew, for a snapshot. */
  readonly onLine: (line: FeedLine) => void
  /** A connection was made: the server may be another process than before. */
  readonly onOpen: () => void
  /** The connection ended or could not be made; it is made again. */
  readonly onLost: (why: string) => void
  /** Milliseconds without a line after which a connection counts as dead. Heartbeats come every 5 s. */
  readonly silence?: number
}

const SILENCE = 15_000
const FIRST_PAUSE = 100
const LONGEST_PAUSE = 5_000

/** Half to one and a half of a pause. */
export const jittered = (pause: number): number => pause * (0.5 + Math.random())

async function readLines(response: AsyncIterable<string>, onLine: (text: string) => void): Promise<void> {
  let rest = ''
  for await (const chunk of response) {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    for (const text of parts) if (text !== '') onLine(text)
  }
}

/** A line that cannot be taken: the follower has to start from a snapshot. */
const doesNotFollow = Symbol('the feed does not follow')

async function connect(
  options: FeedOptions,
  fromStart: boolean,
  stop: AbortSignal,
  onAlive: () => void,
): Promise<void> {
  const dead = new AbortController()
  const silence = options.silence ?? SILENCE
  const alarm = setTimeout(() => dead.abort(new Error(`nothing heard for ${silence} ms`)), silence)
  const position = fromStart ? null : options.position()
  const query = position ? `?epoch=${encodeURIComponent(position.epoch)}&after=${position.revision}` : ''
  const signal = AbortSignal.any([stop, dead.signal])
  try {
    const response = await send(options, { method: 'GET', path: `/v1/watch${query}`, signal })
    if (response.statusCode !== 200) {
      response.resume()
      throw new Error(`the server answered ${response.statusCode}`)
    }
    response.setEncoding('utf8')
    options.onOpen()
    await readLines(response as AsyncIterable<string>, (text) => {
      alarm.refresh()
      try {
        options.onLine(JSON.parse(text) as FeedLine)
      } catch (error) {
        throw new Error(messageOf(error), { cause: doesNotFollow })
      }
      onAlive()
    })
    throw new Error('the server ended the feed')
  } catch (error) {
    throw dead.signal.aborted ? dead.signal.reason : error
  } finally {
    clearTimeout(alarm)
  }
}

/**
 * Follows the server's change feed until the signal: connects, resumes from the position, and on any failure
 * connects again after a pause that doubles from 100 ms to 5 s, give or take half of it: many agents of a server that
 * was away do not all come at once.
 */
export async function follow(options: FeedOptions, stop: AbortSignal): Promise<void> {
  let pause = FIRST_PAUSE
  let fromStart = false
  while (!stop.aborted) {
    try {
      await connect(options, fromStart, stop, () => {
        pause = FIRST_PAUSE
        fromStart = false
      })
    } catch (error) {
      if (stop.aborted) return
      fromStart = error instanceof Error && error.cause === doesNotFollow
      options.onLost(`change feed of ${placeOf(options)}: ${messageOf(error)}`)
    }
    await sleep(jittered(pause), undefined, { signal: stop }).catch(() => undefined)
    pause = Math.min(pause * 2, LONGEST_PAUSE)
  }
}
