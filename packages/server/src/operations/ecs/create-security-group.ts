import { ecsError } from '../../errors/ecs.js'
import { ecsWrite, scopeOf, secondsText, type WriteContext, type Scope } from '../../model/context.js'
import { groupFact } from '../../model/group-fact.js'
import { newId } from '../../model/ids.js'
import { isDescription, isResourceName } from '../../model/names.js'
import { defaultVpcOf } from '../../model/networks.js'
import { regionOf } from '../../model/regions.js'
import { putInResourceGroup, requireResourceGroup } from '../../model/resource-groups.js'
import { parseTags, putTags } from '../../model/tags.js'
import { countGroupsOf, insertGroup } from '../../store/groups.js'
import type { GroupRow } from '../../store/schema.js'
import { findVpc } from '../../store/vpcs.js'
import { regionId, tagInputs } from './shared-inputs.js'

export const createSecurityGroup = ecsWrite({
  name: 'CreateSecurityGroup',
  summary: 'Creates a security group without rules.',
  idempotent: true,
  inputs: {
    RegionId: regionId,
    VpcId: {
      kind: 'string',
      doc: 'VPC of the group. Default: the default VPC of the region, or the classic network of an account that has it.',
    },
    SecurityGroupName: {
      kind: 'string',
      doc: '2 to 128 characters, beginning with a letter. Need not be unique.',
    },
    Description: { kind: 'string', doc: '2 to 256 characters, no web address.' },
    SecurityGroupType: {
      kind: 'string',
      oneOf: ['normal', 'enterprise'],
      invalid: 'InvalidParams.GroupType',
      doc: 'normal (basic, default) or enterprise (advanced).',
    },
    ResourceGroupId: { kind: 'string', doc: 'Resource group of the security group.' },
    ServiceManaged: {
      kind: 'boolean',
      doc: "Whether only the caller, a cloud service's account, may change the group. Default false.",
    },
    Tag: tagInputs,
  },
  errors: [
    'MissingParameter.RegionId',
    'InvalidRegionId.NotFound',
    'InvalidParams.GroupType',
    'InvalidSecurityGroupName.Malformed',
    'InvalidSecurityGroupDiscription.Malformed',
    'InvalidTagKey.Malformed',
    'InvalidTagValue.Malformed',
    'Duplicate.TagKey',
    'InvalidResourceGroup.NotFound',
    'InvalidOperation.ResourceManagedByCloudProduct',
    'InvalidVpcId.NotFound',
    'InvalidParams.VpcIdGroupType',
    'QuotaExceed.SecurityGroup',
  ],
  async handle(input, caller, context) {
    const scope = scopeOf(caller, regionOf(context.settings, input.RegionId).id)
    if (input.SecurityGroupName !== undefined && !isResourceName(input.SecurityGroupName)) {
      throw ecsError('InvalidSecurityGroupName.Malformed')
    }
    if (input.Description !== undefined && !isDescription(input.Description)) {
      throw ecsError('InvalidSecurityGroupDiscription.Malformed')
    }
    const tags = parseTags(input.Tag)
    if (input.ServiceManaged && !caller.principal.service) {
      throw ecsError('InvalidOperation.ResourceManagedByCloudProduct')
    }
    const resourceGroup = await requireResourceGroup(context.session, scope.accountId, input.ResourceGroupId)
    const row: GroupRow = {
      id: newId('sg', scope.regionId),
      account_id: scope.accountId,
      region_id: scope.regionId,
      vpc_id: await vpcOf(context, scope, input),
      name: input.SecurityGroupName ?? '',
      description: input.Description ?? '',
      type: input.SecurityGroupType === 'enterprise' ? 'advanced' : 'basic',
      inner_access: input.SecurityGroupType === 'enterprise' ? 'drop' : 'accept',
      service_id: input.ServiceManaged ? caller.principal.accountId : '',
      rule_count: 0,
      rule_weight: 0,
      audit: 0,
      created_at: secondsText(caller.now),
      created_revision: context.session.takeRevision(),
    }
    await create(context, scope, row)
    await putTags(context.session, scope.accountId, 'securitygroup', row.id, tags)
    await putInResourceGroup(context.session, 'securitygroup', row.id, resourceGroup)
    return { SecurityGroupId: row.id }
  },
})

/** The VPC of the group; empty for the classic network, where no VPC is named and the account has it. */
async function vpcOf(
  { session, account }: WriteContext,
  scope: Scope,
  input: { readonly VpcId: string | undefined; readonly SecurityGroupType: string | undefined },
): Promise<string> {
  const id = input.VpcId
  if (id === undefined && account.classic) {
    if (input.SecurityGroupType === 'enterprise') throw ecsError('InvalidParams.VpcIdGroupType')
    return ''
  }
  const vpc = id === undefined ? await defaultVpcOf(session, scope) : await findVpc(session, scope, id)
  if (!vpc) throw ecsError('InvalidVpcId.NotFound')
  return vpc.id
}

async function create({ session, settings }: WriteContext, scope: Scope, row: GroupRow): Promise<void> {
  if ((await countGroupsOf(session, scope)) >= settings.quotas.securityGroupsPerRegion) {
    throw ecsError('QuotaExceed.SecurityGroup')
  }
  await insertGroup(session, row)
  session.record({ kind: 'group', id: row.id, value: groupFact(row) })
}
