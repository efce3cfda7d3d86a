import { formatAddress, parseAddress } from '@sallyport/engine'
import type { Values } from '@sallyport/protocol'
import { ecsRead, scopeOf } from '../../model/context.js'
import { askedPage, shownPage } from '../../model/paging.js'
import { regionOf } from '../../model/regions.js'
import { resourceGroupFilter, resourceGroupsOf } from '../../model/resource-groups.js'
import { parseTagFilter, tagsOf } from '../../model/tags.js'
import { countInterfaces, type InterfaceFilter, listInterfaces } from '../../store/interface-list.js'
import { addressesOf } from '../../store/interfaces.js'
import { groupIdsOf } from '../../store/memberships.js'
import type { InterfaceRow } from '../../store/schema.js'
import type { Session } from '../../store/session.js'
import { describeInterface } from './interface-answer.js'
import { regionId, tagInputs } from './shared-inputs.js'

const list = (doc: string) => ({ kind: 'list', of: { kind: 'string' }, max: 100, doc }) as const

const inputs = {
  RegionId: regionId,
  NetworkInterfaceId: list('Only these interfaces.'),
  InstanceId: { kind: 'string', doc: 'Only interfaces of this instance.' },
  SecurityGroupId: { kind: 'string', doc: 'Only interfaces in this group.' },
  VpcId: { kind: 'string', doc: 'Only interfaces in this VPC.' },
  VSwitchId: { kind: 'string', doc: 'Only interfaces in this vSwitch.' },
  Type: { kind: 'string', oneOf: ['Primary', 'Secondary'], doc: 'Only interfaces of this kind.' },
  Status: {
    kind: 'string',
    oneOf: ['Available', 'Attaching', 'InUse', 'Detaching', 'Deleting'],
    doc: 'Only interfaces in this status; here they are Available or InUse.',
  },
  PrimaryIpAddress: { kind: 'string', doc: 'Only interfaces with this primary address.' },
  PrivateIpAddress: list('Only interfaces with one of these private addresses.'),
  Ipv6Address: list('Only interfaces with one of these IPv6 addresses.'),
  NetworkInterfaceName: { kind: 'string', doc: 'Only interfaces of exactly this name.' },
  ResourceGroupId: { kind: 'string', doc: 'Only interfaces of this resource group.' },
  ServiceManaged: {
    kind: 'boolean',
    doc: 'Only interfaces managed by a service (there are none yet), or only others.',
  },
  Tag: tagInputs,
  MaxResults: { kind: 'integer', min: 1, doc: 'Interfaces a page, 10 to 500, with NextToken. Default 10.' },
  NextToken: { kind: 'string', doc: 'Where the page before ended.' },
  PageNumber: { kind: 'integer', min: 1, doc: 'Page, from 1.' },
  PageSize: { kind: 'integer', min: 1, max: 500, doc: 'Interfaces a page, 1 to 500. Default 10.' },
} as const

export const describeNetworkInterfaces = ecsRead({
  name: 'DescribeNetworkInterfaces',
  summary: 'Lists network interfaces, newest first.',
  inputs,
  errors: [
    'MissingParameter.RegionId',
    'InvalidRegionId.NotFound',
    'NotSupported.PageNumberAndPageSize',
    'InValidParameter.NextToken',
    'InvalidTagKey.Malformed',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const paging = askedPage('interfaces', input, 500)
    const filter = filterOf(input, scope.accountId)
    const rows = await listInterfaces(session, scope, filter, paging.asked)
    const { shown, token } = shownPage('interfaces', paging, rows)
    return {
      TotalCount: await countInterfaces(session, scope, filter),
      PageNumber: paging.page.number,
      PageSize: paging.page.size,
      NextToken: token,
      NetworkInterfaceSets: { NetworkInterfaceSet: await describe(session, shown) },
    }
  },
})

function filterOf(input: Values<typeof inputs>, accountId: string): InterfaceFilter {
  const passing = input.Status !== undefined && !['Available', 'InUse'].includes(input.Status)
  return {
    none: passing || input.ServiceManaged === true,
    resourceGroup: resourceGroupFilter(accountId, input.ResourceGroupId),
    ids: input.NetworkInterfaceId.length > 0 ? input.NetworkInterfaceId : undefined,
    columns: {
      ...(input.InstanceId !== undefined && { instance_id: input.InstanceId }),
      ...(input.VpcId !== undefined && { vpc_id: input.VpcId }),
      ...(input.VSwitchId !== undefined && { vswitch_id: input.VSwitchId }),
      ...(input.Type !== undefined && { type: input.Type }),
      ...(input.NetworkInterfaceName !== undefined && { name: input.NetworkInterfaceName }),
    },
    attached: input.Status === undefined ? undefined : input.Status === 'InUse',
    groupId: input.SecurityGroupId,
    primaryAddress: input.PrimaryIpAddress === undefined ? undefined : canonical(input.PrimaryIpAddress),
    addresses: [input.PrivateIpAddress, input.Ipv6Address].flatMap((texts) =>
      texts.length > 0 ? [texts.map(canonical)] : [],
    ),
    tags: parseTagFilter(input.Tag),
  }
}

/** Addresses are compared as stored; a text that is none matches nothing. */
function canonical(text: string): string {
  const address = parseAddress(text)
  return address ? formatAddress(address) : ''
}

async function describe(session: Session, rows: readonly InterfaceRow[]): Promise<object[]> {
  const ids = rows.map(({ id }) => id)
  const addresses = await addressesOf(session, ids)
  const groupIds = await groupIdsOf(session, ids)
  const tags = await tagsOf(session, 'eni', ids)
  const resourceGroups = await resourceGroupsOf(session, 'eni', ids)
  return rows.map((row) =>
    describeInterface(row, {
      addresses: addresses.get(row.id) ?? [],
      groupIds: groupIds.get(row.id) ?? [],
      resourceGroup: resourceGroups.get(row.id),
      tags: tags.get(row.id),
    }),
  )
}
