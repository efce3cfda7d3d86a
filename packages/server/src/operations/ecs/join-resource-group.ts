import { ecsError } from '../../errors/ecs.js'
import { ecsWrite, scopeOf } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { putInResourceGroup, requireResourceGroup, resourceGroupsOf } from '../../model/resource-groups.js'
import { requireChangeable, requireEcsKind } from './tag-target.js'

export const joinResourceGroup = ecsWrite({
  name: 'JoinResourceGroup',
  summary: 'Puts a resource into a resource group, out of the one it was in.',
  inputs: {
    RegionId: { kind: 'string', required: 'MissingParameter#join', doc: 'Region of the resource.' },
    ResourceType: {
      kind: 'string',
      required: 'InvalidResourceType.NotFound',
      doc: 'Type of the resource: securitygroup, instance, eni, prefixlist or portrangelist.',
    },
    ResourceId: { kind: 'string', required: 'MissingParameter#join', doc: 'Id of the resource.' },
    ResourceGroupId: { kind: 'string', required: 'MissingParameter#join', doc: 'Id of the resource group.' },
  },
  errors: [
    'MissingParameter#join',
    'InvalidRegionId.NotFound',
    'InvalidResourceType.NotFound',
    'InvalidResourceGroup.NotFound',
    'InvalidResourceId.NotFound#join',
    'InvalidOperation.ResourceManagedByCloudProduct',
    'InvalidResourceGroup.Duplicate',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const kind = requireEcsKind(input.ResourceType)
    const group = await requireResourceGroup(session, scope.accountId, input.ResourceGroupId)
    const missing = () => ecsError('InvalidResourceId.NotFound#join')
    const target = { kind, ids: [input.ResourceId], missing }
    const { type, ids } = await requireChangeable(session, scope, caller, target)
    const before = await resourceGroupsOf(session, type, ids)
    if (before.get(input.ResourceId) === group) throw ecsError('InvalidResourceGroup.Duplicate')
    await putInResourceGroup(session, type, input.ResourceId, group)
    return {}
  },
})
