import type { TestServer } from '../harness.js'
import type { Call, Case, Cases } from './case.js'
import {
  newGroup,
  newInstance,
  newManagedGroup,
  newVpc,
  newVSwitch,
  nobody,
  region,
  type World,
} from './world.js'

/** A new VPC with a vSwitch 192.168.0.0/24 (and an IPv6 block) and a group. */
export interface Network {
  readonly vswitch: string
  readonly group: string
}

export async function newNetwork(
  server: TestServer,
  groupExtra: object = {},
  vswitchExtra: object = {},
): Promise<Network> {
  const vpc = await newVpc(server, { Ipv6CidrBlock: undefined, EnableIpv6: 'true' })
  const vswitch = await newVSwitch(server, vpc, vswitchExtra)
  return { vswitch, group: await newGroup(server, { VpcId: vpc, ...groupExtra }) }
}

/** A new interface in a network; returns its id. */
export async function newEni(server: TestServer, network: Network, extra: object = {}): Promise<string> {
  const parameters = {
    RegionId: region,
    VSwitchId: network.vswitch,
    SecurityGroupId: network.group,
    ...extra,
  }
  return String((await server.ok('CreateNetworkInterface', parameters)).NetworkInterfaceId)
}

const instanceIn = (server: TestServer, { vswitch, group }: Network, extra: object = {}) =>
  newInstance(server, group, { VSwitchId: vswitch, ...extra })

type Parameters = Readonly<Record<string, unknown>>

/** Creates an interface in a new network with a change to the parameters. */
const create =
  (
    change: Parameters | ((network: Network, world: World) => Promise<Parameters>),
    vswitchExtra: object = {},
  ): Case =>
  async (call, world) => {
    const network = await newNetwork(world.roomy, {}, vswitchExtra)
    const more = typeof change === 'function' ? await change(network, world) : change
    return call({ RegionId: region, VSwitchId: network.vswitch, SecurityGroupId: network.group, ...more })
  }

export const withIpv6 = { Ipv6CidrBlock: 7 }

/** As many groups as the tight server allows on an interface, and one more. */
async function tooManyGroups(
  server: TestServer,
  extra: object = {},
): Promise<Network & { groups: string[] }> {
  const vpc = await newVpc(server)
  const vswitch = await newVSwitch(server, vpc)
  const groups = [1, 2, 3].map(() => newGroup(server, { VpcId: vpc, ...extra }))
  const made = await Promise.all(groups)
  return { vswitch, group: made[0] ?? '', groups: made }
}

async function heavyGroups(server: TestServer): Promise<Network & { groups: string[] }> {
  const network = await tooManyGroups(server)
  const rule = (port: number) => ({
    ...{ IpProtocol: 'TCP', PortRange: `${port}/${port}`, SourceCidrIp: '10.0.0.0/8' },
  })
  for (const SecurityGroupId of network.groups.slice(0, 2)) {
    const Permissions = [rule(1), rule(2)]
    await server.ok('AuthorizeSecurityGroup', { RegionId: region, SecurityGroupId, Permissions })
  }
  return network
}

const elsewhere = async ({ roomy }: World): Promise<string> => newGroup(roomy, { VpcId: await newVpc(roomy) })

/** What cannot be said of an interface, new or old. */
const shared: readonly [string, Parameters][] = [
  ['UnsupportedParameter', { QueuePairNumber: '2' }],
  ['InvalidParams.NetworkInterfaceName', { NetworkInterfaceName: '1' }],
  [
    'InvalidParameter.EniConnectionTrackingConfiguration',
    { 'ConnectionTrackingConfiguration.UdpTimeout': '31' },
  ],
]

