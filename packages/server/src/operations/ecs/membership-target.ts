import { type Caller, raiseGateway } from '@sallyport/protocol'
import { ecsError, type EcsErrorKey } from '../../errors/ecs.js'
import { scopeOf, type WriteContext } from '../../model/context.js'
import { refuseLocked } from '../../model/instance-locks.js'
import type { NamedBy } from '../../model/memberships.js'
import { regionOf } from '../../model/regions.js'
import { findInstance } from '../../store/instances.js'
import { findInterface, interfacesOf } from '../../store/interfaces.js'
import type { GroupRow, InterfaceRow } from '../../store/schema.js'
import { refuseManaged, requireGroup } from './permission-request.js'
import { requireInstance } from './require-instance.js'
import { securityGroupId } from './shared-inputs.js'

/** Parameters of JoinSecurityGroup and LeaveSecurityGroup. */
export const membershipInputs = {
  SecurityGroupId: securityGroupId,
  InstanceId: { kind: 'string', doc: 'Instance whose primary network interface is meant.' },
  NetworkInterfaceId: { kind: 'string', doc: 'Network interface, instead of InstanceId.' },
  RegionId: { kind: 'string', doc: 'Region; required with NetworkInterfaceId.' },
} as const

/** What either operation can be refused with before memberships are looked at. */
export const targetErrors = [
  'InvalidParam.EniIdAndInstanceId.Conflict',
  'MissingParameter.RegionId',
  'InvalidRegionId.NotFound',
  'InvalidInstanceId.NotFound',
  'InvalidEniId.NotFound',
  'InstanceLockedForSecurity',
  'InvalidSecurityGroupId.NotFound',
  'InvalidOperation.ResourceManagedByCloudProduct',
] as const satisfies readonly EcsErrorKey[]

interface MembershipInput {
  readonly SecurityGroupId: string
  readonly InstanceId: string | undefined
  readonly NetworkInterfaceId: string | undefined
  readonly RegionId: string | undefined
}

export interface MembershipTarget {
  readonly nic: InterfaceRow
  readonly group: GroupRow
  readonly namedBy: NamedBy
}

/** The interface and the group that a request names; both belong to one account and region. */
export async function membershipTarget(
  input: MembershipInput,
  caller: Caller,
  context: WriteContext,
): Promise<MembershipTarget> {
  if (input.InstanceId !== undefined && input.NetworkInterfaceId !== undefined) {
    throw ecsError('InvalidParam.EniIdAndInstanceId.Conflict')
  }
  if (input.InstanceId === undefined && input.NetworkInterfaceId === undefined) {
    throw raiseGateway('MissingParameter', 'InstanceId')
  }
  const nic =
    input.InstanceId === undefined
      ? await namedInterface(input.NetworkInterfaceId ?? '', input.RegionId, caller, context)
      : await primaryOf(input.InstanceId, input.RegionId, caller, context)
  if (nic.instance_id !== '') {
    const instance = await findInstance(context.session, nic.account_id, nic.instance_id)
    if (instance) refuseLocked(instance)
  }
  const scope = scopeOf(caller, nic.region_id)
  const group = await requireGroup(context.session, scope, input.SecurityGroupId)
  refuseManaged(group, caller)
  return { nic, group, namedBy: input.InstanceId === undefined ? 'interface' : 'instance' }
}

async function namedInterface(
  id: string,
  regionId: string | undefined,
  caller: Caller,
  { session, settings }: WriteContext,
): Promise<InterfaceRow> {
  if (regionId === undefined) throw ecsError('MissingParameter.RegionId')
  const nic = await findInterface(session, scopeOf(caller, regionOf(settings, regionId).id), id)
  if (!nic) throw ecsError('InvalidEniId.NotFound')
  return nic
}

async function primaryOf(
  id: string,
  regionId: string | undefined,
  caller: Caller,
  { session, settings }: WriteContext,
): Promise<InterfaceRow> {
  const instance = await requireInstance(session, settings, caller.accountId, { id, regionId })
  const [primary] = await interfacesOf(session, instance.id)
  if (!primary) throw new Error(`instance ${instance.id} has no network interface: the store is damaged`)
  return primary
}
