import { setTimeout as sleep } from 'node:timers/promises'
import type { Count } from '../counted.js'
import type { Enforcer } from '../enforcer.js'
import { messageOf } from '../run.js'
import type { ServerConnection } from './server-connection.js'
import { placeOf, send } from './server-connection.js'

/** Between two readings of the counters, in milliseconds. */
export const COUNT_EVERY = 3_000

/** So many counters go into one report. */
const AT_ONCE = 1_000
const TIME_LIMIT = 10_000

/** Who reports to whom, and how often: 0 is never. */
export interface HitReportOptions extends ServerConnection {
  readonly host: string
  readonly every: number
  readonly onFailure: (why: string) => void
}

/**
 * Reports what the counters of the kernel say, over and over until the signal: those that say something else than the
 * server took last. The values are the counters' own, from which the server tells what is new, so that nothing is lost or
 * counted twice when either side starts anew.
 */
export async function reportHits(
  enforcer: Pick<Enforcer, 'held' | 'counts'>,
  options: HitReportOptions,
  stop: AbortSignal,
): Promise<void> {
  const taken = new Map<string, string>()
  while (options.every > 0 && !stop.aborted) {
    await sleep(options.every, undefined, { signal: stop }).catch(() => undefined)
    for (const vpc of stop.aborted ? [] : enforcer.held()) {
      const counts = await enforcer.counts(vpc)
      const fresh = counts.filter((count) => taken.get(count.counter) !== valueOf(count))
      for (let at = 0; at < fresh.length && !stop.aborted; at += AT_ONCE) {
        const part = fresh.slice(at, at + AT_ONCE)
        const failure = await post(options, part, stop)
        if (failure === undefined) for (const count of part) taken.set(count.counter, valueOf(count))
        else if (!stop.aborted) options.onFailure(failure)
      }
    }
  }
}

const valueOf = ({ packets, bytes }: Count): string => `${packets} ${bytes}`

/** Sends counts; returns why that failed. */
async function post(
  options: HitReportOptions,
  counts: readonly Count[],
  stop: AbortSignal,
): Promise<string | undefined> {
  try {
    const signal = AbortSignal.any([stop, AbortSignal.timeout(TIME_LIMIT)])
    const body = JSON.stringify({ host: options.host, counts })
    const response = await send(options, { method: 'POST', path: '/v1/hits', body, signal })
    response.resume()
    return response.statusCode === 200 ? undefined : `hits: the server answered ${response.statusCode}`
  } catch (error) {
    return `hits to ${placeOf(options)}: ${messageOf(error)}`
  }
}
