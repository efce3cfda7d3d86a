import type { Caller, ListInput, StringInput, StructsInput, WireError } from '@sallyport/protocol'
import { ecsError, type EcsErrorKey } from '../../errors/ecs.js'
import type { Scope } from '../../model/context.js'
import { ecsKinds, kindNamed, type ResourceKind } from '../../model/taggable.js'
import { requireResources, type Resources } from '../../model/tagging.js'
import { findGroup } from '../../store/groups.js'
import type { Session } from '../../store/session.js'
import { refuseManaged } from './permission-request.js'
import { tagInputs } from './shared-inputs.js'

const typeDoc =
  'Type of the resources: securitygroup, instance, eni, prefixlist or portrangelist, in any case. Of the other types of ECS there is no resource here.'

/** What TagResources, UntagResources and ListTagResources are about. */
export const tagTargetInputs = {
  RegionId: {
    kind: 'string',
    required: 'MissingParameter.RegionId#tags',
    doc: 'Region of the resources.',
  },
  ResourceType: { kind: 'string', required: 'MissingParameter.ResourceType', doc: typeDoc },
} as const satisfies Record<string, StringInput>

/** ResourceId.N where at least one must be given. */
export const taggedIds = {
  kind: 'list',
  of: { kind: 'string' },
  max: 50,
  required: 'MissingParameter.ResourceIds',
  invalid: 'NumberExceed.ResourceIds',
  doc: 'Ids of the resources, N from 1 to 50.',
} as const satisfies ListInput

/** What the three can be refused with. */
export const tagTargetErrors = [
  'MissingParameter.RegionId#tags',
  'InvalidRegionId.NotFound',
  'MissingParameter.ResourceType',
  'InvalidResourceType.NotFound',
  'NumberExceed.ResourceIds',
  'NumberExceed.Tags',
] as const satisfies readonly EcsErrorKey[]

/** One resource, as the old operations on tags name it. */
export const oneResourceInputs = {
  RegionId: { kind: 'string', required: true, doc: 'Region of the resource.' },
  ResourceType: { kind: 'string', required: true, doc: typeDoc },
  ResourceId: { kind: 'string', required: true, doc: 'Id of the resource.' },
} as const satisfies Record<string, StringInput>

/** Tag.N of the old operations on tags. */
export const countedTags = {
  ...tagInputs,
  required: 'InvalidTagCount',
  invalid: 'InvalidTagCount',
} as const satisfies StructsInput

/** The type that a name means in ECS. Throws 404 InvalidResourceType.NotFound for any other. */
export function requireEcsKind(name: string): ResourceKind {
  const kind = kindNamed(ecsKinds, name)
  if (!kind) throw ecsError('InvalidResourceType.NotFound')
  return kind
}

/**
 * The resources that a call is to change, as `requireResources` finds them. The page on managed security groups says that
 * their owner may only query them, so tags and resource group are the service's as well. Throws 403
 * InvalidOperation.ResourceManagedByCloudProduct.
 */
export async function requireChangeable(
  session: Session,
  scope: Scope,
  caller: Caller,
  target: { readonly kind: ResourceKind; readonly ids: readonly string[]; readonly missing: () => WireError },
): Promise<Resources> {
  const resources = await requireResources(session, scope, target.kind, target.ids, target.missing)
  if (resources.type !== 'securitygroup') return resources
  for (const id of resources.ids) {
    const group = await findGroup(session, scope, id)
    if (group) refuseManaged(group, caller)
  }
  return resources
}
