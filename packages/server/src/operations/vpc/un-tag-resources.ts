import { raiseGateway } from '@sallyport/protocol'
import { vpcError } from '../../errors/vpc.js'
import { scopeOf, vpcWrite } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { requireResources, untagAll } from '../../model/tagging.js'
import { requireVpcKind, taggedIds, tagTargetErrors, tagTargetInputs } from './tag-target.js'

export const unTagResources = vpcWrite({
  name: 'UnTagResources',
  summary: 'Takes tags off resources of one type. A key that a resource does not have is passed over.',
  inputs: {
    ...tagTargetInputs,
    ResourceId: taggedIds,
    TagKey: {
      kind: 'list',
      of: { kind: 'string' },
      max: 20,
      invalid: 'SizeLimitExceeded.TagNum',
      doc: 'Keys of the tags, N from 1 to 20; without All there must be one.',
    },
    All: { kind: 'boolean', doc: 'Whether to take off all tags; ignored beside TagKey. Default false.' },
  },
  errors: [...tagTargetErrors, 'InvalidInstanceIds.NotFound'],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const kind = requireVpcKind(input.ResourceType)
    if (input.TagKey.length === 0 && !input.All) throw raiseGateway('MissingParameter', 'TagKey')
    const missing = () => vpcError('InvalidInstanceIds.NotFound')
    const resources = await requireResources(session, scope, kind, input.ResourceId, missing)
    await untagAll(session, resources, ({ key }) => input.TagKey.length === 0 || input.TagKey.includes(key))
    return {}
  },
})
