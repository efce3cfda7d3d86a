import { vpcResourceGroups } from '../../model/resource-groups.js'
import { tagsOf } from '../../model/tags.js'
import type { RouteTableRow, VSwitchRow } from '../../store/schema.js'
import type { Session } from '../../store/session.js'
import { routersOf } from '../../store/vpcs.js'
import { vswitchesIn, vswitchIdsOf } from '../../store/vswitches.js'
import { ownerId, vpcTags } from './vpc-answer.js'

type Described = Readonly<Record<string, unknown>>

const vpcsOf = (rows: readonly RouteTableRow[]): string[] => rows.map(({ vpc_id }) => vpc_id)

/** Route tables as DescribeRouteTableList answers them, in the order given: without their routes. */
export async function listedRouteTables(
  session: Session,
  rows: readonly RouteTableRow[],
): Promise<Described[]> {
  const ids = rows.map(({ id }) => id)
  const tags = await tagsOf(session, 'routetable', ids)
  const routers = await routersOf(session, vpcsOf(rows))
  const groupOf = await vpcResourceGroups(session, vpcsOf(rows))
  const vswitches = await vswitchIdsOf(session, vpcsOf(rows))
  return rows.map((row) => ({
    RouteTableId: row.id,
    RouteTableName: row.name,
    Description: row.description,
    RouteTableType: 'System',
    RouterId: routers.get(row.vpc_id)?.vrouter_id ?? '',
    RouterType: 'VRouter',
    VpcId: row.vpc_id,
    OwnerId: ownerId(row.account_id),
    Status: 'Available',
    CreationTime: row.created_at,
    AssociateType: 'VSwitch',
    RoutePropagationEnable: row.propagation === 1,
    VSwitchIds: { VSwitchId: vswitches.get(row.vpc_id) ?? [] },
    GatewayIds: { GatewayIds: [] },
    ResourceGroupId: groupOf(row.account_id, row.vpc_id),
    Tags: vpcTags(tags.get(row.id)),
  }))
}

/** Route tables as DescribeRouteTables answers them, in the order given; without routes unless `routes`. */
export async function routeTablesWithRoutes(
  session: Session,
  rows: readonly RouteTableRow[],
  routes: boolean,
): Promise<Described[]> {
  const routers = await routersOf(session, vpcsOf(rows))
  const groupOf = await vpcResourceGroups(session, vpcsOf(rows))
  const vswitches = await vswitchesIn(session, vpcsOf(rows))
  return rows.map((row) => {
    const inside = vswitches.filter(({ vpc_id }) => vpc_id === row.vpc_id)
    return {
      RouteTableId: row.id,
      RouteTableType: 'System',
      VRouterId: routers.get(row.vpc_id)?.vrouter_id ?? '',
      Status: 'Available',
      CreationTime: row.created_at,
      VSwitchIds: { VSwitchId: inside.map(({ id }) => id) },
      RouteEntrys: { RouteEntry: routes ? inside.flatMap((vswitch) => systemRoutes(row.id, vswitch)) : [] },
      ResourceGroupId: groupOf(row.account_id, row.vpc_id),
    }
  })
}

/** The routes that a vSwitch brings: one for each of its blocks. Their ids follow the vSwitch's. */
const systemRoutes = (tableId: string, vswitch: VSwitchRow): Described[] =>
  [vswitch.cidr_block, vswitch.ipv6_cidr_block]
    .filter((block) => block !== '')
    .map((block, index) => ({
      RouteEntryId: `rte-${vswitch.id.slice('vsw-'.length)}${index === 0 ? '' : '6'}`,
      RouteEntryName: '',
      Description: '',
      RouteTableId: tableId,
      DestinationCidrBlock: block,
      Type: 'System',
      Status: 'Available',
      NextHopType: 'local',
      InstanceId: '',
      NextHops: { NextHop: [] },
    }))