export const createInterfaceCases: Cases = {
  ...Object.fromEntries(shared.map(([key, change]) => [key, create(change)])),
  'InvalidParameter.Conflict#both': create({ Ipv6Address: ['2001:db8::1'], Ipv6AddressCount: 1 }),
  'MissingParameter#group': create({ SecurityGroupId: undefined }),
  'InvalidIp.IpRepeated': create({ PrivateIpAddress: ['192.168.0.9', '192.168.0.9'] }),
  'InvalidVSwitchId.NotFound': create({ VSwitchId: nobody.vswitch }),
  'InvalidParameter.SecurityGroupIdRepeated': create(({ group }) =>
    Promise.resolve({ SecurityGroupId: undefined, SecurityGroupIds: [group, group] }),
  ),
  'InvalidSecurityGroupId.NotFound': create({ SecurityGroupId: nobody.group }),
  'InvalidOperation.VpcMismatch': create(async (_, world) => ({ SecurityGroupId: await elsewhere(world) })),
  'InvalidOperation.MultiGroupType#interface': async (call, { roomy }) => {
    const vpc = await newVpc(roomy)
    const both = [
      await newGroup(roomy, { VpcId: vpc }),
      await newGroup(roomy, { VpcId: vpc, SecurityGroupType: 'enterprise' }),
    ]
    return call({ RegionId: region, VSwitchId: await newVSwitch(roomy, vpc), SecurityGroupIds: both })
  },
  JoinedGroupLimitExceed: async (call, { tight }) => {
    const { vswitch, groups } = await tooManyGroups(tight)
    return call({ RegionId: region, VSwitchId: vswitch, SecurityGroupIds: groups }, tight)
  },
  AclLimitExceed: async (call, { tight }) => {
    const { vswitch, groups } = await heavyGroups(tight)
    return call({ RegionId: region, VSwitchId: vswitch, SecurityGroupIds: groups.slice(0, 2) }, tight)
  },
  MaxEniCountExceeded: async (call, { tight }) => {
    const network = await newNetwork(tight)
    const parameters = { RegionId: region, VSwitchId: network.vswitch, SecurityGroupId: network.group }
    const first = await newEni(tight, network)
    const refused = await call(parameters, tight)
    await tight.ok('DeleteNetworkInterface', { RegionId: region, NetworkInterfaceId: first })
    return refused
  },
  'InvalidVSwitchId.IpInvalid': create({ PrimaryIpAddress: '10.0.0.1' }),
  'InvalidPrivateIpAddress.Duplicated': create(async (network, { roomy }) => {
    await newEni(roomy, network, { PrimaryIpAddress: '192.168.0.9' })
    return { PrimaryIpAddress: '192.168.0.9' }
  }),
  'InvalidVSwitchId.IpNotEnough': create(
    { SecondaryPrivateIpAddressCount: 9 },
    { CidrBlock: '192.168.0.0/29' },
  ),
  'InvalidVSwitch.Ipv6NotTurnOn': create({ Ipv6AddressCount: 1 }),
  'InvalidIp.Address': create({ Ipv6Address: ['2001:db8::9'] }, withIpv6),
  'InvalidIp.IpAssigned': create(async (network, { roomy }) => {
    const address = await ipv6Of(roomy, network)
    return { Ipv6Address: [address] }
  }, withIpv6),
  SecurityGroupInstanceLimitExceed: async (call, { tight }) => {
    const { vswitch, group } = await newNetwork(tight)
    const two = { SecondaryPrivateIpAddressCount: 1 }
    return call({ RegionId: region, VSwitchId: vswitch, SecurityGroupId: group, ...two }, tight)
  },
}

interface Sets {
  readonly Ipv6Set: readonly { readonly Ipv6Address: string }[]
}

/** The IPv6 address of a new interface in the network. */
export async function ipv6Of(server: TestServer, { vswitch, group }: Network): Promise<string> {
  const parameters = { RegionId: region, VSwitchId: vswitch, SecurityGroupId: group, Ipv6AddressCount: 1 }
  const made = await server.ok('CreateNetworkInterface', parameters)
  return (made.Ipv6Sets as Sets).Ipv6Set[0]?.Ipv6Address ?? ''
}

