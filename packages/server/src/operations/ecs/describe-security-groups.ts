import { WrittenJson } from '@sallyport/protocol'
import { ecsError } from '../../errors/ecs.js'
import { ecsRead, type Quotas, scopeOf } from '../../model/context.js'
import { nextToken, pageOf, readToken } from '../../model/paging.js'
import { regionOf } from '../../model/regions.js'
import { resourceGroupFilter, resourceGroupsOf } from '../../model/resource-groups.js'
import { ecsTags, parseTagFilter, tagsOf } from '../../model/tags.js'
import {
  countMatching,
  type GroupFilter,
  listGroups,
  type MemberCounts,
  memberCounts,
} from '../../store/group-list.js'
import { addressesPerGroup, INTERFACES_PER_ADVANCED_GROUP } from '../../model/memberships.js'
import { groupRuleCounts } from '../../store/rules.js'
import type { GroupRow } from '../../store/schema.js'
import type { Session } from '../../store/session.js'
import { groupIdPattern, regionId, tagInputs } from './shared-inputs.js'

export const describeSecurityGroups = ecsRead({
  name: 'DescribeSecurityGroups',
  summary: 'Lists security groups, newest first.',
  inputs: {
    RegionId: regionId,
    SecurityGroupId: {
      kind: 'string',
      pattern: groupIdPattern,
      invalid: 'InvalidSecurityGroupId.Malformed',
      doc: 'Only this group.',
    },
    SecurityGroupIds: {
      kind: 'json-list',
      max: 100,
      invalid: 'InvalidSecurityGroupId.Malformed',
      doc: 'Only these groups: a JSON list of up to 100 ids.',
    },
    SecurityGroupName: {
      kind: 'string',
      maxLength: 128,
      invalid: 'InvalidSecurityGroupName.Malformed',
      doc: 'Only groups with exactly this name.',
    },
    FuzzyQuery: {
      kind: 'boolean',
      doc: 'Whether SecurityGroupName may be a part of the name, in any case. Deprecated, and documented by its name only.',
    },
    SecurityGroupType: {
      kind: 'string',
      oneOf: ['normal', 'enterprise'],
      invalid: 'InvalidParameter.SecurityGroupType',
      doc: 'Only basic (normal) or advanced (enterprise) groups.',
    },
    VpcId: { kind: 'string', doc: 'Only groups of this VPC.' },
    NetworkType: {
      kind: 'string',
      oneOf: ['vpc', 'classic'],
      doc: 'Only groups in VPCs, or in the classic network.',
    },
    ResourceGroupId: { kind: 'string', doc: 'Only groups of this resource group.' },
    ServiceManaged: {
      kind: 'boolean',
      doc: 'Only groups that a cloud service manages (true), or only others (false).',
    },
    IsQueryEcsCount: { kind: 'boolean', doc: 'Whether to count the instances of each group.' },
    DryRun: { kind: 'boolean', doc: 'Only check the request.' },
    Tag: tagInputs,
    MaxResults: {
      kind: 'integer',
      min: 1,
      max: 100,
      doc: 'Groups a page, 1 to 100, with NextToken. Default 10.',
    },
    NextToken: { kind: 'string', doc: 'Where the page before ended.' },
    PageNumber: { kind: 'integer', min: 1, doc: 'Page, from 1.' },
    PageSize: { kind: 'integer', min: 1, max: 50, doc: 'Groups a page, 1 to 50. Default 10.' },
  },
  errors: [
    'MissingParameter.RegionId',
    'InvalidRegionId.NotFound',
    'InvalidSecurityGroupId.Malformed',
    'InvalidSecurityGroupName.Malformed',
    'InvalidParameter.SecurityGroupType',
    'NotSupported.PageNumberAndPageSize',
    'InValidParameter.NextToken',
    'InvalidTagKey.Malformed',
    'DryRunOperation',
  ],
  async handle(input, caller, { session, settings, remember }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const byToken = input.MaxResults !== undefined || input.NextToken !== undefined
    if (byToken && (input.PageNumber !== undefined || input.PageSize !== undefined)) {
      throw ecsError('NotSupported.PageNumberAndPageSize')
    }
    const [before] = readToken('groups', input.NextToken, 1) ?? []
    if (input.DryRun) throw ecsError('DryRunOperation')
    const one = input.SecurityGroupId === undefined ? [] : [input.SecurityGroupId]
    const filter: GroupFilter = {
      ids: input.SecurityGroupIds || one.length > 0 ? both(input.SecurityGroupIds, one) : undefined,
      name: input.SecurityGroupName,
      anyPart: input.SecurityGroupName !== undefined && input.FuzzyQuery === true,
      type: typeOf(input.SecurityGroupType),
      vpcId: input.VpcId,
      classic: input.NetworkType === undefined ? undefined : input.NetworkType === 'classic',
      managed: input.ServiceManaged,
      resourceGroup: resourceGroupFilter(scope.accountId, input.ResourceGroupId),
      tags: parseTagFilter(input.Tag),
    }
    const counted = input.IsQueryEcsCount ? settings.quotas : undefined
    return remember(['groups', scope, input], async () => {
      if (byToken) {
        const limit = input.MaxResults ?? 10
        const rows = await listGroups(session, scope, filter, {
          limit: limit + 1,
          offset: 0,
          before,
        })
        const shown = rows.slice(0, limit)
        const last = shown.at(-1)
        return {
          RegionId: scope.regionId,
          NextToken: rows.length > limit && last ? nextToken('groups', last.created_revision) : '',
          SecurityGroups: await describe(session, shown, counted),
        }
      }
      const page = pageOf({ ...input, defaultSize: 10, maxSize: 50 })
      const rows = await listGroups(session, scope, filter, {
        limit: page.size,
        offset: page.offset,
        before: undefined,
      })
      return {
        RegionId: scope.regionId,
        TotalCount: await countMatching(session, scope, filter),
        PageNumber: page.number,
        PageSize: page.size,
        NextToken: '',
        SecurityGroups: await describe(session, rows, counted),
      }
    })
  },
})

