import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FlowChange } from '../src/index.js'
import { deadEntries, decide, diff, redundantEntries } from '../src/index.js'
import { compiled } from './engine-view.js'
import { situations } from './random-situations.js'
import type { Box } from './rectangles.mjs'
import { difference, overlap, sizeOf, stepsOf } from './rectangles.mjs'
import { boxesOf, changed, deadRules, edited, redundantRules, sameFlows } from './set-oracles.js'

const budget = { nodes: 1_000_000 }
const timeout = 120_000

describe('the engine and cutting boxes', () => {
  it('find the same dead rules, blocked by those that are named', { timeout }, () => {
    const seen = { live: 0, dead: 0, several: 0 }
    fc.assert(
      fc.property(situations, (situation) => {
        const { dead, complete } = deadEntries(compiled(situation), budget)
        expect(complete).toBe(true)
        // Where a rule on an empty list stands does not matter.
        expect(dead.map(({ entry }) => entry.rule).sort()).toEqual(deadRules(situation).sort())
        const { steps } = stepsOf(situation)
        const boxes = (entry: (typeof dead)[number]['entry']): readonly Box[] =>
          steps.find(({ name }) => name === (entry.rule ?? entry.group ?? entry.reason))?.boxes ?? []
        for (const { entry, blockers } of dead) {
          const blocked = blockers.flatMap(boxes)
          expect(difference(boxes(entry), blocked)).toEqual([])
          for (const blocker of blockers) expect(overlap(boxes(entry), boxes(blocker))).not.toEqual([])
          if (blockers.length > 1) seen.several++
        }
        seen.dead += dead.length
        seen.live += situation.rules.length - dead.length
      }),
      { numRuns: 450 },
    )
    expect(seen.dead, JSON.stringify(seen)).toBeGreaterThan(100)
    expect(seen.live, JSON.stringify(seen)).toBeGreaterThan(100)
    expect(seen.several, JSON.stringify(seen)).toBeGreaterThan(0)
  })

  it('find the same redundant rules', { timeout }, () => {
    let found = 0
    fc.assert(
      fc.property(situations, (situation) => {
        const { redundant, complete } = redundantEntries(compiled(situation), budget)
        expect(complete).toBe(true)
        expect(redundant.map(({ rule }) => rule)).toEqual(redundantRules(situation))
        found += redundant.length
      }),
      { numRuns: 300 },
    )
    expect(found).toBeGreaterThan(100)
  })

  it('find the same flows that open and close, and count them alike', { timeout }, () => {
    const seen = { equal: 0, opens: 0, closes: 0 }
    const expectSame = (change: FlowChange, boxes: readonly Box[]): void => {
      expect(change.count).toBe(sizeOf(boxes))
      const listed = change.regions.flatMap(({ region }) => boxesOf(region))
      if (change.more) expect(difference(listed, boxes)).toEqual([])
      else expect(sameFlows(listed, boxes)).toBe(true)
    }
    fc.assert(
      fc.property(edited, ([before, after]) => {
        const [old, young] = [compiled(before), compiled(after)]
        const answer = diff(old, young, { budget })
        const { opens, closes } = changed(before, after)
        expect(answer.complete).toBe(true)
        expectSame(answer.opens, opens)
        expectSame(answer.closes, closes)
        expect(answer.equal).toBe(opens.length === 0 && closes.length === 0)
        for (const region of [...answer.opens.regions, ...answer.closes.regions]) {
          expect(decide(old, region.example)).toEqual(region.before)
          expect(decide(young, region.example)).toEqual(region.after)
        }
        if (answer.equal) seen.equal++
        if (opens.length > 0) seen.opens++
        if (closes.length > 0) seen.closes++
      }),
      { numRuns: 250 },
    )
    for (const kind of ['equal', 'opens', 'closes'] as const) {
      expect(seen[kind], JSON.stringify(seen)).toBeGreaterThan(20)
    }
  })

  it('never say more than they know when the budget ends first', { timeout }, () => {
    let cut = 0
    fc.assert(
      fc.property(edited, fc.integer({ min: 0, max: 3 }), ([before, after], nodes) => {
        const [old, young] = [compiled(before), compiled(after)]
        const answer = diff(old, young, { budget: { nodes } })
        const { opens, closes } = changed(before, after)
        if (answer.complete) return
        cut++
        expect(answer.equal).toBe(false)
        expect(answer.covered).toBeGreaterThanOrEqual(0)
        expect(answer.covered).toBeLessThanOrEqual(1)
        for (const [change, boxes] of [
          [answer.opens, opens],
          [answer.closes, closes],
        ] as const) {
          expect(change.count <= sizeOf(boxes)).toBe(true)
          expect(
            difference(
              change.regions.flatMap(({ region }) => boxesOf(region)),
              boxes,
            ),
          ).toEqual([])
        }
      }),
      { numRuns: 250 },
    )
    expect(cut).toBeGreaterThan(10)
  })
})
