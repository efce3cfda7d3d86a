import { ecsError } from '../../errors/ecs.js'
import { ecsRead, scopeOf } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { defaultResourceGroupOf } from '../../model/resource-groups.js'
import { conditionOf, type FuzzyFilter, GROUP_KEY, readTagToken, tagPage } from '../../model/tagging.js'
import { parseTagFilter } from '../../model/tags.js'
import type { TagCondition } from '../../store/tagged-resources.js'
import { tagInputs } from './shared-inputs.js'
import { tagPageAnswer } from './tag-page-answer.js'
import { requireEcsKind, taggedIds, tagTargetErrors, tagTargetInputs } from './tag-target.js'

/** The operation has no parameter for it; the reference page of VPC's operation of the same name says 50. */
const PAGE = 50
const FILTERS = 5
const VALUES = 5

export const listTagResources = ecsRead({
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
      invalid: 'NumberExceed.Tags',
      doc: `Only resources with all these tags, N from 1 to 20. The key ${GROUP_KEY} finds resources that were put into the resource group in its value.`,
    },
    TagFilter: {
      kind: 'structs',
      fields: {
        TagKey: {
          kind: 'string',
          required: 'InvalidTagFilter.Malformed',
          doc: 'A key; without TagValues it may begin and end with *.',
        },
        TagValues: {
          kind: 'list',
          of: { kind: 'string' },
          max: VALUES,
          invalid: 'NumberExceed.TagValues',
          doc: 'Values, N from 1 to 5, one of which the tag has; each may begin and end with *.',
        },
      },
      max: FILTERS,
      invalid: 'InvalidTagFilter.Malformed',
      doc: 'Only resources with all these tags, N from 1 to 5; not beside Tag.',
    },
    NextToken: { kind: 'string', doc: 'Where the page before ended. A page has 50 tags.' },
  },
  errors: [
    ...tagTargetErrors,
    'InvalidTagFilter.Malformed',
    'NumberExceed.TagValues',
    'InvalidTags.MalFormed',
    'InvalidParameter.TagValue',
    'BothEmpty.TagsAndResources',
    'InvalidTag.NotSupported',
    'InvalidTag.Mismatch',
    'InvalidDefaultResourceGroup.NotSupported',
    'Invalid.NextToken',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const kind = requireEcsKind(input.ResourceType)
    if (input.Tag.length > 0 && input.TagFilter.length > 0) throw ecsError('InvalidTags.MalFormed')
    const tags = parseTagFilter(input.Tag)
    if (tags.length < input.Tag.length) throw ecsError('InvalidParameter.TagValue')
    if (tags.length + input.TagFilter.length + input.ResourceId.length === 0) {
      throw ecsError('BothEmpty.TagsAndResources')
    }
    const groupId = groupAsked(scope.accountId, tags)
    const after = readTagToken(input.NextToken, () => ecsError('Invalid.NextToken'))
    const conditions: TagCondition[] =
      groupId === undefined
        ? tags.map(({ key, value }) => ({ keys: [key], values: value === undefined ? undefined : [value] }))
        : []
    for (const { TagKey, TagValues } of input.TagFilter) {
      const filter: FuzzyFilter = { key: TagKey, values: TagValues }
      if (kind.as) conditions.push(await conditionOf(session, scope.accountId, kind.as, filter))
    }
    const page = await tagPage(
      session,
      scope,
      { kind, ids: input.ResourceId, conditions, groupId },
      { size: PAGE, after },
    )
    return tagPageAnswer(kind, page)
  },
})

/** The resource group that the tags ask for, if they do: alone, and not the default one. */
function groupAsked(
  accountId: string,
  tags: readonly { readonly key: string; readonly value: string | undefined }[],
): string | undefined {
  const asked = tags.find(({ key }) => key === GROUP_KEY)
  if (!asked) return undefined
  if (tags.length > 1) throw ecsError('InvalidTag.NotSupported')
  if (asked.value === undefined) throw ecsError('InvalidTag.Mismatch')
  if (asked.value === defaultResourceGroupOf(accountId)) {
    throw ecsError('InvalidDefaultResourceGroup.NotSupported')
  }
  return asked.value
}
