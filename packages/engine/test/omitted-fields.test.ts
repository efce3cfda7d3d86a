import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Entry, Flow, Policy, Undecided } from '../src/index.js'
import { decide } from '../src/index.js'
import { address, compiled, decided, flowOf, probed } from './engine-view.js'
import type { Situation } from './naive-decision.js'
import type { Edges } from './random-packets.js'

type Optional = 'local' | 'localPort' | 'remotePort' | 'icmpType'
const OPTIONAL: readonly Optional[] = ['local', 'localPort', 'remotePort', 'icmpType']

/** Whole flows that fill the fields left out with edge values, in changing combinations; one field meets them all. */
function fillings(situation: Situation, edges: Edges, whole: Flow, left: readonly Optional[]): Flow[] {
  const egress = situation.direction === 'egress'
  const values: Record<Optional, readonly Partial<Flow>[]> = {
    local: edges.locals
      .map(address)
      .filter((local) => local.family === whole.remote.family)
      .map((local) => ({ local })),
    localPort: (egress ? edges.sourcePorts : edges.destinationPorts).map((localPort) => ({ localPort })),
    remotePort: (egress ? edges.destinationPorts : edges.sourcePorts).map((remotePort) => ({ remotePort })),
    icmpType: [0, 8, 132, 133, 136, 137].map((icmpType) => ({ icmpType })),
  }
  const rounds = Math.max(0, ...left.map((field) => values[field].length))
  const combination = (round: number): Flow => {
    const chosen = left.map((field, index) => values[field][(round * (2 * index + 1)) % values[field].length])
    return Object.assign({}, whole, ...chosen) as Flow
  }
  return [whole, ...Array.from({ length: rounds }, (_, round) => combination(round))]
}

/** The flow without some of its fields. */
const without = (whole: Flow, left: readonly Optional[]): Flow =>
  Object.fromEntries(
    Object.entries(whole).filter(([key]) => !left.includes(key as Optional)),
  ) as unknown as Flow

/** The partial flow, completed so that the entry matches. */
const completedFor = (partial: Flow, whole: Flow, { local, localPorts, remotePorts }: Entry): Flow => ({
  ...whole,
  ...(local && { local: { family: local.family, bits: local.first } }),
  ...(localPorts && { localPort: localPorts[0]?.first ?? 0 }),
  ...(remotePorts && { remotePort: remotePorts[0]?.first ?? 0 }),
  ...partial,
})

/** A missing field must be one that was left out, and the rule named must decide once the field suits it. */
function expectNeeded(policy: Policy, partial: Flow, whole: Flow, { missing, rule }: Undecided): void {
  expect(partial).not.toHaveProperty(missing)
  const entry = policy.entries.find((one) => one.rule !== null && one.rule === rule)
  if (!entry) throw new Error(`no entry of rule ${rule}`)
  const tested = { local: 'local', localPort: 'localPorts', remotePort: 'remotePorts' } as const
  expect(entry[tested[missing]]).not.toBeNull()
  const full = decided(policy, completedFor(partial, whole, entry))
  if (full.reason !== 'carve-out') expect(full.rule).toBe(rule)
}

describe('a flow with fields left out', () => {
  it(
    'gets the decision of every value of the field, carve-outs aside, or says which field is missing',
    { timeout: 120_000 },
    () => {
      const seen = { missing: 0, settled: 0 }
      const property = fc.property(
        probed,
        fc.subarray([...OPTIONAL], { minLength: 1 }),
        ({ situation, edges, packets }, fields) => {
          const policy = compiled(situation)
          for (const packet of packets.slice(0, 6)) {
            const whole = flowOf(situation, packet)
            const left = fields.filter((field) => field in whole)
            const partial = without(whole, left)
            const answer = decide(policy, partial)
            if ('missing' in answer) {
              seen.missing++
              expectNeeded(policy, partial, whole, answer)
              continue
            }
            seen.settled++
            for (const flow of fillings(situation, edges, whole, left)) {
              const full = decided(policy, flow)
              if (full.reason !== 'carve-out') expect(full).toEqual(answer)
            }
          }
        },
      )
      fc.assert(property, { numRuns: 800 })
      expect(seen.missing).toBeGreaterThan(300)
      expect(seen.settled).toBeGreaterThan(1_000)
    },
  )
})
