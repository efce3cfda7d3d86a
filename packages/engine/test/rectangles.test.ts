import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Address, Flow } from '../src/index.js'
import { compiled, decided } from './engine-view.js'
import { V6_BASE } from './linear-scan.mjs'
import type { Box } from './rectangles.mjs'
import { decidedBy, everyFlow, sizeOf, stepsOf } from './rectangles.mjs'
import { situations } from './random-situations.js'

const addressOf = (number: bigint): Address =>
  number < V6_BASE ? { family: 4, bits: number } : { family: 6, bits: number - V6_BASE }

/** The flow at one corner of a box: its first or last value of each field. */
function cornerOf(box: Box, last: readonly boolean[]): Flow {
  const [protocol, remote, local, remotePort, localPort, icmpType] = box.map(
    (range, field) => range[last[field] ? 1 : 0],
  )
  const number = Number(protocol)
  return {
    protocol: number,
    remote: addressOf(remote ?? 0n),
    local: addressOf(local ?? 0n),
    ...((number === 6 || number === 17) && { remotePort: Number(remotePort), localPort: Number(localPort) }),
    ...((number === 1 || number === 58) && { icmpType: Number(icmpType) }),
  }
}

describe('cutting all flows into boxes, rule by rule', () => {
  it('loses no flow and counts none twice', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const { parts, left } = decidedBy(stepsOf(situation).steps)
        const sizes = [...parts.map((part) => sizeOf(part.decided)), sizeOf(left)]
        expect(sizes.reduce((sum, size) => sum + size, 0n)).toBe(sizeOf(everyFlow))
      }),
      { numRuns: 100 },
    )
  })

  it('agrees with the engine on what decides at the corners of every box', { timeout: 60_000 }, () => {
    const seen: Record<string, number> = {}
    const corners = fc.array(fc.boolean(), { minLength: 6, maxLength: 6 })
    fc.assert(
      fc.property(situations, corners, (situation, corner) => {
        const policy = compiled(situation)
        const { steps, fallback } = stepsOf(situation)
        const { parts, left } = decidedBy(steps)
        const rest = { name: 'default', accept: fallback, boxes: [], decided: left }
        for (const { name, accept, decided: boxes } of [...parts, rest]) {
          for (const box of boxes) {
            const { verdict, rule, group, reason } = decided(policy, cornerOf(box, corner))
            expect([verdict, rule ?? group ?? reason]).toEqual([accept ? 'accept' : 'drop', name])
            seen[reason] = (seen[reason] ?? 0) + 1
          }
        }
      }),
      { numRuns: 400 },
    )
    for (const reason of ['carve-out', 'intra-group', 'rule', 'default']) {
      expect(seen[reason], JSON.stringify(seen)).toBeGreaterThan(1_000)
    }
  })
})
