import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile, decide, explain } from '../src/index.js'
import { compiled, flowOf, probed } from './engine-view.js'

describe('the explanation of a verdict', () => {
  it('names the deciding entry first, then every entry that would decide if those before it were not there', () => {
    let losers = 0
    fc.assert(
      fc.property(probed, ({ situation, packets }) => {
        const policy = compiled(situation)
        for (const packet of packets.slice(0, 4)) {
          const flow = flowOf(situation, packet)
          const explanation = explain(policy, flow)
          if ('missing' in explanation) throw new Error('a whole flow misses nothing')
          expect(explanation.verdict).toEqual(decide(policy, flow))
          // Takes the entries away one by one, as they are named.
          let rest = [...policy.entries]
          for (const [index, match] of explanation.matches.entries()) {
            const { verdict, reason, rule, group, priority } = match.entry
            expect(decide(compile(rest, policy.fallback, policy.direction), flow)).toEqual({
              verdict,
              reason,
              rule,
              group,
              priority,
            })
            if (index === 0) expect(match.outcome).toBe('decides')
            else {
              losers++
              expect(match).toMatchObject({ outcome: 'loses', losesTo: explanation.matches[0]?.entry })
            }
            rest = rest.filter((entry) => entry !== match.entry)
          }
          expect(decide(compile(rest, policy.fallback, policy.direction), flow)).toMatchObject({
            reason: 'default',
          })
        }
      }),
      { numRuns: 600 },
    )
    expect(losers).toBeGreaterThan(50)
  })
})
