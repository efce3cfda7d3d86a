/**
 * How much a question about sets of flows may cost. The engine has no clock: whoever asks passes `expired`. Beyond it
 * an answer says that it is not complete and how much it covers; it is never wrong.
 */
export interface Budget {
  /** Nodes of the diagram visited at most. */
  readonly nodes: number
  /** Asked at every node; once true, the question ends. */
  readonly expired?: () => boolean
}

/** Whether an answer holds for every flow that was asked about, and for which share of them it does, 0 to 1. */
export interface Coverage {
  readonly complete: boolean
  readonly covered: number
}

/** What is left of a budget. */
export interface Meter {
  /** Takes one node; false, from then on, when there is none left. */
  readonly spend: () => boolean
  readonly left: () => number
}

/** A meter that stands at the whole budget. */
export function meterOf({ nodes, expired }: Budget): Meter {
  let left = nodes
  return {
    spend: () => {
      if (left > 0 && expired?.()) left = 0
      if (left <= 0) return false
      left--
      return true
    },
    left: () => left,
  }
}

/** A meter that takes from another one, so many nodes at most. */
export function partOf(meter: Meter, nodes: number): Meter {
  let left = nodes
  return { spend: () => left-- > 0 && meter.spend(), left: () => Math.min(left, meter.left()) }
}

/** One budget for several questions: what one takes, the next ones lack. */
export function sharedBudget({ nodes, expired }: Budget): Budget {
  const meter = meterOf({ nodes, ...(expired && { expired }) })
  return { nodes, expired: () => !meter.spend() }
}

/** What holds of several answers together; `flows` weighs them. */
export function joinCoverage(parts: readonly (Coverage & { readonly flows: bigint })[]): Coverage {
  if (parts.every(({ complete }) => complete)) return { complete: true, covered: 1 }
  const all = Number(parts.reduce((sum, { flows }) => sum + flows, 0n))
  const known = parts.reduce((sum, { covered, flows }) => sum + covered * (Number(flows) / all), 0)
  return { complete: false, covered: all === 0 ? 0 : Math.min(known, 0.999999) }
}
