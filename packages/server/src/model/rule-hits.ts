import { addToHits, lastOf } from '../store/rule-hits.js'
import type { RuleHitsRow } from '../store/schema.js'
import type { Session } from '../store/session.js'

/** What a counter of a host says, and what it counts. */
export interface CounterReading {
  readonly counter: string
  readonly direction: RuleHitsRow['direction']
  readonly kind: RuleHitsRow['kind']
  readonly rule: string
  readonly groups: readonly string[]
  readonly staged: boolean
  readonly packets: number
  readonly bytes: number
}

/**
 * Adds what counters of a host have grown by since they were last reported. One that says less than before has begun
 * anew, so that all of it is new. What a counter had counted after its last report before it began anew is lost.
 */
export async function recordHits(
  session: Session,
  host: string,
  readings: readonly CounterReading[],
  at: Date,
): Promise<void> {
  const now = at.toISOString()
  for (const { counter, direction, kind, rule, groups, staged, packets, bytes } of readings) {
    const last = await lastOf(session, { host, counter })
    const goesOn = last !== undefined && last.packets <= packets
    const more = goesOn ? packets - last.packets : packets
    const moreBytes = goesOn ? Math.max(0, bytes - last.bytes) : bytes
    const sorted = [...groups].sort().join(' ')
    await addToHits(
      session,
      { host, counter, packets, bytes },
      {
        ...{
          subject: [direction, kind, rule, sorted, Number(staged)].join(' '),
          direction,
          kind,
          rule_id: rule,
        },
        ...{ groups: sorted, staged: Number(staged), packets: more, bytes: moreBytes },
        ...{ since: now, last_hit: more > 0 ? now : '' },
      },
    )
  }
}
