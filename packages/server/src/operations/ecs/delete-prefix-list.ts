import { ecsWrite, scopeOf } from '../../model/context.js'
import { dropList, requireList } from '../../model/lists.js'
import { regionOf } from '../../model/regions.js'
import { listRegion, prefixListId } from './list-inputs.js'

export const deletePrefixList = ecsWrite({
  name: 'DeletePrefixList',
  summary: 'Deletes a prefix list that no rule names, with its entries.',
  preview: true,
  inputs: { RegionId: listRegion, PrefixListId: prefixListId },
  errors: ['InvalidRegionId.NotFound', 'InvalidPrefixListId.NotFound', 'NotAllowed.AssociationExist'],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    await dropList(session, await requireList(session, scope, 'prefix', input.PrefixListId))
    return {}
  },
})
