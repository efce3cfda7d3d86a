import type { ConnectionTimeouts } from '@sallyport/engine'
import type { End, Remembering } from '../remembering.js'
import { UPLINK } from '../names.js'
import type { Statement, TimeoutPolicy } from './ruleset.js'
import { lookup, match, verdict } from './statements.js'

const tcpName = ({ tcpEstablished, tcpClosed }: ConnectionTimeouts): string =>
  `tcp-${tcpEstablished}-${tcpClosed}`
const udpName = ({ udp }: ConnectionTimeouts): string => `udp-${udp}`

/** The named timeouts that rememberings use, by name. The name says all of the content. */
export function timeoutObjects(rememberings: readonly Remembering[]): Map<string, TimeoutPolicy> {
  const objects = new Map<string, TimeoutPolicy>()
  for (const { timeouts } of rememberings) {
    const { tcpEstablished: established, tcpClosed, udp } = timeouts
    const tcp = { established, time_wait: tcpClosed, close: tcpClosed }
    objects.set(tcpName(timeouts), { protocol: 'tcp', seconds: tcp })
    objects.set(udpName(timeouts), { protocol: 'udp', seconds: { unreplied: udp, replied: udp } })
  }
  return objects
}

function endMatch(selector: 'iifname' | 'oifname', end: End): Statement[] {
  switch (end.kind) {
    case 'group':
      return [lookup([selector], end.set)]
    case 'outside':
      return [match(selector, `"${UPLINK}"`)]
    case 'any':
      return []
  }
}

/** Rules that give a new connection its timeouts: the first that fits each protocol. */
export function timeoutRules(rememberings: readonly Remembering[]): Statement[][] {
  return rememberings.flatMap(({ from, to, timeouts }) => {
    const ends = [...endMatch('iifname', from), ...endMatch('oifname', to)]
    const rule = (protocol: string, name: string): Statement[] => [
      ...ends,
      match('meta l4proto', protocol),
      { kind: 'set-timeout', name },
      verdict('return'),
    ]
    return [rule('6', tcpName(timeouts)), rule('17', udpName(timeouts))]
  })
}
