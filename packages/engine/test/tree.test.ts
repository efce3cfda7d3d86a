import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Address, AddressRange, Family, Flow, Policy, TreeLeaf, TreeNode, Trees } from '../src/index.js'
import { decide, decideStaged, explain, mergeRanges, treesOf, verdictOf } from '../src/index.js'
import { auditedProbes } from './audited.js'
import { compiled, flowOf, probed } from './engine-view.js'

const NO_LIMIT = 1_000_000

/** Groups that a policy's entries name and that the address is in. */
function groupsAround({ entries }: Policy, { family, bits }: Address): Set<string> {
  const groups = new Set<string>()
  for (const { remote } of entries) {
    if (remote.kind !== 'group') continue
    if ((family === 4 ? remote.members.v4 : remote.members.v6).has(bits)) groups.add(remote.group)
  }
  return groups
}

/** Follows a tree as a packet would, and insists that ranges leave nothing out and do not meet. */
function follow(node: TreeNode, flow: Flow): TreeLeaf {
  const only = (
    cases: readonly { range: { first: bigint | number; last: bigint | number }; child: TreeNode }[],
    value: bigint | number,
  ) => {
    const fitting = cases.filter(({ range }) => range.first <= value && value <= range.last)
    expect(fitting).toHaveLength(1)
    return follow(fitting[0]!.child, flow)
  }
  switch (node.kind) {
    case 'leaf':
      return node
    case 'addresses':
      return only(node.cases, flow.remote.bits)
    case 'protocols': {
      const found = node.cases.find(({ numbers }) => numbers.includes(flow.protocol))
      return follow(found?.child ?? node.otherwise, flow)
    }
    case 'numbers':
      return only(node.cases, flow[node.field] ?? NaN)
  }
}

function leafFor(
  trees: Trees,
  policy: Policy,
  flow: Flow,
  identified: boolean,
  within?: readonly AddressRange[],
): TreeLeaf {
  const { local, remote } = flow
  if (!local) throw new Error('an own address is needed')
  const groups = identified ? groupsAround(policy, remote) : new Set<string>()
  const node = trees.at(remote.family, trees.ownClass(local), groups, within)
  if (!node) throw new Error('the tree is too large')
  return follow(node, flow)
}

const groupsOf = ({ entries }: Policy): Set<string> =>
  new Set(entries.flatMap(({ remote }) => (remote.kind === 'group' ? [remote.group] : [])))

describe('a policy as a tree', () => {
  it(
    'decides as the engine does, by the same entry, with groups read from addresses or told',
    { timeout: 120_000 },
    () => {
      let flows = 0
      fc.assert(
        fc.property(probed, ({ situation, packets }) => {
          const policy = compiled(situation)
          for (const identified of [false, true]) {
            const trees = treesOf(policy, identified ? groupsOf(policy) : new Set(), NO_LIMIT)
            for (const packet of packets) {
              const flow = flowOf(situation, packet)
              const { decides, verdict, counts } = leafFor(trees, policy, flow, identified)
              expect(verdictOf(policy, decides)).toEqual(decide(policy, flow))
              expect(verdict).toBe(verdictOf(policy, decides).verdict)
              expect(counts).toEqual([])
              flows++
            }
          }
        }),
        { numRuns: 1_500 },
      )
      expect(flows).toBeGreaterThan(10_000)
    },
  )

  it('decides by the same entry where it is asked about some remote addresses only, and is smaller', () => {
    let [whole, narrow] = [0, 0]
    fc.assert(
      fc.property(probed, ({ situation, packets }) => {
        const policy = compiled(situation)
        const flows = packets.map((packet) => flowOf(situation, packet))
        for (const family of [4, 6] as const) {
          const asked = flows.filter(({ remote }, at) => remote.family === family && at % 3 === 0)
          const within = mergeRanges(
            asked.map(({ remote: { bits } }) => ({ family, first: bits, last: bits })),
          )
          const [all, some] = [0, 1].map(() => treesOf(policy, groupsOf(policy), NO_LIMIT)) as [Trees, Trees]
          for (const flow of asked) {
            const { decides } = leafFor(some, policy, flow, true, within)
            expect(verdictOf(policy, decides)).toEqual(decide(policy, flow))
            leafFor(all, policy, flow, true)
          }
          expect(some.size()).toBeLessThanOrEqual(all.size())
          whole += all.size()
          narrow += some.size()
        }
      }),
      { numRuns: 500 },
    )
    expect(narrow).toBeLessThan(whole * 0.95)
  })

  it(
    'counts what groups in audit would drop, in the order in which a flow meets it',
    { timeout: 120_000 },
    () => {
      let counted = 0
      fc.assert(
        fc.property(auditedProbes, ({ situation, packets }) => {
          const policy = compiled(situation)
          const trees = treesOf(policy, new Set(), NO_LIMIT)
          for (const packet of packets) {
            const flow = flowOf(situation, packet)
            const { decides, counts } = leafFor(trees, policy, flow, false)
            expect(verdictOf(policy, decides)).toEqual(decide(policy, flow))
            const explained = explain(policy, flow)
            if ('missing' in explained) throw new Error('every field is known')
            const met = explained.matches
              .filter(({ outcome }) => outcome === 'counts')
              .map(({ entry }) => entry)
            expect(counts.filter((entry) => entry !== null)).toEqual(met)
            expect(counts.includes(null)).toBe(decides === null && policy.fallback !== policy.stagedFallback)
            if (counts.length > 0) expect(decideStaged(policy, flow)).toMatchObject({ verdict: 'drop' })
            counted += counts.length
          }
        }),
        { numRuns: 500 },
      )
      expect(counted).toBeGreaterThan(100)
    },
  )

  it('is null beyond its limit, and of one class of own addresses where no rule looks at them', () => {
    fc.assert(
      fc.property(probed, ({ situation }) => {
        const policy = compiled(situation)
        expect(treesOf(policy, new Set(), -1).at(4, 0, new Set())).toBeNull()
        const trees = treesOf(policy, new Set(), NO_LIMIT)
        for (const family of [4, 6] as const satisfies readonly Family[]) {
          if (!policy.entries.some(({ local }) => local?.family === family))
            expect(trees.ownClasses(family)).toBe(1)
        }
      }),
      { numRuns: 100 },
    )
  })
})
