import type { ConnectionTimeouts } from '@sallyport/engine'
import { defaultTimeouts } from '@sallyport/engine'

/** The links of interfaces that remember idle connections equally long, and not as long as by default. */
export interface TimeoutGroup {
  readonly set: string
  readonly timeouts: ConnectionTimeouts
  readonly links: readonly string[]
}

/** One end of a connection: an interface of a group, the outside, or whatever is neither. */
export type End =
  { readonly kind: 'group'; readonly set: string } | { readonly kind: 'outside' } | { readonly kind: 'any' }

/** How long connections between two ends are remembered, whoever of the two began. */
export interface Remembering {
  readonly from: End
  readonly to: End
  readonly timeouts: ConnectionTimeouts
}

const setOf = ({ tcpEstablished, tcpClosed, udp }: ConnectionTimeouts): string =>
  `t-${tcpEstablished}-${tcpClosed}-${udp}`

/** Groups interfaces by their timeouts; those with the default ones are in no group. */
export function timeoutGroupsOf(
  endpoints: readonly { readonly link: string; readonly timeouts: ConnectionTimeouts | null }[],
): TimeoutGroup[] {
  const groups = new Map<string, TimeoutGroup & { readonly links: string[] }>()
  for (const { link, timeouts } of endpoints) {
    if (timeouts === null) continue
    const set = setOf(timeouts)
    const group = groups.get(set) ?? { set, timeouts, links: [] }
    group.links.push(link)
    groups.set(set, group)
  }
  return [...groups.values()].sort((a, b) => (a.set < b.set ? -1 : 1))
}

const shorter = (a: ConnectionTimeouts, b: ConnectionTimeouts): ConnectionTimeouts => ({
  tcpEstablished: Math.min(a.tcpEstablished, b.tcpEstablished),
  tcpClosed: Math.min(a.tcpClosed, b.tcpClosed),
  udp: Math.min(a.udp, b.udp),
})

/**
 * What holds for connections with an end in a group; the first that fits. Each interface forgets by itself, so that a
 * connection between two is forgotten by the shorter times. The outside forgets nothing; `alone`: all that is in no group
 * is outside.
 */
export function rememberingsOf(groups: readonly TimeoutGroup[], alone = false): Remembering[] {
  const any: End = { kind: 'any' }
  const outside: End = { kind: 'outside' }
  const endOf = ({ set }: TimeoutGroup): End => ({ kind: 'group', set })
  const both = (end: End, other: End, timeouts: ConnectionTimeouts): Remembering[] => [
    { from: end, to: other, timeouts },
    { from: other, to: end, timeouts },
  ]
  return [
    ...groups.flatMap((one) =>
      groups.map((other) => ({
        from: endOf(one),
        to: endOf(other),
        timeouts: shorter(one.timeouts, other.timeouts),
      })),
    ),
    ...(alone ? [] : groups.flatMap((one) => both(endOf(one), outside, one.timeouts))),
    ...groups.flatMap((one) =>
      both(endOf(one), any, alone ? one.timeouts : shorter(one.timeouts, defaultTimeouts)),
    ),
  ]
}
