/** How the clock of operations runs. */
export interface ClockState {
  /** `real`, `shifted` (it runs, ahead of or behind the real time) or `frozen`. */
  readonly mode: 'real' | 'shifted' | 'frozen'
  /** What it shows, ISO 8601. */
  readonly now: string
  /** How far it is ahead of the real time now, in ms. */
  readonly offsetMs: number
}

/**
 * The clock that operations and stored times go by, and that a test can move. Signatures are checked against the
 * system's clock, never this one. It is the real time again after a restart.
 */
export interface TravelClock {
  /** In ms since 1970. */
  readonly now: () => number
  /** Stands still at a time (ms since 1970), or at what it shows. */
  freeze(at?: number): void
  /** Goes forward, whether it runs or stands. */
  advance(ms: number): void
  /** Goes on as the real time. */
  release(): void
  state(): ClockState
}

/** A clock that shows the real time until it is moved. */
export function createTravelClock(real: () => number = Date.now): TravelClock {
  let frozen: number | undefined
  let offset = 0
  const now = (): number => frozen ?? real() + offset
  return {
    now,
    freeze(at = now()) {
      frozen = at
    },
    advance(ms) {
      if (frozen === undefined) offset += ms
      else frozen += ms
    },
    release() {
      frozen = undefined
      offset = 0
    },
    state() {
      const shown = now()
      const mode = frozen !== undefined ? 'frozen' : offset === 0 ? 'real' : 'shifted'
      return { mode, now: new Date(shown).toISOString(), offsetMs: shown - real() }
    },
  }
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Reads `90s`, `1h30m`, `2d` or `500ms` as ms; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d{1,9}(ms|s|m|h|d))+$/.test(text)) return undefined
  return [...text.matchAll(/(\d+)(ms|s|m|h|d)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ''] ?? 0),
    0,
  )
}
