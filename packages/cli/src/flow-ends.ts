import type { Family, Interface, Snapshot } from '@sallyport/engine'
import { formatAddress, parseAddress } from '@sallyport/engine'
import { UserError } from '@sallyport/server'

/** One end of a flow: its address, and the interface that holds it when that is one of ours. */
export interface End {
  readonly interface: Interface | null
  readonly address: string
}

interface Named {
  readonly text: string
  /** The interfaces that the text may mean, most often one; none for an address outside. */
  readonly candidates: readonly Interface[]
  readonly address: string | null
  readonly family: Family | null
}

/**
 * Finds what `from` and `to` (an instance, an interface or an address) mean in a snapshot. An address counts as ours
 * when an interface in the VPC of the other end holds it. Throws `UserError` rather than guess.
 */
export function findEnds(
  snapshot: Pick<Snapshot, 'interfaces'>,
  from: string,
  to: string,
  protocol: string,
): { readonly from: End; readonly to: End } {
  const start = readEnd(snapshot, from)
  const end = readEnd(snapshot, to)
  const family = familyOf(start, end, protocol)
  const ends = {
    from: choose(start, family, vpcOf(end)),
    to: choose(end, family, vpcOf(start)),
  }
  refuseApart(ends, from, to)
  return ends
}

function readEnd({ interfaces }: Pick<Snapshot, 'interfaces'>, text: string): Named {
  const address = parseAddress(text)
  if (address) {
    const canonical = formatAddress(address)
    const candidates = interfaces.filter(({ addresses }) => addresses.includes(canonical))
    return { text, candidates, address: canonical, family: address.family }
  }
  const candidates = interfaces.filter(({ id, instance }) => id === text || instance === text)
  if (candidates.length > 0) return { text, candidates, address: null, family: null }
  if (/^(i|eni)-/.test(text)) {
    throw new UserError(
      `there is no ${text} with a network interface`,
      'See DescribeNetworkInterfaces for what is there.',
    )
  }
  throw new UserError(
    `${JSON.stringify(text)} is no end of a flow`,
    'Give i-..., eni-..., a name of the file, or an IPv4 or IPv6 address.',
  )
}

function familyOf(start: Named, end: Named, protocol: string): Family {
  if (start.family !== null && end.family !== null && start.family !== end.family) {
    throw new UserError(
      `${start.text} and ${end.text} are of different address families`,
      'Give two addresses of one family.',
    )
  }
  return start.family ?? end.family ?? (/^(icmpv6|58)$/i.test(protocol) ? 6 : 4)
}

/** The VPC that an end given by id lies in; an address alone does not say. */
const vpcOf = ({ address, candidates }: Named): string | null =>
  address === null ? (candidates[0]?.vpc ?? null) : null

const isOf = (address: string, family: Family): boolean => address.includes(':') === (family === 6)

function choose({ text, candidates, address }: Named, family: Family, vpc: string | null): End {
  const fit =
    address === null
      ? candidates.filter(({ addresses }) => addresses.some((item) => isOf(item, family)))
      : candidates.filter((candidate) => vpc === null || candidate.vpc === vpc)
  const [first, second] = fit
  if (first && second) {
    const ids = fit.map(({ id }) => id).join(', ')
    throw new UserError(`${text} may be any of ${ids}`, 'Name the network interface.')
  }
  if (address !== null) return { interface: first ?? null, address }
  const own = first?.addresses.find((item) => isOf(item, family))
  if (!first || own === undefined) {
    throw new UserError(`${text} has no IPv${family} address`, 'Give ends of one address family.')
  }
  return { interface: first, address: own }
}

function refuseApart({ from, to }: { from: End; to: End }, start: string, end: string): void {
  if (!from.interface && !to.interface) {
    throw new UserError(
      `neither ${start} nor ${end} is an address of an instance`,
      'Give i-... or eni-... for one end.',
    )
  }
  if (from.interface && to.interface && from.interface.vpc !== to.interface.vpc) {
    throw new UserError(
      `${start} is in ${from.interface.vpc} and ${end} in ${to.interface.vpc}: VPCs are not connected`,
      'Give ends in one VPC.',
    )
  }
}
