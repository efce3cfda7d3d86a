/** What the exit code of every command means; part of each command's help. */
export const exitCodes = {
  ok: 0,
  /** The answer is no: a flow is dropped, something differs, a rule is at fault, a statement fails. */
  drop: 1,
  /** The message says what is wrong and what to do. */
  refused: 2,
  /** Something that should not happen. */
  defect: 3,
  /** The time for a question ended before it was answered. */
  unknown: 4,
} as const

/** The paragraph under every command's help. */
export const exitCodeHelp = `
Exit codes:
  0  done; the answer is yes
  1  the answer is no: a flow is dropped (explain, reach), something opens or closes (diff), something
     opens (plan), a rule is at fault (lint), a statement fails (assert)
  2  refused; the message says why and what to do
  3  an unexpected failure, with its trace
  4  unknown: the time for the question ended first, or a part of the plan is not known yet
up ends with the exit code of the server when that ends by itself.`
