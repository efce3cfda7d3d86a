import { statusOf } from '../../model/attachments.js'
import { timeoutsOf } from '../../model/connection-timeouts.js'
import { ecsTags, type Tag } from '../../model/tags.js'
import type { InterfaceAddressRow, InterfaceRow } from '../../store/schema.js'

/** PrivateIpSets and Ipv6Sets as answered with an interface, alone or inside its instance. */
export const addressSets = (addresses: readonly InterfaceAddressRow[]) => ({
  PrivateIpSets: {
    PrivateIpSet: addresses
      .filter(({ family }) => family === 4)
      .map(({ address, is_primary }) => ({ PrivateIpAddress: address, Primary: is_primary === 1 })),
  },
  Ipv6Sets: {
    Ipv6Set: addresses.filter(({ family }) => family === 6).map(({ address }) => ({ Ipv6Address: address })),
  },
  Ipv4PrefixSets: { Ipv4PrefixSet: [] },
  Ipv6PrefixSets: { Ipv6PrefixSet: [] },
})

/** The primary IPv4 address. */
export const primaryAddress = (addresses: readonly InterfaceAddressRow[]): string =>
  addresses.find(({ is_primary }) => is_primary === 1)?.address ?? ''

/** What an interface is answered with beside its row. */
export interface InterfaceParts {
  readonly addresses: readonly InterfaceAddressRow[]
  readonly groupIds: readonly string[]
  /** The resource group that it was put into, if any. */
  readonly resourceGroup: string | undefined
  readonly tags: readonly Tag[] | undefined
}

/** An interface as CreateNetworkInterface answers it. Go clients panic where a list of it is missing. */
export const createdInterface = (
  row: InterfaceRow,
  { addresses, groupIds, resourceGroup, tags }: InterfaceParts,
) => ({
  NetworkInterfaceId: row.id,
  NetworkInterfaceName: row.name,
  Description: row.description,
  Status: statusOf(row),
  Type: row.type,
  VpcId: row.vpc_id,
  VSwitchId: row.vswitch_id,
  ZoneId: row.zone_id,
  MacAddress: row.mac,
  PrivateIpAddress: primaryAddress(addresses),
  ...addressSets(addresses),
  SecurityGroupIds: { SecurityGroupId: groupIds },
  SourceDestCheck: row.source_dest_check === 1,
  OwnerId: row.account_id,
  ResourceGroupId: resourceGroup ?? '',
  ServiceManaged: false,
  ServiceID: 0,
  Tags: ecsTags(tags),
})

/** An interface as it is described, in a list or alone. */
export const describeInterface = (row: InterfaceRow, parts: InterfaceParts) => ({
  ...createdInterface(row, parts),
  InstanceId: row.instance_id,
  Attachment:
    row.instance_id === ''
      ? {}
      : {
          InstanceId: row.instance_id,
          DeviceIndex: row.device_index,
          NetworkCardIndex: 0,
          TrunkNetworkInterfaceId: '',
        },
  AssociatedPublicIp: {},
  NetworkInterfaceTrafficMode: 'Standard',
  DeleteOnRelease: row.delete_on_release === 1,
  CreationTime: row.created_at,
  ...queues(row),
})

/** An interface that is not attached and whose queues nobody set has no number of them. */
function queues(row: InterfaceRow): { QueueNumber?: number } {
  if (row.queue_number > 0) return { QueueNumber: row.queue_number }
  return row.instance_id === '' ? {} : { QueueNumber: 1 }
}

/** ConnectionTrackingConfiguration as answered. */
export function describeTimeouts(row: InterfaceRow) {
  const { tcpEstablished, tcpClosed, udp } = timeoutsOf(row)
  return { TcpEstablishedTimeout: tcpEstablished, TcpClosedAndTimeWaitTimeout: tcpClosed, UdpTimeout: udp }
}
