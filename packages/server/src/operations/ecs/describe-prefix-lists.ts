import { ecsRead, scopeOf } from '../../model/context.js'
import { regionOf } from '../../model/regions.js'
import { resourceGroupFilter } from '../../model/resource-groups.js'
import { ecsTags, parseTagFilter } from '../../model/tags.js'
import { addressFamily, describeLists, familyOf, listMembers } from './list-answer.js'
import { listPaging, listRegion } from './list-inputs.js'
import { tagInputs } from './shared-inputs.js'

export const describePrefixLists = ecsRead({
  name: 'DescribePrefixLists',
  summary: 'Lists prefix lists, newest first, without their entries. All filters hold together.',
  inputs: {
    RegionId: listRegion,
    PrefixListId: {
      kind: 'list',
      of: { kind: 'string' },
      max: 100,
      invalid: 'LimitExceed.PrefixListId',
      doc: 'Only these prefix lists: up to 100 ids.',
    },
    PrefixListName: { kind: 'string', doc: 'Only prefix lists with exactly this name.' },
    AddressFamily: { kind: 'string', oneOf: ['IPv4', 'IPv6'], doc: 'Only prefix lists of this family.' },
    ResourceGroupId: { kind: 'string', doc: 'Only prefix lists of this resource group.' },
    Tag: tagInputs,
    ...listPaging,
  },
  errors: ['InvalidRegionId.NotFound', 'LimitExceed.PrefixListId', 'InvalidTagKey.Malformed'],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const { lists, token } = await describeLists(
      session,
      scope,
      {
        kind: 'prefix',
        ids: input.PrefixListId,
        name: input.PrefixListName,
        family: input.AddressFamily === undefined ? undefined : familyOf(input.AddressFamily),
        resourceGroup: resourceGroupFilter(scope.accountId, input.ResourceGroupId),
        tags: parseTagFilter(input.Tag),
      },
      input,
    )
    return {
      NextToken: token,
      PrefixLists: {
        PrefixList: lists.map(({ row, associations, resourceGroup, tags }) => ({
          PrefixListId: row.id,
          PrefixListName: row.name,
          AddressFamily: addressFamily(row),
          AssociationCount: associations,
          ...listMembers(row),
          ResourceGroupId: resourceGroup,
          Tags: ecsTags(tags),
        })),
      },
    }
  },
})
