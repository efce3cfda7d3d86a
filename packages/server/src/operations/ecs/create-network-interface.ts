import { defaultTimeouts } from '@sallyport/engine'
import type { Values } from '@sallyport/protocol'
import { ecsError } from '../../errors/ecs.js'
import { changedTimeouts, timeoutColumns } from '../../model/connection-timeouts.js'
import { ecsWrite, scopeOf, secondsText, type WriteContext } from '../../model/context.js'
import { type AddressWish, newInterfaceCodes } from '../../model/interface-addresses.js'
import { createInterface, plainInterface } from '../../model/interfaces.js'
import { checkGroupQuota, checkInterfaceQuotas } from '../../model/memberships.js'
import { regionOf } from '../../model/regions.js'
import { putInResourceGroup, requireResourceGroup } from '../../model/resource-groups.js'
import { parseTags, putTags } from '../../model/tags.js'
import { refuseUnsupported } from '../../model/unsupported.js'
import { addressesOf, countSecondaryInterfaces } from '../../store/interfaces.js'
import type { GroupRow, VSwitchRow } from '../../store/schema.js'
import { findVSwitch } from '../../store/vswitches.js'
import { createdInterface } from './interface-answer.js'
import {
  checkShared,
  list,
  sharedInterfaceErrors,
  sharedInterfaceInputs,
  timeoutsWanted,
} from './interface-inputs.js'
import { groupsForErrors, refuseRepeated, requireGroupsFor } from './require-interface.js'
import { regionId, tagInputs } from './shared-inputs.js'

const inputs = {
  RegionId: regionId,
  VSwitchId: { kind: 'string', required: true, doc: 'vSwitch that the addresses come from.' },
  SecurityGroupId: { kind: 'string', doc: 'Group to join; exactly one of this and SecurityGroupIds.' },
  SecurityGroupIds: list('Groups to join, in order.', 100),
  PrimaryIpAddress: { kind: 'string', doc: 'Primary private address. Default: the lowest that is free.' },
  PrivateIpAddress: list('Secondary private addresses.', 49),
  SecondaryPrivateIpAddressCount: {
    kind: 'integer',
    min: 1,
    max: 49,
    doc: 'How many secondary private addresses to choose, 1 to 49. Not with PrivateIpAddress.',
  },
  Ipv6Address: list('IPv6 addresses.', 10),
  Ipv6AddressCount: {
    kind: 'integer',
    min: 1,
    max: 10,
    doc: 'How many IPv6 addresses to choose, 1 to 10. Not with Ipv6Address. Default none.',
  },
  InstanceType: {
    kind: 'string',
    oneOf: ['Secondary', 'Trunk'],
    doc: 'Secondary (default); Trunk is not supported.',
  },
  ...sharedInterfaceInputs,
  Ipv4Prefix: list('Not supported.', 10),
  Ipv4PrefixCount: { kind: 'integer', doc: 'Not supported.' },
  Ipv6Prefix: list('Not supported.', 10),
  Ipv6PrefixCount: { kind: 'integer', doc: 'Not supported.' },
  ResourceGroupId: { kind: 'string', doc: 'Resource group of the interface.' },
  Tag: tagInputs,
} as const

type Input = Values<typeof inputs>

