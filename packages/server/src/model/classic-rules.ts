import type { Direction } from '@sallyport/engine'
import { ecsError } from '../errors/ecs.js'
import type { RuleHolder } from '../store/groups.js'
import { rulesOfGroup } from '../store/rules.js'
import type { RuleRow } from '../store/schema.js'
import type { Session } from '../store/session.js'
import { hasClassicLink } from '../store/vpcs.js'
import type { Permission, RuleFields } from './permission.js'

/** Where a group is. */
export type Network = 'vpc' | 'classic'

export const networkOf = ({ vpc_id }: { readonly vpc_id: string }): Network =>
  vpc_id === '' ? 'classic' : 'vpc'

/** The side that NicType names: in a VPC there is but the internal one, whatever is sent. */
export function parseNicType(text: string | undefined, network: Network): RuleRow['nic_type'] {
  if (network === 'vpc') return 'intranet'
  const nic = (text ?? 'internet').toLowerCase()
  if (nic !== 'internet' && nic !== 'intranet') throw ecsError('InvalidNicType.ValueNotSupported')
  return nic
}

type Named = Pick<RuleFields, 'peer_kind' | 'peer' | 'port_list' | 'local'>

/** Refuses what only rules of groups in VPCs can name: lists, and IPv6 addresses. */
export function refuseVpcOnly(fields: Named, direction: Direction): void {
  if (fields.peer_kind === 'prefix-list') throw ecsError('NotSupported.ClassicNetworkPrefixList')
  if (fields.port_list !== '') throw ecsError('NotSupported.ClassicNetworkPortRangeList')
  const [source, dest] = direction === 'egress' ? [fields.local, fields.peer] : [fields.peer, fields.local]
  if (source.includes(':')) throw ecsError('InvalidParam.Ipv6SourceCidrIp')
  if (dest.includes(':')) throw ecsError('InvalidParam.Ipv6DestCidrIp')
}

/**
 * Groups are reached from the internal side only. A rule of a group in the classic network that says otherwise
 * contradicts the rules that the group has about the same object, if any, and lacks its NicType else.
 */
export async function checkNicType(
  session: Session,
  group: RuleHolder,
  { fields, nicGiven }: Permission,
): Promise<void> {
  if (group.vpc_id !== '' || fields.peer_kind !== 'group' || fields.nic_type === 'intranet') return
  const known = await rulesOfGroup(session, group.id)
  const same = known.some(
    (rule) => rule.direction === fields.direction && rule.peer_kind === 'group' && rule.peer === fields.peer,
  )
  if (nicGiven && same) throw ecsError('InvalidNicType.Mismatch')
  throw ecsError(
    fields.direction === 'egress' ? 'InvalidDestGroupId.Mismatch#nic' : 'InvalidSourceGroupId.Mismatch#nic',
  )
}

/** A group in the classic network and one in a VPC can name each other once the VPC has ClassicLink. */
export async function checkNetworks(
  session: Session,
  group: RuleHolder,
  object: RuleHolder,
  flat: boolean,
): Promise<void> {
  if (networkOf(group) === networkOf(object)) return
  if (await hasClassicLink(session, group.vpc_id || object.vpc_id)) return
  if (networkOf(group) === 'vpc') throw ecsError('InvalidSecurityGroup.InvalidNetworkType')
  throw ecsError(flat ? 'InvalidNetworkType.Conflict#flat' : 'InvalidNetworkType.Conflict')
}
