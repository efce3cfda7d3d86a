/**
 * How much a question about sets of flows may cost. The engine has no clock: whoever asks passes `expired`. Beyond it
 * an answer says that it is not complete and how much it covers; it is never wrong.
 */
export interface Budget {
  /** Nodes of the diagram visited at most. */
  readonly nodes: number
  /** Asked now and then; once true, the question ends. */
  readonly expired?: () => boolean
}

/** Whether an answer holds for every flow that was asked about, and for which share of them it does, 0 to 1. */
export interface Coverage {
  readonly complete: boolean
  readonly covered: number
}
