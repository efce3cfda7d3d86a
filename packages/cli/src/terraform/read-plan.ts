import { type Source, withNotes } from '../world/source.js'
import { readPlanFormat } from './plan-format.js'
import { resolverFor } from './references.js'
import { addressesById, planFacts } from './resource-facts.js'

/** The worlds before and after a plan, and what cannot be known of either until it is applied. */
export interface PlanWorlds {
  readonly before: Source
  readonly after: Source
  /** What of the plan could change the answer and is not known. */
  readonly unknown: readonly string[]
}

/**
 * Reads what `terraform show -json` wrote of a plan, or of a state, before and after which are the same. Only what the
 * plan manages is seen: rules that others add to its groups are not.
 */
export function readPlan(file: string, content: unknown): PlanWorlds {
  const plan = readPlanFormat(file, content)
  const addresses = addressesById([...plan.before, ...plan.after])
  const before = planFacts(plan.before, addresses, resolverFor(plan.configuration, plan.before))
  const after = planFacts(plan.after, addresses, resolverFor(plan.configuration, plan.after))
  const source = ({ snapshot, names, unknown, assumed }: typeof after): Source =>
    withNotes(snapshot, names, [...unknown, ...assumed])
  const [first, second] = [source(before), source(after)]
  // What neither side knows may be the same in both; what only the other side does not know is part of the change.
  const unknown = second.notes.filter((note) => !first.notes.includes(note) && !after.assumed.includes(note))
  return { before: first, after: second, unknown }
}
