import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Entry, Policy } from '../src/index.js'
import { compile, deadEntries, decide, meterOf, redundantEntries } from '../src/index.js'
import { bitsFrom } from '../src/bits.js'
import { classesOf } from '../src/classes.js'
import type { Sayings } from '../src/counterexample.js'
import { isCovered, isNeedless } from '../src/counterexample.js'
import { decided } from './engine-view.js'
import { everyWay, policies } from './small-policies.js'

const budget = { nodes: 100_000 }

/** Flows that an entry matches, whatever stands before it. */
const matchedBy = (entry: Entry) => {
  const alone = compile([entry], 'drop', 'ingress')
  return everyWay.filter((flow) => {
    const verdict = decide(alone, flow)
    return 'verdict' in verdict && verdict.reason === 'rule'
  })
}

const without = (policy: Policy, entry: Entry): Policy =>
  compile(
    policy.entries.filter((one) => one !== entry),
    policy.fallback,
    policy.direction,
  )

const deciders = (policy: Policy): Set<string | null> =>
  new Set(everyWay.map((flow) => decided(policy, flow).rule))

function expectBlockers(policy: Policy, entry: Entry, blockers: readonly Entry[]): void {
  const before = policy.entries.slice(0, policy.entries.indexOf(entry))
  const own = matchedBy(entry)
  const isCovered = (entries: readonly Entry[]): boolean => {
    const covered = compile(entries, 'drop', 'ingress')
    return own.every((flow) => decided(covered, flow).reason === 'rule')
  }
  expect(blockers.every((one) => before.includes(one))).toBe(true)
  expect(isCovered(blockers)).toBe(true)
  // Each is needed, but for the last: that one may be there for its verdict.
  const last = blockers.at(-1)
  const others = blockers.slice(0, -1)
  const forItsVerdict =
    last !== undefined &&
    last.verdict !== entry.verdict &&
    others.every((one) => one.verdict === entry.verdict)
  if (others.length > 0 && isCovered(others)) expect(forItsVerdict).toBe(true)
  else expect(others.length > 0 && isCovered(others)).toBe(false)
  const differing = before.filter(
    (one) => one.verdict !== entry.verdict && matchedBy(one).some((flow) => own.includes(flow)),
  )
  expect(blockers.some((one) => one.verdict !== entry.verdict)).toBe(differing.length > 0)
}

describe('rules that can never decide', () => {
  it(
    'are those that decide none of all flows, with entries before them that cover them together',
    { timeout: 240_000 },
    () => {
      const seen = { dead: 0, alive: 0, together: 0 }
      fc.assert(
        fc.property(policies, (policy) => {
          const alive = deciders(policy)
          const { dead, complete, covered } = deadEntries(policy, budget)
          expect({ complete, covered }).toEqual({ complete: true, covered: 1 })
          expect(dead.map(({ entry }) => entry)).toEqual(
            policy.entries.filter(({ rule }) => !alive.has(rule)),
          )
          for (const { entry, blockers } of dead) {
            expectBlockers(policy, entry, blockers)
            if (blockers.length > 1) seen.together++
          }
          seen.dead += dead.length
          seen.alive += alive.size
        }),
        { numRuns: 700 },
      )
      expect(Math.min(seen.dead, seen.alive)).toBeGreaterThan(300)
      expect(seen.together).toBeGreaterThan(30)
    },
  )

  it('are not named when the budget ends before they are proven', () => {
    const seen = { complete: 0, partial: 0 }
    fc.assert(
      fc.property(policies, fc.nat({ max: 6 }), (policy, nodes) => {
        const answer = deadEntries(policy, { nodes })
        const whole = deadEntries(policy, budget)
        seen[answer.complete ? 'complete' : 'partial']++
        expect(answer.covered === 1).toBe(answer.complete)
        const proven = whole.dead.map(({ entry }) => entry)
        expect(answer.dead.every(({ entry }) => proven.includes(entry))).toBe(true)
        if (answer.complete) expect(answer.dead.map(({ entry }) => entry)).toEqual(proven)
      }),
      { numRuns: 300 },
    )
    expect(Math.min(seen.complete, seen.partial)).toBeGreaterThan(10)
  })

  it('include those of empty lists and groups, which nothing blocks', () => {
    const entry: Entry = {
      reason: 'rule',
      rule: 'sgr-1',
      group: 'sg-1',
      priority: 1,
      verdict: 'accept',
      family: null,
      protocol: 6,
      remote: { kind: 'group', group: 'sg-2', members: { v4: new Set(), v6: new Set() } },
      local: null,
      remotePorts: null,
      localPorts: null,
      icmpTypes: null,
      staged: false,
    }
    const list: Entry = { ...entry, rule: 'sgr-2', remote: { kind: 'any' }, localPorts: [] }
    const policy = compile([entry, list], 'drop', 'ingress')
    expect(deadEntries(policy, budget).dead).toEqual([
      { entry, blockers: [] },
      { entry: list, blockers: [] },
    ])
  })
})

