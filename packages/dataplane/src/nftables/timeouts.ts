import type { ConnectionTimeouts } from '@sallyport/engine'
import type { End, Remembering } from '../remembering.js'
import { UPLINK } from '../names.js'

const tcpName = ({ tcpEstablished, tcpClosed }: ConnectionTimeouts): string =>
  `tcp-${tcpEstablished}-${tcpClosed}`
const udpName = ({ udp }: ConnectionTimeouts): string => `udp-${udp}`

/** The named timeouts that rememberings use, by name: what each is made of. The name says it all. */
export function timeoutObjects(rememberings: readonly Remembering[]): Map<string, string> {
  const objects = new Map<string, string>()
  for (const { timeouts } of rememberings) {
    const { tcpEstablished, tcpClosed, udp } = timeouts
    const tcp = `established : ${tcpEstablished}, time_wait : ${tcpClosed}, close : ${tcpClosed}`
    objects.set(tcpName(timeouts), `protocol tcp; policy = { ${tcp} };`)
    objects.set(udpName(timeouts), `protocol udp; policy = { unreplied : ${udp}, replied : ${udp} };`)
  }
  return objects
}

function endText(word: 'iifname' | 'oifname', end: End): string[] {
  switch (end.kind) {
    case 'group':
      return [`${word} @${end.set}`]
    case 'outside':
      return [`${word} "${UPLINK}"`]
    case 'any':
      return []
  }
}

/** Rules that give a new connection its timeouts: the first that fits each protocol. */
export function timeoutRules(rememberings: readonly Remembering[]): string[] {
  return rememberings.flatMap(({ from, to, timeouts }) => {
    const ends = [...endText('iifname', from), ...endText('oifname', to)].join(' ')
    return [
      `${ends} meta l4proto 6 ct timeout set "${tcpName(timeouts)}" return`,
      `${ends} meta l4proto 17 ct timeout set "${udpName(timeouts)}" return`,
    ]
  })
}
