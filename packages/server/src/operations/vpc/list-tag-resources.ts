import { ecsError } from '../../errors/ecs.js'
import { vpcError } from '../../errors/vpc.js'
import { scopeOf, vpcRead } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { readTagToken, tagPage } from '../../model/tagging.js'
import { parseTagFilter } from '../../model/tags.js'
import { tagInputs } from '../ecs/shared-inputs.js'
import { tagPageAnswer } from '../ecs/tag-page-answer.js'
import { requireVpcKind, taggedIds, tagTargetErrors, tagTargetInputs } from './tag-target.js'

export const listTagResources = vpcRead({
  name: 'ListTagResources',
  summary:
    'Lists the tags of resources of one type, by resource and key: all tags of each resource that matches.',
  inputs: {
    ...tagTargetInputs,
    ResourceId: {
      kind: 'list',
      of: taggedIds.of,
      max: taggedIds.max,
      invalid: taggedIds.invalid,
      doc: 'Only these resources, N from 1 to 50.',
    },
    Tag: {
      ...tagInputs,
      invalid: 'SizeLimitExceeded.TagNum',
      doc: 'Only resources with all these tags, N from 1 to 20.',
    },
    MaxResults: { kind: 'integer', min: 1, max: 50, doc: 'Tags a page, 1 to 50. Default 50.' },
    NextToken: { kind: 'string', doc: 'Where the page before ended.' },
  },
  errors: [...tagTargetErrors, 'InvalidTagValue', 'BothEmpty.TagsAndResources', 'InValidParameter.NextToken'],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const kind = requireVpcKind(input.ResourceType)
    const tags = parseTagFilter(input.Tag)
    if (tags.length < input.Tag.length) throw vpcError('InvalidTagValue')
    if (tags.length + input.ResourceId.length === 0) throw ecsError('BothEmpty.TagsAndResources')
    const after = readTagToken(input.NextToken, () => ecsError('InValidParameter.NextToken'))
    const conditions = tags.map(({ key, value }) => ({
      ...{ keys: [key], values: value === undefined ? undefined : [value] },
    }))
    const page = await tagPage(
      session,
      scope,
      { kind, ids: input.ResourceId, conditions },
      { size: input.MaxResults ?? 50, after },
    )
    return tagPageAnswer(kind, page)
  },
})
