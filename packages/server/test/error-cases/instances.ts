import type { Case, Cases } from './case.js'
import {
  lockInstance,
  newGroup,
  newInstance,
  newManagedGroup,
  newVpc,
  newVSwitch,
  nobody,
  region,
  type World,
} from './world.js'

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

/** A group of the tight server with as many rules as it may have; two such are too many for an interface. */
async function groupOfTwoRules({ tight }: Parameters<Case>[1]): Promise<string> {
  const group = await newGroup(tight)
  const rule = (port: number) => ({
    ...{ IpProtocol: 'TCP', PortRange: `${port}/${port}`, SourceCidrIp: '10.0.0.0/8' },
  })
  await tight.ok('AuthorizeSecurityGroup', {
    ...{ RegionId: region, SecurityGroupId: group, Permissions: [rule(1), rule(2)] },
  })
  return group
}

/** An instance in a new group is to join or leave another new group. */
const target =
  (change: object, groupExtra: object = {}): Case =>
  async (call, { roomy }) => {
    const { instance } = await newInstance(roomy, await newGroup(roomy))
    const SecurityGroupId = await newGroup(roomy, groupExtra)
    return call({ RegionId: region, InstanceId: instance, SecurityGroupId, ...change })
  }

const targetCases: Cases = {
  InstanceLockedForSecurity: async (call, world) => {
    const InstanceId = await lockedInstance('running', world)
    return call({ RegionId: region, InstanceId, SecurityGroupId: await newGroup(world.roomy) })
  },
  'InvalidParam.EniIdAndInstanceId.Conflict': target({ NetworkInterfaceId: nobody.eni }),
  'MissingParameter.RegionId': target({
    ...{ InstanceId: undefined, NetworkInterfaceId: nobody.eni, RegionId: undefined },
  }),
  'InvalidRegionId.NotFound': target({ RegionId: 'nowhere' }),
  'InvalidInstanceId.NotFound': target({ InstanceId: nobody.instance }),
  'InvalidEniId.NotFound': target({ InstanceId: undefined, NetworkInterfaceId: nobody.eni }),
  'InvalidSecurityGroupId.NotFound': target({ SecurityGroupId: nobody.group }),
}

export const joinCases: Cases = {
  ...targetCases,
  'InvalidInstanceId.AlreadyExists': async (call, { roomy }) => {
    const group = await newGroup(roomy)
    const { instance } = await newInstance(roomy, group)
    return call({ RegionId: region, InstanceId: instance, SecurityGroupId: group })
  },
  'InvalidInstanceId.Mismatch': async (call, { roomy }) => {
    const { instance } = await newInstance(roomy, await newGroup(roomy))
    const elsewhere = await newGroup(roomy, { VpcId: await newVpc(roomy) })
    return call({ RegionId: region, InstanceId: instance, SecurityGroupId: elsewhere })
  },
  'InvalidOperation.VpcMismatch': async (call, { roomy }) => {
    const { eni } = await newInstance(roomy, await newGroup(roomy))
    const elsewhere = await newGroup(roomy, { VpcId: await newVpc(roomy) })
    return call({ RegionId: region, NetworkInterfaceId: eni, SecurityGroupId: elsewhere })
  },
  'InvalidOperation.MultiGroupType': target({}, { SecurityGroupType: 'enterprise' }),
  InstanceSecurityGroupLimitExceeded: async (call, { tight }) => {
    const { instance } = await newInstance(tight, await newGroup(tight))
    const join = { RegionId: region, InstanceId: instance }
    await tight.ok('JoinSecurityGroup', { ...join, SecurityGroupId: await newGroup(tight) })
    return call({ ...join, SecurityGroupId: await newGroup(tight) }, tight)
  },
  AclLimitExceed: async (call, world) => {
    const { instance } = await newInstance(world.tight, await groupOfTwoRules(world))
    const group = await groupOfTwoRules(world)
    return call({ RegionId: region, InstanceId: instance, SecurityGroupId: group }, world.tight)
  },
  SecurityGroupInstanceLimitExceeded: async (call, { tight }) => {
    const group = await newGroup(tight)
    await newInstance(tight, group)
    const { instance } = await newInstance(tight, await newGroup(tight))
    return call({ RegionId: region, InstanceId: instance, SecurityGroupId: group }, tight)
  },
}

