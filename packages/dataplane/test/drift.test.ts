import { describe, expect, it } from 'vitest'
import { differences, gapsIn } from '../src/nftables/drift.js'
import type { ElementSet, Ruleset } from '../src/nftables/ruleset.js'
import { emptyRuleset } from '../src/nftables/ruleset.js'

const hash = (...keys: string[]): ElementSet => ({
  ...{ key: ['ipv4_addr'], data: null, interval: false },
  elements: new Map(keys.map((key) => [key, ''])),
})
const table = (one: ElementSet, more: Partial<Ruleset> = {}): Ruleset => ({
  ...emptyRuleset,
  sets: new Map([['s', one]]),
  ...more,
})
const gaps = (held: Ruleset, found: Ruleset | null): number | null =>
  gapsIn(held, found, differences(held, found).length)

describe('gaps in a listing', () => {
  const held = table(hash('10.0.0.1', '10.0.0.2', '10.0.0.3'))

  it('are elements of a hash that are left out, where nothing else differs', () => {
    expect(gaps(held, table(hash('10.0.0.2')))).toBe(2)
  })

  it('are not what another hand added or put in the place of something', () => {
    expect(gaps(held, table(hash('10.0.0.2', '10.0.0.9')))).toBeNull()
    expect(gaps(held, table(hash('10.0.0.1', '10.0.0.2'), { counters: new Set(['x']) }))).toBeNull()
    expect(gaps(held, null)).toBeNull()
    expect(gaps(held, emptyRuleset)).toBeNull()
  })

  it('are not in ranges, which are listed whole', () => {
    const ranges = (...keys: string[]) => table({ ...hash(...keys), interval: true })
    expect(gaps(ranges('10.0.0.1', '10.0.0.3'), ranges('10.0.0.1'))).toBeNull()
  })
})
