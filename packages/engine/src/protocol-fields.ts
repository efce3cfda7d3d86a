/** Protocols whose flows have ports: TCP and UDP. */
export const portedProtocols: readonly number[] = [6, 17]

/** Protocols whose flows have a type: ICMP and ICMPv6. */
export const typedProtocols: readonly number[] = [1, 58]

/** What fields flows have, and the protocols that have just these. */
export type Kind = 'ported' | 'typed' | 'plain'

export const kindOfProtocol = (protocol: number): Kind =>
  portedProtocols.includes(protocol) ? 'ported' : typedProtocols.includes(protocol) ? 'typed' : 'plain'