export const createNetworkInterface = ecsWrite({
  name: 'CreateNetworkInterface',
  summary: 'Creates a secondary network interface, which can be attached to an instance.',
  idempotent: true,
  inputs,
  errors: [
    'MissingParameter.RegionId',
    'InvalidRegionId.NotFound',
    'InvalidParameter.Conflict#both',
    ...sharedInterfaceErrors,
    'InvalidTagKey.Malformed',
    'InvalidTagValue.Malformed',
    'Duplicate.TagKey',
    'InvalidResourceGroup.NotFound',
    'MissingParameter#group',
    'InvalidIp.IpRepeated',
    'InvalidVSwitchId.NotFound',
    ...groupsForErrors,
    'JoinedGroupLimitExceed',
    'AclLimitExceed',
    'MaxEniCountExceeded',
    'InvalidVSwitchId.IpInvalid',
    'InvalidPrivateIpAddress.Duplicated',
    'InvalidVSwitchId.IpNotEnough',
    'InvalidVSwitch.Ipv6NotTurnOn',
    'InvalidIp.Address',
    'InvalidIp.IpAssigned',
    'SecurityGroupInstanceLimitExceed',
  ],
  async handle(input, caller, context) {
    const { session, settings } = context
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    checkRequest(input)
    const tags = parseTags(input.Tag)
    const resourceGroup = await requireResourceGroup(session, scope.accountId, input.ResourceGroupId)
    const vswitch = await findVSwitch(session, scope, input.VSwitchId)
    if (!vswitch) throw ecsError('InvalidVSwitchId.NotFound')
    const groups = await requireGroupsFor(session, caller, vswitch, groupIdsOf(input))
    checkInterfaceQuotas(groups, settings.quotas, 'JoinedGroupLimitExceed')
    if ((await countSecondaryInterfaces(session, scope)) >= settings.quotas.interfacesPerRegion) {
      throw ecsError('MaxEniCountExceeded')
    }
    const row = await create(context, input, vswitch, groups, secondsText(caller.now))
    await putTags(session, scope.accountId, 'eni', row.id, tags)
    await putInResourceGroup(session, 'eni', row.id, resourceGroup)
    const addresses = (await addressesOf(session, [row.id])).get(row.id) ?? []
    return createdInterface(row, { addresses, groupIds: groups.map(({ id }) => id), resourceGroup, tags })
  },
})

function checkRequest(input: Input): void {
  const exclusive = [
    ['SecurityGroupId', 'SecurityGroupIds'],
    ['PrivateIpAddress', 'SecondaryPrivateIpAddressCount'],
    ['Ipv6Address', 'Ipv6AddressCount'],
  ] as const
  for (const [one, other] of exclusive) {
    if (isGiven(input[one]) && isGiven(input[other])) {
      throw ecsError('InvalidParameter.Conflict#both', one, other)
    }
  }
  refuseUnsupported({
    'InstanceType=Trunk': input.InstanceType === 'Trunk',
    Ipv4Prefix: input.Ipv4Prefix,
    Ipv4PrefixCount: input.Ipv4PrefixCount,
    Ipv6Prefix: input.Ipv6Prefix,
    Ipv6PrefixCount: input.Ipv6PrefixCount,
  })
  checkShared(input)
  if (groupIdsOf(input).length === 0) throw ecsError('MissingParameter#group')
  refuseRepeated([
    ...(input.PrimaryIpAddress === undefined ? [] : [input.PrimaryIpAddress]),
    ...input.PrivateIpAddress,
  ])
  refuseRepeated(input.Ipv6Address)
}

const isGiven = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : value !== undefined)

const groupIdsOf = (input: Input): readonly string[] =>
  input.SecurityGroupId === undefined ? input.SecurityGroupIds : [input.SecurityGroupId]

const wishOf = (addresses: readonly string[], count: number | undefined): AddressWish =>
  addresses.length > 0 ? { addresses } : { count: count ?? 0 }

async function create(
  { session, settings }: WriteContext,
  input: Input,
  vswitch: VSwitchRow,
  groups: readonly GroupRow[],
  createdAt: string,
) {
  const row = await createInterface(session, {
    ...{ vswitch, createdAt, instanceId: '', type: 'Secondary', device: 0, position: 0 },
    described: {
      ...plainInterface,
      name: input.NetworkInterfaceName ?? '',
      description: input.Description ?? '',
      delete_on_release: input.DeleteOnRelease === false ? 0 : 1,
      source_dest_check: input.SourceDestCheck === true ? 1 : 0,
      queue_number: input.QueueNumber ?? 0,
      ...timeoutColumns(changedTimeouts(timeoutsWanted(input), defaultTimeouts)),
    },
    ipv4: input.PrimaryIpAddress,
    secondary: wishOf(input.PrivateIpAddress, input.SecondaryPrivateIpAddressCount),
    ipv6: wishOf(input.Ipv6Address, input.Ipv6AddressCount),
    codes: newInterfaceCodes,
    groupIds: groups.map(({ id }) => id),
  })
  for (const group of groups) {
    await checkGroupQuota(session, group, settings.quotas, 'SecurityGroupInstanceLimitExceed')
  }
  return row
}
