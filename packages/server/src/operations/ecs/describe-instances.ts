import { formatAddress, parseAddress } from '@sallyport/engine'
import { ecsError } from '../../errors/ecs.js'
import { ecsRead, scopeOf } from '../../model/context.js'
import type { InstanceDetails } from '../../model/instance-details.js'
import { askedPage, shownPage } from '../../model/paging.js'
import { regionOf } from '../../model/regions.js'
import { resourceGroupFilter } from '../../model/resource-groups.js'
import { parseTagFilter } from '../../model/tags.js'
import { refuseUnsupported } from '../../model/unsupported.js'
import { countInstances, type InstanceFilter, listInstances } from '../../store/instances.js'
import { describeRows } from './describe-instance-rows.js'
import { type DescribeInstancesInput, describeInstancesInputs } from './describe-instances-inputs.js'
import { describeInstance } from './instance-answer.js'

export const describeInstances = ecsRead({
  name: 'DescribeInstances',
  summary: 'Lists instances, newest first.',
  inputs: describeInstancesInputs,
  errors: [
    'MissingParameter.RegionId',
    'InvalidRegionId.NotFound',
    'InvalidLockReason.NotFound',
    'InvalidStatus.NotFound',
    'InvalidInstanceChargeType.NotFound',
    'InvalidNetworkType.NotFound',
    'InvalidInternetChargeType.ValueNotSupported',
    'InvalidHpcClusterId.NotFound',
    'InvalidFilterKey.NotFound',
    'UnsupportedParameter',
    'NotSupported.PageNumberAndPageSize',
    'InValidParameter.NextToken',
    'InvalidTagKey.Malformed',
    'DryRunOperation',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const paging = askedPage('instances', input, 100)
    checkRequest(input)
    if (input.DryRun) throw ecsError('DryRunOperation')
    const filter = filterOf(input, caller.accountId)
    const rows = await listInstances(session, scope, filter, paging.asked)
    const { shown, token } = shownPage('instances', paging, rows)
    return {
      TotalCount: await countInstances(session, scope, filter),
      PageNumber: paging.page.number,
      PageSize: paging.page.size,
      NextToken: token,
      Instances: { Instance: await describeRows(session, shown, describeInstance) },
    }
  },
})

function filterOf(input: DescribeInstancesInput, accountId: string): InstanceFilter {
  const { PrivateIpAddresses, InnerIpAddresses } = input
  const ipv6 = input.Ipv6Address.length > 0 ? input.Ipv6Address : undefined
  return {
    networks: [
      ...(input.InstanceNetworkType === undefined ? [] : [input.InstanceNetworkType as 'vpc' | 'classic']),
      ...(PrivateIpAddresses ? (['vpc'] as const) : []),
      ...(InnerIpAddresses ? (['classic'] as const) : []),
    ],
    none: asksForOthers(input),
    ids: input.InstanceIds,
    name: input.InstanceName,
    columns: {
      ...(input.VpcId !== undefined && { vpc_id: input.VpcId }),
      ...(input.VSwitchId !== undefined && { vswitch_id: input.VSwitchId }),
      ...(input.ZoneId !== undefined && { zone_id: input.ZoneId }),
      ...(input.Status !== undefined && { status: input.Status }),
      ...(input.ImageId !== undefined && { image_id: input.ImageId }),
      ...(input.InstanceType !== undefined && { instance_type: input.InstanceType }),
      ...(input.InstanceChargeType !== undefined && { charge_type: input.InstanceChargeType }),
      ...(input.LockReason !== undefined && { lock_reason: input.LockReason }),
      ...(input.KeyPairName !== undefined && { key_pair_name: input.KeyPairName }),
    },
    typeFamily: input.InstanceTypeFamily,
    createdFrom: createdFrom(input),
    details: detailsOf(input),
    resourceGroup: resourceGroupFilter(accountId, input.ResourceGroupId),
    groupId: input.SecurityGroupId,
    addresses: [PrivateIpAddresses, InnerIpAddresses, ipv6].flatMap((list) =>
      list ? [list.map(canonical)] : [],
    ),
    tags: parseTagFilter(input.Tag),
  }
}

/** Whether a condition holds for no instance that this server ever has. */
const asksForOthers = (input: DescribeInstancesInput): boolean =>
  input.DeviceAvailable === false ||
  input.IoOptimized === false ||
  [input.EipAddresses, input.PublicIpAddresses, input.RdmaIpAddresses].some(
    (addresses) => addresses !== undefined,
  )

function checkRequest(input: DescribeInstancesInput): void {
  const { HttpPutResponseHopLimit, NeedSaleCycle } = input
  refuseUnsupported({ HttpPutResponseHopLimit, NeedSaleCycle })
  if (input.HpcClusterId !== undefined) throw ecsError('InvalidHpcClusterId.NotFound')
  if (input.Filter.some(({ Key }) => Key !== 'CreationStartTime')) throw ecsError('InvalidFilterKey.NotFound')
}

/** `2017-12-05T22:40Z` and everything after it, as times are stored. */
const createdFrom = (input: DescribeInstancesInput): string | undefined =>
  input.Filter.map(({ Value }) => (Value ?? '').replace(/^(.{16})Z$/, '$1:00Z'))
    .sort()
    .at(-1)

const detailsOf = (input: DescribeInstancesInput) => [
  ...defaulted('internetChargeType', input.InternetChargeType, 'PayByTraffic'),
  ...defaulted('httpEndpoint', input.HttpEndpoint, 'enabled'),
  ...defaulted('httpTokens', input.HttpTokens, 'optional'),
]

const defaulted = (name: keyof InstanceDetails, value: string | undefined, byDefault: string) =>
  value === undefined ? [] : [{ name, value, isDefault: value === byDefault }]

/** Addresses are compared as stored; a text that is none matches nothing. */
function canonical(text: string): string {
  const address = parseAddress(text)
  return address ? formatAddress(address) : ''
}
