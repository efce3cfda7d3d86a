import { lockSoon } from './agent/lock.js'
import { leaveAll } from './bindings/leave-all.js'
import { applySteps } from './links/apply.js'
import type { Draft } from './links/draft.js'
import { planRemovals } from './links/plan-removals.js'
import type { Present } from './links/model.js'
import { readPresent } from './links/read-back.js'
import { checkMark } from './names.js'
import { capabilitiesOf } from './probe.js'

/** Marks of all installations that have something on this host. */
function marksIn({ uplink, namespaces }: Present): Set<string> {
  const owners = [
    ...[...namespaces.values()].map(({ owner }) => owner),
    ...[...uplink.links.values()].map(({ owner }) => owner),
  ]
  return new Set(owners.flatMap((owner) => (owner ? [owner.mark] : [])))
}

/**
 * Removes every namespace, link, table and route that carries the mark ('all': any mark of this product), and
 * nothing else. `uplinkNetns` is the one the agent was started with, and `state` the folder that keeps its bindings, which
 * are taken back. Returns the names of the namespaces removed, and the links that were bound. Rejects while an agent with the
 * mark runs, which would make them again.
 */
export async function tearDown(
  which: string,
  { uplinkNetns = null, state }: { readonly uplinkNetns?: string | null; readonly state?: string } = {},
): Promise<string[]> {
  if (which !== 'all') checkMark(which)
  const { ipv6 } = await capabilitiesOf()
  const present = await readPresent(which, uplinkNetns)
  const removed: string[] = []
  for (const mark of which === 'all' ? marksIn(present) : [which]) {
    const unlock = await lockSoon(mark)
    try {
      const draft: Draft = { present, steps: [] }
      planRemovals(draft, [], { mark, ipv6, uplinkRoutes: false })
      removed.push(...draft.steps.flatMap((step) => (step.do === 'remove-namespace' ? [step.namespace] : [])))
      await applySteps(draft.steps, { uplinkNetns, ipv6 })
      if (state !== undefined) removed.push(...(await leaveAll(state, mark)))
    } finally {
      unlock()
    }
  }
  return removed
}
