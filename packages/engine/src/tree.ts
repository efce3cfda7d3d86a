import type { AddressRange, Entry } from './entry.js'
import type { Action, PortRange } from './rule.js'

/**
 * A policy as a tree: fields in a fixed order, each cut into ranges that neither meet nor leave anything out. A field that
 * decides nothing has no node, and what is alike is one object.
 */
export type TreeNode = TreeLeaf | TreeNumbers | TreeProtocols | TreeAddresses

/** What becomes of a flow, and why. */
export interface TreeLeaf {
  readonly kind: 'leaf'
  readonly verdict: Action
  /** The entry that decides; null is the default. */
  readonly decides: Entry | null
  /** Staged entries that the flow meets before, in decision order; null is the staged default. */
  readonly counts: readonly (Entry | null)[]
}

/** A decision on a port, or on the type of ICMP and ICMPv6. */
export interface TreeNumbers {
  readonly kind: 'numbers'
  readonly field: 'remotePort' | 'localPort' | 'icmpType'
  readonly cases: readonly { readonly range: PortRange; readonly child: TreeNode }[]
}

/** A decision on the protocol: flows of those that are not named go on to `otherwise`. */
export interface TreeProtocols {
  readonly kind: 'protocols'
  readonly cases: readonly { readonly numbers: readonly number[]; readonly child: TreeNode }[]
  readonly otherwise: TreeNode
}

/** A decision on the remote address, for one family. */
export interface TreeAddresses {
  readonly kind: 'addresses'
  readonly cases: readonly { readonly range: AddressRange; readonly child: TreeNode }[]
}

/** Makes nodes; what is alike is made once. */
export interface TreeMaker {
  readonly leaf: (leaf: Omit<TreeLeaf, 'kind'>) => TreeLeaf
  readonly numbers: (field: TreeNumbers['field'], cases: TreeNumbers['cases']) => TreeNode
  readonly protocols: (cases: TreeProtocols['cases'], otherwise: TreeNode) => TreeNode
  readonly addresses: (cases: TreeAddresses['cases']) => TreeNode
  /** Nodes and cases made so far. */
  readonly size: () => number
}

/** Joins neighbours that go on alike. `join` makes one range of two. */
function joined<R>(
  cases: readonly { readonly range: R; readonly child: TreeNode }[],
  join: (first: R, last: R) => R,
): { range: R; child: TreeNode }[] {
  const list: { range: R; child: TreeNode }[] = []
  for (const one of cases) {
    const before = list.at(-1)
    if (before?.child === one.child) before.range = join(before.range, one.range)
    else list.push({ ...one })
  }
  return list
}

/** A maker that has made nothing yet. Nodes of two makers are never the same object. */
export function treeMaker(): TreeMaker {
  const made = new Map<string, TreeNode>()
  const numberOf = new Map<object | null, number>()
  let size = 0
  const id = (one: object | null): number => {
    const known = numberOf.get(one) ?? numberOf.size
    numberOf.set(one, known)
    return known
  }
  const once = <N extends TreeNode>(key: string, cases: number, make: () => N): N => {
    const known = made.get(key)
    if (known) return known as N
    const node = make()
    made.set(key, node)
    size += 1 + cases
    return node
  }
  const span = <R extends { first: unknown; last: unknown }>(first: R, last: R): R => ({
    ...first,
    last: last.last,
  })
  const ranges = (cases: readonly { range: { first: unknown }; child: TreeNode }[]): string =>
    cases.map(({ range, child }) => `${String(range.first)} ${id(child)}`).join()
  return {
    leaf: (leaf) =>
      once(`leaf ${leaf.verdict} ${id(leaf.decides)} ${leaf.counts.map(id).join()}`, 0, () => ({
        kind: 'leaf',
        ...leaf,
      })),
    numbers: (field, all) => {
      const cases = joined(all, span)
      const [first] = cases
      if (first && cases.length === 1) return first.child
      return once(`${field} ${ranges(cases)}`, cases.length, () => ({ kind: 'numbers', field, cases }))
    },
    protocols: (all, otherwise) => {
      const byChild = new Map<TreeNode, number[]>()
      for (const { numbers, child } of all) {
        if (child !== otherwise) byChild.set(child, [...(byChild.get(child) ?? []), ...numbers])
      }
      if (byChild.size === 0) return otherwise
      const cases = [...byChild].map(([child, numbers]) => ({
        numbers: numbers.sort((a, b) => a - b),
        child,
      }))
      cases.sort((a, b) => a.numbers[0]! - b.numbers[0]!)
      const key = cases.map(({ numbers, child }) => `${numbers.join('.')} ${id(child)}`).join()
      return once(`protocols ${key} ${id(otherwise)}`, cases.length, () => ({
        kind: 'protocols',
        cases,
        otherwise,
      }))
    },
    addresses: (all) => {
      const cases = joined(all, span)
      const [first] = cases
      if (first && cases.length === 1) return first.child
      const family = first?.range.family
      return once(`addresses ${family} ${ranges(cases)}`, cases.length, () => ({
        kind: 'addresses',
        cases,
      }))
    },
    size: () => size,
  }
}
