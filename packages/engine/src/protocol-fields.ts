import type { Protocol } from './rule.js'

/** IANA numbers of the protocols that a rule can name; `all` has none. */
export const protocolNumbers: Readonly<Record<Exclude<Protocol, 'all'>, number>> = {
  ...{ tcp: 6, udp: 17, icmp: 1, icmpv6: 58, gre: 47 },
}

/** Every name that a rule can have as its protocol. */
export const ruleProtocols: readonly string[] = [...Object.keys(protocolNumbers), 'all']

/** Protocols whose flows have ports: TCP and UDP. */
export const portedProtocols: readonly number[] = [6, 17]

/** Protocols whose flows have a type: ICMP and ICMPv6. */
export const typedProtocols: readonly number[] = [1, 58]

/** What fields flows have, and the protocols that have just these. */
export type Kind = 'ported' | 'typed' | 'plain'

export const kindOfProtocol = (protocol: number): Kind =>
  portedProtocols.includes(protocol) ? 'ported' : typedProtocols.includes(protocol) ? 'typed' : 'plain'
