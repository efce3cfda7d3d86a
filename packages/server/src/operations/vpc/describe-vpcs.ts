import { ecsError } from '../../errors/ecs.js'
import { scopeOf, vpcRead } from '../../model/context.js'
import { pageOf } from '../../model/paging.js'
import { regionOf } from '../../model/regions.js'
import { resourceGroupFilter } from '../../model/resource-groups.js'
import { parseTagFilter } from '../../model/tags.js'
import { countVpcs, listVpcs, type VpcFilter } from '../../store/vpcs.js'
import { regionId, tagInputs } from '../ecs/shared-inputs.js'
import { dryRun, listErrors, pageInputs } from './shared-inputs.js'
import { describeVpcRows } from './vpc-answer.js'

export const describeVpcs = vpcRead({
  name: 'DescribeVpcs',
  summary: 'Lists VPCs, newest first.',
  inputs: {
    RegionId: regionId,
    VpcId: {
      kind: 'string',
      pattern: /^[^,]+(,[^,]+){0,19}$/,
      doc: 'Only these VPCs: up to 20 ids, separated by commas.',
    },
    VpcName: { kind: 'string', doc: 'Only VPCs with exactly this name.' },
    IsDefault: { kind: 'boolean', doc: 'Only the default VPC, or only others.' },
    EnableIpv6: { kind: 'boolean', doc: 'Only VPCs with an IPv6 block, or only those without.' },
    VpcOwnerId: { kind: 'string', doc: 'Only VPCs of this account.' },
    ResourceGroupId: { kind: 'string', doc: 'Only VPCs of this resource group.' },
    DhcpOptionsSetId: { kind: 'string', doc: 'Only VPCs with these DHCP options (there are none yet).' },
    Tag: tagInputs,
    DryRun: dryRun,
    ...pageInputs,
  },
  errors: [...listErrors, 'InvalidTagKey.Malformed'],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    if (input.DryRun) throw ecsError('DryRunOperation')
    const foreign = input.VpcOwnerId !== undefined && input.VpcOwnerId !== caller.accountId
    const nothing = foreign || input.DhcpOptionsSetId !== undefined
    const filter: VpcFilter = {
      ids: nothing ? [] : input.VpcId?.split(','),
      name: input.VpcName,
      isDefault: input.IsDefault,
      ipv6: input.EnableIpv6,
      resourceGroup: resourceGroupFilter(scope.accountId, input.ResourceGroupId),
      tags: parseTagFilter(input.Tag),
    }
    const page = pageOf({ ...input, defaultSize: 10, maxSize: 50 })
    const rows = await listVpcs(session, scope, filter, { limit: page.size, offset: page.offset })
    return {
      TotalCount: await countVpcs(session, scope, filter),
      PageNumber: page.number,
      PageSize: page.size,
      Vpcs: { Vpc: await describeVpcRows(session, rows) },
    }
  },
})
