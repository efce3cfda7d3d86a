import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createNonces } from '../src/nonces.js'

const MINUTE = 60_000
const WINDOW = 15 * MINUTE
const NOW = Date.parse('2026-01-02T03:04:05Z')

describe('createNonces', () => {
  it('knows a nonce as used only after it was recorded, and for its access key only', () => {
    const nonces = createNonces({ windowMs: WINDOW })
    expect(nonces.check('key', 'n', NOW, NOW)).toBe('fresh')
    expect(nonces.check('key', 'n', NOW, NOW)).toBe('fresh')
    nonces.record('key', 'n', NOW, NOW)
    expect(nonces.check('key', 'n', NOW, NOW)).toBe('used')
    expect(nonces.check('key2', 'n', NOW, NOW)).toBe('fresh')
    expect(nonces.check('ke', 'yn', NOW, NOW)).toBe('fresh')
  })

  it('accepts timestamps up to the window either way and no further', () => {
    const nonces = createNonces({ windowMs: WINDOW })
    expect(nonces.check('k', 'n', NOW - WINDOW, NOW)).toBe('fresh')
    expect(nonces.check('k', 'n', NOW + WINDOW, NOW)).toBe('fresh')
    expect(nonces.check('k', 'n', NOW - WINDOW - 1, NOW)).toBe('expired')
    expect(nonces.check('k', 'n', NOW + WINDOW + 1, NOW)).toBe('expired')
  })

  it('forgets the oldest minute at its bound, and refuses what is stamped in it or before', () => {
    const nonces = createNonces({ limit: 3, windowMs: WINDOW })
    nonces.record('k', 'a', NOW - 2 * MINUTE, NOW)
    nonces.record('k', 'b', NOW - 2 * MINUTE, NOW)
    nonces.record('k', 'c', NOW, NOW)
    expect(nonces.size()).toBe(3)
    nonces.record('k', 'd', NOW, NOW)
    expect(nonces.size()).toBe(2)
    expect(nonces.check('k', 'a', NOW - 2 * MINUTE, NOW)).toBe('expired')
    expect(nonces.check('k', 'new', NOW - 3 * MINUTE, NOW)).toBe('expired')
    expect(nonces.check('k', 'new', NOW - MINUTE, NOW)).toBe('fresh')
    expect(nonces.check('k', 'c', NOW, NOW)).toBe('used')
  })

  it('refuses a replay when the clock is set back after the nonce expired', () => {
    const nonces = createNonces({ windowMs: WINDOW })
    nonces.record('k', 'a', NOW, NOW)
    const later = NOW + WINDOW + 2 * MINUTE
    nonces.record('k', 'b', later, later)
    expect(nonces.size()).toBe(1)
    expect(nonces.check('k', 'a', NOW, NOW)).toBe('expired')
  })

  it('refuses what is stamped before a given floor', () => {
    const nonces = createNonces({ windowMs: WINDOW, floorMs: NOW })
    expect(nonces.check('k', 'n', NOW - 1, NOW)).toBe('expired')
    expect(nonces.check('k', 'n', NOW, NOW)).toBe('fresh')
  })

  it('never accepts a nonce twice and never exceeds its bound, whatever the order of timestamps and clocks', () => {
    const event = fc.record({
      nonce: fc.integer({ min: 0, max: 20 }),
      stamp: fc.integer({ min: 0, max: 6 }),
      clock: fc.integer({ min: 0, max: 6 }),
    })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), fc.integer({ min: 1, max: 8 }), (events, limit) => {
        const nonces = createNonces({ limit, windowMs: 2 * MINUTE })
        const accepted = new Set<string>()
        for (const { nonce, stamp, clock } of events) {
          // A replay is the same request: the nonce fixes the timestamp.
          const request = `${nonce}/${stamp}`
          const state = nonces.check('k', request, NOW + stamp * MINUTE, NOW + clock * MINUTE)
          if (accepted.has(request)) expect(state).not.toBe('fresh')
          if (state !== 'fresh') continue
          accepted.add(request)
          nonces.record('k', request, NOW + stamp * MINUTE, NOW + clock * MINUTE)
          expect(nonces.size()).toBeLessThanOrEqual(limit)
        }
      }),
    )
  })

  it('tells 200,000 random nonces apart', () => {
    const nonces = createNonces({ windowMs: WINDOW })
    for (let n = 0; n < 200_000; n++) nonces.record('LTAI5tTestKey', randomUUID(), NOW, NOW)
    expect(nonces.size()).toBe(200_000)
  })

  it('tells counting nonces apart', () => {
    const nonces = createNonces({ windowMs: WINDOW })
    for (let n = 0; n < 200_000; n++) nonces.record('k', String(n), NOW, NOW)
    expect(nonces.size()).toBe(200_000)
  })

  it('refuses a bound that is no whole positive number', () => {
    expect(() => createNonces({ limit: 0, windowMs: 1 })).toThrow('nonce limit 0 is not')
  })
})
