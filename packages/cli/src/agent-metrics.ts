import type { Applied, Observation } from '@sallyport/dataplane'
import { exposition } from '@sallyport/server'

/** What an agent tells of itself. */
export interface AgentMetrics {
  /** Hears of each attempt. */
  readonly applied: (applied: Applied) => void
  /** All of it in the text format of Prometheus. */
  readonly text: (seen: Observation) => string
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

type Read = (seen: Observation) => number

const single: readonly (readonly ['gauge' | 'counter', string, string, Read])[] = [
  ['gauge', 'connected', 'Whether the change feed of the server is open.', (seen) => Number(seen.connected)],
  ['gauge', 'enforces', 'Whether anything is enforced on this host.', (seen) => Number(seen.can !== null)],
  [
    'gauge',
    'asked_revision',
    'The last revision that the server told of.',
    (seen) => seen.asked?.revision ?? 0,
  ],
  ['gauge', 'applied_revision', 'The revision in force.', (seen) => seen.applied?.revision ?? 0],
  ['gauge', 'lag_revisions', 'Revisions that this host is behind.', (seen) => seen.lag],
  ['gauge', 'errors', 'What is not as asked for.', (seen) => seen.applied?.errors.length ?? 0],
  [
    'counter',
    'drifts_total',
    'How often another hand changed the rules, since the start.',
    (seen) => seen.drifts.count,
  ],
  ['gauge', 'places', 'VPCs and namespaces with bound links.', (seen) => seen.sizes.length],
]

const sizes = [
  ['interfaces', 'Interfaces that are enforced.'],
  ['chains', 'Chains in the kernel.'],
  ['rules', 'Rules in the kernel.'],
  ['sets', 'Sets and maps in the kernel.'],
  ['elements', 'Elements of sets and maps in the kernel.'],
] as const

/** Labels are VPCs of this host and features of kernels, which are so many at most. */
export function createAgentMetrics(): AgentMetrics {
  const applying = exposition.histogram(
    'sallyport_agent_apply_seconds',
    'How long it took to bring the host to a revision.',
    seconds,
  )
  return {
    applied: ({ tookMs }) => applying.observe(tookMs / 1000),
    text: (seen) => exposition.expositionOf([applying, ...stateOf(seen)]),
  }
}

const stateOf = (seen: Observation): exposition.Metric[] => [
  ...single.map(([kind, name, help, value]) =>
    exposition.read(kind, `sallyport_agent_${name}`, help, () => [{ labels: {}, value: value(seen) }]),
  ),
  ...sizes.map(([name, help]) =>
    exposition.read('gauge', `sallyport_agent_${name}`, help, () =>
      seen.sizes.map((size) => ({ labels: { of: size.of }, value: size[name] })),
    ),
  ),
  exposition.read('gauge', 'sallyport_agent_can', 'Whether the kernel can do something.', () =>
    Object.entries(seen.can ?? {}).map(([what, can]) => ({ labels: { what }, value: Number(can) })),
  ),
]

/** So many errors are told, and so much of each. */
const MOST_ERRORS = 1000
const LONGEST_ERROR = 4096

/** The health of an agent, in the words that the server has for its hosts. */
export function agentHealth(seen: Observation): Readonly<Record<string, unknown>> {
  const { host, mark, can, connected, asked, applied, lag, drifts } = seen
  const errors = (applied?.errors ?? []).slice(0, MOST_ERRORS).map((text) => text.slice(0, LONGEST_ERROR))
  const inForce = applied?.revision ?? null
  return {
    ...{ status: statusOf(seen), host, mark, can, connected },
    ...{ epoch: asked?.epoch ?? null, asked: asked?.revision ?? null, inForce, lag },
    ...{ at: applied?.at ?? null, tookMs: applied?.tookMs ?? null, errors, drifts },
    places: seen.sizes,
  }
}

function statusOf({ can, asked, applied, lag }: Observation): string {
  if (can === null) return 'not enforced'
  if (!asked || !applied) return 'nothing known'
  if (lag > 0) return 'behind'
  return applied.errors.length > 0 ? 'errors' : 'in force'
}
