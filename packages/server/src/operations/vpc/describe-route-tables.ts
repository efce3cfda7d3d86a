import { raiseGateway } from '@sallyport/protocol'
import { scopeOf, vpcRead } from '../../model/context.js'
import { pageOf } from '../../model/paging.js'
import { regionOf } from '../../model/regions.js'
import { resourceGroupFilter } from '../../model/resource-groups.js'
import { countRouteTables, listRouteTables, type RouteTableFilter } from '../../store/route-tables.js'
import { optionalRegionId } from '../ecs/shared-inputs.js'
import { routeTablesWithRoutes } from './route-table-answer.js'
import { pageInputs, routerType } from './shared-inputs.js'

export const describeRouteTables = vpcRead({
  name: 'DescribeRouteTables',
  summary: 'Lists route tables with their routes, newest first: one route for each block of each vSwitch.',
  inputs: {
    RegionId: optionalRegionId,
    VRouterId: { kind: 'string', doc: 'Only route tables of this router; not together with RouterId.' },
    RouterId: { kind: 'string', doc: 'The same.' },
    RouterType: routerType,
    RouteTableId: { kind: 'string', doc: 'Only this route table.' },
    RouteTableName: { kind: 'string', doc: 'Only route tables with exactly this name.' },
    Type: {
      kind: 'string',
      oneOf: ['Custom', 'System', 'BGP', 'CEN', 'ECR'],
      doc: 'Only routes of this type (there are only system ones).',
    },
    ResourceGroupId: { kind: 'string', doc: 'Only route tables of VPCs of this resource group.' },
    ...pageInputs,
  },
  errors: ['InvalidRegionId.NotFound'],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const { VRouterId, RouterId, RouteTableId, RouteTableName } = input
    if (VRouterId !== undefined && RouterId !== undefined) throw raiseGateway('InvalidParameter', 'RouterId')
    if ((VRouterId ?? RouterId ?? RouteTableId ?? RouteTableName) === undefined) {
      throw raiseGateway('MissingParameter', 'VRouterId')
    }
    const filter: RouteTableFilter = {
      none: input.RouterType === 'VBR',
      id: RouteTableId,
      name: RouteTableName,
      vpcId: undefined,
      routerId: VRouterId ?? RouterId,
      resourceGroup: resourceGroupFilter(scope.accountId, input.ResourceGroupId),
      tags: [],
    }
    const page = pageOf({ ...input, defaultSize: 10, maxSize: 50 })
    const rows = await listRouteTables(session, scope, filter, { limit: page.size, offset: page.offset })
    const routes = input.Type === undefined || input.Type === 'System'
    return {
      TotalCount: await countRouteTables(session, scope, filter),
      PageNumber: page.number,
      PageSize: page.size,
      RouteTables: { RouteTable: await routeTablesWithRoutes(session, rows, routes) },
    }
  },
})
