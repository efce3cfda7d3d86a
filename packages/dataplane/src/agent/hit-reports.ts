import type { Count } from '../counted.js'
import type { Enforcer } from '../enforcer.js'
import type { ReportingOptions, Send } from './reporting.js'
import { reportEvery } from './reporting.js'

/** Between two readings of the counters, in milliseconds. */
export const COUNT_EVERY = 3_000

/** So many counters go into one report. */
const AT_ONCE = 1_000

/**
 * Reports what the counters of the kernel say, over and over until the signal: those that say something else than the
 * server took last. The values are the counters' own, from which the server tells what is new, so that nothing is lost or
 * counted twice when either side starts anew.
 */
export async function reportHits(
  enforcer: Pick<Enforcer, 'held' | 'counts'>,
  options: ReportingOptions,
  stop: AbortSignal,
): Promise<void> {
  const taken = new Map<string, string>()
  await reportEvery(options, stop, async (send) => {
    for (const vpc of enforcer.held()) {
      if (stop.aborted) return
      await reportFresh(await enforcer.counts(vpc), taken, send)
    }
  })
}

async function reportFresh(counts: readonly Count[], taken: Map<string, string>, send: Send): Promise<void> {
  const fresh = counts.filter((count) => taken.get(count.counter) !== valueOf(count))
  for (let at = 0; at < fresh.length; at += AT_ONCE) {
    const part = fresh.slice(at, at + AT_ONCE)
    if ((await send('hits', { counts: part })) !== 'taken') return
    for (const count of part) taken.set(count.counter, valueOf(count))
  }
}

const valueOf = ({ packets, bytes }: Count): string => `${packets} ${bytes}`
