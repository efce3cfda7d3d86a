import type { Family } from './address.js'
import { widthOf } from './address.js'
import type { Box } from './box.js'
import { addressSet, boxReader, setPool } from './box.js'
import type { Flow } from './decide.js'
import type { AddressRange, Entry } from './entry.js'
import { kindOfProtocol, portedProtocols, typedProtocols } from './protocol-fields.js'
import { addressCount, mergePorts, mergeRanges } from './ranges.js'
import type { PortRange } from './rule.js'

/**
 * A set of whole flows: the product of a set of values for each field. Every list is sorted, and its ranges neither meet
 * nor touch. Only TCP and UDP have ports, only ICMP and ICMPv6 have types: a region that names some holds no flow of
 * another protocol. Null is all values, or a field that these protocols do not have.
 */
export interface Region {
  readonly family: Family
  /** IANA protocol numbers. */
  readonly protocols: readonly PortRange[]
  readonly remote: readonly AddressRange[]
  readonly local: readonly AddressRange[]
  readonly remotePorts: readonly PortRange[] | null
  readonly localPorts: readonly PortRange[] | null
  readonly icmpTypes: readonly PortRange[] | null
}

/** Every address of a family. */
export const allAddresses = (family: Family): AddressRange => ({
  family,
  first: 0n,
  last: (1n << BigInt(widthOf(family))) - 1n,
})

/** Every flow of a family; fields given replace those of the whole. */
export const regionOf = (family: Family, fields: Partial<Omit<Region, 'family'>> = {}): Region => ({
  family,
  protocols: [{ first: 0, last: 255 }],
  remote: [allAddresses(family)],
  local: [allAddresses(family)],
  remotePorts: null,
  localPorts: null,
  icmpTypes: null,
  ...fields,
})

/** The addresses of one family in a set as ranges. */
function rangesOf(set: Box['remote'], family: Family): AddressRange[] {
  const bounds: readonly bigint[] | null =
    family === 6 ? set.v6 : set.v4 && Array.from(set.v4, (bound) => BigInt(bound))
  if (bounds === null) return [allAddresses(family)]
  return bounds.flatMap((first, at) =>
    at % 2 === 0 ? [{ family, first, last: (bounds[at + 1] ?? first) - 1n }] : [],
  )
}

/** The flows that an entry matches, whatever stands before it: at most one region a family. */
export function regionsOfEntry(entry: Entry): Region[] {
  const box = boxReader(setPool())(entry)
  const { protocols, remotePorts, localPorts, icmpTypes } = box
  return ([4, 6] as const)
    .map((family) =>
      regionOf(family, {
        remote: rangesOf(box.remote, family),
        local: rangesOf(box.local, family),
        remotePorts,
        localPorts,
        icmpTypes,
        ...(protocols && { protocols }),
      }),
    )
    .filter(({ remote, local }) => remote.length > 0 && local.length > 0)
    .filter((region) => [region.remotePorts, region.localPorts].every((ports) => ports?.length !== 0))
}

/** A region as a box. Its lists need not be in order. */
export const boxOf = (region: Region): Box => ({
  remote: addressSet(mergeRanges(region.remote)),
  local: addressSet(mergeRanges(region.local)),
  protocols: mergePorts(region.protocols),
  remotePorts: region.remotePorts && mergePorts(region.remotePorts),
  localPorts: region.localPorts && mergePorts(region.localPorts),
  icmpTypes: region.icmpTypes && mergePorts(region.icmpTypes),
})

const firstIn = (ranges: readonly PortRange[] | null, preferred: readonly number[]): number =>
  preferred.find((one) => ranges === null || ranges.some(({ first, last }) => first <= one && one <= last)) ??
  ranges?.[0]?.first ??
  0

/** Protocols that may stand for a region, in order: those that its other fields allow. */
const likely = ({ remotePorts, localPorts, icmpTypes }: Region): readonly number[] =>
  remotePorts || localPorts
    ? portedProtocols
    : icmpTypes
      ? typedProtocols
      : [...portedProtocols, ...typedProtocols]

/**
 * A flow of the region, as one might see it: TCP where the region has it, a service's port on the local side and a
 * client's on the remote one where both are free, an echo request. The lowest value otherwise. Addresses are the lowest.
 */
export function exampleOf(region: Region): Flow {
  const protocol = firstIn(region.protocols, likely(region))
  const [remote, local] = [region.remote[0], region.local[0]]
  if (!remote || !local) throw new RangeError('a region without any address has no example')
  const { family } = region
  return {
    protocol,
    remote: { family, bits: remote.first },
    local: { family, bits: local.first },
    ...(portedProtocols.includes(protocol) && {
      remotePort: firstIn(region.remotePorts, [40_000, 443, 1]),
      localPort: firstIn(region.localPorts, [443, 1]),
    }),
    ...(typedProtocols.includes(protocol) && {
      icmpType: firstIn(region.icmpTypes, [protocol === 1 ? 8 : 128]),
    }),
  }
}

/** How many flows a region holds. */
export function sizeOfRegion({
  protocols,
  remote,
  local,
  remotePorts,
  localPorts,
  icmpTypes,
}: Region): bigint {
  const values = (ranges: readonly PortRange[] | null, all: number): bigint =>
    ranges === null
      ? BigInt(all)
      : ranges.reduce((sum, { first, last }) => sum + BigInt(last - first + 1), 0n)
  const ported = icmpTypes ? 0n : values(remotePorts, 65_536) * values(localPorts, 65_536)
  const typed = remotePorts || localPorts ? 0n : values(icmpTypes, 256)
  const plain = remotePorts || localPorts || icmpTypes ? 0n : 1n
  let flows = 0n
  for (const { first, last } of protocols) {
    for (let protocol = first; protocol <= last; protocol++) {
      const kind = kindOfProtocol(protocol)
      flows += kind === 'ported' ? ported : kind === 'typed' ? typed : plain
    }
  }
  return flows * addressCount(remote) * addressCount(local)
}
