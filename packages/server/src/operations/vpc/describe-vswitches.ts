import { ecsError } from '../../errors/ecs.js'
import { scopeOf, vpcRead } from '../../model/context.js'
import { pageOf } from '../../model/paging.js'
import { regionOf } from '../../model/regions.js'
import { resourceGroupFilter } from '../../model/resource-groups.js'
import { parseTagFilter } from '../../model/tags.js'
import { countVSwitches, listVSwitches, type VSwitchFilter } from '../../store/vswitches.js'
import { optionalRegionId, tagInputs } from '../ecs/shared-inputs.js'
import { dryRun, pageInputs } from './shared-inputs.js'
import { describeVSwitchRows } from './vswitch-answer.js'

export const describeVSwitches = vpcRead({
  name: 'DescribeVSwitches',
  summary: 'Lists vSwitches, newest first.',
  inputs: {
    RegionId: optionalRegionId,
    VpcId: { kind: 'string', doc: 'Only vSwitches of this VPC.' },
    VSwitchId: { kind: 'string', doc: 'Only this vSwitch.' },
    ZoneId: { kind: 'string', doc: 'Only vSwitches in this zone.' },
    VSwitchName: { kind: 'string', doc: 'Only vSwitches with exactly this name.' },
    IsDefault: { kind: 'boolean', doc: 'Only default vSwitches, or only others.' },
    EnableIpv6: { kind: 'boolean', doc: 'Only vSwitches with an IPv6 block, or only those without.' },
    RouteTableId: { kind: 'string', doc: 'Only vSwitches with this route table.' },
    VSwitchOwnerId: { kind: 'string', doc: 'Only vSwitches of this account.' },
    ResourceGroupId: { kind: 'string', doc: 'Only vSwitches in VPCs of this resource group.' },
    Tag: tagInputs,
    DryRun: dryRun,
    ...pageInputs,
  },
  errors: ['InvalidRegionId.NotFound', 'InvalidTagKey.Malformed', 'DryRunOperation'],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    if (input.DryRun) throw ecsError('DryRunOperation')
    const foreign = input.VSwitchOwnerId !== undefined && input.VSwitchOwnerId !== caller.accountId
    const filter: VSwitchFilter = {
      none: foreign,
      id: input.VSwitchId,
      vpcId: input.VpcId,
      zoneId: input.ZoneId,
      name: input.VSwitchName,
      isDefault: input.IsDefault,
      ipv6: input.EnableIpv6,
      routeTableId: input.RouteTableId,
      resourceGroup: resourceGroupFilter(scope.accountId, input.ResourceGroupId),
      tags: parseTagFilter(input.Tag),
    }
    const page = pageOf({ ...input, defaultSize: 10, maxSize: 50 })
    const rows = await listVSwitches(session, scope, filter, { limit: page.size, offset: page.offset })
    return {
      TotalCount: await countVSwitches(session, scope, filter),
      PageNumber: page.number,
      PageSize: page.size,
      VSwitches: { VSwitch: await describeVSwitchRows(session, rows) },
    }
  },
})
