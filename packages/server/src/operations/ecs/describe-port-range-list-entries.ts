import { ecsRead, scopeOf } from '../../model/context.js'
import { requireList } from '../../model/lists.js'
import { regionOf } from '../../model/regions.js'
import { entriesOf } from '../../store/lists.js'
import { listRegion, portListId } from './list-inputs.js'

export const describePortRangeListEntries = ecsRead({
  name: 'DescribePortRangeListEntries',
  summary: 'Lists the entries of a port list, in the order in which they were added.',
  inputs: { RegionId: listRegion, PortRangeListId: portListId },
  errors: ['InvalidRegionId.NotFound', 'InvalidPortRangeListId.NotFound'],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const list = await requireList(session, scope, 'port', input.PortRangeListId)
    return {
      Entries: (await entriesOf(session, list.id)).map(({ value, description }) => ({
        PortRange: value,
        Description: description,
      })),
    }
  },
})
