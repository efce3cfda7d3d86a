import { expect, it } from 'vitest'
import { hitsText } from '../src/hits.js'

it('a table of hits says when each rule was last hit, or since when never', () => {
  const rule = {
    direction: 'ingress',
    kind: 'rule',
    groups: ['sg-1'],
    staged: false,
    packets: 0,
    bytes: 0,
  } as const
  const since = '2026-01-01T00:00:00.000Z'
  const lastHit = '2026-01-02T00:00:00.000Z'
  expect(
    hitsText([
      { ...rule, rule: 'sgr-1', packets: 3, bytes: 180, since, lastHit },
      { ...rule, rule: 'sgr-2', staged: true, since, lastHit: null },
      { ...rule, rule: 'sgr-3', since: null, lastHit: null },
      {
        ...rule,
        rule: null,
        kind: 'default',
        groups: ['sg-1', 'sg-2'],
        packets: 12,
        bytes: 5,
        since,
        lastHit,
      },
    ]).split('\n'),
  ).toEqual([
    'RULE                  DIRECTION  HITS  BYTES  LAST HIT',
    'sgr-1                 ingress    3     180    2026-01-02T00:00:00.000Z',
    'sgr-2 (audit)         ingress    0     0      never hit since 2026-01-01T00:00:00.000Z',
    'sgr-3                 ingress    0     0      not counted: no host enforces it',
    'default of sg-1 sg-2  ingress    12    5      2026-01-02T00:00:00.000Z',
    '',
  ])
})
