import { setTimeout as sleep } from 'node:timers/promises'
import type { Denied } from '../denied.js'
import type { Enforcer } from '../enforcer.js'
import { messageOf } from '../run.js'
import type { ServerConnection } from './server-connection.js'
import { placeOf, send } from './server-connection.js'

/** Between two looks for what was dropped, in milliseconds. */
export const DROPS_EVERY = 500

/** So many are kept while the server cannot be reached, the newest; and so many go into one report. */
const MOST_KEPT = 1_000
const TIME_LIMIT = 10_000

/** Who reports to whom. */
export interface DropReportOptions extends ServerConnection {
  readonly host: string
  readonly every: number
  readonly onFailure: (why: string) => void
}

/** Reports denied flows, over and over until the signal. What cannot be sent waits, as long as there is room. */
export async function reportDrops(
  enforcer: Pick<Enforcer, 'denied' | 'deaf'>,
  options: DropReportOptions,
  stop: AbortSignal,
): Promise<void> {
  let kept: readonly Denied[] = []
  while (options.every > 0 && !stop.aborted) {
    await sleep(options.every, undefined, { signal: stop }).catch(() => undefined)
    if (stop.aborted) break
    kept = [...kept, ...enforcer.denied()].slice(-MOST_KEPT)
    if (kept.length === 0) continue
    try {
      const signal = AbortSignal.any([stop, AbortSignal.timeout(TIME_LIMIT)])
      const body = JSON.stringify({ host: options.host, drops: kept })
      const response = await send(options, { method: 'POST', path: '/v1/drops', body, signal })
      response.resume()
      // What the server refuses it would refuse again.
      if ((response.statusCode ?? 500) < 500) kept = []
    } catch (error) {
      if (!stop.aborted) options.onFailure(`drops to ${placeOf(options)}: ${messageOf(error)}`)
    }
  }
  enforcer.deaf()
}
