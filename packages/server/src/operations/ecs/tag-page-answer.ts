import type { ResourceKind } from '../../model/taggable.js'
import type { TagPage } from '../../model/tagging.js'

/** What ListTagResources of either product answers. */
export const tagPageAnswer = (kind: ResourceKind, { rows, token }: TagPage) => ({
  NextToken: token,
  TagResources: {
    TagResource: rows.map((row) => ({
      ResourceId: row.resource_id,
      ResourceType: kind.name,
      TagKey: row.key,
      TagValue: row.value,
    })),
  },
})
