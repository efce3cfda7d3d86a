import { ecsError } from '../../errors/ecs.js'
import { ecsWrite, scopeOf } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { tagAll } from '../../model/tagging.js'
import { parseTags } from '../../model/tags.js'
import { countedTags, oneResourceInputs, requireChangeable, requireEcsKind } from './tag-target.js'

export const addTags = ecsWrite({
  name: 'AddTags',
  summary: 'Puts tags on one resource; the older form of TagResources.',
  inputs: { ...oneResourceInputs, Tag: countedTags },
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidResourceType.NotFound',
    'InvalidTagCount',
    'InvalidTagKey.Malformed',
    'InvalidTagValue.Malformed',
    'Duplicate.TagKey',
    'InvalidResourceId.NotFound#one',
    'InvalidOperation.ResourceManagedByCloudProduct',
    'OperationDenied.QuotaExceed',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const kind = requireEcsKind(input.ResourceType)
    const tags = parseTags(input.Tag)
    const missing = () => ecsError('InvalidResourceId.NotFound#one')
    const target = { kind, ids: [input.ResourceId], missing }
    const resources = await requireChangeable(session, scope, caller, target)
    const tooMany = () => ecsError('OperationDenied.QuotaExceed')
    const limit = settings.quotas.tagsPerResource
    await tagAll(session, scope.accountId, resources, tags, { limit, tooMany })
    return {}
  },
})
