import type { Case, Cases } from './case.js'
import { groupOfTwoRules } from './instance-things.js'
import { newGroup, newInstance, newVpc, newVSwitch, nobody, region, type World } from './world.js'

/** In a new group of the default VPC. */
const run =
  (extra: object): Case =>
  async (call, { roomy }) =>
    call({ RegionId: region, SecurityGroupId: await newGroup(roomy), ...extra })

/** In a new VPC with an IPv6 block and one vSwitch, which has one too unless `ipv6` is false. */
const runInVpc =
  (extra: object, ipv6 = true): Case =>
  async (call, { roomy }) => {
    const vpc = await newVpc(roomy, { Ipv6CidrBlock: undefined, EnableIpv6: 'true' })
    const vswitch = await newVSwitch(roomy, vpc, ipv6 ? { Ipv6CidrBlock: 7 } : {})
    const group = await newGroup(roomy, { VpcId: vpc })
    return call({ RegionId: region, SecurityGroupId: group, VSwitchId: vswitch, ...extra })
  }

/** Of the type ecs.g6.large, which has two interfaces with six IPv4 addresses and one IPv6 address each. */
const small = { InstanceType: 'ecs.g6.large' }

/** What RunInstances and CreateInstance meet alike. */
const newInstanceCases: Cases = {
  UnsupportedParameter: run({ UserData: 'x' }),
  'InvalidDescription.Malformed': run({ Description: 'x' }),
  'InvalidPassword.Malformed': run({ Password: 'short-1A' + 'x'.repeat(30) }),
  'InvalidPasswordParam.Mismatch': run({ Password: 'Long-enough-1', PasswordInherit: 'true' }),
  'MissingParameter#group': run({ SecurityGroupId: undefined }),
  'InvalidSecurityGroupId.NotFound': run({ SecurityGroupId: nobody.group }),
  'InvalidZoneId.NotFound': run({ ZoneId: 'cn-hangzhou-zz' }),
  'InvalidVSwitchId.NotFound': run({ VSwitchId: nobody.vswitch }),
  'InvalidParameter.Mismatch': async (call, { roomy }) => {
    const elsewhere = await newVSwitch(roomy, await newVpc(roomy))
    return call({ RegionId: region, SecurityGroupId: await newGroup(roomy), VSwitchId: elsewhere })
  },
  'InvalidParameter.Mismatch#zone': runInVpc({ ZoneId: 'cn-hangzhou-j' }),
  'InvalidVSwitchId.Necessary': async (call, { roomy }) =>
    call({ RegionId: region, SecurityGroupId: await newGroup(roomy, { VpcId: await newVpc(roomy) }) }),
  'InvalidInstanceName.Malformed': run({ InstanceName: 'x' }),
  'InvalidHostName.Malformed': run({ HostName: '-x' }),
  InvalidPrivateIpAddress: runInVpc({ PrivateIpAddress: '10.0.0.9' }),
  'InvalidPrivateIpAddress.Duplicated': async (call, { roomy }) => {
    const vpc = await newVpc(roomy)
    const here = { VSwitchId: await newVSwitch(roomy, vpc), PrivateIpAddress: '192.168.0.9' }
    const group = await newGroup(roomy, { VpcId: vpc })
    await newInstance(roomy, group, here)
    return call({ RegionId: region, SecurityGroupId: group, ...here })
  },
  'QuotaExceeded.PrivateIpAddress': async (call, { roomy }) => {
    const vpc = await newVpc(roomy)
    const small = await newVSwitch(roomy, vpc, { CidrBlock: '192.168.0.0/29' })
    const group = await newGroup(roomy, { VpcId: vpc })
    await newInstance(roomy, group, { VSwitchId: small, Amount: 4 })
    return call({ RegionId: region, SecurityGroupId: group, VSwitchId: small })
  },
  SecurityGroupInstanceLimitExceed: async (call, { tight }) => {
    const group = await newGroup(tight)
    await newInstance(tight, group)
    return call({ RegionId: region, SecurityGroupId: group }, tight)
  },
}

export const createInstanceCases: Cases = {
  ...newInstanceCases,
  'InvalidParameter.Conflict#both': run({ ImageId: 'm-1', ImageFamily: 'acs:ubuntu_22_04_x64' }),
}

