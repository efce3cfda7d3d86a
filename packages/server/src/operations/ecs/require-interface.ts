import { formatAddress, parseAddress } from '@sallyport/engine'
import { type Caller, raiseGateway } from '@sallyport/protocol'
import { ecsError } from '../../errors/ecs.js'
import { type Scope, scopeOf } from '../../model/context.js'
import { mixesTypes } from '../../model/memberships.js'
import { findInstance } from '../../store/instances.js'
import { findInterface } from '../../store/interfaces.js'
import type { GroupRow, InstanceRow, InterfaceRow } from '../../store/schema.js'
import type { Session } from '../../store/session.js'
import { refuseManaged, requireGroup } from './permission-request.js'

/** The account's interface in the region, or 404 InvalidEniId.NotFound. */
export async function requireInterface(session: Session, scope: Scope, id: string): Promise<InterfaceRow> {
  const row = await findInterface(session, scope, id)
  if (!row) throw ecsError('InvalidEniId.NotFound')
  return row
}

/** The account's instance in the region, or 404 InvalidEcsId.NotFound, as operations on interfaces call it. */
export async function requireEcs(session: Session, scope: Scope, id: string): Promise<InstanceRow> {
  const instance = await findInstance(session, scope.accountId, id)
  if (instance?.region_id !== scope.regionId) throw ecsError('InvalidEcsId.NotFound')
  return instance
}

/** What `requireGroupsFor` can refuse. */
export const groupsForErrors = [
  'InvalidParameter.SecurityGroupIdRepeated',
  'InvalidSecurityGroupId.NotFound',
  'InvalidOperation.ResourceManagedByCloudProduct',
  'InvalidOperation.VpcMismatch',
  'InvalidOperation.MultiGroupType#interface',
] as const

/** The groups that an interface of the VPC is to be in: each once, all there, in the VPC and of one type. */
export async function requireGroupsFor(
  session: Session,
  caller: Caller,
  vpc: { readonly vpc_id: string; readonly region_id: string },
  ids: readonly string[],
): Promise<GroupRow[]> {
  if (new Set(ids).size < ids.length) throw ecsError('InvalidParameter.SecurityGroupIdRepeated')
  const scope = scopeOf(caller, vpc.region_id)
  const groups: GroupRow[] = []
  for (const id of ids) groups.push(await requireGroup(session, scope, id))
  for (const group of groups) refuseManaged(group, caller)
  if (groups.some(({ vpc_id }) => vpc_id !== vpc.vpc_id)) throw ecsError('InvalidOperation.VpcMismatch')
  if (mixesTypes(groups)) throw ecsError('InvalidOperation.MultiGroupType#interface')
  return groups
}

/** Throws 403 InvalidIp.IpRepeated when one address stands in a list twice, however written. */
export function refuseRepeated(texts: readonly string[]): void {
  const seen = new Set<string>()
  for (const text of texts) {
    const address = parseAddress(text)
    const written = address ? formatAddress(address) : text
    if (seen.has(written)) throw ecsError('InvalidIp.IpRepeated', text)
    seen.add(written)
  }
}

/**
 * Which addresses an interface is to get: those that the request lists, or so many. `names` are the two parameters, of
 * which exactly one must be given.
 */
export function addressWish(
  addresses: readonly string[],
  count: number | undefined,
  names: readonly [string, string],
): { readonly addresses: readonly string[] } | { readonly count: number } {
  if (addresses.length > 0 && count !== undefined) throw ecsError('InvalidParameter.Conflict#both', ...names)
  if (addresses.length === 0 && count === undefined) throw raiseGateway('MissingParameter', names[0])
  refuseRepeated(addresses)
  return count === undefined ? { addresses } : { count }
}
