import type { Capabilities } from '../probe.js'
import type { Size } from '../sizes.js'
import type { Report } from './report.js'

/** How an agent fares, by itself: what it can do, what is asked of it, and what is in force. */
export interface Observation {
  readonly host: string
  readonly mark: string
  /** What this kernel can do; null where nothing is enforced. */
  readonly can: Capabilities | null
  /** Whether the change feed is open. Where it is not, more may be asked than is known here. */
  readonly connected: boolean
  /** The last revision that is known; null before any state is. */
  readonly asked: { readonly epoch: string; readonly revision: number } | null
  /** The last attempt; null before the first. */
  readonly applied: {
    readonly epoch: string
    readonly revision: number
    /** ISO 8601 UTC. */
    readonly at: string
    readonly tookMs: number
    readonly errors: readonly string[]
  } | null
  /** Revisions between the two. */
  readonly lag: number
  readonly drifts: Report['drifts']
  readonly sizes: readonly Size[]
}

/** Revisions that are asked for and not attempted yet. */
export function lagOf({ asked, applied }: Pick<Observation, 'asked' | 'applied'>): number {
  if (!asked) return 0
  return applied?.epoch === asked.epoch ? Math.max(0, asked.revision - applied.revision) : asked.revision
}
