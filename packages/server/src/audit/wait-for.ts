import { fits, type CallFilter } from './filter.js'
import type { Journal } from './journal.js'
import type { CallRecord } from './record.js'

/** What came of waiting for calls. */
export interface Awaited {
  /** The first `count` that fit, oldest first; fewer when the time ran out. */
  readonly calls: readonly CallRecord[]
  readonly reached: boolean
}

/** Waits until `count` calls fit a filter, those recorded before included, or until the signal. */
export async function waitForCalls(
  journal: Journal,
  filter: CallFilter,
  count: number,
  stop: AbortSignal,
): Promise<Awaited> {
  const found = new Map<string, CallRecord>()
  let enough: () => void = () => undefined
  const take = (call: CallRecord): void => {
    if (!fits(filter, call)) return
    found.set(call.requestId, call)
    if (found.size >= count) enough()
  }
  const live: CallRecord[] = []
  // Listening before looking back is what leaves no gap.
  let hear = (call: CallRecord): void => void live.push(call)
  const unsubscribe = journal.subscribe((call) => hear(call))
  try {
    const { calls } = await journal.query(filter, count)
    for (const call of [...calls, ...live]) take(call)
    hear = take
    if (found.size < count && !stop.aborted) {
      await new Promise<void>((resolve) => {
        enough = resolve
        stop.addEventListener('abort', () => resolve(), { once: true })
      })
    }
    return { calls: [...found.values()].slice(0, count), reached: found.size >= count }
  } finally {
    unsubscribe()
  }
}
