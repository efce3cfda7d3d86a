import { vpcResourceGroups } from '../../model/resource-groups.js'
import { tagsOf } from '../../model/tags.js'
import { freeCounts } from '../../store/free-ranges.js'
import type { VSwitchRow } from '../../store/schema.js'
import type { Session } from '../../store/session.js'
import { routersOf } from '../../store/vpcs.js'
import { ownerId, vpcTags } from './vpc-answer.js'

/** vSwitches as answered, in the order given. */
export async function describeVSwitchRows(
  session: Session,
  rows: readonly VSwitchRow[],
): Promise<Readonly<Record<string, unknown>>[]> {
  const ids = rows.map(({ id }) => id)
  const tags = await tagsOf(session, 'vswitch', ids)
  const free = await freeCounts(session, ids)
  const vpcIds = rows.map(({ vpc_id }) => vpc_id)
  const groupOf = await vpcResourceGroups(session, vpcIds)
  const routers = await routersOf(session, [...new Set(vpcIds)])
  return rows.map((row) => ({
    VSwitchId: row.id,
    VSwitchName: row.name,
    Description: row.description,
    VpcId: row.vpc_id,
    ZoneId: row.zone_id,
    OwnerId: ownerId(row.account_id),
    Status: 'Available',
    IsDefault: row.is_default === 1,
    CreationTime: row.created_at,
    CidrBlock: row.cidr_block,
    EnabledIpv6: row.ipv6_cidr_block !== '',
    Ipv6CidrBlock: row.ipv6_cidr_block,
    AvailableIpAddressCount: free.get(row.id) ?? 0,
    RouteTable: { RouteTableId: routers.get(row.vpc_id)?.route_table_id ?? '', RouteTableType: 'System' },
    NetworkAclId: '',
    ShareType: '',
    ResourceGroupId: groupOf(row.account_id, row.vpc_id),
    Tags: vpcTags(tags.get(row.id)),
  }))
}
