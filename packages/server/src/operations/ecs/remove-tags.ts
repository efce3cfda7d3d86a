import { ecsError } from '../../errors/ecs.js'
import { ecsWrite, scopeOf } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { untagAll } from '../../model/tagging.js'
import { parseTagFilter } from '../../model/tags.js'
import { countedTags, oneResourceInputs, requireChangeable, requireEcsKind } from './tag-target.js'

export const removeTags = ecsWrite({
  name: 'RemoveTags',
  summary:
    'Takes tags off one resource; the older form of UntagResources. A tag that it does not have is passed over.',
  inputs: {
    ...oneResourceInputs,
    Tag: { ...countedTags, doc: 'Tags, N from 1 to 20. With a value, only where the tag has it.' },
  },
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidResourceType.NotFound',
    'InvalidTagCount',
    'InvalidResourceId.NotFound#one',
    'InvalidOperation.ResourceManagedByCloudProduct',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const kind = requireEcsKind(input.ResourceType)
    const tags = parseTagFilter(input.Tag)
    const missing = () => ecsError('InvalidResourceId.NotFound#one')
    const target = { kind, ids: [input.ResourceId], missing }
    const resources = await requireChangeable(session, scope, caller, target)
    await untagAll(session, resources, (tag) =>
      tags.some(({ key, value }) => key === tag.key && (value === undefined || value === tag.value)),
    )
    return {}
  },
})
