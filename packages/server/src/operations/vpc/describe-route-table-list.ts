import { scopeOf, vpcRead } from '../../model/context.js'
import { pageOf } from '../../model/paging.js'
import { regionOf } from '../../model/regions.js'
import { resourceGroupFilter } from '../../model/resource-groups.js'
import { parseTagFilter } from '../../model/tags.js'
import { countRouteTables, listRouteTables, type RouteTableFilter } from '../../store/route-tables.js'
import { regionId, tagInputs } from '../ecs/shared-inputs.js'
import { listedRouteTables } from './route-table-answer.js'
import { pageInputs, routerType } from './shared-inputs.js'

export const describeRouteTableList = vpcRead({
  name: 'DescribeRouteTableList',
  summary: 'Lists route tables without their routes, newest first: each VPC has its system route table.',
  inputs: {
    RegionId: regionId,
    VpcId: { kind: 'string', doc: 'Only route tables of this VPC.' },
    RouterType: routerType,
    RouterId: { kind: 'string', doc: 'Only route tables of this router.' },
    RouteTableId: { kind: 'string', doc: 'Only this route table.' },
    RouteTableName: { kind: 'string', doc: 'Only route tables with exactly this name.' },
    RouteTableType: {
      kind: 'string',
      oneOf: ['System', 'Custom'],
      doc: 'Only route tables of this type (there are no custom ones).',
    },
    ResourceGroupId: { kind: 'string', doc: 'Only route tables of VPCs of this resource group.' },
    Tag: tagInputs,
    ...pageInputs,
  },
  errors: ['MissingParameter.RegionId', 'InvalidRegionId.NotFound', 'InvalidTagKey.Malformed'],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const border = input.RouterType === 'VBR' && input.VpcId === undefined
    const filter: RouteTableFilter = {
      none: border || input.RouteTableType === 'Custom',
      id: input.RouteTableId,
      name: input.RouteTableName,
      vpcId: input.VpcId,
      routerId: input.RouterId,
      resourceGroup: resourceGroupFilter(scope.accountId, input.ResourceGroupId),
      tags: parseTagFilter(input.Tag),
    }
    const page = pageOf({ ...input, defaultSize: 10, maxSize: 50 })
    const rows = await listRouteTables(session, scope, filter, { limit: page.size, offset: page.offset })
    return {
      TotalCount: await countRouteTables(session, scope, filter),
      PageNumber: page.number,
      PageSize: page.size,
      RouterTableList: { RouterTableListType: await listedRouteTables(session, rows) },
    }
  },
})
