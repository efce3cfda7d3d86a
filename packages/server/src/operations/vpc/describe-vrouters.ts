import { scopeOf, vpcRead } from '../../model/context.js'
import { pageOf } from '../../model/paging.js'
import { regionOf } from '../../model/regions.js'
import { countVpcs, listVpcs, type VpcFilter } from '../../store/vpcs.js'
import { regionId } from '../ecs/shared-inputs.js'
import { pageInputs } from './shared-inputs.js'

export const describeVRouters = vpcRead({
  name: 'DescribeVRouters',
  summary: 'Lists the routers of VPCs, newest first: each VPC has one.',
  inputs: {
    RegionId: regionId,
    VRouterId: { kind: 'string', doc: 'Only this router.' },
    ...pageInputs,
  },
  errors: ['MissingParameter.RegionId', 'InvalidRegionId.NotFound'],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const filter: VpcFilter = { ids: undefined, routerId: input.VRouterId, tags: [] }
    const page = pageOf({ ...input, defaultSize: 10, maxSize: 50 })
    const rows = await listVpcs(session, scope, filter, { limit: page.size, offset: page.offset })
    return {
      TotalCount: await countVpcs(session, scope, filter),
      PageNumber: page.number,
      PageSize: page.size,
      VRouters: {
        VRouter: rows.map((vpc) => ({
          VRouterId: vpc.vrouter_id,
          VRouterName: vpc.vrouter_name,
          Description: vpc.vrouter_description,
          RegionId: vpc.region_id,
          VpcId: vpc.id,
          CreationTime: vpc.created_at,
          RouteTableIds: { RouteTableId: [vpc.route_table_id] },
        })),
      },
    }
  },
})
