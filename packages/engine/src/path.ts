import type { Family } from './address.js'
import type { End, Packet, PathAnswer, PathPart, PathQuery, PathRegion, SideVerdict } from './answers.js'
import type { Budget } from './budget.js'
import { joinCoverage } from './budget.js'
import type { Verdict } from './decide.js'
import { exampleFor } from './diff.js'
import type { Diagram } from './diagram.js'
import { diagramOf } from './diagram.js'
import type { Outcome } from './diagram-answers.js'
import { countOf, coverageOf, flowsOf, regionsWith } from './diagram-answers.js'
import type { AddressRange } from './entry.js'
import type { Interface } from './facts.js'
import type { Layer } from './joint.js'
import { mergeRegions } from './merge-regions.js'
import type { Nic } from './nic.js'
import { mergeRanges } from './ranges.js'
import type { Region } from './region.js'
import { regionOf, sizeOfRegion } from './region.js'
import type { Direction } from './rule.js'
import type { Policies } from './sites.js'
import { nicsOf, ownAddresses, remotesAt } from './sites.js'
import type { World } from './world.js'

/** One end of a path, looked up. */
export interface Terminal {
  readonly interface: Interface | null
  readonly addresses: Readonly<Record<Family, readonly AddressRange[]>>
}

/** Throws a RangeError for an interface that is not there. */
export function terminalOf(world: World, end: End): Terminal {
  if ('ranges' in end) {
    const of = (family: Family): AddressRange[] =>
      mergeRanges(end.ranges.filter((range) => range.family === family))
    return { interface: null, addresses: { 4: of(4), 6: of(6) } }
  }
  const found = world.interfaces.get(end.interface)
  if (!found) throw new RangeError(`no network interface ${JSON.stringify(end.interface)}`)
  return { interface: found, addresses: { 4: ownAddresses(found, 4), 6: ownAddresses(found, 6) } }
}

/** Who says what in a question about a path: one layer a side, in the order that flows cross them. */
export interface Crossing {
  readonly layers: readonly Layer[]
  readonly sides: readonly { readonly side: Direction; readonly interface: string }[]
  readonly within: readonly Region[]
}

/** Addresses in both lists. */
function shared(some: readonly AddressRange[], others: readonly AddressRange[]): AddressRange[] {
  const ranges = some.flatMap((one) =>
    others.flatMap((other) => {
      const first = one.first > other.first ? one.first : other.first
      const last = one.last < other.last ? one.last : other.last
      return first <= last ? [{ family: one.family, first, last }] : []
    }),
  )
  return mergeRanges(ranges)
}

/**
 * The flows of a path, seen from its source: local is the source, remote the destination. An instance in the classic
 * network has two sides, so there may be several crossings; they share no flow.
 */
export function crossingsOf(policies: Policies, from: Terminal, to: Terminal, query: PathQuery): Crossing[] {
  const [source, target] = [from.interface, to.interface]
  if (!source && !target) throw new RangeError('neither end is a network interface, so nothing decides')
  const nics = (one: Interface | null): readonly Nic[] => (one ? nicsOf(one.vpc) : ['intranet'])
  return nics(source).flatMap((leaving) =>
    nics(target).map((entering): Crossing => {
      const ways = [
        source && { side: 'egress' as const, one: source, nic: leaving },
        target && { side: 'ingress' as const, one: target, nic: entering },
      ].filter((way) => way !== null)
      const remotes = (one: Interface | null, nic: Nic, addresses: Terminal['addresses'], family: Family) =>
        one ? shared(addresses[family], remotesAt(one.vpc, nic, family)) : addresses[family]
      const within = ([4, 6] as const)
        .map((family) =>
          regionOf(family, {
            local: remotes(target, entering, from.addresses, family),
            remote: remotes(source, leaving, to.addresses, family),
            localPorts: query.sourcePorts,
            remotePorts: query.destinationPorts,
            ...(query.protocol !== null && { protocols: [{ first: query.protocol, last: query.protocol }] }),
          }),
        )
        .filter(({ local, remote }) => local.length > 0 && remote.length > 0)
      return {
        layers: ways.map(({ side, one, nic }) => ({
          policy: policies(one.groups, side, nic),
          mirrored: side === 'ingress',
        })),
        sides: ways.map(({ side, one }) => ({ side, interface: one.id })),
        within,
      }
    }),
  )
}

