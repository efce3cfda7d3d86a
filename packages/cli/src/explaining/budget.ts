import type { Budget } from '@sallyport/engine'
import { UserError } from '@sallyport/server'

/** Parts of the diagram that one question may visit; the time ends most of them earlier. */
const NODES = 50_000_000

/** Seconds that a question may take unless told otherwise. */
export const DEFAULT_SECONDS = 10

/** How much a command's question may cost: `--budget` in seconds. */
export function budgetOf(text: unknown): Budget {
  const seconds = text === undefined ? DEFAULT_SECONDS : Number(text)
  if (!(seconds > 0 && seconds <= 86_400)) {
    throw new UserError(`--budget is ${JSON.stringify(text)}`, 'Give seconds, for example 30.')
  }
  const end = performance.now() + seconds * 1000
  return { nodes: NODES, expired: () => performance.now() > end }
}
