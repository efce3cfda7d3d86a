import type { Address, Family } from './address.js'
import { widthOf } from './address.js'
import type { Bits } from './bits.js'
import { addBit, bitOf, firstCommon, hasBit, nextBit } from './bits.js'
import type { Classes, NumberPartition } from './classes.js'
import { classesOf, entriesOfNumber, rowOfAddress } from './classes.js'
import type { AddressRange, Entry, Policy } from './entry.js'
import { compile, withoutAudit } from './policy.js'
import type { Kind } from './protocol-fields.js'
import { kindOfProtocol } from './protocol-fields.js'
import { stateTable } from './state-table.js'
import type { PortRange } from './rule.js'
import type { TreeMaker, TreeNode, TreeNumbers } from './tree.js'
import { treeMaker } from './tree.js'

/** A policy as trees, one for each class of own addresses and each set of groups that a remote address may be in. */
export interface Trees {
  /** The class of an own address: addresses of one class have the same tree. */
  readonly ownClass: (own: Address) => number
  /** How many classes the own addresses of a family have. */
  readonly ownClasses: (family: Family) => number
  /**
   * The tree for remote addresses in these of the groups told apart by identity. Null when all trees together have grown
   * beyond the limit; then every further one is null, too. `within`, where it is given: ranges of the family, ascending,
   * none empty and no two meeting; the tree decides flows with these remote addresses alone, and says anything of others.
   */
  readonly at: (
    family: Family,
    ownClass: number,
    groups: ReadonlySet<string>,
    within?: readonly AddressRange[],
  ) => TreeNode | null
  /** Nodes and cases of all trees so far. */
  readonly size: () => number
}

/** Protocols that the same entries match and that have the same fields. */
interface ProtocolGroup {
  readonly numbers: number[]
  readonly kind: Kind
  readonly entries: Bits
}

/** What a walk needs at every step. */
interface Walk {
  readonly policy: Policy
  readonly classes: Classes
  readonly maker: TreeMaker
  /** Entries that decide: all but the staged ones. */
  readonly deciding: Bits
  readonly protocols: readonly ProtocolGroup[]
  /** Leaves by the place after that of the entry that decides; the first is the default's. */
  readonly leaves: (TreeNode | undefined)[]
  readonly limit: number
}

const isBeyond = ({ maker, limit }: Walk): boolean => maker.size() > limit

/** Entries of identified groups match any remote address here: which of them count is for the caller to say. */
function withIdentities(policy: Policy, identified: ReadonlySet<string>): Policy {
  const plain = withoutAudit(policy)
  const isIdentified = ({ remote }: Entry): boolean => remote.kind === 'group' && identified.has(remote.group)
  if (!plain.entries.some(isIdentified)) return plain
  const entries = plain.entries.map((entry): Entry =>
    isIdentified(entry) ? { ...entry, remote: { kind: 'any' } } : entry,
  )
  return compile(entries, plain.fallback, plain.direction)
}

function protocolGroups({ protocol }: Classes): ProtocolGroup[] {
  const groups = new Map<string, ProtocolGroup>()
  for (let number = 0; number < 256; number++) {
    const kind = kindOfProtocol(number)
    const entries = entriesOfNumber(protocol, number)
    const key = `${kind} ${entries.byteOffset}`
    const group = groups.get(key) ?? { numbers: [], kind, entries }
    group.numbers.push(number)
    groups.set(key, group)
  }
  // The most numerous come last: they are what holds for protocols that no case names.
  return [...groups.values()].sort((a, b) => a.numbers.length - b.numbers.length)
}

/** What is in both sets, of which the second begins at word `at`. */
function meet(a: Bits, b: Bits, at = 0): Bits {
  const met = new Uint32Array(a.length)
  for (let word = 0; word < a.length; word++) met[word] = a[word]! & b[at + word]!
  return met
}

/** Leaves out what comes after the first entry that decides whatever the fields still to come are. */
function cut(candidates: Bits, covers: Bits, deciding: Bits): Bits {
  const first = firstCommon(candidates, covers, deciding)
  if (first < 0) return candidates
  const kept = candidates.slice()
  kept.fill(0, (first >>> 5) + 1)
  kept[first >>> 5]! &= ~(bitOf(first) - 1)
  return kept
}

