import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../run.js'
import type { ServerConnection } from './server-connection.js'
import { placeOf, send } from './server-connection.js'

/** Who reports to whom, and how often. */
export interface ReportingOptions extends ServerConnection {
  readonly host: string
  /** Milliseconds between two reports; 0 is never. */
  readonly every: number
  readonly onFailure: (why: string) => void
}

/** What came of a report. What the server refuses it would refuse again. */
export type Outcome = 'taken' | 'refused' | 'not sent'

/** Sends a report of a kind to the server. Failures are told unless the signal ends it all. */
export type Send = (kind: string, content: object) => Promise<Outcome>

const TIME_LIMIT = 10_000

/** Reports over and over until the signal, never two at a time. `once` must not reject. */
export async function reportEvery(
  options: ReportingOptions,
  stop: AbortSignal,
  once: (send: Send) => Promise<void>,
): Promise<void> {
  const sendTo: Send = (kind, content) => post(options, stop, kind, content)
  while (options.every > 0 && !stop.aborted) {
    await sleep(options.every, undefined, { signal: stop }).catch(() => undefined)
    if (!stop.aborted) await once(sendTo)
  }
}

async function post(
  options: ReportingOptions,
  stop: AbortSignal,
  kind: string,
  content: object,
): Promise<Outcome> {
  const fail = (why: string): void => {
    if (!stop.aborted) options.onFailure(`${kind} to ${placeOf(options)}: ${why}`)
  }
  try {
    const signal = AbortSignal.any([stop, AbortSignal.timeout(TIME_LIMIT)])
    const body = JSON.stringify({ host: options.host, ...content })
    const response = await send(options, { method: 'POST', path: `/v1/${kind}`, body, signal })
    response.resume()
    const status = response.statusCode ?? 500
    if (status === 200) return 'taken'
    fail(`the server answered ${status}`)
    return status < 500 ? 'refused' : 'not sent'
  } catch (error) {
    fail(messageOf(error))
    return 'not sent'
  }
}
