import { resourceManagerRead } from '../../model/context.js'
import { pageOf } from '../../model/paging.js'
import { parseTagFilter, type Tag, tagsOf } from '../../model/tags.js'
import { resourceGroupsOfAccount } from '../../store/resource-groups.js'
import type { TagFilter } from '../../store/tag-filter.js'
import { tagInputs } from '../ecs/shared-inputs.js'
import { describeGroup, groupTags } from './group-answer.js'

export const listResourceGroups = resourceManagerRead({
  name: 'ListResourceGroups',
  summary: 'Lists resource groups: the default one first, then by age.',
  inputs: {
    ResourceGroupId: { kind: 'string', doc: 'Only this group; ignored beside ResourceGroupIds.' },
    ResourceGroupIds: {
      kind: 'list',
      of: { kind: 'string' },
      max: 100,
      doc: 'Only these groups: up to 100 ids.',
    },
    Name: { kind: 'string', maxLength: 50, doc: 'Only groups with this in their identifier.' },
    DisplayName: { kind: 'string', maxLength: 50, doc: 'Only groups with this in their display name.' },
    Status: {
      kind: 'string',
      oneOf: ['Creating', 'OK', 'PendingDelete'],
      doc: 'Only groups in this status; every group is OK.',
    },
    IncludeTags: { kind: 'boolean', doc: 'Whether to answer tags. Default false; with Tag always.' },
    Tag: tagInputs,
    PageNumber: { kind: 'integer', min: 1, doc: 'Page, from 1.' },
    PageSize: { kind: 'integer', min: 1, max: 100, doc: 'Groups a page, 1 to 100. Default 10.' },
  },
  errors: ['InvalidTagKey.Malformed'],
  async handle(input, { accountId }, { session }) {
    const one = input.ResourceGroupId === undefined ? undefined : [input.ResourceGroupId]
    const ids = input.ResourceGroupIds.length > 0 ? input.ResourceGroupIds : one
    const every = await resourceGroupsOfAccount(session, accountId)
    const tags = await tagsOf(
      session,
      'resourcegroup',
      every.map(({ id }) => id),
    )
    const wanted = parseTagFilter(input.Tag)
    const found = every.filter(
      (row) =>
        (input.Status === undefined || input.Status === 'OK') &&
        (!ids || ids.includes(row.id)) &&
        holds(row.name, input.Name) &&
        holds(row.display_name, input.DisplayName) &&
        wanted.every((tag) => hasTag(tags.get(row.id), tag)),
    )
    const page = pageOf({ ...input, defaultSize: 10, maxSize: 100 })
    const included = input.IncludeTags === true || wanted.length > 0
    return {
      TotalCount: found.length,
      PageNumber: page.number,
      PageSize: page.size,
      ResourceGroups: {
        ResourceGroup: found
          .slice(page.offset, page.offset + page.size)
          .map((row) => ({ ...describeGroup(row, 'OK'), ...groupTags(included, tags.get(row.id)) })),
      },
    }
  },
})

/** "Fuzzy match" in the words of the reference page: part of the text, without case. */
const holds = (text: string, part: string | undefined): boolean =>
  part === undefined || text.toLowerCase().includes(part.toLowerCase())

const hasTag = (tags: readonly Tag[] | undefined, { key, value }: TagFilter): boolean =>
  tags?.some((tag) => tag.key === key && (value === undefined || tag.value === value)) ?? false
