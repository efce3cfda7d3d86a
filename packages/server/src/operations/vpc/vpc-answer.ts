import { vpcResourceGroups } from '../../model/resource-groups.js'
import { type Tag, tagsOf } from '../../model/tags.js'
import { allBlocks } from '../../model/vpc-blocks.js'
import type { VpcBlockRow, VpcRow } from '../../store/schema.js'
import type { Session } from '../../store/session.js'
import { secondaryBlocksByVpc } from '../../store/vpc-blocks.js'
import { vswitchIdsOf } from '../../store/vswitches.js'

/** The product declares account ids as numbers, unlike ECS; one that no JSON number holds stays text. */
export function ownerId(accountId: string): number | string {
  const number = Number(accountId)
  return Number.isSafeInteger(number) ? number : accountId
}

/** The wrapped list of VPC answers; ECS answers name the members TagKey and TagValue. */
export const vpcTags = (tags: readonly Tag[] | undefined) => ({
  Tag: (tags ?? []).map(({ key, value }) => ({ Key: key, Value: value })),
})

/** VPCs as answered, in the order given. */
export async function describeVpcRows(
  session: Session,
  rows: readonly VpcRow[],
): Promise<Readonly<Record<string, unknown>>[]> {
  const ids = rows.map(({ id }) => id)
  const tags = await tagsOf(session, 'vpc', ids)
  const groupOf = await vpcResourceGroups(session, ids)
  const vswitches = await vswitchIdsOf(session, ids)
  const secondary = await secondaryBlocksByVpc(session, ids)
  return rows.map((row) => ({
    ...describe(row, secondary.get(row.id) ?? []),
    VSwitchIds: { VSwitchId: vswitches.get(row.id) ?? [] },
    ResourceGroupId: groupOf(row.account_id, row.id),
    Tags: vpcTags(tags.get(row.id)),
  }))
}

/** Lists are there even when empty: Go clients panic without SecondaryCidrBlocks, UserCidrs and VSwitchIds. */
function describe(row: VpcRow, secondary: readonly VpcBlockRow[]): Readonly<Record<string, unknown>> {
  const { v4, v6 } = allBlocks(row, secondary)
  return {
    VpcId: row.id,
    VpcName: row.name,
    Description: row.description,
    RegionId: row.region_id,
    OwnerId: ownerId(row.account_id),
    Status: 'Available',
    IsDefault: row.is_default === 1,
    CreationTime: row.created_at,
    CidrBlock: row.cidr_block,
    EnabledIpv6: row.ipv6_cidr_block !== '',
    Ipv6CidrBlock: row.ipv6_cidr_block,
    Ipv6CidrBlocks: { Ipv6CidrBlock: v6.map((block) => ({ Ipv6CidrBlock: block, Ipv6Isp: 'BGP' })) },
    SecondaryCidrBlocks: { SecondaryCidrBlock: v4.slice(1) },
    UserCidrs: { UserCidr: row.user_cidrs === '' ? [] : row.user_cidrs.split(',') },
    VRouterId: row.vrouter_id,
    RouterTableIds: { RouterTableIds: [row.route_table_id] },
    NatGatewayIds: { NatGatewayIds: [] },
    CenStatus: '',
    DhcpOptionsSetId: '',
    DhcpOptionsSetStatus: '',
    DnsHostnameStatus: 'DISABLED',
  }
}
