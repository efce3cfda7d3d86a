import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Verdict } from '../src/index.js'
import { PACKETS, compiled, decided, flowOf, probed } from './engine-view.js'
import type { NaiveVerdict, Situation } from './naive-decision.js'
import { naiveDecision } from './naive-decision.js'

const POLICIES = 2_200

function expectAgreement(situation: Situation, verdict: Verdict, naive: NaiveVerdict): void {
  expect({ verdict: verdict.verdict, reason: verdict.reason }).toEqual({
    verdict: naive.verdict,
    reason: naive.reason,
  })
  if (naive.reason === 'rule') {
    const least = [...naive.deciders].sort()[0]
    const rule = situation.rules.find(({ id }) => id === least)
    expect(verdict).toMatchObject({ rule: least, group: rule?.group, priority: rule?.priority })
  } else {
    expect(verdict).toMatchObject({ rule: null, priority: null })
    if (naive.reason === 'intra-group') expect(naive.deciders).toContain(verdict.group)
    else expect(verdict.group).toBeNull()
  }
}

/** Which kinds of lists a deciding rule names. */
function listsOf({ rules }: Situation, { deciders }: NaiveVerdict): string[] {
  const rule = rules.find(({ id }) => deciders.includes(id))
  const ports = rule?.destinationPorts ?? null
  return [
    ...(rule?.peer.kind === 'prefix-list' ? ['prefix list'] : []),
    ...(ports !== null && 'list' in ports ? ['port list'] : []),
  ]
}

describe('the engine and a decision written from the documents alone', () => {
  it(
    'agree on verdict, reason and deciding rule, over policies whose packets meet every reason',
    { timeout: 120_000 },
    () => {
      const seen: Record<string, number> = {}
      const count = (key: string): number => (seen[key] = (seen[key] ?? 0) + 1)
      fc.assert(
        fc.property(probed, ({ situation, packets }) => {
          const policy = compiled(situation)
          for (const packet of packets) {
            const naive = naiveDecision(situation, packet)
            expectAgreement(situation, decided(policy, flowOf(situation, packet)), naive)
            count('all')
            count(naive.verdict)
            count(naive.reason)
            count(`${situation.direction} ${naive.reason}`)
            if (naive.deciders.length > 1) count('tie')
            for (const kind of listsOf(situation, naive)) count(kind)
          }
        }),
        { numRuns: POLICIES },
      )
      const share = (key: string): number => (seen[key] ?? 0) / (seen.all ?? 1)
      expect(seen.all).toBe(POLICIES * PACKETS)
      expect(share('accept'), JSON.stringify(seen)).toBeGreaterThanOrEqual(0.3)
      expect(share('drop'), JSON.stringify(seen)).toBeGreaterThanOrEqual(0.3)
      for (const reason of [
        'carve-out',
        'intra-group',
        'rule',
        'default',
        'tie',
        'egress rule',
        'ingress rule',
        'prefix list',
        'port list',
      ]) {
        expect(share(reason), `${reason} of ${JSON.stringify(seen)}`).toBeGreaterThan(0.005)
      }
    },
  )
})
