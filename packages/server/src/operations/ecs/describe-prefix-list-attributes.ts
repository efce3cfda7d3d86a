import { ecsRead, scopeOf } from '../../model/context.js'
import { requireList } from '../../model/lists.js'
import { regionOf } from '../../model/regions.js'
import { entriesOf } from '../../store/lists.js'
import { addressFamily, listMembers } from './list-answer.js'
import { listRegion, prefixListId } from './list-inputs.js'

export const describePrefixListAttributes = ecsRead({
  name: 'DescribePrefixListAttributes',
  summary: 'Describes a prefix list with its entries, in the order in which they were added.',
  inputs: { RegionId: listRegion, PrefixListId: prefixListId },
  errors: ['InvalidRegionId.NotFound', 'InvalidPrefixListId.NotFound'],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const list = await requireList(session, scope, 'prefix', input.PrefixListId)
    return {
      PrefixListId: list.id,
      PrefixListName: list.name,
      AddressFamily: addressFamily(list),
      ...listMembers(list),
      Entries: {
        Entry: (await entriesOf(session, list.id)).map(({ value, description }) => ({
          Cidr: value,
          Description: description,
        })),
      },
    }
  },
})