export const leaveCases: Cases = {
  ...targetCases,
  'InvalidSecurityGroupAssociation.NotFound': target({}),
  InstanceLastSecurityGroup: async (call, { roomy }) => {
    const group = await newGroup(roomy)
    const { instance } = await newInstance(roomy, group)
    return call({ RegionId: region, InstanceId: instance, SecurityGroupId: group })
  },
  'InvalidOperation.AtLeastInOneGroup': async (call, { roomy }) => {
    const group = await newGroup(roomy)
    const { eni } = await newInstance(roomy, group)
    return call({ RegionId: region, NetworkInterfaceId: eni, SecurityGroupId: group })
  },
}

const unknownInstance: Case = (call) => call({ RegionId: region, InstanceId: nobody.instance })

/** A new instance, stopped or running. */
async function instanceThat(is: 'running' | 'stopped', { roomy }: World): Promise<string> {
  const { instance } = await newInstance(roomy, await newGroup(roomy))
  if (is === 'stopped') await roomy.ok('StopInstance', { InstanceId: instance })
  return instance
}

async function lockedInstance(is: 'running' | 'stopped', world: World): Promise<string> {
  const instance = await instanceThat(is, world)
  await lockInstance(world.roomy, instance)
  return instance
}

async function protectedInstance({ roomy }: World): Promise<string> {
  return (await newInstance(roomy, await newGroup(roomy), { DeletionProtection: true })).instance
}

/** A running instance can be neither started nor, without Force, deleted; a stopped one cannot be stopped. */
export const startCases: Cases = {
  UnsupportedParameter: (call) => call({ InstanceId: nobody.instance, InitLocalDisk: 'true' }),
  'InvalidInstanceId.NotFound': unknownInstance,
  InstanceLockedForSecurity: async (call, world) =>
    call({ InstanceId: await lockedInstance('stopped', world) }),
  IncorrectInstanceStatus: async (call, world) => call({ InstanceId: await instanceThat('running', world) }),
}

export const deleteInstanceCases: Cases = {
  'InvalidInstanceId.NotFound': unknownInstance,
  'InvalidOperation.DeletionProtection#instance': async (call, world) =>
    call({ InstanceId: await protectedInstance(world), Force: 'true' }),
  IncorrectInstanceStatus: async (call, world) => call({ InstanceId: await instanceThat('running', world) }),
}

export const rebootCases: Cases = {
  'InvalidInstanceId.NotFound': unknownInstance,
  InstanceLockedForSecurity: async (call, world) =>
    call({ InstanceId: await lockedInstance('running', world) }),
  IncorrectInstanceStatus: async (call, world) => call({ InstanceId: await instanceThat('stopped', world) }),
}

export const stopCases: Cases = {
  ...rebootCases,
  UnsupportedParameter: (call) => call({ InstanceId: nobody.instance, Hibernate: 'true' }),
}

/** What calls on several instances meet; one in the wrong status is named beside one that is not there. */
export const batchCases = (wrong: 'running' | 'stopped'): Cases => ({
  'InvalidInstanceId.NotFound': (call) => call({ RegionId: region, InstanceId: [nobody.instance] }),
  InstanceLockedForSecurity: async (call, world) =>
    call({
      RegionId: region,
      InstanceId: [await lockedInstance(wrong === 'running' ? 'stopped' : 'running', world)],
    }),
  IncorrectInstanceStatus: async (call, world) =>
    call({ RegionId: region, InstanceId: [await instanceThat(wrong, world), nobody.instance] }),
})

export const deleteInstancesCases: Cases = {
  'InvalidInstanceId.NotFound': (call) => call({ RegionId: region, InstanceId: [nobody.instance] }),
  'InvalidOperation.DeletionProtection#instance': async (call, world) =>
    call({ RegionId: region, InstanceId: [await protectedInstance(world)], Force: 'true' }),
  IncorrectInstanceStatus: async (call, world) =>
    call({ RegionId: region, InstanceId: [await instanceThat('running', world)] }),
}

