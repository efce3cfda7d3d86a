import { randomUUID } from 'node:crypto'
import type { TestCaller } from '../harness.js'
import { classicEnds, linkedEnds } from './classic.js'
import { newEni, newNetwork } from './interfaces.js'
import { networkCalls } from './network-calls.js'
import { networkPathCalls } from './network-paths.js'
import { tagCalls } from './tag-calls.js'
import {
  classic,
  newGroup,
  newInstance,
  newPortList,
  newPrefixList,
  newResourceGroup,
  newVpc,
  region,
  role,
  user,
  type World,
} from './world.js'

/** Parameters with which a call of an operation succeeds on the roomy server. */
export type ValidCall = (world: World) => Promise<object>

const plain = (): Promise<object> => Promise.resolve({ RegionId: region })

const permission = { IpProtocol: 'TCP', PortRange: '443/443' }
const inbound = { ...permission, SourceCidrIp: '203.0.113.0/24' }
const outbound = { ...permission, DestCidrIp: '203.0.113.0/24' }

const onGroup =
  (extra: object = {}): ValidCall =>
  async ({ roomy }) => ({ RegionId: region, SecurityGroupId: await newGroup(roomy), ...extra })

const onRule =
  (action: string, rule: object, extra: object = {}): ValidCall =>
  async (world) => {
    const parameters = await onGroup(rule)(world)
    await world.roomy.ok(action, parameters)
    return { ...parameters, ...extra }
  }

const onInstance =
  (stopped: boolean) =>
  async ({ roomy }: World) => {
    const { instance } = await newInstance(roomy, await newGroup(roomy))
    if (stopped) await roomy.ok('StopInstance', { InstanceId: instance })
    return { RegionId: region, InstanceId: instance }
  }

const onInstances =
  (stopped: boolean): ValidCall =>
  async (world) => {
    const ids = [await onInstance(stopped)(world), await onInstance(stopped)(world)]
    return { RegionId: region, InstanceId: ids.map(({ InstanceId }) => InstanceId) }
  }

const onPrefixList =
  (extra: object = {}): ValidCall =>
  async ({ roomy }) => ({ RegionId: region, PrefixListId: await newPrefixList(roomy), ...extra })

const onPortList =
  (extra: object = {}): ValidCall =>
  async ({ roomy }) => ({ RegionId: region, PortRangeListId: await newPortList(roomy), ...extra })

const toJoin: ValidCall = async ({ roomy }) => {
  const { instance } = await newInstance(roomy, await newGroup(roomy))
  return { RegionId: region, InstanceId: instance, SecurityGroupId: await newGroup(roomy) }
}

/** `Action version` where two products have the action and differ. */
/** A new interface and what `more` says, and an instance beside it that it is attached to unless it is to be. */
const onEni =
  (more: object = {}): ValidCall =>
  async ({ roomy }) => {
    const network = await newNetwork(roomy, {}, { Ipv6CidrBlock: 3 })
    return { RegionId: region, NetworkInterfaceId: await newEni(roomy, network), ...more }
  }

const toAttach: ValidCall = async ({ roomy }) => {
  const network = await newNetwork(roomy)
  const { instance } = await newInstance(roomy, network.group, { VSwitchId: network.vswitch })
  return { RegionId: region, NetworkInterfaceId: await newEni(roomy, network), InstanceId: instance }
}

/** Takes back what an assignment gave. */
const afterAssign =
  (action: string, address: string, count: object): ValidCall =>
  async (world) => {
    const parameters = await onEni()(world)
    const made = await world.roomy.ok(action, { ...parameters, ...count })
    const sets = { ...made, ...(made.AssignedPrivateIpAddressesSet as object | undefined) }
    const addresses = [sets.Ipv6Sets, (sets as { PrivateIpSet?: object }).PrivateIpSet]
      .map((set) => (set as Record<string, string[]> | undefined)?.[address])
      .find((list) => list !== undefined)
    return { ...parameters, [address]: addresses }
  }