/** Calls with a new interface, and with an instance of the same network where `attached` says so. */
export const onEni =
  (
    change: Parameters | ((eni: string, network: Network, world: World) => Promise<Parameters>),
    vswitchExtra = {},
  ): Case =>
  async (call, world) => {
    const network = await newNetwork(world.roomy, {}, vswitchExtra)
    const eni = await newEni(world.roomy, network)
    const more = typeof change === 'function' ? await change(eni, network, world) : change
    return call({ RegionId: region, NetworkInterfaceId: eni, ...more })
  }

export const unknown = { NetworkInterfaceId: nobody.eni }

const attached = async (eni: string, network: Network, { roomy }: World, extra: object = {}) => {
  const { instance } = await instanceIn(roomy, network, extra)
  const pair = { NetworkInterfaceId: eni, InstanceId: instance }
  await roomy.ok('AttachNetworkInterface', { RegionId: region, ...pair })
  return pair
}

export const attachCases: Cases = {
  UnsupportedParameter: onEni({ InstanceId: nobody.instance, NetworkCardIndex: '1' }),
  'InvalidEniId.NotFound': onEni({ InstanceId: nobody.instance, ...unknown }),
  'InvalidEcsId.NotFound': onEni({ InstanceId: nobody.instance }),
  'InvalidOperation.InvalidEniState': onEni(attached),
  'InvalidOperation.VpcMismatch#instance': onEni(async (_, __, { roomy }) => ({
    InstanceId: (await instanceIn(roomy, await newNetwork(roomy))).instance,
  })),
  'InvalidOperation.AvailabilityZoneMismatch': async (call, { roomy }) => {
    const vpc = await newVpc(roomy)
    const group = await newGroup(roomy, { VpcId: vpc })
    const here = { vswitch: await newVSwitch(roomy, vpc), group }
    const other = { ZoneId: 'cn-hangzhou-j', CidrBlock: '192.168.1.0/24' }
    const there = { vswitch: await newVSwitch(roomy, vpc, other), group }
    const { instance } = await instanceIn(roomy, there)
    return call({ RegionId: region, NetworkInterfaceId: await newEni(roomy, here), InstanceId: instance })
  },
  'InvalidOperation.Ipv4CountExceeded': async (call, { roomy }) => {
    const network = await newNetwork(roomy)
    const eni = await newEni(roomy, network, { SecondaryPrivateIpAddressCount: 6 })
    const { instance } = await instanceIn(roomy, network, { InstanceType: 'ecs.g6.large' })
    return call({ RegionId: region, NetworkInterfaceId: eni, InstanceId: instance })
  },
  'InvalidOperation.Ipv6CountExceeded': async (call, { roomy }) => {
    const network = await newNetwork(roomy, {}, withIpv6)
    const eni = await newEni(roomy, network, { Ipv6AddressCount: 2 })
    const { instance } = await instanceIn(roomy, network, { InstanceType: 'ecs.g6.large' })
    return call({ RegionId: region, NetworkInterfaceId: eni, InstanceId: instance })
  },
  EniPerInstanceLimitExceeded: onEni(async (_, network, world) => {
    const first = await newEni(world.roomy, network)
    const { InstanceId } = await attached(first, network, world, { InstanceType: 'ecs.g6.large' })
    return { InstanceId }
  }),
}

export const detachCases: Cases = {
  UnsupportedParameter: onEni({ InstanceId: nobody.instance, TrunkNetworkInstanceId: nobody.eni }),
  'InvalidEniId.NotFound': onEni({ InstanceId: nobody.instance, ...unknown }),
  'InvalidEcsId.NotFound': onEni({ InstanceId: nobody.instance }),
  'InvalidOperation.InvalidEniState': onEni(async (_, network, { roomy }) => ({
    InstanceId: (await instanceIn(roomy, network)).instance,
  })),
  'InvalidParameter#attachment': onEni(async (eni, network, world) => {
    await attached(eni, network, world)
    return { InstanceId: (await instanceIn(world.roomy, network)).instance }
  }),
  'InvalidOperation.DetachPrimaryEniNotAllowed': onEni(async (_, network, { roomy }) => {
    const { instance, eni } = await instanceIn(roomy, network)
    return { InstanceId: instance, NetworkInterfaceId: eni }
  }),
}

