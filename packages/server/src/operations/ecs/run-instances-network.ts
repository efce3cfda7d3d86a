import type { Caller } from '@sallyport/protocol'
import { ecsError } from '../../errors/ecs.js'
import { classicPart } from '../../model/classic-network.js'
import type { Scope, WriteContext } from '../../model/context.js'
import type { AddressWish } from '../../model/interface-addresses.js'
import { mixesTypes } from '../../model/memberships.js'
import { zoneOf } from '../../model/networks.js'
import { refuseUnsupported } from '../../model/unsupported.js'
import type { GroupRow, VSwitchRow } from '../../store/schema.js'
import type { Session } from '../../store/session.js'
import { findVSwitch, vswitchesOf } from '../../store/vswitches.js'
import { refuseManaged, requireGroup } from './permission-request.js'
import type { RunInstancesInput } from './run-instances-inputs.js'
import type { Nic } from './run-instances-interfaces.js'

/** The parameters of the primary interface, from inside NetworkInterface.N or from outside it. */
export interface PrimaryWish {
  readonly vswitchId: string | undefined
  readonly groupIds: readonly string[]
  readonly ipv4: string | undefined
  readonly ipv6Addresses: readonly string[]
  readonly ipv6Count: number | undefined
}

/** Reads the primary interface; what contradicts itself is refused. `inside` is the NetworkInterface.N that tells of it. */
export function primaryWish(input: RunInstancesInput, inside: Nic | undefined): PrimaryWish {
  const outside = {
    VSwitchId: input.VSwitchId,
    SecurityGroupId: input.SecurityGroupId,
    SecurityGroupIds: some(input.SecurityGroupIds),
    PrivateIpAddress: input.PrivateIpAddress,
    Ipv6Address: some(input.Ipv6Address),
    Ipv6AddressCount: input.Ipv6AddressCount,
    NetworkInterfaceQueueNumber: input.NetworkInterfaceQueueNumber,
  }
  const given = Object.entries(outside).find(([, value]) => value !== undefined)
  if (inside && given) throw conflict(given[0], 'NetworkInterface')
  const from: Omit<Nic, 'PrimaryIpAddress'> | typeof input = inside ?? input
  if (from.SecurityGroupId !== undefined && from.SecurityGroupIds.length > 0) {
    throw conflict('SecurityGroupId', 'SecurityGroupIds')
  }
  if (from.Ipv6Address.length > 0 && from.Ipv6AddressCount !== undefined) {
    throw conflict('Ipv6Address', 'Ipv6AddressCount')
  }
  if (from.Ipv6Address.length > 0 && (input.Amount ?? 1) > 1) throw conflict('Ipv6Address', 'Amount')
  return {
    vswitchId: from.VSwitchId,
    groupIds:
      from.SecurityGroupId === undefined ? [...new Set(from.SecurityGroupIds)] : [from.SecurityGroupId],
    ipv4: inside ? inside.PrimaryIpAddress : input.PrivateIpAddress,
    ipv6Addresses: from.Ipv6Address,
    ipv6Count: from.Ipv6AddressCount,
  }
}

const some = (list: readonly string[]): readonly string[] | undefined => (list.length > 0 ? list : undefined)

const conflict = (one: string, other: string): Error => ecsError('InvalidParameter.Conflict#both', one, other)

/** The groups to join: at least one, all there, the caller's to use, in one VPC and of one type. */
export async function requireGroups(
  session: Session,
  scope: Scope,
  ids: readonly string[],
  caller: Caller,
): Promise<readonly [GroupRow, ...GroupRow[]]> {
  const [firstId, ...otherIds] = ids
  if (firstId === undefined) throw ecsError('MissingParameter#group')
  const first = await requireGroup(session, scope, firstId)
  const others: GroupRow[] = []
  for (const id of otherIds) others.push(await requireGroup(session, scope, id))
  for (const group of [first, ...others]) refuseManaged(group, caller)
  if (others.some(({ vpc_id }) => vpc_id !== first.vpc_id)) throw ecsError('InvalidInstanceId.Mismatch')
  if (mixesTypes([first, ...others])) throw ecsError('InvalidOperation.MultiGroupType')
  return [first, ...others]
}

/** Where new instances are to be. */
interface Place {
  readonly vswitchId: string | undefined
  readonly zoneId: string | undefined
  /** VPC of the groups to join; empty for groups in the classic network. */
  readonly vpcId: string
  /** How many instances the classic network is to have room for. */
  readonly amount: number
  readonly now: Date
}

/** The vSwitch asked for, or the one that stands for the groups' network and the zone. */
export async function requireVSwitch(
  { session, settings, account }: WriteContext,
  scope: Scope,
  wanted: Place,
): Promise<VSwitchRow> {
  const zone = wanted.zoneId === undefined ? undefined : zoneOf(settings, scope.regionId, wanted.zoneId)
  if (wanted.vswitchId !== undefined) {
    const vswitch = await findVSwitch(session, scope, wanted.vswitchId)
    if (!vswitch) throw ecsError('InvalidVSwitchId.NotFound')
    if (vswitch.vpc_id !== wanted.vpcId) throw ecsError('InvalidParameter.Mismatch')
    if (zone !== undefined && vswitch.zone_id !== zone) throw ecsError('InvalidParameter.Mismatch#zone')
    return vswitch
  }
  if (wanted.vpcId === '' && account.classic) {
    const region = settings.regions.find(({ id }) => id === scope.regionId)
    return classicPart(session, scope, zone ?? region?.zones[0] ?? '', wanted.amount, wanted.now)
  }
  if (wanted.vpcId === '') throw ecsError('InvalidVSwitchId.Necessary')
  const candidates = (await vswitchesOf(session, wanted.vpcId)).filter(
    ({ zone_id }) => zone === undefined || zone_id === zone,
  )
  const chosen = candidates.find(({ is_default }) => is_default === 1) ?? candidates[0]
  if (!chosen) throw ecsError('InvalidVSwitchId.Necessary')
  return chosen
}

const vpcOnly = [
  ...['PrivateIpAddress', 'Ipv6Address', 'Ipv6AddressCount', 'NetworkInterface'],
  'NetworkInterfaceQueueNumber',
]

/**
 * Refuses what needs a vSwitch, for an instance in the classic network: it has neither interfaces of its own nor a
 * choice of address (PrivateIpAddress depends on VSwitchId, as the CreateInstance reference page says).
 */
export function refuseVpcFeatures(input: Readonly<Record<string, unknown>>): void {
  const given = vpcOnly.filter((name) => {
    const value = input[name]
    return Array.isArray(value) ? value.length > 0 : value !== undefined
  })
  refuseUnsupported(Object.fromEntries(given.map((name) => [`${name} in the classic network`, true])))
}

/** Without a wish, an interface gets one IPv6 address wherever its vSwitch has a block. */
export function ipv6Wish(
  wish: Pick<PrimaryWish, 'ipv6Addresses' | 'ipv6Count'>,
  vswitch: VSwitchRow,
): AddressWish {
  if (wish.ipv6Addresses.length > 0) return { addresses: wish.ipv6Addresses }
  return { count: wish.ipv6Count ?? (vswitch.ipv6_cidr_block === '' ? 0 : 1) }
}