const validCalls: Readonly<Record<string, ValidCall>> = {
  ...tagCalls,
  DescribeEndpoint: () => Promise.resolve({ Id: region, ServiceCode: 'Vpc' }),
  DescribeEndpoints: () => Promise.resolve({ Id: region }),
  ...networkCalls,
  ...networkPathCalls,
  AssumeRole: () => Promise.resolve({ RoleArn: role.arn, RoleSessionName: 'alice' }),
  AssignIpv6Addresses: onEni({ Ipv6AddressCount: 1 }),
  AssignPrivateIpAddresses: onEni({ SecondaryPrivateIpAddressCount: 1 }),
  AttachClassicLinkVpc: ({ roomy }) => classicEnds(roomy),
  AttachNetworkInterface: toAttach,
  AuthorizeSecurityGroup: onGroup(inbound),
  AuthorizeSecurityGroupEgress: onGroup(outbound),
  CreateInstance: onGroup(),
  CreateNetworkInterface: async ({ roomy }) => {
    const { vswitch, group } = await newNetwork(roomy)
    return { RegionId: region, VSwitchId: vswitch, SecurityGroupId: group }
  },
  CreatePortRangeList: () =>
    Promise.resolve({ RegionId: region, PortRangeListName: 'some-list', MaxEntries: 2 }),
  CreatePrefixList: () =>
    Promise.resolve({ RegionId: region, PrefixListName: 'some-list', AddressFamily: 'IPv6', MaxEntries: 2 }),
  CreateResourceGroup: () => Promise.resolve({ Name: `g-${randomUUID()}`, DisplayName: 'Group' }),
  CreateSecurityGroup: plain,
  DeleteInstance: onInstance(true),
  DeleteInstances: onInstances(true),
  DeleteNetworkInterface: onEni(),
  DeletePortRangeList: onPortList(),
  DeletePrefixList: onPrefixList(),
  DeleteSecurityGroup: onGroup(),
  DescribeAvailableResource: () => Promise.resolve({ RegionId: region, DestinationResource: 'Zone' }),
  DescribeClassicLinkInstances: async ({ roomy }) => ({ RegionId: region, VpcId: await newVpc(roomy) }),
  DescribeImages: plain,
  DescribeInstanceAttribute: onInstance(false),
  DescribeInstanceStatus: plain,
  DescribeInstanceTypeFamilies: plain,
  DescribeInstanceTypes: plain,
  DescribeInstances: plain,
  DescribeNetworkInterfaceAttribute: onEni(),
  DescribeNetworkInterfaces: plain,
  DescribePortRangeListAssociations: onPortList(),
  DescribePortRangeListEntries: onPortList(),
  DescribePortRangeLists: plain,
  DescribePrefixListAssociations: onPrefixList(),
  DescribePrefixListAttributes: onPrefixList(),
  DescribePrefixLists: plain,
  DescribeRegions: plain,
  DescribeSecurityGroupAttribute: onGroup(),
  DescribeSecurityGroupReferences: async ({ roomy }) => ({
    ...{ RegionId: region, SecurityGroupId: [await newGroup(roomy)] },
  }),
  DescribeSecurityGroups: plain,
  DescribeZones: plain,
  DetachClassicLinkVpc: ({ roomy }) => linkedEnds(roomy),
  DetachNetworkInterface: async (world) => {
    const parameters = await toAttach(world)
    await world.roomy.ok('AttachNetworkInterface', parameters)
    return parameters
  },
  GetResourceGroup: async ({ roomy }) => ({ ResourceGroupId: await newResourceGroup(roomy) }),
  JoinSecurityGroup: toJoin,
  LeaveSecurityGroup: async (world) => {
    const parameters = await toJoin(world)
    await world.roomy.ok('JoinSecurityGroup', parameters)
    return parameters
  },
  GetCallerIdentity: () => Promise.resolve({}),
  ListResourceGroups: () => Promise.resolve({}),
  ModifyInstanceAttribute: onInstance(false),
  ModifyNetworkInterfaceAttribute: onEni({ NetworkInterfaceName: 'renamed' }),
  ModifyPortRangeList: onPortList({ AddEntry: [{ PortRange: '80/80' }] }),
  ModifyPrefixList: onPrefixList({ AddEntry: [{ Cidr: '10.0.0.0/8' }] }),
  ModifySecurityGroupAttribute: onGroup({ SecurityGroupName: 'renamed' }),
  ModifySecurityGroupEgressRule: onRule('AuthorizeSecurityGroupEgress', outbound, { Description: 'new' }),
  ModifySecurityGroupPolicy: onGroup({ InnerAccessPolicy: 'Drop' }),
  ModifySecurityGroupRule: onRule('AuthorizeSecurityGroup', inbound, { Description: 'new' }),
  RebootInstance: onInstance(false),
  RebootInstances: onInstances(false),
  RevokeSecurityGroup: onRule('AuthorizeSecurityGroup', inbound),
  RevokeSecurityGroupEgress: onRule('AuthorizeSecurityGroupEgress', outbound),
  RunInstances: onGroup(),
  StartInstance: onInstance(true),
  StartInstances: onInstances(true),
  StopInstance: onInstance(false),
  StopInstances: onInstances(false),
  UnassignIpv6Addresses: afterAssign('AssignIpv6Addresses', 'Ipv6Address', { Ipv6AddressCount: 1 }),
  UnassignPrivateIpAddresses: afterAssign('AssignPrivateIpAddresses', 'PrivateIpAddress', {
    SecondaryPrivateIpAddressCount: 1,
  }),
}

/** An operation's name and version. */
export interface Named {
  readonly name: string
  readonly version: string
}

/** A call of the operation that succeeds, for the errors that any operation can be led into from there. */
export function validCallOf({ name, version }: Named): ValidCall {
  const valid = validCalls[`${name} ${version}`] ?? validCalls[name]
  if (!valid) throw new Error(`${name} has no valid call: add one to error-cases/valid-calls.ts`)
  return valid
}

/** Who makes that call: the account itself, save where only a user may, or one that has the classic network. */
export function signerOf({ name }: Named, { roomy }: World): TestCaller {
  if (name === 'AssumeRole') return roomy.as(user)
  return /tachClassicLinkVpc$/.test(name) ? roomy.as(classic) : roomy
}
