import type { Caller } from '@sallyport/protocol'
import { secondsText } from '../../model/context.js'
import { newAnalysisId } from '../../model/ids.js'
import { analysePath } from '../../model/path-analysis.js'
import type { PathParameters } from '../../model/path-parameters.js'
import { insertAnalysis } from '../../store/network-paths.js'
import type { WriteSession } from '../../store/session.js'

/** Longest that an analysis may take; beyond it its status is `error`. */
const BUDGET_MS = 2000

/**
 * Analyses a path and keeps what was found; answers the id of the analysis. It is over when the call is answered, so
 * its status is never `init`, and no two analyses of a path run at once.
 */
export async function runAnalysis(
  session: WriteSession,
  caller: Caller,
  path: PathParameters,
  saved: { readonly id: string; readonly created_at: string } | undefined,
): Promise<string> {
  const id = newAnalysisId('nra')
  const end = performance.now() + BUDGET_MS
  const found = await analysePath(session, caller.accountId, id, path, () => performance.now() > end)
  const now = secondsText(caller.now)
  await insertAnalysis(session, {
    ...{ id, account_id: caller.accountId, created_at: now },
    path_id: saved?.id ?? '',
    path_created_at: saved?.created_at ?? now,
    parameters: JSON.stringify(path),
    status: found.status,
    reachable: found.reachable ? 1 : 0,
    result: found.result,
  })
  return id
}
