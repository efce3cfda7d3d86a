import { AdminError } from '../admin/answer.js'
import type { KeptRevision } from '../store/history.js'

/** The beginning of the history that is kept. */
export type Oldest = Pick<KeptRevision, 'revision' | 'at' | 'operation'>

/** 410: what is asked for was before the oldest revision that is kept. */
export function forgotten(asked: string, { revision, at, operation }: Oldest): AdminError {
  const began = operation === 'reset' || operation === 'restore'
  return new AdminError(
    410,
    `${asked} is no longer kept: ${began ? `a ${operation} began the history anew with` : 'the oldest is'} revision ${revision} of ${at}`,
    began ? 'Ask for a later one.' : 'Ask for a later one; the setting feedRetention says how many are kept.',
    {},
    { oldest: revision, oldestAt: at },
  )
}

/** 410: a revision of an epoch that is over. */
export const epochIsOver = (asked: string, current: string): AdminError =>
  new AdminError(
    410,
    `epoch ${asked} is over: a reset or restore began another one`,
    `Revisions mean something only within their epoch, which is ${current} now.`,
    {},
    { epoch: current },
  )