/** A secondary interface in another network of the account. */
const secondaryIn =
  (change: (world: World) => Promise<object>): Case =>
  async (call, world) => {
    const group = await newGroup(world.roomy)
    return call({ RegionId: region, SecurityGroupId: group, NetworkInterface: [await change(world)] })
  }

export const runInstancesCases: Cases = {
  ...newInstanceCases,
  'InvalidParams.NetworkInterfaceName': run({ NetworkInterface: [{ NetworkInterfaceName: '1' }] }),
  'InvalidOperation.VpcMismatch#instance': secondaryIn(async ({ roomy }) => ({
    VSwitchId: await newVSwitch(roomy, await newVpc(roomy)),
  })),
  'InvalidOperation.AvailabilityZoneMismatch': async (call, { roomy }) => {
    const vpc = await newVpc(roomy)
    const [here, there] = [
      await newVSwitch(roomy, vpc),
      await newVSwitch(roomy, vpc, { ZoneId: 'cn-hangzhou-j', CidrBlock: '192.168.1.0/24' }),
    ]
    const group = await newGroup(roomy, { VpcId: vpc })
    const NetworkInterface = [{ VSwitchId: there }]
    return call({ RegionId: region, SecurityGroupId: group, VSwitchId: here, NetworkInterface })
  },
  'InvalidEniId.NotFound': run({ NetworkInterface: [{ NetworkInterfaceId: nobody.eni }] }),
  'InvalidOperation.InvalidEniState': secondaryIn(async ({ roomy }) => ({
    NetworkInterfaceId: (await newInstance(roomy, await newGroup(roomy))).eni,
  })),
  MaxEniCountExceeded: async (call, { tight }) => {
    const NetworkInterface = [{ NetworkInterfaceName: 'one' }, { NetworkInterfaceName: 'two' }]
    const parameters = { RegionId: region, SecurityGroupId: await newGroup(tight), NetworkInterface }
    return call(parameters, tight)
  },
  EniPerInstanceLimitExceeded: run({
    ...{ ...small, NetworkInterface: [{ QueueNumber: 1 }, { QueueNumber: 1 }] },
  }),
  'InvalidOperation.Ipv4CountExceeded': run({
    ...{ ...small, NetworkInterface: [{ SecondaryPrivateIpAddressCount: 6 }] },
  }),
  'InvalidOperation.Ipv6CountExceeded': runInVpc({ ...small, Ipv6AddressCount: 2 }),
  'InvalidParameter.Conflict#both': run({ MinAmount: 2 }),
  'InvalidInstanceId.Mismatch': async (call, { roomy }) => {
    const elsewhere = await newGroup(roomy, { VpcId: await newVpc(roomy) })
    return call({ RegionId: region, SecurityGroupIds: [await newGroup(roomy), elsewhere] })
  },
  'InvalidOperation.MultiGroupType': async (call, { roomy }) => {
    const advanced = await newGroup(roomy, { SecurityGroupType: 'enterprise' })
    return call({ RegionId: region, SecurityGroupIds: [await newGroup(roomy), advanced] })
  },
  InstanceSecurityGroupLimitExceeded: async (call, { tight }) => {
    const groups = [await newGroup(tight), await newGroup(tight), await newGroup(tight)]
    return call({ RegionId: region, SecurityGroupIds: groups }, tight)
  },
  AclLimitExceed: async (call, world) => {
    const groups = [await groupOfTwoRules(world), await groupOfTwoRules(world)]
    return call({ RegionId: region, SecurityGroupIds: groups }, world.tight)
  },
  'InvalidVSwitch.Ipv6NotTurnOn': runInVpc({ Ipv6AddressCount: 1 }, false),
  'InvalidIp.Address': runInVpc({ Ipv6Address: ['2001:db8::9'] }),
  'InvalidIp.IpAssigned': async (call, { roomy }) => {
    const vpc = await newVpc(roomy, { Ipv6CidrBlock: '2001:db8:77:7700::/56' })
    const here = {
      VSwitchId: await newVSwitch(roomy, vpc, { Ipv6CidrBlock: 7 }),
      Ipv6Address: ['2001:db8:77:7707::9'],
    }
    const group = await newGroup(roomy, { VpcId: vpc })
    await newInstance(roomy, group, here)
    return call({ RegionId: region, SecurityGroupId: group, ...here })
  },
}
