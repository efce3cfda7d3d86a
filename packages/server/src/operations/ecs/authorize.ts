import type { Direction } from '@sallyport/engine'
import type { Answer, Caller } from '@sallyport/protocol'
import { ecsError, type EcsErrorKey } from '../../errors/ecs.js'
import { networkOf } from '../../model/classic-rules.js'
import { scopeOf, type WriteContext } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { addRules, checkObjects } from '../../model/rule-changes.js'
import { resolveLists } from '../../model/rule-lists.js'
import { mistakeKeys } from '../../model/rule-mistakes.js'
import type { NumberedPermission, RawPermission } from './permission-inputs.js'
import {
  parsePermissions,
  placedPermissions,
  refuseDuplicates,
  refuseManaged,
  requireHolder,
} from './permission-request.js'

/** What the values of a rule can be refused with, whichever operation names the rule, beside `mistakeKeys`. */
export const valueErrors = [
  'InvalidRegionId.NotFound',
  'InvalidSecurityGroupId.NotFound',
  'InvalidOperation.ResourceManagedByCloudProduct',
  'InvalidSourcePortRange.Malformed',
  'InvalidPolicy.Malformed',
  'InvalidNicType.ValueNotSupported',
  'NotSupported.ClassicNetworkPrefixList',
  'NotSupported.ClassicNetworkPortRangeList',
  'InvalidSecurityGroupDiscription.Malformed#rule',
  'InvalidDestCidrIp.Malformed',
  'InvalidDestCidrIp.Malformed#mask',
  'InvalidDestCidrIp.Malformed#ipv6',
  'InvalidParam.DestCidrIp',
  'InvalidParam.SourceCidrIp',
  'InvalidParam.Ipv6DestCidrIp',
  'InvalidParam.Ipv6SourceCidrIp',
  'InvalidParam.DestIp',
  'InvalidParam.SourceIp',
  'InvalidParameter.Conflict',
  'InvalidParamter.Conflict',
  'InvalidParam.ProtocolNotSupportPortRangeList',
  'InvalidPortRangeListId.NotFound',
  'InvalidPrefixListId.NotFound',
] as const satisfies readonly EcsErrorKey[]

/** What the two styles of a request can be refused with. */
export const styleErrors = [
  'InvalidParam.Permissions',
  'InvalidParam.DuplicatePermissions',
] as const satisfies readonly EcsErrorKey[]

const networkErrors = [
  'InvalidSecurityGroup.InvalidNetworkType',
  'InvalidNetworkType.Conflict#flat',
  'InvalidNicType.Mismatch',
] as const satisfies readonly EcsErrorKey[]

/** What naming a group as object can be refused with. */
export const objectErrors = {
  egress: [
    'InvalidGroupAuthParameter.OperationDenied',
    ...networkErrors,
    'InvalidDestGroupId.Mismatch',
    'InvalidDestGroupId.Mismatch#nic',
    'InvalidDestGroupId.NotFound',
    'InvalidDestGroup.NotFound',
  ],
  ingress: [
    'InvalidSourceCidrIp.Malformed',
    'InvalidGroupAuthParameter.OperationDenied',
    ...networkErrors,
    'InvalidSourceGroupId.Mismatch',
    'InvalidSourceGroupId.Mismatch#nic',
    'InvalidSourceGroupId.NotFound',
    'InvalidSourceGroup.NotFound',
  ],
} as const satisfies Record<Direction, readonly EcsErrorKey[]>

/** What a prefix list as object can be refused with, beside that it is not there. */
export const prefixListErrors = [
  'InvalidParam.PrefixListAddressFamilyMismatch',
  'LimitExceed.PrefixListAssociationResource',
] as const satisfies readonly EcsErrorKey[]

const creationErrors = [
  ...valueErrors,
  ...styleErrors,
  ...prefixListErrors,
  'VPCDisabled',
  'InvalidNetworkType.Conflict',
  'AuthorizationLimitExceed',
  'AuthorizedGroupRule.LimitExceed',
] as const satisfies readonly EcsErrorKey[]

/** Every error key that creating rules of a direction can raise. */
export const authorizeErrors: Readonly<Record<Direction, readonly EcsErrorKey[]>> = {
  egress: [...creationErrors, ...mistakeKeys('egress', 'authorize'), ...objectErrors.egress],
  ingress: [...creationErrors, ...mistakeKeys('ingress', 'authorize'), ...objectErrors.ingress],
}

interface AuthorizeInput extends RawPermission {
  readonly RegionId: string | undefined
  readonly SecurityGroupId: string
  readonly Permissions: readonly NumberedPermission[]
}

/**
 * Creates rules, all or none. Order of checks: style, region, group, values, objects, duplicates, quotas; the real
 * service does not document its order.
 */
export async function authorize(
  direction: Direction,
  input: AuthorizeInput,
  caller: Caller,
  { session, settings, account }: WriteContext,
): Promise<Answer> {
  const placed = placedPermissions(direction, input)
  const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
  const group = await requireHolder(session, scope, input.SecurityGroupId)
  refuseManaged(group, caller)
  const network = networkOf(group)
  if (network === 'vpc' && account.vpc === false) throw ecsError('VPCDisabled')
  const permissions = await parsePermissions(session, placed, {
    ...{ direction, purpose: 'authorize', generation: settings.errorGeneration, groupId: group.id, network },
    caller,
  })
  await checkObjects(session, scope, group, permissions)
  const resolved = await resolveLists(session, scope, permissions, 'make')
  refuseDuplicates(resolved)
  await addRules(session, scope, group, resolved, settings.quotas, caller.now)
  return {}
}
