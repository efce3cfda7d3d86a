import { ecsError } from '../../errors/ecs.js'
import { ecsWrite, scopeOf, type WriteContext } from '../../model/context.js'
import { createInstances, type NewInstances } from '../../model/instances.js'
import { regionOf } from '../../model/regions.js'
import { requireResourceGroup } from '../../model/resource-groups.js'
import { parseTags } from '../../model/tags.js'
import { freeCounts } from '../../store/free-ranges.js'
import { countSecondaryInterfaces } from '../../store/interfaces.js'
import { checkNewInstance, describedWish, newInstanceErrors } from './new-instance.js'
import { refuseFeatures } from './new-instance-inputs.js'
import { type RunInstancesInput, runInstancesInputs, unsupportedByRun } from './run-instances-inputs.js'
import { describedNic, secondariesOf, splitInterfaces } from './run-instances-interfaces.js'
import {
  ipv6Wish,
  primaryWish,
  refuseVpcFeatures,
  requireGroups,
  requireVSwitch,
} from './run-instances-network.js'

export const runInstances = ecsWrite({
  name: 'RunInstances',
  summary: 'Creates instances, each with its network interfaces. They run at once.',
  idempotent: true,
  inputs: runInstancesInputs,
  errors: [
    'MissingParameter.RegionId',
    'InvalidRegionId.NotFound',
    ...newInstanceErrors,
    'InvalidParams.NetworkInterfaceName',
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
    'InvalidOperation.VpcMismatch#instance',
    'InvalidOperation.AvailabilityZoneMismatch',
    'InvalidEniId.NotFound',
    'InvalidOperation.InvalidEniState',
    'MaxEniCountExceeded',
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
    'EniPerInstanceLimitExceeded',
    'InvalidOperation.Ipv4CountExceeded',
    'InvalidOperation.Ipv6CountExceeded',
    'SecurityGroupInstanceLimitExceed',
    'DryRunOperation',
  ],
  async handle(input, caller, context) {
    const { session, settings } = context
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    checkRequest(input)
    const { primary, secondary } = splitInterfaces(input)
    const wish = primaryWish(input, primary)
    const tags = parseTags(input.Tag)
    const resourceGroupId = await requireResourceGroup(session, scope.accountId, input.ResourceGroupId)
    const groups = await requireGroups(session, scope, wish.groupIds, caller)
    const vpcId = groups[0].vpc_id
    if (vpcId === '') refuseVpcFeatures(input)
    const { ZoneId: zoneId, Amount: most = 1 } = input
    const vswitch = await requireVSwitch(context, scope, {
      ...{ vswitchId: wish.vswitchId, zoneId, vpcId, amount: most, now: caller.now },
    })
    const wanted: Omit<NewInstances, 'amount'> = {
      ...describedWish(input, caller.now),
      ...{ running: true, hostNames: input.HostNames, uniqueSuffix: input.UniqueSuffix === true },
      ...{ vswitch, groups, tags, resourceGroupId, ipv4: wish.ipv4, ipv6: ipv6Wish(wish, vswitch) },
      addresses: primary?.SecondaryPrivateIpAddressCount ?? 0,
      primary: {
        ...describedNic(primary),
        queue_number: primary?.QueueNumber ?? input.NetworkInterfaceQueueNumber ?? 0,
      },
      secondaries: await secondariesOf(session, scope, secondary, { vswitch, groups, caller }),
    }
    const amount = await affordable(context, input, wanted)
    await checkInterfaceCount(context, wanted, amount)
    const ids = await createInstances(session, { ...wanted, amount }, settings.quotas, caller.now)
    if (input.DryRun) throw ecsError('DryRunOperation')
    return { InstanceIdSets: { InstanceIdSet: ids } }
  },
})

function checkRequest(input: RunInstancesInput): void {
  refuseFeatures(unsupportedByRun, input)
  checkNewInstance(input)
  const amount = input.Amount ?? 1
  if ((input.MinAmount ?? 1) > amount) throw conflict('MinAmount', 'Amount')
  if (input.HostNames.length === 0) return
  if (input.HostName !== undefined) throw conflict('HostNames', 'HostName')
  if (input.HostNames.length !== amount) throw conflict('HostNames', 'Amount')
}

const conflict = (one: string, other: string): Error => ecsError('InvalidParameter.Conflict#both', one, other)

/**
 * How many instances to make: as many as Amount, or with MinAmount as many as the vSwitch has addresses for. Nothing
 * else is ever scarce here. When even MinAmount is too many, creating them says what is missing.
 */
async function affordable(
  { session }: WriteContext,
  { Amount = 1, MinAmount = Amount, PrivateIpAddress }: RunInstancesInput,
  { vswitch, addresses, secondaries }: Omit<NewInstances, 'amount'>,
): Promise<number> {
  if (MinAmount === Amount || PrivateIpAddress !== undefined) return Amount
  const beside = secondaries.made.filter((nic) => nic.vswitch.id === vswitch.id)
  const each = beside.reduce((sum, nic) => sum + 1 + nic.addresses, 1 + addresses)
  const free = (await freeCounts(session, [vswitch.id])).get(vswitch.id) ?? 0
  return Math.max(MinAmount, Math.min(Amount, Math.floor(free / each)))
}

async function checkInterfaceCount(
  { session, settings }: WriteContext,
  { vswitch, secondaries }: Omit<NewInstances, 'amount'>,
  amount: number,
): Promise<void> {
  const more = secondaries.made.length * amount
  if (more === 0) return
  const scope = { accountId: vswitch.account_id, regionId: vswitch.region_id }
  const held = await countSecondaryInterfaces(session, scope)
  if (held + more > settings.quotas.interfacesPerRegion) throw ecsError('MaxEniCountExceeded')
}
