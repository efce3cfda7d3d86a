import { type ConnectionTimeouts, defaultTimeouts } from '@sallyport/engine'
import { ecsError } from '../errors/ecs.js'
import type { InterfaceRow } from '../store/schema.js'

/** Seconds that may be asked for (CreateNetworkInterface reference page). */
const tcpEstablished: readonly number[] = [30, 60, 80, 100, 200, 300, 500, 700, 910]
const udp: readonly number[] = [10, 20, 30, 60, 80, 100]

type TimeoutColumns = Pick<InterfaceRow, 'tcp_established_timeout' | 'tcp_closed_timeout' | 'udp_timeout'>

/** Seconds asked for; undefined leaves what is. */
export interface WantedTimeouts {
  readonly tcpEstablished: number | undefined
  readonly tcpClosed: number | undefined
  readonly udp: number | undefined
}

/** The timeouts that an interface has afterwards. Throws 400 for one that is not allowed. */
export function changedTimeouts(wanted: WantedTimeouts, before: ConnectionTimeouts): ConnectionTimeouts {
  const after = {
    tcpEstablished: wanted.tcpEstablished ?? before.tcpEstablished,
    tcpClosed: wanted.tcpClosed ?? before.tcpClosed,
    udp: wanted.udp ?? before.udp,
  }
  const allowed =
    tcpEstablished.includes(after.tcpEstablished) &&
    after.tcpClosed >= 3 &&
    after.tcpClosed <= 15 &&
    udp.includes(after.udp)
  if (!allowed) throw ecsError('InvalidParameter.EniConnectionTrackingConfiguration')
  return after
}

/** Timeouts as stored. */
export const timeoutColumns = (timeouts: ConnectionTimeouts): TimeoutColumns => ({
  tcp_established_timeout: timeouts.tcpEstablished,
  tcp_closed_timeout: timeouts.tcpClosed,
  udp_timeout: timeouts.udp,
})

/** The stored timeouts of an interface. */
export const timeoutsOf = (row: TimeoutColumns): ConnectionTimeouts => ({
  tcpEstablished: row.tcp_established_timeout,
  tcpClosed: row.tcp_closed_timeout,
  udp: row.udp_timeout,
})

/** Whether an interface has the timeouts that facts leave out. */
export const areDefault = (timeouts: ConnectionTimeouts): boolean =>
  timeouts.tcpEstablished === defaultTimeouts.tcpEstablished &&
  timeouts.tcpClosed === defaultTimeouts.tcpClosed &&
  timeouts.udp === defaultTimeouts.udp
