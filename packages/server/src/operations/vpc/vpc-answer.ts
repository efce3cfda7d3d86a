import type { Tag } from '../../model/tags.js'
import type { VpcRow } from '../../store/schema.js'

/** The product declares account ids as numbers, unlike ECS; one that no JSON number holds stays text. */
export function ownerId(accountId: string): number | string {
  const number = Number(accountId)
  return Number.isSafeInteger(number) ? number : accountId
}

/** The wrapped list of VPC answers; ECS answers name the members TagKey and TagValue. */
export const vpcTags = (tags: readonly Tag[] | undefined) => ({
  Tag: (tags ?? []).map(({ key, value }) => ({ Key: key, Value: value })),
})

/**
 * A VPC as answered. Lists are there even when empty: Go clients panic without SecondaryCidrBlocks, UserCidrs and
 * VSwitchIds.
 */
export const describeVpc = (
  row: VpcRow,
  vswitchIds: readonly string[],
  tags: readonly Tag[] | undefined,
): object => ({
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
  Ipv6CidrBlocks: {
    Ipv6CidrBlock: row.ipv6_cidr_block === '' ? [] : [{ Ipv6CidrBlock: row.ipv6_cidr_block, Ipv6Isp: 'BGP' }],
  },
  SecondaryCidrBlocks: { SecondaryCidrBlock: [] },
  UserCidrs: { UserCidr: [] },
  VRouterId: row.vrouter_id,
  RouterTableIds: { RouterTableIds: [row.route_table_id] },
  VSwitchIds: { VSwitchId: vswitchIds },
  NatGatewayIds: { NatGatewayIds: [] },
  DnsHostnameStatus: 'DISABLED',
  ResourceGroupId: '',
  Tags: vpcTags(tags),
})
