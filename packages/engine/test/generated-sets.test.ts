import { describe, expect, it } from 'vitest'
import type { Flow, Policy } from '../src/index.js'
import { decideBatch, policyOf, verdictBatch, worldFrom } from '../src/index.js'
import { boundaryFlows, withEveryLiveRule } from './boundary-flows.mjs'
import { decided } from './engine-view.js'
import { linearScan, rulesInOrder } from './linear-scan.mjs'
import type { Situation } from './naive-decision.js'
import { ruleSet, setKinds } from './rule-sets.mjs'

/** How many flows to judge in all, and the first seed; more of them by the environment. */
const FLOWS = Number(process.env.SALLYPORT_TEST_FLOWS ?? 60_000)
const SEED = Number(process.env.SALLYPORT_TEST_SEED ?? 1)
const SIZES = [10, 200, 1_000]
const sets = setKinds.flatMap((kind) => SIZES.map((size) => ({ kind, size })))
const LONGEST = 50_000

const policyFor = (situation: Situation): Policy =>
  policyOf(worldFrom({ epoch: 'e', revision: 1, vpcs: [], ...situation }), situation.joined, 'ingress')

type Batch = ReturnType<typeof boundaryFlows>

/** One flow of the columns. */
function flowAt(batch: Batch, at: number): Flow {
  const protocol = batch.protocols[at] ?? 0
  const address = (column: Uint32Array) => ({ family: 4, bits: BigInt(column[at] ?? 0) }) as const
  return {
    protocol,
    remote: address(batch.remotes),
    local: address(batch.locals),
    ...((protocol === 6 || protocol === 17) && {
      remotePort: batch.remotePorts[at] ?? 0,
      localPort: batch.localPorts[at] ?? 0,
    }),
    ...(protocol === 1 && { icmpType: batch.icmpTypes[at] ?? 0 }),
  }
}

/** Judges all flows by the engine and by the scan; answers the flows on which they do not agree. */
function disagreements(situation: Situation, batch: Batch): string[] {
  const policy = policyFor(situation)
  const rules = rulesInOrder(situation)
  const scan = linearScan(situation)
  const out = verdictBatch(batch.length)
  decideBatch(policy, batch, out)
  return Array.from({ length: batch.length }, (_, at) => at).flatMap((at) => {
    const entry = policy.entries[out.entries[at] ?? -1]
    if (entry?.reason === 'carve-out') return []
    const expected = rules[scan(batch, at)]
    const same =
      (entry?.rule ?? null) === (expected?.id ?? null) &&
      out.accepts[at] === Number(expected?.policy === 'accept')
    // One in a hundred is also asked alone.
    const alone = at % 100 === 0 ? decided(policy, flowAt(batch, at)) : undefined
    if (same && (alone === undefined || alone.rule === (entry?.rule ?? null))) return []
    return [`flow ${at}: ${expected?.id ?? 'default'} expected, ${entry?.rule ?? entry?.reason ?? 'default'}`]
  })
}

describe('generated rule sets', () => {
  it('are the same for the same seed, and others for another', () => {
    for (const { kind, size } of sets) {
      expect(ruleSet(kind, size, 7)).toEqual(ruleSet(kind, size, 7))
      expect(ruleSet(kind, size, 7)).not.toEqual(ruleSet(kind, size, 8))
    }
    expect(setKinds.map((kind) => ruleSet(kind, 10_000).rules.length)).toEqual(setKinds.map(() => 10_000))
  })

  it.each(sets.filter(({ size }) => size <= 200))(
    'of $size rules ($kind) have flows for every rule that is not proven dead, and enough of each verdict',
    ({ kind, size }) => {
      const situation = ruleSet(kind, size)
      const { batch, dead, unknown } = withEveryLiveRule(situation, boundaryFlows(situation, 6_000, SEED))
      const rules = rulesInOrder(situation)
      const scan = linearScan(situation)
      const deciding = Array.from({ length: batch.length }, (_, at) => rules[scan(batch, at)])
      const met = new Set(deciding.map((rule) => rule?.id))
      expect(unknown).toEqual([])
      expect(rules.filter(({ id }) => !met.has(id)).map(({ id }) => id)).toEqual(dead)
      expect(dead.length).toBeLessThan(size * 0.4)
      const accepted = deciding.filter((rule) => rule?.policy === 'accept').length / batch.length
      expect(accepted).toBeGreaterThanOrEqual(0.3)
      expect(accepted).toBeLessThanOrEqual(0.7)
    },
  )

  it.each(sets)(
    'of $size rules ($kind) are decided as a scan of the rules decides',
    { timeout: 3_600_000 },
    ({ kind, size }) => {
      const share = Math.ceil(FLOWS / sets.length)
      for (let judged = 0, seed = SEED; judged < share; seed++) {
        const situation = ruleSet(kind, size, seed)
        const length = Math.min(share - judged, LONGEST)
        const wrong = disagreements(situation, boundaryFlows(situation, length, seed))
        expect(wrong, `${kind} ${size}, SALLYPORT_TEST_SEED=${seed}`).toEqual([])
        judged += length
      }
      if (FLOWS > 100_000) console.log(`${kind} ${size}: ${share} flows from seed ${SEED} on`)
    },
  )
})
