import fc from 'fast-check'
import type { Address, Family, Flow, PortRange, Region } from '../src/index.js'
import { regionOf } from '../src/index.js'
import { address } from './engine-view.js'
import type { Edges } from './random-packets.js'

/** Regions of a few hundred flows where rules begin and end, small enough to try every flow. */

const single = <T>(value: T): { first: T; last: T } => ({ first: value, last: value })

const distinct = (numbers: readonly number[], most: number): PortRange[] =>
  [...new Set(numbers)]
    .sort((a, b) => a - b)
    .slice(0, most)
    .map(single)

function few(family: Family, texts: readonly string[], most: number): Region['remote'] {
  const bits = texts.map(address).filter((one) => one.family === family)
  return [...new Set(bits.map((one) => one.bits))].slice(0, most).map((one) => ({ family, ...single(one) }))
}

/** A small region of each family that the situation has addresses for; `turn` makes another choice of the edges. */
export function smallRegions(edges: Edges, turn: number): Region[] {
  const turned = <T>(list: readonly T[]): T[] => list.map((_, at) => list[(at * 7 + turn) % list.length]!)
  return ([4, 6] as const)
    .map((family) =>
      regionOf(family, {
        protocols: distinct([1, 6, 17, 47, 58], 5),
        remote: few(family, turned(edges.remotes), 5),
        local: few(family, turned(edges.locals), 3),
        ...(turn % 3 !== 0 && {
          remotePorts: distinct(turned(edges.sourcePorts).slice(0, 3), 3),
          localPorts: distinct(turned(edges.destinationPorts).slice(0, 4), 4),
        }),
        ...(turn % 3 === 0 && { icmpTypes: distinct([0, 132, 133, 136, 137], 5) }),
      }),
    )
    .filter(({ remote, local }) => remote.length > 0 && local.length > 0)
}

export const turns = fc.nat({ max: 1_000 })

const numbersIn = (ranges: readonly PortRange[]): number[] =>
  ranges.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, step) => first + step))

const addressesIn = (ranges: Region['remote']): Address[] =>
  ranges.flatMap(({ family, first, last }) =>
    Array.from({ length: Number(last - first) + 1 }, (_, step) => ({ family, bits: first + BigInt(step) })),
  )

/** Every flow of a region that names ports or types, so that it has few. */
export function flowsIn({ protocols, remote, local, remotePorts, localPorts, icmpTypes }: Region): Flow[] {
  const product = <A, B>(list: readonly A[], others: readonly B[]): (A & B)[] =>
    list.flatMap((a) => others.map((b) => ({ ...a, ...b })))
  const ends = product(
    addressesIn(remote).map((one) => ({ remote: one })),
    addressesIn(local).map((one) => ({ local: one })),
  )
  return numbersIn(protocols).flatMap((protocol): Flow[] => {
    const flows = ends.map((pair) => ({ ...pair, protocol }))
    if (protocol === 6 || protocol === 17) {
      if (!remotePorts || !localPorts) return []
      const ports = product(
        numbersIn(remotePorts).map((remotePort) => ({ remotePort })),
        numbersIn(localPorts).map((localPort) => ({ localPort })),
      )
      return product(flows, ports)
    }
    if (remotePorts || localPorts) return []
    if (protocol === 1 || protocol === 58) {
      return product(
        flows,
        numbersIn(icmpTypes ?? []).map((icmpType) => ({ icmpType })),
      )
    }
    return icmpTypes ? [] : flows
  })
}

/** Whether a flow is in a region. */
export function holds(region: Region, flow: Flow): boolean {
  const within = (ranges: readonly PortRange[] | null, value: number | undefined): boolean =>
    ranges === null ||
    (value !== undefined && ranges.some(({ first, last }) => first <= value && value <= last))
  const inside = (ranges: Region['remote'], one: Address | undefined): boolean =>
    one !== undefined &&
    ranges.some(({ family, first, last }) => family === one.family && first <= one.bits && one.bits <= last)
  return (
    flow.remote.family === region.family &&
    within(region.protocols, flow.protocol) &&
    inside(region.remote, flow.remote) &&
    inside(region.local, flow.local) &&
    within(region.remotePorts, flow.remotePort) &&
    within(region.localPorts, flow.localPort) &&
    within(region.icmpTypes, flow.icmpType)
  )
}

/** How many flows a region has, counted from its ranges. */
export function sizeOf({ protocols, remote, local, remotePorts, localPorts, icmpTypes }: Region): bigint {
  const total = (ranges: readonly PortRange[]): bigint =>
    ranges.reduce((sum, { first, last }) => sum + BigInt(last - first + 1), 0n)
  const addresses = (ranges: Region['remote']): bigint =>
    ranges.reduce((sum, { first, last }) => sum + last - first + 1n, 0n)
  const ports = (remotePorts ? total(remotePorts) : 65_536n) * (localPorts ? total(localPorts) : 65_536n)
  const types = icmpTypes ? total(icmpTypes) : 256n
  const each = (protocol: number): bigint => {
    if (protocol === 6 || protocol === 17) return icmpTypes ? 0n : ports
    if (remotePorts || localPorts) return 0n
    if (protocol === 1 || protocol === 58) return types
    return icmpTypes ? 0n : 1n
  }
  const perPair = numbersIn(protocols).reduce((sum, protocol) => sum + each(protocol), 0n)
  return perPair * addresses(remote) * addresses(local)
}