/** What becomes of flows that these entries match, whose fields are all known. */
function leafOf({ policy, maker, deciding }: Walk, entries: Bits): TreeNode {
  const first = firstCommon(entries, deciding, entries)
  const { fallback, stagedFallback } = policy
  const counts: (Entry | null)[] = []
  for (let at = nextBit(entries, 0); at >= 0 && at !== first; at = nextBit(entries, at + 1)) {
    if (policy.entries[at]!.staged) counts.push(policy.entries[at]!)
  }
  const decides = policy.entries[first] ?? null
  if (decides === null && fallback !== stagedFallback) counts.push(null)
  return maker.leaf({ verdict: decides?.verdict ?? fallback, decides, counts })
}

/** Whether all of some entries are among others. Loops here and in `meet`: these are where compiling spends its time. */
function isWithin(some: Bits, all: Bits): boolean {
  for (let word = 0; word < some.length; word++) if ((some[word]! & ~all[word]!) !== 0) return false
  return true
}

/** The ports in the order of looking at them: what rules name most often is the destination's. */
const portFields = (direction: Policy['direction']): TreeNumbers['field'][] =>
  direction === 'egress' ? ['remotePort', 'localPort'] : ['localPort', 'remotePort']

/** Decides on one number after another, as far as some entry tests it. */
function numbersNode(walk: Walk, fields: readonly TreeNumbers['field'][], candidates: Bits): TreeNode {
  const [field, ...later] = fields
  if (field === undefined || isBeyond(walk)) return leafOf(walk, candidates)
  const { classes, maker, deciding } = walk
  const covers = fields.map((name) => classes[name].any).reduce((a, b) => meet(a, b))
  const entries = cut(candidates, covers, deciding)
  if (isWithin(entries, classes[field].any)) return numbersNode(walk, later, entries)
  return maker.numbers(field, casesOf(classes[field], childrenOf(walk, field, later, entries)))
}

/** What a class of values of a field leads to. */
function childrenOf(
  walk: Walk,
  field: TreeNumbers['field'],
  later: readonly TreeNumbers['field'][],
  entries: Bits,
): (found: number) => TreeNode {
  const { bits, words } = walk.classes[field]
  const nextOf = (found: number): TreeNode => numbersNode(walk, later, meet(entries, bits, found * words))
  if (!isWithin(entries, walk.deciding)) return nextOf
  // Nothing is counted by the way: where the first entry that a value meets tests no later field, it says it all.
  const covers = later.map((name) => walk.classes[name].any).reduce((a, b) => meet(a, b), walk.deciding)
  return (found) => {
    const first = firstCommon(entries, walk.deciding, bits, found * words)
    return first < 0 || hasBit(covers, first) ? firstLeaf(walk, first) : nextOf(found)
  }
}

/** The leaf of flows that the entry decides; -1 is the default. */
function firstLeaf(walk: Walk, first: number): TreeNode {
  const known = walk.leaves[first + 1]
  if (known) return known
  const single = new Uint32Array(walk.classes.words)
  if (first >= 0) addBit(single, first)
  return (walk.leaves[first + 1] = leafOf(walk, single))
}

/** The cases of a field, neighbours that go on alike in one. `childOf` is asked once for each class of values. */
function casesOf(
  { starts, classOf, size, classes }: NumberPartition,
  childOf: (found: number) => TreeNode,
): TreeNumbers['cases'] {
  const children = new Array<TreeNode | undefined>(classes)
  const cases: { range: PortRange; child: TreeNode }[] = []
  let [first, before]: [number, TreeNode | null] = [0, null]
  for (let interval = 0; interval < classOf.length; interval++) {
    const found = classOf[interval]!
    const child = (children[found] ??= childOf(found))
    if (child === before) continue
    const start = starts[interval]!
    if (before) cases.push({ range: { first, last: start - 1 }, child: before })
    first = start
    before = child
  }
  if (before) cases.push({ range: { first, last: size - 1 }, child: before })
  return cases
}

/** Entries that test none of the fields. */
const testing = (classes: Classes, ...fields: readonly TreeNumbers['field'][]): Bits =>
  fields.map((field) => classes[field].any).reduce((a, b) => meet(a, b))