const typeOf = (wire: string | undefined): GroupRow['type'] | undefined =>
  wire === undefined ? undefined : wire === 'normal' ? 'basic' : 'advanced'

/** Both filters hold: ids in the one and the other. */
function both(list: readonly string[] | undefined, one: readonly string[]): readonly string[] {
  if (!list) return one
  return one.length === 0 ? list : list.filter((id) => one.includes(id))
}

async function describe(
  session: Session,
  rows: readonly GroupRow[],
  counted: Quotas | undefined,
): Promise<WrittenJson> {
  const ids = rows.map(({ id }) => id)
  const tags = await tagsOf(session, 'securitygroup', ids)
  const resourceGroups = await resourceGroupsOf(session, 'securitygroup', ids)
  const groupRules = await groupRuleCounts(session, ids)
  const members = counted && (await memberCounts(session, ids))
  const described = rows.map((row) => ({
    SecurityGroupId: row.id,
    SecurityGroupName: row.name,
    Description: row.description,
    SecurityGroupType: row.type === 'basic' ? 'normal' : 'enterprise',
    VpcId: row.vpc_id,
    CreationTime: row.created_at,
    // Both are 0 unless IsQueryEcsCount asks for them, as the reference page says.
    EcsCount: members?.get(row.id)?.instances ?? 0,
    AvailableInstanceAmount: counted ? roomIn(row, members?.get(row.id), counted) : 0,
    ResourceGroupId: resourceGroups.get(row.id) ?? '',
    ServiceManaged: row.service_id !== '',
    ...(row.service_id === '' ? {} : { ServiceID: Number(row.service_id) }),
    RuleCount: row.rule_count,
    GroupToGroupRuleCount: groupRules.get(row.id) ?? 0,
    Tags: ecsTags(tags.get(row.id)),
  }))
  return new WrittenJson({ SecurityGroup: described })
}

/** What may still join: a basic group is limited by its private addresses, an advanced one by its interfaces. */
function roomIn(row: GroupRow, held: MemberCounts | undefined, quotas: Quotas): number {
  return row.type === 'basic'
    ? addressesPerGroup(row, quotas) - (held?.addresses ?? 0)
    : INTERFACES_PER_ADVANCED_GROUP - (held?.interfaces ?? 0)
}
