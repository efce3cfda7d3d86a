import type { Denied } from '../denied.js'
import type { Enforcer } from '../enforcer.js'
import type { ReportingOptions } from './reporting.js'
import { reportEvery } from './reporting.js'

/** Between two looks for what was dropped, in milliseconds. */
export const DROPS_EVERY = 500

/** So many are kept while the server cannot be reached, the newest; and so many go into one report. */
const MOST_KEPT = 1_000

/** Reports denied flows, over and over until the signal. What cannot be sent waits, as long as there is room. */
export async function reportDrops(
  enforcer: Pick<Enforcer, 'denied' | 'deaf'>,
  options: ReportingOptions,
  stop: AbortSignal,
): Promise<void> {
  let kept: readonly Denied[] = []
  await reportEvery(options, stop, async (send) => {
    kept = [...kept, ...enforcer.denied()].slice(-MOST_KEPT)
    if (kept.length > 0 && (await send('drops', { drops: kept })) !== 'not sent') kept = []
  })
  enforcer.deaf()
}
