import { ecsError } from '../../errors/ecs.js'
import { ecsWrite, scopeOf } from '../../model/context.js'
import { checkHostName, checkName, createInstances } from '../../model/instances.js'
import { plainInterface } from '../../model/interfaces.js'
import { regionOf } from '../../model/regions.js'
import { requireResourceGroup } from '../../model/resource-groups.js'
import { parseTags } from '../../model/tags.js'
import { checkNewInstance, describedWish, newInstanceErrors } from './new-instance.js'
import { newInstanceInputs, refuseFeatures } from './new-instance-inputs.js'
import { ipv6Wish, refuseVpcFeatures, requireGroups, requireVSwitch } from './run-instances-network.js'
import { regionId } from './shared-inputs.js'

const unsupported = { kind: 'string', doc: 'Not supported.' } as const

/** What only CreateInstance could be asked for, and an emulated instance cannot do. */
const unsupportedInputs = {
  ClusterId: unsupported,
  InnerIpAddress: unsupported,
  NodeControllerId: unsupported,
  VlanId: unsupported,
} as const

export const createInstance = ecsWrite({
  name: 'CreateInstance',
  summary: 'Creates one instance with its primary network interface. It is stopped.',
  idempotent: true,
  inputs: {
    RegionId: regionId,
    SecurityGroupId: { kind: 'string', doc: 'Group to join.' },
    VSwitchId: {
      kind: 'string',
      doc: "vSwitch. Default: the default vSwitch of the group's VPC, else its oldest, in ZoneId. None with a group in the classic network, which the instance then is in.",
    },
    ZoneId: { kind: 'string', doc: 'Zone; must be that of the vSwitch.' },
    PrivateIpAddress: { kind: 'string', doc: 'Private IPv4 address. Default: the lowest that is free.' },
    ...newInstanceInputs,
    UseAdditionalService: {
      kind: 'boolean',
      doc: 'Time and update servers of the system; an emulated instance has no system.',
    },
    ...unsupportedInputs,
  },
  errors: [
    'MissingParameter.RegionId',
    'InvalidRegionId.NotFound',
    ...newInstanceErrors,
    'InvalidInstanceName.Malformed',
    'InvalidHostName.Malformed',
    'InvalidTagKey.Malformed',
    'InvalidTagValue.Malformed',
    'Duplicate.TagKey',
    'InvalidResourceGroup.NotFound',
    'MissingParameter#group',
    'InvalidSecurityGroupId.NotFound',
    'InvalidOperation.ResourceManagedByCloudProduct',
    'InvalidZoneId.NotFound',
    'InvalidVSwitchId.NotFound',
    'InvalidParameter.Mismatch',
    'InvalidParameter.Mismatch#zone',
    'InvalidVSwitchId.Necessary',
    'InvalidPrivateIpAddress',
    'InvalidPrivateIpAddress.Duplicated',
    'QuotaExceeded.PrivateIpAddress',
    'SecurityGroupInstanceLimitExceed',
    'DryRunOperation',
  ],
  async handle(input, caller, context) {
    const { session, settings } = context
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    refuseFeatures(Object.keys(unsupportedInputs), input)
    checkNewInstance(input)
    // Here brackets do not count: they belong to the names of several instances.
    if (input.InstanceName !== undefined) checkName(input.InstanceName)
    if (input.HostName !== undefined) checkHostName(input.HostName)
    const tags = parseTags(input.Tag)
    const resourceGroupId = await requireResourceGroup(session, scope.accountId, input.ResourceGroupId)
    const groupIds = input.SecurityGroupId === undefined ? [] : [input.SecurityGroupId]
    const groups = await requireGroups(session, scope, groupIds, caller)
    const vpcId = groups[0].vpc_id
    if (vpcId === '') refuseVpcFeatures(input)
    const vswitch = await requireVSwitch(context, scope, {
      ...{ vswitchId: input.VSwitchId, zoneId: input.ZoneId, vpcId, amount: 1, now: caller.now },
    })
    const [id] = await createInstances(
      session,
      {
        ...describedWish(input, caller.now),
        ...{ amount: 1, running: false, hostNames: [], uniqueSuffix: false },
        ...{ vswitch, groups, tags, resourceGroupId, ipv4: input.PrivateIpAddress, addresses: 0 },
        ipv6: ipv6Wish({ ipv6Addresses: [], ipv6Count: undefined }, vswitch),
        primary: plainInterface,
        secondaries: { made: [], attached: [] },
      },
      settings.quotas,
      caller.now,
    )
    if (input.DryRun) throw ecsError('DryRunOperation')
    return { InstanceId: id }
  },
})
