import type { Direction, Flow, Verdict } from '@sallyport/engine'
import { decide, formatAddress } from '@sallyport/engine'
import type { Judged, SharedPolicy } from './desired.js'
import type { Headers } from './nflog/packets.js'

/** A flow that was denied: who denied it, and by what. */
export interface Denied {
  /** When it was read, ISO 8601. */
  readonly at: string
  readonly vpc: string
  readonly protocol: number
  readonly source: string
  readonly destination: string
  readonly sourcePort: number | null
  readonly destinationPort: number | null
  /** Null, with all that follows: the rules have changed since. */
  readonly interface: string | null
  readonly instance: string | null
  readonly direction: Direction | null
  readonly reason: Verdict['reason'] | null
  readonly rule: string | null
  readonly group: string | null
}

/** Whose packets they may be, and by what they are judged. */
export interface Where {
  readonly vpc: string
  readonly endpoints: readonly (Judged & { readonly vpc?: string })[]
  readonly policies: readonly SharedPolicy[]
}

/** One side that a packet crosses, as its interface sees it. */
interface Crossed {
  readonly endpoint: Where['endpoints'][number]
  readonly direction: Direction
  readonly flow: Flow
}

/**
 * What denied a packet that the kernel dropped: the first side that the engine says drops it. The kernel's rules are
 * compiled from the same policies.
 */
export function deniedBy(packet: Headers, desired: Where, at: string): Denied {
  const { protocol, source, destination, sourcePort, destinationPort, icmpType } = packet
  const [from, to] = [formatAddress(source), formatAddress(destination)]
  const flow = { protocol, ...(icmpType !== undefined && { icmpType }) }
  const far = (remotePort?: number, localPort?: number) => ({
    ...(remotePort !== undefined && { remotePort }),
    ...(localPort !== undefined && { localPort }),
  })
  const ends = { vpc: desired.vpc, at, protocol, source: from, destination: to }
  const ports = { sourcePort: sourcePort ?? null, destinationPort: destinationPort ?? null }
  const sides: Crossed[] = [
    ...has(desired, from).map((endpoint) => ({
      ...{ endpoint, direction: 'egress' as const },
      flow: { ...flow, remote: destination, local: source, ...far(destinationPort, sourcePort) },
    })),
    ...has(desired, to).map((endpoint) => ({
      ...{ endpoint, direction: 'ingress' as const },
      flow: { ...flow, remote: source, local: destination, ...far(sourcePort, destinationPort) },
    })),
  ]
  for (const { endpoint, direction, flow: seen } of sides) {
    const shared = desired.policies.find(({ key }) => key === endpoint[direction])
    const verdict = shared && decide(shared.policy, seen)
    if (!verdict || 'missing' in verdict || verdict.verdict === 'accept') continue
    const { reason, rule, group } = verdict
    const { interface: id, instance, vpc = desired.vpc } = endpoint
    return { ...ends, vpc, ...ports, interface: id, instance, direction, reason, rule, group }
  }
  const nobody = { interface: null, instance: null, direction: null, reason: null, rule: null, group: null }
  return { ...ends, ...ports, ...nobody }
}

const has = ({ endpoints }: Where, address: string): Where['endpoints'][number][] =>
  endpoints.filter(({ addresses }) => addresses.v4.includes(address) || addresses.v6.includes(address))
