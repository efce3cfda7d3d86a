import { ecsError } from '../../errors/ecs.js'
import { ecsWrite, scopeOf } from '../../model/context.js'
import { createInstances } from '../../model/instances.js'
import { isDescription } from '../../model/names.js'
import { regionOf } from '../../model/regions.js'
import { parseTags } from '../../model/tags.js'
import { refuseUnsupported } from '../../model/unsupported.js'
import { refuseManaged } from './permission-request.js'
import { type RunInstancesInput, runInstancesInputs, unsupportedInputs } from './run-instances-inputs.js'
import { ipv6Wish, primaryWish, requireGroups, requireVSwitch } from './run-instances-network.js'

export const runInstances = ecsWrite({
  name: 'RunInstances',
  summary: 'Creates instances, each with a primary network interface. They run at once.',
  idempotent: true,
  inputs: runInstancesInputs,
  errors: [
    'MissingParameter.RegionId',
    'InvalidRegionId.NotFound',
    'UnsupportedParameter',
    'InvalidParameter.Conflict#both',
    'InvalidDescription.Malformed',
    'InvalidTagKey.Malformed',
    'InvalidTagValue.Malformed',
    'Duplicate.TagKey',
    'InvalidResourceGroup.NotFound',
    'MissingParameter#group',
    'InvalidSecurityGroupId.NotFound',
    'InvalidOperation.ResourceManagedByCloudProduct',
    'InvalidInstanceId.Mismatch',
    'InvalidOperation.MultiGroupType',
    'InvalidZoneId.NotFound',
    'InvalidVSwitchId.NotFound',
    'InvalidParameter.Mismatch',
    'InvalidParameter.Mismatch#zone',
    'InvalidVSwitchId.Necessary',
    'InstanceSecurityGroupLimitExceeded',
    'AclLimitExceed',
    'InvalidInstanceName.Malformed',
    'InvalidHostName.Malformed',
    'InvalidPrivateIpAddress',
    'InvalidPrivateIpAddress.Duplicated',
    'QuotaExceeded.PrivateIpAddress',
    'InvalidVSwitch.Ipv6NotTurnOn',
    'InvalidIp.Address',
    'InvalidIp.IpAssigned',
    'SecurityGroupInstanceLimitExceed',
    'DryRunOperation',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    checkRequest(input)
    const wish = primaryWish(input)
    const tags = parseTags(input.Tag)
    if (input.ResourceGroupId !== undefined) throw ecsError('InvalidResourceGroup.NotFound')
    const groups = await requireGroups(session, scope, wish.groupIds)
    for (const group of groups) refuseManaged(group, caller)
    const vswitch = await requireVSwitch(session, settings, scope, {
      vswitchId: wish.vswitchId,
      zoneId: input.ZoneId,
      vpcId: groups[0].vpc_id,
    })
    const ids = await createInstances(
      session,
      { ...described(input), vswitch, groups, tags, ipv4: wish.ipv4, ipv6: ipv6Wish(wish, vswitch) },
      settings.quotas,
      caller.now,
    )
    if (input.DryRun) throw ecsError('DryRunOperation')
    return { InstanceIdSets: { InstanceIdSet: ids } }
  },
})

function checkRequest(input: RunInstancesInput): void {
  const names = Object.keys(unsupportedInputs) as (keyof typeof unsupportedInputs)[]
  refuseUnsupported(Object.fromEntries(names.map((name) => [name, input[name]])))
  if ((input.MinAmount ?? 1) > (input.Amount ?? 1)) {
    throw ecsError('InvalidParameter.Conflict#both', 'MinAmount', 'Amount')
  }
  if (input.Description !== undefined && !isDescription(input.Description)) {
    throw ecsError('InvalidDescription.Malformed')
  }
}

const described = (input: RunInstancesInput) => ({
  amount: input.Amount ?? 1,
  name: input.InstanceName,
  hostName: input.HostName,
  uniqueSuffix: input.UniqueSuffix === true,
  description: input.Description ?? '',
  imageId: input.ImageId ?? '',
  instanceType: input.InstanceType ?? '',
  chargeType: input.InstanceChargeType ?? 'PostPaid',
  keyPairName: input.KeyPairName ?? '',
  running: true,
  deletionProtection: input.DeletionProtection === true,
  details: {},
})
