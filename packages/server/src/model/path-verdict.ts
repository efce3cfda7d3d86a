import {
  type AddressRange,
  type End,
  type PathQuery,
  parseAddress,
  type PortSet,
  protocolNumbers,
  reach,
  type SideVerdict,
  storedCidr,
  type World,
} from '@sallyport/engine'
import type { FoundEnd } from './path-ends.js'
import type { PathParameters } from './path-parameters.js'

/** What each side of a path says; a side without an interface of ours says nothing. */
export interface PathJudgement {
  readonly source: SideVerdict | undefined
  readonly target: SideVerdict | undefined
}

/** Parts of the diagram that an analysis may visit, beside its time. */
const NODES = 1_000_000

/**
 * Asks the engine about every flow of the path: a port that was not given stands for all of them, and the path is open
 * only when each flow passes. Of flows that fare differently, those that are dropped count.
 */
export function judgePath(
  world: World,
  path: PathParameters,
  source: FoundEnd,
  target: FoundEnd,
  expired: () => boolean,
): PathJudgement | 'unknown' {
  const budget = { nodes: NODES, expired }
  const narrowed = narrow(narrow(world, source), target)
  // Ends that are both no interface of ours have no side at all, and nothing stops them.
  if (source.kind !== 'interface' && target.kind !== 'interface')
    return { source: undefined, target: undefined }
  const { forward } = reach(narrowed, endOf(source), endOf(target), queryOf(path), { budget, regions: 1 })
  const part = forward.denied.parts[0] ?? (forward.complete ? forward.allowed.parts[0] : undefined)
  if (!part) return 'unknown'
  const side = (direction: SideVerdict['side']) => part.sides.find(({ side }) => side === direction)
  return { source: side('egress'), target: side('ingress') }
}

/** The world in which an end's interface has only the address that the path names. */
function narrow(world: World, end: FoundEnd): World {
  if (end.kind !== 'interface') return world
  const fact = world.interfaces.get(end.interface.id)
  if (!fact) return world
  const interfaces = new Map(world.interfaces).set(fact.id, { ...fact, addresses: [end.address] })
  return { ...world, interfaces }
}

const endOf = (end: FoundEnd): End =>
  end.kind === 'interface' ? { interface: end.interface.id } : { ranges: [rangeOf(end)] }

function rangeOf(end: Exclude<FoundEnd, { kind: 'interface' }>): AddressRange {
  if (end.kind === 'vswitch' && end.address === undefined) {
    const { family, first, last } = storedCidr(end.vswitch.cidr_block)
    return { family, first, last }
  }
  const address = parseAddress(end.address ?? '')
  if (!address) throw new Error(`stored address ${end.address} is malformed`)
  return { family: address.family, first: address.bits, last: address.bits }
}

const queryOf = ({ protocol, source, target }: PathParameters): PathQuery => ({
  protocol: protocolNumbers[protocol],
  ...(protocol === 'icmp'
    ? { sourcePorts: null, destinationPorts: null }
    : { sourcePorts: portsOf(source.port), destinationPorts: portsOf(target.port) }),
})

const portsOf = (port: number): PortSet | null => (port === 0 ? null : [{ first: port, last: port }])
