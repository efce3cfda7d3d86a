import { ecsError } from '../../errors/ecs.js'
import { ecsWrite, scopeOf } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { untagAll } from '../../model/tagging.js'
import {
  requireChangeable,
  requireEcsKind,
  taggedIds,
  tagTargetErrors,
  tagTargetInputs,
} from './tag-target.js'

export const untagResources = ecsWrite({
  name: 'UntagResources',
  summary: 'Takes tags off resources of one type. A key that a resource does not have is passed over.',
  inputs: {
    ...tagTargetInputs,
    ResourceId: taggedIds,
    TagKey: {
      kind: 'list',
      of: { kind: 'string' },
      max: 20,
      invalid: 'NumberExceed.Tags',
      doc: 'Keys of the tags, N from 1 to 20.',
    },
    All: { kind: 'boolean', doc: 'Whether to take off all tags; ignored beside TagKey. Default false.' },
  },
  errors: [
    ...tagTargetErrors,
    'MissingParameter.ResourceIds',
    'MissingParameter.Tags',
    'InvalidResourceId.NotFound',
    'InvalidOperation.ResourceManagedByCloudProduct',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const kind = requireEcsKind(input.ResourceType)
    if (input.TagKey.length === 0 && !input.All) throw ecsError('MissingParameter.Tags')
    const missing = () => ecsError('InvalidResourceId.NotFound')
    const target = { kind, ids: input.ResourceId, missing }
    const resources = await requireChangeable(session, scope, caller, target)
    await untagAll(session, resources, ({ key }) => input.TagKey.length === 0 || input.TagKey.includes(key))
    return {}
  },
})