const listing =
  (filter: object): Case =>
  (call) =>
    call({ RegionId: region, ...filter })

/** ModifyInstanceAttribute on a new instance in a new group. */
const modify =
  (change: object | ((world: World) => Promise<object>)): Case =>
  async (call, world) => {
    const { instance } = await newInstance(world.roomy, await newGroup(world.roomy))
    const more =
      typeof change === 'function' ? await (change as (w: World) => Promise<object>)(world) : change
    return call({ InstanceId: instance, ...more })
  }

/** ModifyInstanceAttribute to groups of the tight server. */
const modifyTight =
  (groupsOf: (world: World) => Promise<string[]>): Case =>
  async (call, world) => {
    const { instance } = await newInstance(world.tight, await newGroup(world.tight))
    return call({ InstanceId: instance, SecurityGroupIds: await groupsOf(world) }, world.tight)
  }

export const modifyInstanceCases: Cases = {
  UnsupportedParameter: modify({ EnableJumboFrame: 'true' }),
  'InvalidInstanceName.Malformed': modify({ InstanceName: 'x' }),
  'InvalidDescription.Malformed': modify({ Description: 'x' }),
  'InvalidHostName.Malformed': modify({ HostName: 'a..b' }),
  'InvalidPassword.Malformed': modify({ Password: 'onlyletters' }),
  'InvalidInstanceId.NotFound': modify({ InstanceId: nobody.instance }),
  InstanceLockedForSecurity: async (call, world) =>
    call({ InstanceId: await lockedInstance('running', world), InstanceName: 'new' }),
  'InvalidParameter.SecurityGroupIdRepeated': modify(async ({ roomy }) => {
    const group = await newGroup(roomy)
    return { SecurityGroupIds: [group, group] }
  }),
  'InvalidSecurityGroupId.NotFound': modify({ SecurityGroupIds: [nobody.group] }),
  'InvalidOperation.ResourceManagedByCloudProduct': modify(async ({ roomy }) => ({
    SecurityGroupIds: [await newManagedGroup(roomy)],
  })),
  'InvalidInstanceId.Mismatch': modify(async ({ roomy }) => ({
    SecurityGroupIds: [await newGroup(roomy, { VpcId: await newVpc(roomy) })],
  })),
  'InvalidOperation.MultiGroupType': modify(async ({ roomy }) => ({
    SecurityGroupIds: [await newGroup(roomy), await newGroup(roomy, { SecurityGroupType: 'enterprise' })],
  })),
  InstanceSecurityGroupLimitExceeded: modifyTight(async ({ tight }) => [
    ...[await newGroup(tight), await newGroup(tight), await newGroup(tight)],
  ]),
  AclLimitExceed: modifyTight(async (world) => [
    ...[await groupOfTwoRules(world), await groupOfTwoRules(world)],
  ]),
  SecurityGroupInstanceLimitExceed: modifyTight(async ({ tight }) => {
    const full = await newGroup(tight)
    await newInstance(tight, full)
    return [full]
  }),
}

export const describeInstancesCases: Cases = {
  'InvalidInternetChargeType.ValueNotSupported': listing({ InternetChargeType: 'x' }),
  'InvalidHpcClusterId.NotFound': listing({ HpcClusterId: 'hpc-1' }),
  'InvalidFilterKey.NotFound': listing({ Filter: [{ Key: 'x' }] }),
  UnsupportedParameter: listing({ NeedSaleCycle: 'true' }),
  'InvalidLockReason.NotFound': listing({ LockReason: 'x' }),
  'InvalidStatus.NotFound': listing({ Status: 'x' }),
  'InvalidInstanceChargeType.NotFound': listing({ InstanceChargeType: 'x' }),
  'InvalidNetworkType.NotFound': listing({ InstanceNetworkType: 'x' }),
}