export const deleteInterfaceCases: Cases = {
  'InvalidEniId.NotFound': onEni(unknown),
  'InvalidOperation.InvalidEniState': onEni(attached),
  'InvalidOperation.InvalidEniType': onEni(async (_, network, { roomy }) => ({
    NetworkInterfaceId: (await instanceIn(roomy, network)).eni,
  })),
}

export const describeInterfaceCases: Cases = {
  UnsupportedParameter: onEni({ Attribute: 'attachment' }),
  'InvalidEniId.NotFound': onEni(unknown),
}

const ofPrimary =
  (change: Parameters): Case =>
  (call, world) =>
    onEni(async (_, network, { roomy }) => ({
      NetworkInterfaceId: (await instanceIn(roomy, network)).eni,
      ...change,
    }))(call, world)

export const modifyInterfaceCases: Cases = {
  ...Object.fromEntries(shared.map(([key, change]) => [key, onEni(change)])),
  'InvalidEniId.NotFound': onEni(unknown),
  'InvalidOperation.ModifyPrimaryEniQueueNumber': ofPrimary({ QueueNumber: 2 }),
  'InvalidOperation.InvalidEniState#queues': onEni(async (eni, network, world) => {
    await attached(eni, network, world)
    return { QueueNumber: 2 }
  }),
  'InvalidOperation.PrimaryEniOnlySupportModifyNameAndDesc': ofPrimary({ SecurityGroupId: [nobody.group] }),
  'InvalidParameter.SecurityGroupIdRepeated': onEni({ SecurityGroupId: [nobody.group, nobody.group] }),
  'InvalidSecurityGroupId.NotFound': onEni({ SecurityGroupId: [nobody.group] }),
  'InvalidOperation.ResourceManagedByCloudProduct': onEni(async (_, __, { roomy }) => ({
    SecurityGroupId: [await newManagedGroup(roomy)],
  })),
  'InvalidOperation.VpcMismatch': onEni(async (_, __, world) => ({
    SecurityGroupId: [await elsewhere(world)],
  })),
  'InvalidOperation.MultiGroupType#interface': async (call, { roomy }) => {
    const vpc = await newVpc(roomy)
    const group = await newGroup(roomy, { VpcId: vpc })
    const advanced = await newGroup(roomy, { VpcId: vpc, SecurityGroupType: 'enterprise' })
    const eni = await newEni(roomy, { vswitch: await newVSwitch(roomy, vpc), group })
    return call({ RegionId: region, NetworkInterfaceId: eni, SecurityGroupId: [group, advanced] })
  },
  JoinedGroupLimitExceed: async (call, { tight }) => {
    const network = await tooManyGroups(tight)
    return replaceOn(tight, network, network.groups, call)
  },
  AclLimitExceed: async (call, { tight }) => {
    const network = await heavyGroups(tight)
    return replaceOn(tight, network, network.groups.slice(0, 2), call)
  },
  SecurityGroupInstanceLimitExceed: async (call, { tight }) => {
    const network = await tooManyGroups(tight)
    const [first = '', full = ''] = network.groups
    await newInstance(tight, full, { VSwitchId: network.vswitch })
    return replaceOn(tight, { ...network, group: first }, [full], call)
  },
}

/** The tight server allows one secondary interface, so it goes again. */
async function replaceOn(server: TestServer, network: Network, groups: readonly string[], call: Call) {
  const eni = await newEni(server, network)
  const answer = await call(
    { RegionId: region, NetworkInterfaceId: eni, SecurityGroupId: [...groups] },
    server,
  )
  await server.ok('DeleteNetworkInterface', { RegionId: region, NetworkInterfaceId: eni })
  return answer
}
