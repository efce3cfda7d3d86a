import { setTimeout as sleep } from 'node:timers/promises'
import type { Capabilities } from '../probe.js'
import { messageOf } from '../run.js'
import { jittered } from './feed.js'
import type { ServerConnection } from './server-connection.js'
import { placeOf, send } from './server-connection.js'

/** What the kernel of this host now holds: the body of `POST /v1/agents`. */
export interface Report {
  readonly host: string
  readonly epoch: string
  readonly revision: number
  /** ISO 8601 UTC. */
  readonly at: string
  readonly errors: readonly string[]
  /** How often another hand changed the rules since the agent's start, and what it was the last time. */
  readonly drifts: {
    readonly count: number
    readonly last: { readonly vpc: string; readonly what: string; readonly at: string } | null
  }
  /** What this kernel can do; null where nothing is enforced. */
  readonly can: Capabilities | null
  readonly enforces: boolean
  /** How many links of others are bound on the host. */
  readonly bound: number
  /** How long the change took, in milliseconds; null where that was told already. */
  readonly tookMs: number | null
}

/** What the server takes of errors: so many, so long. */
const MOST_ERRORS = 1000
const LONGEST_ERROR = 4096

const LONGEST_PAUSE = 5_000
const TIME_LIMIT = 10_000

async function post(connection: ServerConnection, report: Report, stop: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(TIME_LIMIT)])
  const errors = report.errors.slice(0, MOST_ERRORS).map((text) => text.slice(0, LONGEST_ERROR))
  const body = JSON.stringify({ ...report, errors })
  const response = await send(connection, { method: 'POST', path: '/v1/agents', body, signal })
  response.resume()
  const status = response.statusCode ?? 0
  if (status < 200 || status > 299) throw new Error(`the server answered ${status}`)
}

/**
 * Returns a function that sends a report. Only the newest is of interest: one that cannot be sent is tried again
 * until it is, or until a newer one takes its place.
 */
export function reporter(
  connection: ServerConnection,
  onFailure: (why: string) => void,
  stop: AbortSignal,
): (report: Report) => void {
  let newest: Report | null = null
  let sending = false
  const drain = async (): Promise<void> => {
    let pause = 100
    while (newest && !stop.aborted) {
      const report: Report = newest
      try {
        await post(connection, report, stop)
        if (newest === report) newest = null
        pause = 100
      } catch (error) {
        if (stop.aborted) return
        onFailure(`report to ${placeOf(connection)}: ${messageOf(error)}`)
        await sleep(jittered(pause), undefined, { signal: stop }).catch(() => undefined)
        pause = Math.min(pause * 2, LONGEST_PAUSE)
      }
    }
  }
  return (report) => {
    newest = report
    if (sending) return
    sending = true
    void drain().finally(() => (sending = false))
  }
}
