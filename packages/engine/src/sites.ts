import type { Family } from './address.js'
import { parseAddress } from './address.js'
import type { AddressRange, Policy } from './entry.js'
import type { Interface } from './facts.js'
import type { Nic } from './nic.js'
import { remotesOf } from './nic.js'
import { mergeRanges } from './ranges.js'
import type { Region } from './region.js'
import { allAddresses, regionOf } from './region.js'
import type { Direction } from './rule.js'
import type { World } from './world.js'
import { policyOf } from './world.js'

/** Policies of one world by group list, direction and side, each made once; good until the world's next change. */
export type Policies = (groups: readonly string[], direction: Direction, nic?: Nic) => Policy

/** What interfaces that joined the same groups share. */
export const policyKey = (groups: readonly string[]): string => [...groups].sort().join(' ')

/** A cache of a world's policies. */
export function policiesOf(world: World): Policies {
  const known = new Map<string, Policy>()
  return (groups, direction, nic = 'intranet') => {
    const key = `${direction} ${nic} ${policyKey(groups)}`
    const policy = known.get(key) ?? policyOf(world, [...groups].sort(), direction, nic)
    known.set(key, policy)
    return policy
  }
}

/** The sides of an interface: in the classic network, whose VPC is empty, there are two, told apart by the remote address. */
export const nicsOf = (vpc: string): readonly Nic[] => (vpc === '' ? ['intranet', 'internet'] : ['intranet'])

/** Remote addresses that a side of an interface deals with. */
export const remotesAt = (vpc: string, nic: Nic, family: Family): readonly AddressRange[] =>
  vpc === '' ? remotesOf(nic, family) : [allAddresses(family)]

/** An interface's own addresses of one family. */
export const ownAddresses = ({ addresses }: Pick<Interface, 'addresses'>, family: Family): AddressRange[] =>
  mergeRanges(
    addresses.flatMap((text) => {
      const address = parseAddress(text)
      if (!address) throw new Error(`stored address ${JSON.stringify(text)} is malformed`)
      return address.family === family ? [{ family, first: address.bits, last: address.bits }] : []
    }),
  )

/** All flows of one side of an interface: from or to its own addresses. */
export const flowsAt = (one: Pick<Interface, 'addresses' | 'vpc'>, nic: Nic): Region[] =>
  ([4, 6] as const)
    .map((family) =>
      regionOf(family, { local: ownAddresses(one, family), remote: remotesAt(one.vpc, nic, family) }),
    )
    .filter(({ local, remote }) => local.length > 0 && remote.length > 0)
