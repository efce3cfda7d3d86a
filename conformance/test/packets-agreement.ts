import type { Station } from '../../packages/dataplane/test/topology.js'
import type { Machine } from './packets-cloud.js'
import type { Product } from './packets-product.js'

/** A new connection or datagram that is tried: from a machine or from outside, to a machine or to an address. */
export interface Try {
  readonly from: Machine | { readonly outside: Station; readonly address: string }
  readonly to: Machine | string
  readonly protocol: 'tcp' | 'udp' | 'icmp'
  readonly port?: number
  readonly sourcePort?: number
  readonly family?: 4 | 6
}

interface Verdict {
  readonly verdict?: 'accept' | 'drop'
  readonly error?: string
}

/** Seconds to wait for an answer that decide promises, and for one that it denies. */
const PATIENCE = { accept: 8, drop: 0.7 }

const isMachine = (end: Try['from'] | Try['to']): end is Machine =>
  typeof end === 'object' && 'interface' in end

const addressOf = (end: Try['from'] | Try['to'], family: 4 | 6): string => {
  if (typeof end === 'string') return end
  if (isMachine(end)) return family === 4 ? end.v4 : end.v6
  return end.address
}

/** The questions that stand for a try: what the sender may send, and what the receiver takes. */
function questionsOf(attempt: Try): object[] {
  const { from, to, port, sourcePort, family = 4 } = attempt
  const [source, target] = [addressOf(from, family), addressOf(to, family)]
  const icmp = family === 4 ? { protocol: 'icmp', icmpType: 8 } : { protocol: 'icmpv6', icmpType: 128 }
  const kind = attempt.protocol === 'icmp' ? icmp : { protocol: attempt.protocol }
  const ports = (mine: number | undefined, theirs: number | undefined) => ({
    ...(mine !== undefined && { localPort: mine }),
    ...(theirs !== undefined && { remotePort: theirs }),
  })
  return [
    ...(isMachine(from)
      ? [
          {
            ...kind,
            interface: from.interface,
            direction: 'egress',
            local: source,
            remote: target,
            ...ports(sourcePort, port),
          },
        ]
      : []),
    ...(isMachine(to)
      ? [
          {
            ...kind,
            interface: to.interface,
            direction: 'ingress',
            local: target,
            remote: source,
            ...ports(port, sourcePort),
          },
        ]
      : []),
  ]
}

async function decided(product: Product, attempt: Try): Promise<boolean> {
  const { verdicts } = (await product.ask('/v1/decide', { flows: questionsOf(attempt) })) as {
    verdicts: Verdict[]
  }
  const unclear = verdicts.find(({ verdict }) => verdict === undefined)
  if (verdicts.length === 0 || unclear) throw new Error(`decide answers ${JSON.stringify(verdicts)}`)
  return verdicts.every(({ verdict }) => verdict === 'accept')
}

async function sent(attempt: Try, timeout: number): Promise<boolean> {
  const { from, to, protocol, port = 0, sourcePort, family = 4 } = attempt
  const host = addressOf(to, family)
  const source = isMachine(from) ? {} : { source: from.address }
  const probe = { host, port, timeout, ...source, ...(sourcePort !== undefined && { sourcePort }) }
  const sender = isMachine(from) ? from.station : from.outside
  if (protocol === 'icmp') return sender.ping(host, timeout)
  return protocol === 'tcp' ? sender.tcp(probe) : (await sender.udp(probe)) !== false
}

/**
 * Sends a packet and asks decide about it; both must say the same. Returns what they say. A packet that should pass
 * gets long, so that a busy machine is no failure.
 */
export async function passes(product: Product, attempt: Try): Promise<boolean> {
  const expected = await decided(product, attempt)
  const seen = await sent(attempt, expected ? PATIENCE.accept : PATIENCE.drop)
  if (seen === expected) return seen
  const { from, to, protocol, port, family = 4 } = attempt
  const flow = `${protocol} ${addressOf(from, family)} -> ${addressOf(to, family)}:${port ?? '-'}`
  throw new Error(
    `decide says ${expected ? 'accept' : 'drop'} of ${flow}, the packet ${seen ? 'passed' : 'did not pass'}`,
  )
}
