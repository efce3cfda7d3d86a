import { ecsRead, scopeOf } from '../../model/context.js'
import { requireList } from '../../model/lists.js'
import { regionOf } from '../../model/regions.js'
import { associatedGroups } from '../../store/lists.js'
import { listPaging, listRegion, pageAsked, pageShown, prefixListId } from './list-inputs.js'

const TOKENS = 'prefix-associations'

export const describePrefixListAssociations = ecsRead({
  name: 'DescribePrefixListAssociations',
  summary: 'Lists the security groups with rules that name a prefix list, newest first.',
  inputs: { RegionId: listRegion, PrefixListId: prefixListId, ...listPaging },
  errors: ['InvalidRegionId.NotFound', 'InvalidPrefixListId.NotFound'],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const list = await requireList(session, scope, 'prefix', input.PrefixListId)
    const rows = await associatedGroups(session, list, pageAsked(TOKENS, input))
    const { shown, token } = pageShown(TOKENS, input, rows)
    return {
      NextToken: token,
      PrefixListAssociations: {
        PrefixListAssociation: shown.map(({ id }) => ({ ResourceId: id, ResourceType: 'securitygroup' })),
      },
    }
  },
})
