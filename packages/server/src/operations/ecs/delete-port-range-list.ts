import { ecsWrite, scopeOf } from '../../model/context.js'
import { dropList, requireList } from '../../model/lists.js'
import { regionOf } from '../../model/regions.js'
import { listRegion, portListId } from './list-inputs.js'

export const deletePortRangeList = ecsWrite({
  name: 'DeletePortRangeList',
  summary: 'Deletes a port list that no rule names, with its entries.',
  preview: true,
  inputs: { RegionId: listRegion, PortRangeListId: portListId },
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidPortRangeListId.NotFound',
    'InvalidPortRangeListId.AssociationExist',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    await dropList(session, await requireList(session, scope, 'port', input.PortRangeListId))
    return {}
  },
})