describe('redundant rules', () => {
  it(
    'are those that decide some flow and could go without a change of any verdict',
    { timeout: 240_000 },
    () => {
      const seen = { redundant: 0, needed: 0 }
      fc.assert(
        fc.property(policies, (policy) => {
          const alive = deciders(policy)
          const verdicts = everyWay.map((flow) => decided(policy, flow).verdict)
          const expected = policy.entries.filter((entry) => {
            if (!alive.has(entry.rule)) return false
            const rest = without(policy, entry)
            return everyWay.every((flow, at) => decided(rest, flow).verdict === verdicts[at])
          })
          const { redundant, complete } = redundantEntries(policy, budget)
          expect(complete).toBe(true)
          expect(redundant).toEqual(expected)
          seen.redundant += expected.length
          seen.needed += alive.size - expected.length
        }),
        { numRuns: 700 },
      )
      expect(Math.min(seen.redundant, seen.needed)).toBeGreaterThan(300)
    },
  )
})

describe('looking at one flow in doubt after the other', () => {
  it(
    'tells of each entry whether those before it cover it, and whether it could go, as trying all flows does',
    { timeout: 240_000 },
    () => {
      const seen = { covered: 0, open: 0, needless: 0, needed: 0 }
      fc.assert(
        fc.property(policies, (policy) => {
          const classes = classesOf(policy)
          const count = policy.entries.length
          const bits = (wanted: (entry: Entry, at: number) => boolean) =>
            bitsFrom(
              policy.entries.flatMap((entry, at) => (wanted(entry, at) ? [at] : [])),
              Math.max(1, count),
            )
          const alive = deciders(policy)
          const verdicts = everyWay.map((flow) => decided(policy, flow).verdict)
          for (const [at, entry] of policy.entries.entries()) {
            const covered = isCovered(
              classes,
              at,
              bits((_, other) => other < at),
              meterOf(budget),
            )
            expect(covered).toBe(!alive.has(entry.rule))
            seen[covered ? 'covered' : 'open']++
            const rest = without(policy, entry)
            const couldGo = everyWay.every((flow, one) => decided(rest, flow).verdict === verdicts[one])
            const sayings: Sayings = {
              before: bits((_, other) => other < at),
              same: bits(({ verdict }, other) => other > at && verdict === entry.verdict),
              opposite: bits(({ verdict }, other) => other > at && verdict !== entry.verdict),
              fallback: policy.fallback === entry.verdict ? 'same' : 'opposite',
            }
            expect(isNeedless(classes, at, sayings, meterOf(budget))).toBe(couldGo)
            seen[couldGo ? 'needless' : 'needed']++
            expect([couldGo, undefined]).toContain(
              isNeedless(classes, at, sayings, meterOf({ nodes: at % 3 })),
            )
            expect([covered, undefined]).toContain(
              isCovered(classes, at, sayings.before, meterOf({ nodes: 0 })),
            )
          }
        }),
        { numRuns: 500 },
      )
      expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(200)
    },
  )

  it('is done where one walk for all entries would not end', () => {
    // Each of 36 rules overlaps all others in every field, and none is covered.
    const entries = Array.from({ length: 36 }, (_, at): Entry => ({
      reason: 'rule',
      rule: `sgr-${at}`,
      group: 'sg-1',
      priority: 1,
      verdict: at % 2 === 0 ? 'accept' : 'drop',
      family: 4,
      protocol: 6,
      remote: { kind: 'range', range: { family: 4, first: BigInt(at), last: BigInt(at + 40) } },
      local: { family: 4, first: BigInt((at * 7) % 36), last: BigInt(((at * 7) % 36) + 40) },
      remotePorts: [{ first: (at * 11) % 36, last: ((at * 11) % 36) + 40 }],
      localPorts: [{ first: (at * 17) % 36, last: ((at * 17) % 36) + 40 }],
      icmpTypes: null,
      staged: false,
    }))
    const hidden: Entry = {
      ...entries[0]!,
      rule: 'sgr-hidden',
      remote: { kind: 'range', range: { family: 4, first: 10n, last: 40n } },
    }
    const policy = compile([...entries, hidden], 'drop', 'ingress')
    const { dead, complete } = deadEntries(policy, { nodes: 20_000 })
    expect(complete).toBe(true)
    expect(dead.map(({ entry }) => entry.rule)).toEqual(['sgr-hidden'])
    expect(dead[0]?.blockers.map(({ rule }) => rule)[0]).toBe('sgr-0')
  })
})
