import type { Direction, Entry } from '@sallyport/engine'
import { counterOf } from './compiled/counters.js'
import type { SharedPolicy } from './desired.js'

/** What a counter of a host counts: the packets of new flows that a rule, a default or something implicit decides. */
export interface Subject {
  readonly direction: Direction
  readonly kind: Entry['reason'] | 'default'
  /** Empty but for a rule. */
  readonly rule: string
  /** The group that holds the rule or lets its members in; for a default all that were joined, sorted. */
  readonly groups: readonly string[]
  /** Whether it is only counted, because of audit. */
  readonly staged: boolean
}

/** A subject and what its counter says. */
export interface Count extends Subject {
  /** Names the counter on this host. */
  readonly counter: string
  readonly packets: number
  readonly bytes: number
}

/** What the counters of a VPC count, by their names. */
export function subjectsOf(policies: readonly SharedPolicy[]): Map<string, Subject> {
  const subjects = new Map<string, Subject>()
  for (const { key, groups, policy } of policies) {
    const { direction } = policy
    for (const entry of policy.entries) {
      const { reason: kind, rule, group, staged } = entry
      subjects.set(counterOf(direction, entry, key, staged), {
        ...{ direction, kind, rule: rule ?? '', groups: group === null ? [] : [group], staged },
      })
    }
    for (const staged of [false, true]) {
      const name = counterOf(direction, null, key, staged)
      subjects.set(name, { direction, kind: 'default', rule: '', groups, staged })
    }
  }
  return subjects
}
