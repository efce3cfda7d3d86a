import { ecsError } from '../../errors/ecs.js'
import { ecsWrite, scopeOf } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { tagAll } from '../../model/tagging.js'
import { parseTags } from '../../model/tags.js'
import { tagInputs } from './shared-inputs.js'
import {
  requireChangeable,
  requireEcsKind,
  taggedIds,
  tagTargetErrors,
  tagTargetInputs,
} from './tag-target.js'

export const tagResources = ecsWrite({
  name: 'TagResources',
  summary: 'Puts tags on resources of one type, on all or none. A key that is there gets the new value.',
  inputs: {
    ...tagTargetInputs,
    ResourceId: taggedIds,
    Tag: { ...tagInputs, required: 'MissingParameter.Tags', invalid: 'NumberExceed.Tags' },
  },
  errors: [
    ...tagTargetErrors,
    'MissingParameter.ResourceIds',
    'MissingParameter.Tags',
    'InvalidTagKey.Malformed',
    'InvalidTagValue.Malformed',
    'Duplicate.TagKey',
    'InvalidResourceId.NotFound',
    'InvalidOperation.ResourceManagedByCloudProduct',
    'OperationDenied.QuotaExceed',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const kind = requireEcsKind(input.ResourceType)
    const tags = parseTags(input.Tag)
    const missing = () => ecsError('InvalidResourceId.NotFound')
    const target = { kind, ids: input.ResourceId, missing }
    const resources = await requireChangeable(session, scope, caller, target)
    const tooMany = () => ecsError('OperationDenied.QuotaExceed')
    const limit = settings.quotas.tagsPerResource
    await tagAll(session, scope.accountId, resources, tags, { limit, tooMany })
    return {}
  },
})