export const passes = (outcomes: readonly Outcome[]): boolean =>
  outcomes.every(({ verdict }) => verdict === 'accept')

const blocked = (outcomes: readonly Outcome[]): boolean => !passes(outcomes)

/** What passes and could be stopped by a rule: not what passes every side whatever the rules say. */
export const passesByRules = (outcomes: readonly Outcome[]): boolean =>
  passes(outcomes) && outcomes.some(({ entry }) => entry?.reason !== 'carve-out')

/** What decided, whether an entry or the default. */
export function deciderOf({ verdict, entry }: Outcome): Verdict {
  if (!entry) return { verdict, reason: 'default', rule: null, group: null, priority: null }
  const { reason, rule, group, priority } = entry
  return { verdict, reason, rule, group, priority }
}

/** A region of the question, which is seen from the source, named by packet. */
const byPacket = ({
  family,
  protocols,
  remote,
  local,
  remotePorts,
  localPorts,
  icmpTypes,
}: Region): PathRegion => ({
  family,
  protocols,
  source: local,
  destination: remote,
  sourcePorts: localPorts,
  destinationPorts: remotePorts,
  icmpTypes,
})

function packetIn(region: Region): Packet {
  const { protocol, remote, local, remotePort, localPort, icmpType } = exampleFor(region, 'egress')
  return {
    protocol,
    source: local ?? remote,
    destination: remote,
    ...(localPort !== undefined && { sourcePort: localPort }),
    ...(remotePort !== undefined && { destinationPort: remotePort }),
    ...(icmpType !== undefined && { icmpType }),
  }
}

interface Parts {
  readonly count: bigint
  readonly parts: readonly PathPart[]
  readonly more: boolean
}

/** Into so many regions, or fewer, a part may be cut by what decides nothing there. */
const CUTS = 10

function partsWith(
  asked: readonly { readonly crossing: Crossing; readonly diagram: Diagram }[],
  wanted: (outcomes: readonly Outcome[]) => boolean,
  limit: number,
): Parts {
  const found = asked.map(({ crossing, diagram }) => {
    const { regions, more } = regionsWith(diagram, wanted, limit * CUTS)
    const parts = mergeRegions(regions).map(({ region, outcomes }): PathPart => ({
      region: byPacket(region),
      count: sizeOfRegion(region),
      example: packetIn(region),
      sides: crossing.sides.map((side, at): SideVerdict => ({ ...side, decider: deciderOf(outcomes[at]!) })),
    }))
    return { count: countOf(diagram, wanted), parts, more: more || !diagram.complete }
  })
  const parts = found
    .flatMap((one) => one.parts)
    .sort((a, b) => (a.count < b.count ? 1 : a.count > b.count ? -1 : 0))
  return {
    count: found.reduce((sum, { count }) => sum + count, 0n),
    parts: parts.slice(0, limit),
    more: parts.length > limit || found.some(({ more }) => more),
  }
}

/** What of the flows from one end to the other passes all sides that it crosses, and what does not, and why. */
export function pathAnswer(
  policies: Policies,
  from: Terminal,
  to: Terminal,
  query: PathQuery,
  { budget, regions }: { readonly budget: Budget; readonly regions: number },
  allows = passes,
): PathAnswer {
  const asked = crossingsOf(policies, from, to, query).map((crossing) => {
    const { layers, within } = crossing
    return { crossing, diagram: diagramOf({ layers, within, budget }) }
  })
  const denied = partsWith(asked, blocked, regions)
  const coverage = asked.map(({ diagram }) => ({ ...coverageOf(diagram), flows: flowsOf(diagram) }))
  return {
    ...joinCoverage(coverage),
    allowed: partsWith(asked, allows, regions),
    denied: {
      ...denied,
      parts: denied.parts.map((part) => ({
        ...part,
        blockers: part.sides.filter(({ decider }) => decider.verdict === 'drop'),
      })),
    },
  }
}
