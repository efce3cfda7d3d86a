import type { ServerPlace } from '../bindings/kept-bindings.js'
import { rule } from './comments.js'
import type { Rule, Statement } from './ruleset.js'
import { lookup, match, verdict } from './statements.js'

const accept = verdict('accept')

/** The link by which a packet comes in or goes out, and the end of it that is there. */
export const SIDES = {
  in: { link: 'iifname', ip: 'ip saddr', ip6: 'ip6 saddr', port: 'th sport' },
  out: { link: 'oifname', ip: 'ip daddr', ip6: 'ip6 daddr', port: 'th dport' },
} as const

/** Which of the two. */
export type Side = keyof typeof SIDES

/** UDP from a port to another. */
export const udp = (from: string, to: string): Statement[] => [
  match('meta l4proto', '17'),
  match('th sport', from),
  match('th dport', to),
]

/** Neighbour discovery, and the reports without which switches do not pass it (RFC 4861, RFC 4541). */
export const DISCOVERY = ['130-136', '143']

/** What guests may send of it: being a router (advertisements of one, and its queries) is not theirs. */
export const GUESTS_DISCOVERY = ['131-133', '135-136', '143']

/** The agent's own way to its server, and what a link works by at all, ahead of every policy. */
export function always(side: Side, servers: readonly ServerPlace[]): Rule[] {
  const { link, ip, ip6, port } = SIDES[side]
  const on = (links: string): Statement => lookup([link], links)
  const asked = side === 'in' ? 'peers' : 'hosts'
  const answered = side === 'in' ? 'hosts' : 'peers'
  return [
    ...servers.map((one) =>
      rule(
        'way to the server',
        on('hosts'),
        match(one.address.includes(':') ? ip6 : ip, one.address),
        match('meta l4proto', '6'),
        match(port, `${one.port}`),
        // What the server itself begins is the policy's business.
        ...(side === 'in' ? [match('ct direction', 'reply')] : []),
        accept,
      ),
    ),
    ...DISCOVERY.map((types) =>
      rule('neighbour discovery', on('links'), match('icmpv6 type', types), accept),
    ),
    rule('DHCP', on(asked), ...udp('68', '67'), accept),
    rule('DHCP', on(answered), ...udp('67', '68'), accept),
    rule('DHCP', on(asked), ...udp('546', '547'), accept),
    rule('DHCP', on(answered), ...udp('547', '546'), accept),
  ]
}
