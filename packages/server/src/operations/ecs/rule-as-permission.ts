import { ecsError } from '../../errors/ecs.js'
import type { RuleRow } from '../../store/schema.js'
import type { RawPermission } from './permission-inputs.js'

type Name = keyof RawPermission
type Kind = 'IPv4' | 'IPv6' | 'group' | 'prefix list'

/** The parameters of the two sides of a rule: its object, and the own side that narrows it. */
const sidesOf = ({ direction }: RuleRow) =>
  direction === 'egress'
    ? ({ object: 'Dest', own: 'Source' } as const)
    : ({ object: 'Source', own: 'Dest' } as const)

/**
 * Refuses what an id cannot change, as the ModifySecurityGroupRule reference page says: the kind of the object,
 * addresses of another family included; NicType; ports to a port list and back.
 */
export function refuseUnchangeable(rule: RuleRow, given: RawPermission): void {
  const kind = kindGiven(rule, given)
  if (kind !== undefined && kind !== kindOf(rule)) throw ecsError('InvalidOperation.ModifySgRuleEntityType')
  if (given.NicType !== undefined && given.NicType.toLowerCase() !== rule.nic_type) {
    throw ecsError('InvalidOperation.ModifyNicType')
  }
  // PortRange wins over PortRangeListId.
  const [range, list] = [given.PortRange !== undefined, given.PortRangeListId !== undefined]
  if (rule.port_list === '' ? list && !range : range) throw ecsError('InvalidOperation.ModifyPortRangeType')
}

const isIpv6 = (text: string): boolean => text.includes(':')

function kindOf(rule: RuleRow): Kind {
  if (rule.peer_kind === 'group') return 'group'
  if (rule.peer_kind === 'prefix-list') return 'prefix list'
  return isIpv6(rule.peer) ? 'IPv6' : 'IPv4'
}

/** The kind of the object that a request names, by the precedence of the authorize operations. */
function kindGiven(rule: RuleRow, given: RawPermission): Kind | undefined {
  const { object } = sidesOf(rule)
  if (given[`${object}CidrIp`] !== undefined) return 'IPv4'
  if (given[`Ipv6${object}CidrIp`] !== undefined) return 'IPv6'
  if (given[`${object}GroupId`] !== undefined) return 'group'
  return given[`${object}PrefixListId`] === undefined ? undefined : 'prefix list'
}

/** The parameters that would make the rule with the given ones in the place of what it has. */
export function changedPermission(rule: RuleRow, given: RawPermission): RawPermission {
  const { object, own } = sidesOf(rule)
  const sides: readonly (readonly Name[])[] = [
    [`${object}CidrIp`, `Ipv6${object}CidrIp`, `${object}GroupId`, `${object}PrefixListId`],
    [`${own}CidrIp`, `Ipv6${own}CidrIp`],
  ]
  const changed: Partial<Record<Name, string | undefined>> = { ...permissionOf(rule) }
  // A side is given as a whole: its address of one family takes the place of that of the other.
  const owner: readonly Name[] = [`${object}GroupOwnerId`, `${object}GroupOwnerAccount`]
  for (const names of [...sides, owner]) {
    if (names.some((name) => given[name] !== undefined)) for (const name of names) delete changed[name]
  }
  // Another group is one of the own account unless its owner comes along.
  if (given[`${object}GroupId`] !== undefined) for (const name of owner) delete changed[name]
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) changed[name as Name] = value
  }
  return changed
}

/** The parameters that make the rule. */
function permissionOf(rule: RuleRow): RawPermission {
  const { object, own } = sidesOf(rule)
  return {
    IpProtocol: rule.protocol,
    ...(rule.port_list === '' ? { PortRange: rule.port_range } : { PortRangeListId: rule.port_list }),
    Policy: rule.policy,
    NicType: rule.nic_type,
    Priority: String(rule.priority),
    ...(rule.source_port_range === '' ? {} : { SourcePortRange: rule.source_port_range }),
    ...(rule.description === '' ? {} : { Description: rule.description }),
    ...(rule.peer_kind === 'group'
      ? {
          [`${object}GroupId`]: rule.peer,
          ...(rule.peer_owner === '' ? {} : { [`${object}GroupOwnerId`]: rule.peer_owner }),
        }
      : rule.peer_kind === 'prefix-list'
        ? { [`${object}PrefixListId`]: rule.peer }
        : { [isIpv6(rule.peer) ? `Ipv6${object}CidrIp` : `${object}CidrIp`]: rule.peer }),
    ...(rule.local === '' ? {} : { [isIpv6(rule.local) ? `Ipv6${own}CidrIp` : `${own}CidrIp`]: rule.local }),
  }
}