/** Decides on the protocol, then on the fields that its flows have. Equal states are worked out once. */
function protocolsNode(walk: Walk): (candidates: Bits) => TreeNode {
  const { classes, maker, policy, deciding, protocols } = walk
  const states = stateTable(classes.words)
  const nodes: TreeNode[] = []
  const covers = meet(testing(classes, 'remotePort', 'localPort', 'icmpType'), classes.protocol.any)
  const portless = testing(classes, 'remotePort', 'localPort')
  const typeless = testing(classes, 'icmpType')
  const kinds: Record<Kind, (entries: Bits) => TreeNode> = {
    ported: (entries) => numbersNode(walk, portFields(policy.direction), meet(entries, typeless)),
    typed: (entries) => numbersNode(walk, ['icmpType'], meet(entries, portless)),
    plain: (entries) => leafOf(walk, meet(meet(entries, portless), typeless)),
  }
  return (candidates) => {
    const entries = cut(candidates, covers, deciding)
    const state = states.intern(entries)
    const known = nodes[state]
    if (known) return known
    const cases = protocols.map((group) => ({
      numbers: group.numbers,
      child: kinds[group.kind](meet(entries, group.entries)),
    }))
    const node = maker.protocols(cases, cases.at(-1)!.child)
    nodes[state] = node
    return node
  }
}

/** Which intervals of the remote addresses hold some of the ranges; both ascend. */
function touched(
  ranges: readonly AddressRange[],
  intervals: number,
  startOf: (interval: number) => bigint,
): boolean[] {
  const found: boolean[] = []
  let at = 0
  for (let interval = 0; interval < intervals; interval++) {
    while (at < ranges.length && ranges[at]!.last < startOf(interval)) at++
    found.push(at < ranges.length && ranges[at]!.first < startOf(interval + 1))
  }
  return found
}

/** Decides on the remote address. Intervals that nobody asks about go on as the one before them does, or the first one. */
function addressesNode(
  walk: Walk,
  family: Family,
  candidates: Bits,
  nodeOf: (met: Bits) => TreeNode,
  within: readonly AddressRange[] | undefined,
): TreeNode {
  const { starts, starts6, classOf, bits, words } = walk.classes.remote[family]
  const end = 1n << BigInt(widthOf(family))
  const startOf = (interval: number): bigint =>
    interval >= classOf.length ? end : family === 4 ? BigInt(starts[interval]!) : starts6[interval]!
  const asked = within && touched(within, classOf.length, startOf)
  const children = new Map<number, TreeNode>()
  const childOf = (interval: number): TreeNode => {
    const found = classOf[interval]!
    const child = children.get(found) ?? nodeOf(meet(candidates, bits, found * words))
    children.set(found, child)
    return child
  }
  let child = childOf(Math.max(0, asked?.indexOf(true) ?? 0))
  const cases = Array.from(classOf, (_, interval) => {
    if (asked?.[interval] ?? true) child = childOf(interval)
    return { range: { family, first: startOf(interval), last: startOf(interval + 1) - 1n }, child }
  })
  return walk.maker.addresses(cases)
}

/**
 * The policy as trees: own address, remote address, protocol, destination port, source port (or type of ICMP), all from the
 * classes that `decide` looks at. Membership in `identified` groups is not read from addresses: the caller says it.
 * `limit` bounds the nodes and cases of all trees of the policy together.
 */
export function treesOf(policy: Policy, identified: ReadonlySet<string>, limit: number): Trees {
  const classes = classesOf(withIdentities(policy, identified))
  const { words } = classes
  const deciding = new Uint32Array(words)
  for (const [at, { staged }] of policy.entries.entries()) if (!staged) addBit(deciding, at)
  const walk: Walk = {
    policy,
    classes,
    maker: treeMaker(),
    deciding,
    protocols: protocolGroups(classes),
    leaves: [],
    limit,
  }
  const nodeOf = protocolsNode(walk)
  const outside = (groups: ReadonlySet<string>): Bits => {
    const bits = new Uint32Array(words)
    for (const [at, { remote }] of policy.entries.entries())
      if (remote.kind === 'group' && identified.has(remote.group) && !groups.has(remote.group))
        addBit(bits, at)
    return bits
  }
  return {
    ownClass: (own) => rowOfAddress(classes.local, own) / words,
    ownClasses: (family) => classes.local[family].classes,
    at: (family, ownClass, groups, within) => {
      if (isBeyond(walk)) return null
      const own = meet(classes.possible, classes.local[family].bits, ownClass * words)
      const left = outside(groups)
      const candidates = own.map((word, at) => word & ~left[at]!)
      const node = addressesNode(walk, family, candidates, nodeOf, within)
      return isBeyond(walk) ? null : node
    },
    size: walk.maker.size,
  }
}
