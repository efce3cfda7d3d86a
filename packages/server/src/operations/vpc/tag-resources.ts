import { vpcError } from '../../errors/vpc.js'
import { scopeOf, vpcWrite } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { requireResources, tagAll } from '../../model/tagging.js'
import { parseTags } from '../../model/tags.js'
import { tagInputs } from '../ecs/shared-inputs.js'
import { requireVpcKind, taggedIds, tagRefusals, tagTargetErrors, tagTargetInputs } from './tag-target.js'

export const tagResources = vpcWrite({
  name: 'TagResources',
  summary: 'Puts tags on resources of one type, on all or none. A key that is there gets the new value.',
  inputs: {
    ...tagTargetInputs,
    ResourceId: taggedIds,
    Tag: { ...tagInputs, required: true, invalid: 'SizeLimitExceeded.TagNum' },
  },
  errors: [
    ...tagTargetErrors,
    'InvalidTagKey',
    'InvalidTagValue',
    'Forbidden.TagKey.Duplicated',
    'InvalidInstanceIds.NotFound',
    'QuotaExceeded.TagNum',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const kind = requireVpcKind(input.ResourceType)
    const tags = parseTags(input.Tag, tagRefusals)
    const missing = () => vpcError('InvalidInstanceIds.NotFound')
    const resources = await requireResources(session, scope, kind, input.ResourceId, missing)
    const tooMany = () => vpcError('QuotaExceeded.TagNum')
    const limit = settings.quotas.tagsPerResource
    await tagAll(session, scope.accountId, resources, tags, { limit, tooMany })
    return {}
  },
})
