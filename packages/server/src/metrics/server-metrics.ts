import type { Revision, World } from '@sallyport/engine'
import type { Finished } from '@sallyport/protocol'
import type { AgentStatus } from '../admin/agents.js'
import type { Metric, Sample } from './exposition.js'
import { counter, expositionOf, histogram, read } from './exposition.js'

/** What a server counts of itself. */
export interface ServerMetrics {
  readonly finished: (request: Finished) => void
  /** Hears of each commit that changed facts. */
  readonly committed: (revisions: readonly Revision[]) => void
  /** Hears how long an agent took for a change. */
  readonly applied: (seconds: number) => void
  /** All of it as text, with what the world and the agents say now. */
  readonly text: (world: Pick<World, 'epoch' | 'revision'>, agents: readonly AgentStatus[]) => string
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256]

/** Label values come from tables of operations and codes and from reports of agents, of which there are so many at most. */
export function createServerMetrics(): ServerMetrics {
  const requests = counter('sallyport_requests_total', 'Requests to the API, by operation and code.')
  const durations = histogram('sallyport_request_duration_seconds', 'How long requests took.', seconds)
  const commits = histogram('sallyport_commit_revisions', 'Revisions that shared a commit.', sizes)
  const changes = counter('sallyport_changes_total', 'Facts that were changed, by kind.')
  const applying = histogram(
    'sallyport_agent_apply_seconds',
    'How long agents took to bring their hosts to a revision.',
    seconds,
  )
  return {
    finished: ({ operation, code, status, durationMs }) => {
      const result = code ?? (status === 0 ? 'unanswered' : status < 400 ? 'OK' : 'other')
      requests.add({
        product: operation?.product ?? 'unknown',
        operation: operation?.name ?? 'unknown',
        code: result,
      })
      durations.observe(durationMs / 1000)
    },
    committed: (revisions) => {
      commits.observe(revisions.length)
      for (const { changes: all } of revisions) for (const { kind } of all) changes.add({ kind })
    },
    applied: applying.observe,
    text: (world, agents) =>
      expositionOf([requests, durations, commits, changes, applying, ...stateOf(world, agents)]),
  }
}

function stateOf(world: Pick<World, 'epoch' | 'revision'>, agents: readonly AgentStatus[]): Metric[] {
  const byHost = (value: (agent: AgentStatus) => number) => (): Sample[] =>
    agents.map((agent) => ({ labels: { host: agent.host }, value: value(agent) }))
  const gauge = (name: string, help: string, value: (agent: AgentStatus) => number): Metric =>
    read('gauge', name, help, byHost(value))
  return [
    read('gauge', 'sallyport_revision', 'The last revision.', () => [{ labels: {}, value: world.revision }]),
    gauge('sallyport_agent_applied_revision', 'The revision in force on a host.', ({ applied }) => applied),
    gauge('sallyport_agent_lag_revisions', 'Revisions that a host is behind.', (agent) =>
      lagOf(agent, world),
    ),
    gauge('sallyport_agent_errors', 'What is not as asked for on a host.', ({ errors }) => errors.length),
    gauge('sallyport_agent_bound_links', 'Links of others that are bound on a host.', ({ bound }) => bound),
    read(
      'counter',
      'sallyport_agent_drifts_total',
      'How often another hand changed the rules, since the start of the agent.',
      byHost(({ drifts }) => drifts.count),
    ),
  ]
}

/** Revisions that an agent is behind; all of them where it follows another epoch. */
export const lagOf = (
  { epoch, applied }: Pick<AgentStatus, 'epoch' | 'applied'>,
  world: Pick<World, 'epoch' | 'revision'>,
): number => (epoch === world.epoch ? Math.max(0, world.revision - applied) : world.revision)
