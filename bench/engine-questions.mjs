import { compile, diff, lint, regionsOfEntry } from '@sallyport/engine'
import { costOf } from './processor-time.mjs'

/** What questions about sets of flows cost. */

const NODES = 5_000_000
/** Questions about a change at one size: enough of them for a 99th percentile where they are cheap. */
const asked = (rules) => (rules > 2_000 ? 10 : 100)

/** A budget of nodes that no question here needs, and of time: asked at every node, so it must be a cheap clock. */
function budgetOf(milliseconds) {
  const end = performance.now() + milliseconds
  return { nodes: NODES, expired: () => performance.now() > end }
}

/** Milliseconds of a full lint, from facts on, and whether it came to its end. */
export function lintCost(world) {
  let complete = true
  const once = () => {
    complete = lint(world, { budget: budgetOf(10_000) }).complete
  }
  const first = costOf(once)
  // The first one also compiled the code; a long one need not be repeated.
  const cost = first > 3_000 ? first : Math.min(costOf(once), costOf(once))
  return { cost, complete }
}

/** The policy without one of its entries. */
const without = ({ entries, fallback, direction }, place) =>
  compile(
    entries.filter((_, at) => at !== place),
    fallback,
    direction,
  )

/** Milliseconds of the question what taking a rule away would open and close, over rules spread evenly. */
export function whatIfCosts(policy) {
  const rules = policy.entries.flatMap(({ reason }, at) => (reason === 'rule' ? [at] : []))
  const step = Math.max(1, rules.length / asked(rules.length))
  const costs = []
  let short = 0
  const ask = (place) => {
    const within = regionsOfEntry(policy.entries[place])
    if (!diff(policy, without(policy, place), { budget: budgetOf(2_000), within }).complete) short++
  }
  ask(rules[0])
  for (let at = 0; at < rules.length; at += step) costs.push(costOf(() => ask(rules[Math.floor(at)])))
  costs.sort((a, b) => a - b)
  const at = (share) => costs[Math.min(costs.length - 1, Math.floor(costs.length * share))]
  return { p50: at(0.5), p99: at(0.99), asked: costs.length, short }
}
