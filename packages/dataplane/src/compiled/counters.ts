import type { Direction, Entry } from '@sallyport/engine'
import { digest, isPlainId } from '../names.js'

/** An id where it can be part of a kernel's name, else what stands for it. */
const plain = (id: string): string => (isPlainId(id) ? id : digest(id, 12))

function subjectOf(entry: Entry | null, policy: string): string {
  if (entry === null) return `default-${policy}`
  return entry.reason === 'rule' ? plain(entry.rule ?? '') : `${entry.reason}-${plain(entry.group ?? 'all')}`
}

/**
 * The name of what counts the new flows that an entry decides (null: the default of the policy with this key), or would
 * decide without audit. A rule has one in each VPC, whatever policies it is in, so that a count outlives recompilation.
 */
export const counterOf = (
  direction: Direction,
  entry: Entry | null,
  policy: string,
  staged: boolean,
): string => `${staged ? 'audit' : 'hit'}-${direction === 'egress' ? 'e' : 'i'}-${subjectOf(entry, policy)}`
