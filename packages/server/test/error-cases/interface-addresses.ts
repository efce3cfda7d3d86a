import type { Case, Cases } from './case.js'
import { ipv6Of, newEni, newNetwork, onEni, unknown, withIpv6 } from './interfaces.js'
import { region } from './world.js'

/** An address more in a group of the tight server, which allows one. */
const overQuota =
  (extra: object, vswitchExtra: object = {}): Case =>
  async (call, { tight }) => {
    const eni = await newEni(tight, await newNetwork(tight, {}, vswitchExtra))
    const answer = await call({ RegionId: region, NetworkInterfaceId: eni, ...extra }, tight)
    await tight.ok('DeleteNetworkInterface', { RegionId: region, NetworkInterfaceId: eni })
    return answer
  }

export const assignIpv4Cases: Cases = {
  UnsupportedParameter: onEni({ Ipv4PrefixCount: 1 }),
  'InvalidParameter.Conflict#both': onEni({
    ...{ PrivateIpAddress: ['192.168.0.9'], SecondaryPrivateIpAddressCount: 1 },
  }),
  'InvalidIp.IpRepeated': onEni({ PrivateIpAddress: ['192.168.0.9', '192.168.0.9'] }),
  'InvalidEniId.NotFound': onEni({ ...unknown, SecondaryPrivateIpAddressCount: 1 }),
  'InvalidOperation.Ipv4CountExceeded': onEni({ SecondaryPrivateIpAddressCount: 50 }),
  'InvalidVSwitchId.IpInvalid': onEni({ PrivateIpAddress: ['192.168.0.255'] }),
  'InvalidIp.IpAssigned': onEni(async (_, network, { roomy }) => {
    await newEni(roomy, network, { PrimaryIpAddress: '192.168.0.9' })
    return { PrivateIpAddress: ['192.168.0.9'] }
  }),
  'InvalidVSwitchId.IpNotEnough': onEni(
    { SecondaryPrivateIpAddressCount: 9 },
    { CidrBlock: '192.168.0.0/29' },
  ),
  SecurityGroupInstanceLimitExceed: overQuota({ SecondaryPrivateIpAddressCount: 1 }),
}

export const assignIpv6Cases: Cases = {
  UnsupportedParameter: onEni({ Ipv6PrefixCount: 1 }),
  'InvalidParameter.Conflict#both': onEni({ Ipv6Address: ['2001:db8::1'], Ipv6AddressCount: 1 }),
  'InvalidIp.IpRepeated': onEni({ Ipv6Address: ['2001:db8::1', '2001:0db8::1'] }),
  'InvalidEniId.NotFound': onEni({ ...unknown, Ipv6AddressCount: 1 }),
  'InvalidOperation.Ipv6CountExceeded': onEni(async (eni, _, { roomy }) => {
    await roomy.ok('AssignIpv6Addresses', {
      ...{ RegionId: region, NetworkInterfaceId: eni, Ipv6AddressCount: 1 },
    })
    return { Ipv6AddressCount: 10 }
  }, withIpv6),
  'InvalidVSwitch.Ipv6NotTurnOn': onEni({ Ipv6AddressCount: 1 }),
  'InvalidIp.Address': onEni({ Ipv6Address: ['2001:db8::9'] }, withIpv6),
  'InvalidIp.IpAssigned': onEni(
    async (_, network, { roomy }) => ({ Ipv6Address: [await ipv6Of(roomy, network)] }),
    withIpv6,
  ),
  SecurityGroupInstanceLimitExceed: overQuota({ Ipv6AddressCount: 1 }, withIpv6),
}

export const unassignIpv4Cases: Cases = {
  UnsupportedParameter: onEni({ Ipv4Prefix: ['192.168.0.0/28'] }),
  'InvalidIp.IpRepeated': onEni({ PrivateIpAddress: ['192.168.0.9', '192.168.0.9'] }),
  'InvalidEniId.NotFound': onEni({ ...unknown, PrivateIpAddress: ['192.168.0.9'] }),
  'InvalidIp.IpUnassigned': onEni({ PrivateIpAddress: ['192.168.0.9'] }),
}

export const unassignIpv6Cases: Cases = {
  UnsupportedParameter: onEni({ Ipv6Prefix: ['2001:db8::/80'] }),
  'InvalidIp.IpRepeated': onEni({ Ipv6Address: ['2001:db8::1', '2001:0db8::1'] }),
  'InvalidEniId.NotFound': onEni({ ...unknown, Ipv6Address: ['2001:db8::1'] }),
  'InvalidIp.IpUnassigned': onEni({ Ipv6Address: ['2001:db8::1'] }),
}
