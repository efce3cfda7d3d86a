/** What the exit code of every command means; part of each command's help. */
export const exitCodes = {
  ok: 0,
  /** `explain`: the flow is dropped. */
  drop: 1,
  /** The message says what is wrong and what to do. */
  refused: 2,
  /** Something that should not happen. */
  defect: 3,
} as const

/** The paragraph under every command's help. */
export const exitCodeHelp = `
Exit codes:
  0  done (explain: the flow is accepted)
  1  explain: the flow is dropped
  2  refused; the message says why and what to do
  3  an unexpected failure, with its trace
up ends with the exit code of the server when that ends by itself.`
