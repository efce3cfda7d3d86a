import type { StringInput } from '@sallyport/protocol'
import { ecsError, type EcsErrorKey } from '../../errors/ecs.js'
import type { Scope } from '../../model/context.js'
import { refuseLocked } from '../../model/instance-locks.js'
import { findInstance } from '../../store/instances.js'
import type { InstanceRow, VpcRow } from '../../store/schema.js'
import type { Session } from '../../store/session.js'
import { findVpc } from '../../store/vpcs.js'
import { regionId } from './shared-inputs.js'

/** What making and removing a link take. */
export const classicLinkInputs = {
  RegionId: regionId,
  InstanceId: { kind: 'string', required: true, doc: 'Instance in the classic network.' },
  VpcId: { kind: 'string', required: true, doc: 'VPC in the region of the instance.' },
} as const satisfies Record<string, StringInput>

/** What either can be refused with before the link is looked at. */
export const classicLinkErrors = [
  'MissingParameter.RegionId',
  'InvalidRegionId.NotFound',
  'InvalidInstanceId.NotFound#link',
  'InvalidInstanceId.MalFormed',
  'InstanceLockedForSecurity',
  'InvalidVpcId.Malformed',
] as const satisfies readonly EcsErrorKey[]

/** The instance and the VPC of a link, both the account's and in the region. */
export async function linkEnds(
  session: Session,
  scope: Scope,
  named: { readonly InstanceId: string; readonly VpcId: string },
): Promise<{ readonly instance: InstanceRow; readonly vpc: VpcRow }> {
  const instance = await findInstance(session, scope.accountId, named.InstanceId)
  if (instance?.region_id !== scope.regionId) throw ecsError('InvalidInstanceId.NotFound#link')
  if (instance.vpc_id !== '') throw ecsError('InvalidInstanceId.MalFormed')
  refuseLocked(instance)
  const vpc = await findVpc(session, scope, named.VpcId)
  if (!vpc) throw ecsError('InvalidVpcId.Malformed')
  return { instance, vpc }
}
