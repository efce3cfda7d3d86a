import { z } from 'zod'
import { AdminError } from './answer.js'

const drifts = z.strictObject({
  count: z.number().int().min(0),
  last: z
    .strictObject({
      vpc: z.string().max(255),
      what: z.string().max(4096),
      at: z.iso.datetime({ offset: true }),
    })
    .nullable(),
})

/** What a data-plane agent last said of itself: `applied` is the revision that its host's kernel holds. */
export interface AgentStatus {
  readonly host: string
  readonly epoch: string
  readonly applied: number
  /** When it was applied, by the agent's clock, ISO 8601. */
  readonly at: string
  readonly errors: readonly string[]
  /** How often another hand changed its rules since its start, and what it was the last time. */
  readonly drifts: z.infer<typeof drifts>
  /** What its kernel can do, by name; null where it does not say. */
  readonly can: Readonly<Record<string, boolean>> | null
  /** False: it follows and enforces nothing. */
  readonly enforces: boolean
  /** How many links of others are bound on its host. */
  readonly bound: number
}

const report = z.strictObject({
  host: z.string().min(1).max(255),
  epoch: z.string().max(128),
  revision: z.number().int().min(0),
  at: z.iso.datetime({ offset: true }),
  errors: z.array(z.string().max(4096)).max(1000),
  drifts: drifts.default({ count: 0, last: null }),
  can: z.record(z.string().max(64), z.boolean()).nullable().default(null),
  enforces: z.boolean().default(true),
  bound: z.number().int().min(0).default(0),
  tookMs: z.number().min(0).nullable().default(null),
})

/** The agents that reported, by host. Beyond `limit` hosts the one that has been silent longest is forgotten. */
export interface Agents {
  /**
   * Takes a `POST /v1/agents` body, and answers how long the change took, where it says. `only` is the one host that may
   * be reported of; null is any. Throws `AdminError` 400 and 403.
   */
  report(body: unknown, only?: string | null): { readonly tookMs: number | null }
  /** Longest silent first. */
  list(): readonly AgentStatus[]
}

/** Creates an empty list. */
export function createAgents(limit = 1000): Agents {
  const byHost = new Map<string, AgentStatus>()
  return {
    report(body, only = null) {
      const { host, epoch, revision, at, errors, drifts, can, enforces, bound, tookMs } = parse(body)
      refuseOtherHost(host, only)
      // Deleting first moves the host to the end of the map's order.
      byHost.delete(host)
      byHost.set(host, { host, epoch, applied: revision, at, errors, drifts, can, enforces, bound })
      const oldest = byHost.keys().next().value
      if (byHost.size > limit && oldest !== undefined) byHost.delete(oldest)
      return { tookMs }
    },
    list: () => [...byHost.values()],
  }
}

/** Throws `AdminError` 403 unless the host is the only one that may be reported of; null is any. */
export function refuseOtherHost(host: string, only: string | null): void {
  if (only === null || host === only) return
  throw new AdminError(
    403,
    `the token of host ${only} does not report for ${host}`,
    `Start the agent with --host ${only}, or with a token made for ${host}.`,
  )
}

function parse(body: unknown): z.infer<typeof report> {
  const result = report.safeParse(body)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new AdminError(
    400,
    `the report is malformed at ${issue?.path.join('.') || 'its top'}: ${issue?.message ?? ''}`,
    'Send {"host": ..., "epoch": ..., "revision": ..., "at": ISO 8601 time, "errors": [text, ...]}.',
  )
}
