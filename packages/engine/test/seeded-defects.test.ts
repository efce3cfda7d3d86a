import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import fc from 'fast-check'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as Engine from '../src/index.js'
import { auditedProbes } from './audited.js'
import { boundaryFlows } from './boundary-flows.mjs'
import { flowOf, probed } from './engine-view.js'
import { linearScan, rulesInOrder } from './linear-scan.mjs'
import type { Situation } from './naive-decision.js'
import { naiveDecision } from './naive-decision.js'
import { sizeOf } from './rectangles.mjs'
import { situations } from './random-situations.js'
import { ruleSet } from './rule-sets.mjs'
import { changed, deadRules, edited, redundantRules } from './set-oracles.js'

/**
 * Defects put into a copy of the engine, one at a time: each must be told by an oracle. Proves that the oracles would
 * see such a mistake, in deciding and in questions about sets of flows.
 */

/** File, text that stands there once, and what a slip of the hand would make of it. */
const defects: readonly (readonly [string, string, string])[] = [
  ['policy.ts', `Number(a.verdict === 'accept') - Number(b.verdict === 'accept')`, '0'],
  ['policy.ts', '(a.priority ?? 0) - (b.priority ?? 0)', '(b.priority ?? 0) - (a.priority ?? 0)'],
  ['policy.ts', 'remotePorts: ingress ? source : destination', 'remotePorts: ingress ? destination : source'],
  ['policy.ts', `group.innerAccess === 'accept'`, `group.innerAccess !== 'accept'`],
  [
    'carve-outs.ts',
    'localPorts: port(68), remotePorts: port(67)',
    'localPorts: port(67), remotePorts: port(68)',
  ],
  ['carve-outs.ts', 'last: 136', 'last: 137'],
  ['policy.ts', `audited && rule.policy === 'drop'`, 'audited'],
  ['policy.ts', `audited ? 'accept' : fallback`, 'fallback'],
  ['box.ts', 'entry.staged', 'false'],
  ['box.ts', 'Number(last) + 1', 'Number(last)'],
  ['box.ts', '[first, last + 1n]', '[first, last]'],
  ['classes.ts', '[first, last + 1]', '[first, last]'],
  ['classes.ts', 'starts[middle]! <= bits', 'starts[middle]! < bits'],
  ['sweep.ts', 'starts[middle]! <= value', 'starts[middle]! < value'],
  ['decide-batch.ts', 'starts[middle]! <= address', 'starts[middle]! < address'],
  ['universe.ts', `kind === 'ported' || (`, `kind !== 'ported' || (`],
  ['universe.ts', `sizes.set(found, sizes.get(found)! + size)`, `sizes.set(found, size)`],
  ['settle.ts', 'of[1 - verdict]!', 'of[verdict]!'],
  ['settle.ts', 'sameBits(kept[0]!, kept[1]!)', 'true'],
  ['settle.ts', 'bitsBelow(last + 1, word << 5)', 'bitsBelow(last, word << 5)'],
  ['diff.ts', "[way('drop'), way('accept')]", "[way('accept'), way('drop')]"],
  ['liveness.ts', 'excuse < objection', 'excuse > objection'],
  ['relations.ts', 'words[word]! |= rows', 'words[word]! &= rows'],
]

const source = fileURLToPath(new URL('../src', import.meta.url))
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-defects-'))
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}')
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The engine with one text replaced, compiled into a folder of its own. */
async function engineWith(name: string, edit?: (typeof defects)[number]): Promise<typeof Engine> {
  const to = join(folder, name)
  cpSync(source, to, { recursive: true })
  for (const file of readdirSync(to)) {
    const path = join(to, file)
    let text = readFileSync(path, 'utf8')
    if (edit?.[0] === file) {
      expect(text.split(edit[1]).length, `${edit[1]} in ${file}`).toBe(2)
      text = text.replace(edit[1], () => edit[2])
    }
    const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 }
    writeFileSync(
      path.replace(/\.ts$/, '.js'),
      ts.transpileModule(text, { compilerOptions: options }).outputText,
    )
  }
  return (await import(pathToFileURL(join(to, 'index.js')).href)) as typeof Engine
}

