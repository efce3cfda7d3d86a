import { formatAddress, parseAddress } from '@sallyport/engine'
import { ecsError } from '../../errors/ecs.js'
import { ecsRead, scopeOf } from '../../model/context.js'
import { askedPage, shownPage } from '../../model/paging.js'
import { regionOf } from '../../model/regions.js'
import { parseTagFilter, tagsOf } from '../../model/tags.js'
import { countInstances, type InstanceFilter, listInstances } from '../../store/instances.js'
import { addressesOf, interfacesOfAll } from '../../store/interfaces.js'
import { groupIdsOf } from '../../store/memberships.js'
import type { InstanceRow } from '../../store/schema.js'
import type { Session } from '../../store/session.js'
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
    'NotSupported.PageNumberAndPageSize',
    'InValidParameter.NextToken',
    'InvalidTagKey.Malformed',
    'DryRunOperation',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const paging = askedPage('instances', input, 100)
    if (input.DryRun) throw ecsError('DryRunOperation')
    const filter = filterOf(input)
    const rows = await listInstances(session, scope, filter, paging.asked)
    const { shown, token } = shownPage('instances', paging, rows)
    return {
      TotalCount: await countInstances(session, scope, filter),
      PageNumber: paging.page.number,
      PageSize: paging.page.size,
      NextToken: token,
      Instances: { Instance: await describe(session, shown) },
    }
  },
})

function filterOf(input: DescribeInstancesInput): InstanceFilter {
  const lists = [input.PrivateIpAddresses, input.Ipv6Address.length > 0 ? input.Ipv6Address : undefined]
  const never = [input.EipAddresses, input.PublicIpAddresses, input.InnerIpAddresses, input.ResourceGroupId]
  return {
    none: input.InstanceNetworkType === 'classic' || never.some((value) => value !== undefined),
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
    groupId: input.SecurityGroupId,
    addresses: lists.flatMap((list) => (list ? [list.map(canonical)] : [])),
    tags: parseTagFilter(input.Tag),
  }
}

/** Addresses are compared as stored; a text that is none matches nothing. */
function canonical(text: string): string {
  const address = parseAddress(text)
  return address ? formatAddress(address) : ''
}

async function describe(session: Session, rows: readonly InstanceRow[]): Promise<object[]> {
  const ids = rows.map(({ id }) => id)
  const interfaces = await interfacesOfAll(session, ids)
  const nicIds = [...interfaces.values()].flatMap((list) => list.map(({ id }) => id))
  const addresses = await addressesOf(session, nicIds)
  const groupIds = await groupIdsOf(session, nicIds)
  const tags = await tagsOf(session, 'instance', ids)
  return rows.map((row) =>
    describeInstance(row, {
      interfaces: interfaces.get(row.id) ?? [],
      addresses,
      groupIds,
      tags: tags.get(row.id),
    }),
  )
}
