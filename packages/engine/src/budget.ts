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