/** Situations and what oracles say of them, worked out once. */
const numRuns = (runs: number) => ({ numRuns: runs, seed: 20_260 })
const decisions = [...fc.sample(probed, numRuns(250)), ...fc.sample(auditedProbes, numRuns(250))].map(
  ({ situation, packets }) => ({
    situation,
    packets: packets.map((packet) => ({
      flow: flowOf(situation, packet),
      expected: naiveDecision(situation, packet),
    })),
  }),
)
const sets = fc.sample(edited, numRuns(80)).map(([before, after]) => {
  const { opens, closes } = changed(before, after)
  return { before, after, opens: sizeOf(opens), closes: sizeOf(closes) }
})
const idle = fc.sample(situations, numRuns(250)).map((situation) => ({
  situation,
  dead: deadRules(situation).sort(),
  redundant: redundantRules(situation).sort(),
}))
const large = (['fw', 'sg'] as const).map((kind) => {
  const situation = ruleSet(kind, 200)
  const batch = boundaryFlows(situation, 2_000, 3)
  const scan = linearScan(situation)
  const rules = rulesInOrder(situation)
  const expected = Array.from({ length: batch.length }, (_, flow) => rules[scan(batch, flow)]?.id ?? null)
  return { situation, batch, expected }
})

const budget = { nodes: 100_000 }

/** What an engine says otherwise than the oracles; undefined when it agrees with all of them. */
function disagreement(engine: typeof Engine): string | undefined {
  const policyFor = (situation: Situation) =>
    engine.policyOf(
      engine.worldFrom({ epoch: 'e', revision: 1, vpcs: [], ...situation }),
      situation.joined,
      situation.direction,
    )
  for (const { situation, packets } of decisions) {
    const policy = policyFor(situation)
    for (const { flow, expected } of packets) {
      const got = engine.decide(policy, flow)
      if ('missing' in got) return 'decide: a whole flow misses something'
      const named = got.rule ?? got.group
      if (got.verdict !== expected.verdict || got.reason !== expected.reason) return 'decide'
      if (expected.deciders.length > 0 && named !== [...expected.deciders].sort()[0]) return 'decide: decider'
    }
  }
  for (const { situation, batch, expected } of large) {
    const policy = policyFor(situation)
    const out = engine.verdictBatch(batch.length)
    engine.decideBatch(policy, batch, out)
    const wrong = expected.findIndex((rule, at) => {
      const entry = policy.entries[out.entries[at] ?? -1]
      return entry?.reason !== 'carve-out' && (entry?.rule ?? null) !== rule
    })
    if (wrong >= 0) return 'decideBatch'
  }
  for (const { before, after, opens, closes } of sets) {
    const answer = engine.diff(policyFor(before), policyFor(after), { budget })
    if (answer.opens.count !== opens || answer.closes.count !== closes) return 'diff'
  }
  for (const { situation, dead, redundant } of idle) {
    const policy = policyFor(situation)
    const found = engine.deadEntries(policy, budget).dead.map(({ entry }) => entry.rule ?? '')
    if (found.sort().join() !== dead.join()) return 'dead rules'
    const needless = engine.redundantEntries(policy, budget).redundant.map(({ rule }) => rule ?? '')
    if (needless.sort().join() !== redundant.join()) return 'redundant rules'
  }
  return undefined
}

/** A defect may also make the engine fail. */
function told(engine: typeof Engine): string | undefined {
  try {
    return disagreement(engine)
  } catch (error) {
    return `fails: ${String(error)}`
  }
}

describe('the oracles', () => {
  it('agree with a copy of the engine that nobody touched', { timeout: 120_000 }, async () => {
    expect(told(await engineWith('whole'))).toBeUndefined()
  })

  it.each(defects.map((defect, index) => [defect[0], defect[2], index] as const))(
    'tell the defect in %s: %s',
    { timeout: 120_000 },
    async (_file, _text, index) => {
      expect(told(await engineWith(`defect-${index}`, defects[index]))).toBeTypeOf('string')
    },
  )
})
