import { ecsRead, scopeOf } from '../../model/context.js'
import { requireList } from '../../model/lists.js'
import { regionOf } from '../../model/regions.js'
import { associatedGroups } from '../../store/lists.js'
import { listPaging, listRegion, pageAsked, pageShown, portListId } from './list-inputs.js'

const TOKENS = 'port-associations'

export const describePortRangeListAssociations = ecsRead({
  name: 'DescribePortRangeListAssociations',
  summary: 'Lists the security groups with rules that name a port list, newest first.',
  inputs: { RegionId: listRegion, PortRangeListId: portListId, ...listPaging },
  errors: ['InvalidRegionId.NotFound', 'InvalidPortRangeListId.NotFound'],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const list = await requireList(session, scope, 'port', input.PortRangeListId)
    const rows = await associatedGroups(session, list, pageAsked(TOKENS, input))
    const { shown, token } = pageShown(TOKENS, input, rows)
    return {
      NextToken: token,
      PortRangeListAssociations: shown.map(({ id }) => ({ ResourceId: id, ResourceType: 'SecurityGroup' })),
    }
  },
})
