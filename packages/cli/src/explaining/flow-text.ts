import type {
  AddressRange,
  Direction,
  Flow,
  Packet,
  PathRegion,
  PortRange,
  PortSet,
  Region,
} from '@sallyport/engine'
import { formatAddress, widthOf, protocolNumbers } from '@sallyport/engine'

/** Texts of flows, packets and sets of them: as `tcp 10.0.0.5:40000 -> 10.0.0.6:22`, the ports where there are any. */

const protocolNames: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(protocolNumbers).map(([name, number]) => [number, name]),
)

/** The name of an IANA protocol number, or the number. */
export const protocolText = (number: number): string => protocolNames[number] ?? String(number)

/** Most ranges that a text lists. */
const SHOWN = 4

const some = (texts: readonly string[]): string =>
  texts.length <= SHOWN
    ? texts.join(',')
    : `${texts.slice(0, SHOWN).join(',')} and ${texts.length - SHOWN} more`

const rangeText = ({ first, last }: PortRange): string => (first === last ? `${first}` : `${first}-${last}`)

const covers = (ranges: readonly PortRange[], first: number, last: number): boolean =>
  ranges.length === 1 && ranges[0]?.first !== undefined && ranges[0].first <= first && ranges[0].last >= last

/** Ports as ranges; `any` where they do not matter. */
export const portsText = (ports: PortSet | null): string =>
  ports === null || covers(ports, 1, 65_535) ? 'any' : some(ports.map(rangeText))

/** Protocols by name; `all` for every one. */
export const protocolsText = (protocols: readonly PortRange[]): string =>
  covers(protocols, 0, 255)
    ? 'all'
    : some(
        protocols.map((range) =>
          range.first === range.last ? protocolText(range.first) : `protocols ${rangeText(range)}`,
        ),
      )

/** The block that a range is, if it is one. */
function blockText({ family, first, last }: AddressRange): string | undefined {
  const size = last - first + 1n
  const free = size.toString(2).length - 1
  if (size !== 1n << BigInt(free) || first % size !== 0n) return undefined
  const text = formatAddress({ family, bits: first })
  return free === 0 ? text : `${text}/${widthOf(family) - free}`
}

/** Addresses as blocks where they are blocks, else as ranges; `any` for all of a family. */
export const addressesText = (ranges: readonly AddressRange[]): string =>
  some(
    ranges.map((range) => {
      const { family, first, last } = range
      if (last - first + 1n === 1n << BigInt(widthOf(family))) return family === 4 ? 'any' : 'any IPv6'
      const [from, to] = [first, last].map((bits) => formatAddress({ family, bits }))
      return blockText(range) ?? `${from}-${to}`
    }),
  )

const withPort = (address: string, port: string): string =>
  port === '' ? address : `${address.includes(':') ? `[${address}]` : address}:${port}`

const portOf = (port: number | undefined): string => (port === undefined ? '' : String(port))

/** One packet. */
export function packetText({ protocol, source, destination, ...more }: Packet): string {
  const start = withPort(formatAddress(source), portOf(more.sourcePort))
  const end = withPort(formatAddress(destination), portOf(more.destinationPort))
  const type = more.icmpType === undefined ? '' : ` type ${more.icmpType}`
  return `${protocolText(protocol)} ${start} -> ${end}${type}`
}

/** One flow as its interface sees it, written as the packet that opens it. */
export function flowText(flow: Flow, direction: Direction): string {
  const { protocol, remote, local, remotePort, localPort, icmpType } = flow
  const far = withPort(formatAddress(remote), portOf(remotePort))
  const near = withPort(local ? formatAddress(local) : 'here', portOf(localPort))
  const [start, end] = direction === 'egress' ? [near, far] : [far, near]
  return `${protocolText(protocol)} ${start} -> ${end}${icmpType === undefined ? '' : ` type ${icmpType}`}`
}

const fields = (
  protocols: readonly PortRange[],
  source: readonly AddressRange[],
  sourcePorts: PortSet | null,
  destination: readonly AddressRange[],
  destinationPorts: PortSet | null,
  icmpTypes: PortSet | null,
): string => {
  const end = (addresses: readonly AddressRange[], ports: PortSet | null): string =>
    withPort(addressesText(addresses), ports === null || portsText(ports) === 'any' ? '' : portsText(ports))
  const types =
    icmpTypes === null || covers(icmpTypes, 0, 255) ? '' : ` type ${some(icmpTypes.map(rangeText))}`
  return `${protocolsText(protocols)} ${end(source, sourcePorts)} -> ${end(destination, destinationPorts)}${types}`
}

/** A set of packets of a path. */
export const pathRegionText = (region: PathRegion): string =>
  fields(
    region.protocols,
    region.source,
    region.sourcePorts,
    region.destination,
    region.destinationPorts,
    region.icmpTypes,
  )

/** A set of flows as their interface sees them. */
export const regionText = (region: Region, direction: Direction): string =>
  direction === 'egress'
    ? fields(
        region.protocols,
        region.local,
        region.localPorts,
        region.remote,
        region.remotePorts,
        region.icmpTypes,
      )
    : fields(
        region.protocols,
        region.remote,
        region.remotePorts,
        region.local,
        region.localPorts,
        region.icmpTypes,
      )

/** A count in words that fit a line: exact up to a million, beyond it a power of ten. */
export function countText(count: bigint): string {
  if (count < 1_000_000n) return String(count)
  const digits = String(count)
  return `${digits[0]}.${digits[1]}e${digits.length - 1}`
}
