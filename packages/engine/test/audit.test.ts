import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  deadEntries,
  decideStaged,
  diff,
  explain,
  lint,
  redundantEntries,
  withoutAudit,
  worldFrom,
} from '../src/index.js'
import { applied, audited, auditedProbes, spelledOut } from './audited.js'
import { compiled, decided, flowOf } from './engine-view.js'
import { naiveCounts, naiveDecision } from './naive-decision.js'
import { sizeOf } from './rectangles.mjs'
import { changed, deadRules, redundantRules } from './set-oracles.js'

const timeout = 120_000
const budget = { nodes: 1_000_000 }

describe('a group in audit', () => {
  it(
    'drops nothing, counts what it would drop, and the verdict without audit stands beside',
    { timeout },
    () => {
      const seen = { counted: 0, differs: 0, opened: 0, all: 0 }
      fc.assert(
        fc.property(auditedProbes, ({ situation, packets }) => {
          const policy = compiled(situation)
          for (const packet of packets) {
            const flow = flowOf(situation, packet)
            const naive = naiveDecision(situation, packet)
            const without = naiveDecision(applied(situation), packet)
            const verdict = decided(policy, flow)
            expect(verdict).toMatchObject({ verdict: naive.verdict, reason: naive.reason })
            if (naive.reason === 'rule') expect(verdict.rule).toBe([...naive.deciders].sort()[0])
            const staged = decideStaged(policy, flow)
            expect(staged ?? verdict).toMatchObject({ verdict: without.verdict, reason: without.reason })
            const grounds = explain(policy, flow)
            if ('missing' in grounds) throw new Error('a whole flow misses something')
            expect(grounds.verdict).toEqual(verdict)
            expect(grounds.staged).toEqual(staged)
            const counts = grounds.matches.filter(({ outcome }) => outcome === 'counts')
            expect(counts.map(({ entry }) => entry.rule).sort()).toEqual(
              naiveCounts(situation, packet).sort(),
            )
            seen.all++
            if (counts.length > 0) seen.counted++
            if (naive.verdict !== without.verdict) seen.differs++
            if (naive.reason === 'default' && naive.verdict !== without.verdict) seen.opened++
          }
        }),
        { numRuns: 600 },
      )
      for (const share of [seen.counted, seen.differs, seen.opened]) {
        expect(share / seen.all, JSON.stringify(seen)).toBeGreaterThan(0.02)
      }
    },
  )

  it('opens, in a comparison, exactly the flows that it no longer drops', { timeout }, () => {
    let opened = 0
    fc.assert(
      fc.property(audited, (situation) => {
        const policy = compiled(situation)
        const { opens, closes } = changed(applied(situation), spelledOut(situation))
        const answer = diff(withoutAudit(policy), policy, { budget })
        expect([answer.opens.count, answer.closes.count]).toEqual([sizeOf(opens), sizeOf(closes)])
        expect(answer.closes.count).toBe(0n)
        if (answer.opens.count > 0n) opened++
      }),
      { numRuns: 400 },
    )
    expect(opened).toBeGreaterThan(50)
  })

  it(
    'makes no rule dead or redundant, and none alive: those are found as the rules are written',
    { timeout },
    () => {
      fc.assert(
        fc.property(audited, (situation) => {
          const policy = withoutAudit(compiled(situation))
          const dead = deadEntries(policy, budget).dead.map(({ entry }) => entry.rule)
          expect(dead.sort()).toEqual(deadRules(applied(situation)).sort())
          const redundant = redundantEntries(policy, budget).redundant.map(({ rule }) => rule)
          expect(redundant).toEqual(redundantRules(applied(situation)))
        }),
        { numRuns: 100 },
      )
    },
  )

  it('changes nothing that the linter says of rules, and is found itself', { timeout }, () => {
    let found = 0
    fc.assert(
      fc.property(audited, (situation) => {
        const findings = (one: typeof situation) =>
          lint(worldFrom({ epoch: 'e', revision: 1, vpcs: [], ...one }), { budget }).findings
        // What is open to the world is said as it is.
        const asWritten = (one: typeof situation) => findings(one).filter(({ id }) => id !== 'open-to-world')
        const all = asWritten(situation)
        expect(all.filter(({ id }) => id !== 'group-in-audit')).toEqual(asWritten(applied(situation)))
        const named = all.filter(({ id }) => id === 'group-in-audit').map(({ group }) => group)
        const groups = situation.groups.filter(({ audit }) => audit).map(({ id }) => id)
        expect(named.sort()).toEqual(groups.sort())
        found += named.length
      }),
      { numRuns: 60 },
    )
    expect(found).toBeGreaterThan(20)
  })
})
