import { ecsRead, scopeOf } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { resourceGroupFilter } from '../../model/resource-groups.js'
import { ecsTags, parseTagFilter } from '../../model/tags.js'
import { describeLists, listMembers } from './list-answer.js'
import { listPaging, listRegion } from './list-inputs.js'
import { tagInputs } from './shared-inputs.js'

export const describePortRangeLists = ecsRead({
  name: 'DescribePortRangeLists',
  summary: 'Lists port lists, newest first, without their entries. All filters hold together.',
  inputs: {
    RegionId: listRegion,
    PortRangeListId: {
      kind: 'list',
      of: { kind: 'string' },
      max: 100,
      invalid: 'LimitExceed.PortRangeListId',
      doc: 'Only these port lists: up to 100 ids.',
    },
    PortRangeListName: { kind: 'string', doc: 'Only port lists with exactly this name.' },
    ResourceGroupId: { kind: 'string', doc: 'Only port lists of this resource group.' },
    Tag: tagInputs,
    ...listPaging,
  },
  errors: ['InvalidRegionId.NotFound', 'LimitExceed.PortRangeListId', 'InvalidTagKey.Malformed'],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const { lists, token } = await describeLists(
      session,
      scope,
      {
        kind: 'port',
        ids: input.PortRangeListId,
        name: input.PortRangeListName,
        family: undefined,
        resourceGroup: resourceGroupFilter(scope.accountId, input.ResourceGroupId),
        tags: parseTagFilter(input.Tag),
      },
      input,
    )
    return {
      NextToken: token,
      // The answers about port lists hold plain lists, without the inner member that all other ones have.
      PortRangeLists: lists.map(({ row, associations, resourceGroup, tags }) => ({
        PortRangeListId: row.id,
        PortRangeListName: row.name,
        AssociationCount: associations,
        ...listMembers(row),
        ResourceGroupId: resourceGroup,
        Tags: ecsTags(tags).Tag,
      })),
    }
  },
})
