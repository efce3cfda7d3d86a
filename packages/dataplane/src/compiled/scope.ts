import type { AddressRange, Family } from '@sallyport/engine'
import { mergeRanges } from '@sallyport/engine'
import type { SharedPolicy } from '../desired.js'
import type { Identities } from './identities.js'
import { nearOf } from './identities.js'

/** Where a policy's trees for remote addresses with these ids must be right. */
export interface Scope {
  readonly of: (family: Family, ids: readonly number[]) => readonly AddressRange[]
  /** Two scopes of a policy are the same if their texts are. */
  readonly text: string
}

/**
 * Ranges times sets of groups at most for trees that are right in all blocks of the VPC. Each makes some three to eight nodes
 * (measured with sets of a thousand rules), so that more would not fit a policy's budget.
 */
const MOST_PAIRS = 1_000

const rangesText = (ranges: readonly AddressRange[]): string =>
  ranges.map(({ first, last }) => `${first}-${last}`).join()

/** How many ranges of a policy's rules are where identities are: about as many as its trees have there. */
function rangesWithin({ policy }: SharedPolicy, { within, groups }: Identities): number {
  const isWithin = ({ family, first, last }: AddressRange): boolean =>
    within[family].some((range) => first <= range.last && last >= range.first)
  const counted = new Set<object>()
  let count = 0
  for (const { remote } of policy.entries) {
    if (remote.kind === 'range') count += isWithin(remote.range) ? 1 : 0
    else if (remote.kind === 'prefix-list' && !counted.has(remote.ranges)) {
      counted.add(remote.ranges)
      count += remote.ranges.filter(isWithin).length
    } else if (remote.kind === 'group' && !groups.has(remote.group) && !counted.has(remote.members)) {
      counted.add(remote.members)
      count += remote.members.v4.size + remote.members.v6.size
    }
  }
  return count
}

/**
 * The blocks of the VPC where that is affordable: then no change of members changes a tree. Else the small blocks that hold
 * members, and the first member in another one makes other trees.
 */
export function scopeOf(shared: SharedPolicy, identities: Identities): Scope {
  const { within, sets } = identities
  if (sets.size === 0) return { of: () => [], text: '' }
  if (sets.size * rangesWithin(shared, identities) <= MOST_PAIRS) {
    return { of: (family) => within[family], text: `${rangesText(within[4])} ${rangesText(within[6])}` }
  }
  const near = nearOf(identities)
  const texts = ([4, 6] as const).map((family) =>
    [...near[family]].map(([id, ranges]) => `${id}=${rangesText(ranges)}`).sort(),
  )
  return {
    of: (family, ids) => mergeRanges(ids.flatMap((id) => near[family].get(id) ?? [])),
    text: texts.map((one) => one.join(' ')).join('|'),
  }
}
