import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AddressRange, Policy } from '../src/index.js'
import { decide, diagramOf, meterOf, regionOf } from '../src/index.js'
import { addressesWith } from '../src/diagram-answers.js'
import { exampleFor } from '../src/diff.js'
import { openingsOf } from '../src/openings.js'
import { addressCount } from '../src/ranges.js'
import { policies } from './small-policies.js'

const few: AddressRange = { family: 4, first: 0n, last: 4n }
const ports = [0, 1, 2, 443]

/** How many of a few addresses reach a port because an entry accepts it, by a diagram of the whole question. */
function reaching(policy: Policy, port: number): number {
  const diagram = diagramOf({
    layers: [{ policy }],
    within: [
      regionOf(4, {
        protocols: [{ first: 6, last: 6 }],
        remote: [few],
        localPorts: [{ first: port, last: port }],
      }),
    ],
    budget: { nodes: 100_000 },
  })
  const accepted = addressesWith(diagram, 'remote', ([one]) => one?.entry?.verdict === 'accept')
  return Number(addressCount(accepted))
}

describe('what is open to others', () => {
  it('is the share of addresses that a diagram finds, with a flow that the named rule lets in', () => {
    const seen = { none: 0, some: 0, all: 0 }
    fc.assert(
      fc.property(policies, fc.shuffledSubarray(ports, { minLength: 1 }), (policy, asked) => {
        const openingTo = openingsOf(policy, few, meterOf({ nodes: 100_000 }))
        for (const port of asked) {
          const { share, by, complete, covered } = openingTo(port)
          const expected = reaching(policy, port)
          expect({ complete, covered }).toEqual({ complete: true, covered: 1 })
          expect(share).toBe(expected / 5)
          seen[expected === 0 ? 'none' : expected === 5 ? 'all' : 'some']++
          expect(by === null).toBe(expected === 0)
          if (!by) continue
          const flow = exampleFor(by.region, policy.direction)
          expect(flow).toMatchObject({ protocol: 6, localPort: port })
          expect(flow.remote.bits).toBeLessThan(5n)
          expect(decide(policy, flow)).toMatchObject({ verdict: 'accept', rule: by.entry.rule })
        }
      }),
      { numRuns: 500 },
    )
    expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(50)
  })

  it('is only what was proven where the budget ends', () => {
    let cut = 0
    fc.assert(
      fc.property(policies, fc.nat({ max: 3 }), fc.constantFrom(...ports), (policy, nodes, port) => {
        const { share, complete, covered } = openingsOf(policy, few, meterOf({ nodes }))(port)
        const expected = reaching(policy, port) / 5
        expect(share).toBeLessThanOrEqual(expected)
        expect(complete ? share === expected : covered < 1).toBe(true)
        if (!complete) cut++
      }),
      { numRuns: 500 },
    )
    expect(cut).toBeGreaterThan(20)
  })
})
