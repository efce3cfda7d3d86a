import { randomInt } from 'node:crypto'

const MINUTE_MS = 60_000

export interface NonceOptions {
  /** How many nonces are remembered at most. One takes about 40 bytes (measured). Default 1,048,576. */
  readonly limit?: number
  /** How far a timestamp may lie from the clock, in ms, either way. */
  readonly windowMs: number
  /** Requests stamped before this time (ms since 1970) are refused. Default: none are. */
  readonly floorMs?: number
}

export type NonceState = 'fresh' | 'used' | 'expired'

/** Remembers which nonces were used, for as long as their requests could be replayed. */
export interface Nonces {
  /**
   * `expired` when the timestamp is outside the window, or when the memory of its minute is gone so that freshness
   * cannot be known.
   */
  check(accessKey: string, nonce: string, timestampMs: number, nowMs: number): NonceState
  /** Remembers a nonce. Call it only once the request's signature holds. */
  record(accessKey: string, nonce: string, timestampMs: number, nowMs: number): void
  /** How many nonces are remembered. */
  size(): number
}

/**
 * A replay memory with a bound. Nonces are kept by the minute of their request's timestamp, because it is the
 * timestamp that makes a replay expire.
 *
 * INVARIANT: when a minute is forgotten, the floor rises above it, and a request stamped below the floor is expired.
 * So no nonce is ever accepted twice: neither under load (over the limit the oldest minute goes first, which at a
 * steady 5,000 requests a second leaves about 200 seconds) nor when the clock is set back.
 *
 * A nonce is remembered as a 53-bit number, a hash of access key and nonce under a random seed. A fresh nonce is
 * taken for a used one with a chance of about (nonces in its minute) / 2^53: below 2^-32 with the default limit.
 */
export const createNonces = ({ limit = 1_048_576, windowMs, floorMs = -Infinity }: NonceOptions): Nonces => {
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new Error(`nonce limit ${limit} is not a whole number of at least 1`)
  }
  const seed = randomInt(0x1_0000_0000)
  const minutes = new Map<number, Set<number>>()
  let floor = floorMs
  let size = 0

  const forgetOldest = (): void => {
    const oldest = Math.min(...minutes.keys())
    size -= minutes.get(oldest)?.size ?? 0
    minutes.delete(oldest)
    floor = Math.max(floor, (oldest + 1) * MINUTE_MS)
  }

  const forgetExpired = (nowMs: number): void => {
    const firstLive = minuteOf(nowMs - windowMs)
    while (minutes.size > 0 && Math.min(...minutes.keys()) < firstLive) forgetOldest()
  }

  return {
    check(accessKey, nonce, timestampMs, nowMs) {
      if (timestampMs < floor || Math.abs(nowMs - timestampMs) > windowMs) return 'expired'
      const used = minutes.get(minuteOf(timestampMs))
      return used?.has(fingerprint(seed, accessKey, nonce)) ? 'used' : 'fresh'
    },
    record(accessKey, nonce, timestampMs, nowMs) {
      if (timestampMs < floor) return
      const minute = minuteOf(timestampMs)
      let used = minutes.get(minute)
      if (used === undefined) {
        forgetExpired(nowMs)
        if (timestampMs < floor) return
        used = new Set()
        minutes.set(minute, used)
      }
      const before = used.size
      used.add(fingerprint(seed, accessKey, nonce))
      size += used.size - before
      if (size > limit) forgetOldest()
    },
    size: () => size,
  }
}

const minuteOf = (timeMs: number): number => Math.floor(timeMs / MINUTE_MS)

/** 53 bits over `accessKey`, a separator and `nonce`: two multiplicative lanes, mixed into each other at the end. */
const fingerprint = (seed: number, accessKey: string, nonce: string): number => {
  let high = 0xdeadbeef ^ seed
  let low = 0x41c6ce57 ^ seed
  const keyLength = accessKey.length
  for (let at = 0; at <= keyLength; at++) {
    // 0x10000 is no UTF-16 unit, so key and nonce cannot run into each other.
    const unit = at === keyLength ? 0x10000 : accessKey.charCodeAt(at)
    high = Math.imul(high ^ unit, 0x9e3779b1)
    low = Math.imul(low ^ unit, 0x5f356495)
  }
  for (let at = 0; at < nonce.length; at++) {
    const unit = nonce.charCodeAt(at)
    high = Math.imul(high ^ unit, 0x9e3779b1)
    low = Math.imul(low ^ unit, 0x5f356495)
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35)
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35)
  return (high & 0x1fffff) * 0x1_0000_0000 + (low >>> 0)
}
