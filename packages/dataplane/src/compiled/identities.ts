import type { AddressRange, Family } from '@sallyport/engine'
import { formatAddress, mergeRanges, parseAddress, rangeOf, widthOf } from '@sallyport/engine'
import type { SharedPolicy } from '../desired.js'
import { digest } from '../names.js'

/**
 * Groups with more members than this are told apart by identity: one map of a VPC says which of them an address is in, so
 * that a member more or less is one element, whatever the number of policies. Smaller groups are folded into each policy's
 * address ranges, which costs a packet nothing and is quicker to load: every set of groups that some address is in
 * multiplies a policy's ranges (measured: 200 rules with a thousand members load four times as long by identity).
 */
export const MOST_FOLDED = 256

/** Which identified groups addresses are in. */
export interface Identities {
  readonly groups: ReadonlySet<string>
  /** The sets of groups that some address is in, by id. */
  readonly sets: ReadonlyMap<number, ReadonlySet<string>>
  /** The id of an address's set of groups, by address text. */
  readonly of: Readonly<Record<Family, ReadonlyMap<string, number>>>
  /**
   * Where addresses that have an identity are: what is decided by identity need not be right elsewhere. These are the
   * blocks of the VPC, so that they stay as they are when members come and go, and what members have beyond them.
   */
  readonly within: Readonly<Record<Family, readonly AddressRange[]>>
}

/**
 * Ids follow from what the sets hold, so that they do not depend on what was there before. Where two sets want one id, the
 * second in order takes the next.
 */
function idsOf(keys: readonly string[]): Map<string, number> {
  const ids = new Map<string, number>()
  const taken = new Set<number>([0])
  for (const key of [...keys].sort()) {
    let id = parseInt(digest(key, 8), 16)
    while (taken.has(id)) id = (id + 1) % 2 ** 32
    taken.add(id)
    ids.set(key, id)
  }
  return ids
}

function withinOf(family: Family, blocks: readonly string[], members: Iterable<bigint>): AddressRange[] {
  const ranges = mergeRanges(blocks.map(rangeOf).filter((range) => range.family === family))
  const isInBlock = (bits: bigint): boolean => ranges.some(({ first, last }) => first <= bits && bits <= last)
  const beyond = [...members].filter((bits) => !isInBlock(bits))
  return mergeRanges([...ranges, ...beyond.map((bits) => ({ family, first: bits, last: bits }))])
}

/** The identities that policies of a VPC with these blocks need together: of groups with more members than are folded. */
export function identitiesOf(
  policies: readonly SharedPolicy[],
  blocks: readonly string[],
  mostFolded = MOST_FOLDED,
): Identities {
  const members = new Map<string, { v4: ReadonlySet<bigint>; v6: ReadonlySet<bigint> }>()
  for (const { remote } of policies.flatMap(({ policy }) => policy.entries)) {
    if (remote.kind !== 'group' || members.has(remote.group)) continue
    const { v4, v6 } = remote.members
    if (v4.size + v6.size > mostFolded) members.set(remote.group, remote.members)
  }
  const groups = [...members.keys()].sort()
  const keysOf = (family: Family): Map<bigint, string> => {
    const keys = new Map<bigint, string>()
    for (const group of groups) {
      for (const bits of (family === 4 ? members.get(group)?.v4 : members.get(group)?.v6) ?? []) {
        const before = keys.get(bits)
        keys.set(bits, before === undefined ? group : `${before} ${group}`)
      }
    }
    return keys
  }
  const keys = { 4: keysOf(4), 6: keysOf(6) }
  const ids = idsOf([...new Set([...keys[4].values(), ...keys[6].values()])])
  const texts = (family: Family): Map<string, number> =>
    new Map([...keys[family]].map(([bits, key]) => [formatAddress({ family, bits }), ids.get(key) ?? 0]))
  return {
    groups: new Set(groups),
    sets: new Map([...ids].map(([key, id]) => [id, new Set(key.split(' '))])),
    of: { 4: texts(4), 6: texts(6) },
    within: { 4: withinOf(4, blocks, keys[4].keys()), 6: withinOf(6, blocks, keys[6].keys()) },
  }
}

/** Bits of the blocks in which members are looked for: about a switch's, so that they stay when single members change. */
const NEAR = { 4: 24, 6: 64 } as const

/** Small blocks by id. */
type Near = Readonly<Record<Family, ReadonlyMap<number, readonly AddressRange[]>>>

const nearby = new WeakMap<Identities, Near>()
/** How to find them where addresses alone do not say it. */
const sources = new WeakMap<Identities, () => Near>()

function nearIn(family: Family, of: ReadonlyMap<string, number>): Map<number, readonly AddressRange[]> {
  const size = 1n << BigInt(widthOf(family) - NEAR[family])
  const starts = new Map<number, Set<bigint>>()
  for (const [text, id] of of) {
    const bits = parseAddress(text)?.bits ?? 0n
    const found = starts.get(id) ?? new Set()
    starts.set(id, found.add(bits - (bits % size)))
  }
  return new Map(
    [...starts].map(([id, found]) => [
      id,
      mergeRanges([...found].map((first) => ({ family, first, last: first + size - 1n }))),
    ]),
  )
}

/** Identities whose small blocks are others than their addresses say. */
export function withNear(identities: Identities, near: () => Near): Identities {
  sources.set(identities, near)
  return identities
}

/** Whether anybody asked for the small blocks. */
export const usesNear = (identities: Identities): boolean => nearby.has(identities)

/** The small blocks that hold the addresses with an id, by id. */
export function nearOf(identities: Identities): Near {
  const found = nearby.get(identities) ??
    sources.get(identities)?.() ?? { 4: nearIn(4, identities.of[4]), 6: nearIn(6, identities.of[6]) }
  nearby.set(identities, found)
  return found
}
