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

/** An interface as answered. Go clients panic where a list of it is missing. */
export const describeInterface = (
  row: InterfaceRow,
  addresses: readonly InterfaceAddressRow[],
  groupIds: readonly string[],
  tags: readonly Tag[] | undefined,
): object => ({
  NetworkInterfaceId: row.id,
  NetworkInterfaceName: row.name,
  Description: row.description,
  Status: row.instance_id === '' ? 'Available' : 'InUse',
  Type: row.type,
  InstanceId: row.instance_id,
  Attachment:
    row.instance_id === ''
      ? {}
      : { InstanceId: row.instance_id, DeviceIndex: 0, NetworkCardIndex: 0, TrunkNetworkInterfaceId: '' },
  VpcId: row.vpc_id,
  VSwitchId: row.vswitch_id,
  ZoneId: row.zone_id,
  MacAddress: row.mac,
  PrivateIpAddress: primaryAddress(addresses),
  ...addressSets(addresses),
  AssociatedPublicIp: {},
  SecurityGroupIds: { SecurityGroupId: groupIds },
  NetworkInterfaceTrafficMode: 'Standard',
  SourceDestCheck: false,
  DeleteOnRelease: true,
  CreationTime: row.created_at,
  OwnerId: row.account_id,
  ResourceGroupId: '',
  ServiceManaged: false,
  ServiceID: 0,
  QueueNumber: 1,
  Tags: ecsTags(tags),
})
