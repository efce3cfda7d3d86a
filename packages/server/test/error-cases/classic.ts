import type { TestServer } from '../harness.js'
import type { Case, Cases } from './case.js'
import {
  classic,
  lockInstance,
  newGroup,
  newInstance,
  newPortList,
  newPrefixList,
  newVpc,
  nobody,
  noVpc,
  region,
  vpcVersion,
} from './world.js'

const ports = { IpProtocol: 'TCP', PortRange: '443/443' }

type Side = 'Dest' | 'Source'

/** On a new group in the classic network, as the account that has it. */
const onClassic =
  (parameters: object): Case =>
  async (call, { roomy }) => {
    const owner = roomy.as(classic)
    return call({ RegionId: region, SecurityGroupId: await newGroup(owner), ...ports, ...parameters }, owner)
  }

/** What a rule of a group in the classic network is refused with, whatever is done with it. */
export const classicValues = (side: Side): Cases => ({
  'InvalidNicType.ValueNotSupported': onClassic({ [`${side}CidrIp`]: '10.0.0.0/8', NicType: 'public' }),
  'NotSupported.ClassicNetworkPrefixList': async (call, world) =>
    onClassic({ [`${side}PrefixListId`]: await newPrefixList(world.roomy.as(classic)) })(call, world),
  'NotSupported.ClassicNetworkPortRangeList': async (call, world) => {
    const list = await newPortList(world.roomy.as(classic))
    const rule = { PortRange: undefined, PortRangeListId: list, [`${side}CidrIp`]: '10.0.0.0/8' }
    return onClassic(rule)(call, world)
  },
})

/** Names a group of one network as object in a group of the other. */
const across =
  (side: Side, from: 'classic' | 'vpc', flat: boolean): Case =>
  async (call, { roomy }) => {
    const owner = roomy.as(classic)
    const inVpc = await newGroup(owner, { VpcId: await newVpc(owner) })
    const inClassic = await newGroup(owner)
    const [holder, object] = from === 'vpc' ? [inVpc, inClassic] : [inClassic, inVpc]
    const rule = { ...ports, [`${side}GroupId`]: object, NicType: 'intranet' }
    const rest = flat ? rule : { Permissions: [rule] }
    return call({ RegionId: region, SecurityGroupId: holder, ...rest }, owner)
  }

/** What naming a group as object is refused with where the classic network is concerned. */
export const classicObjects = (side: Side): Cases => ({
  'InvalidSecurityGroup.InvalidNetworkType': across(side, 'vpc', true),
  'InvalidNetworkType.Conflict#flat': across(side, 'classic', true),
  [`Invalid${side}GroupId.Mismatch#nic`]: async (call, world) =>
    onClassic({ [`${side}GroupId`]: await newGroup(world.roomy.as(classic)) })(call, world),
  'InvalidNicType.Mismatch': async (call, { roomy }) => {
    const owner = roomy.as(classic)
    const action = side === 'Dest' ? 'AuthorizeSecurityGroupEgress' : 'AuthorizeSecurityGroup'
    const rule = {
      ...{ RegionId: region, SecurityGroupId: await newGroup(owner), ...ports },
      [`${side}GroupId`]: await newGroup(owner),
    }
    await owner.ok(action, { ...rule, NicType: 'intranet' })
    return call({ ...rule, NicType: 'internet' }, owner)
  },
})

/** What making a rule is refused with, of all that is done with rules. */
export const classicCreation = (side: Side): Cases => ({
  'InvalidNetworkType.Conflict': across(side, 'classic', false),
  VPCDisabled: async (call, { roomy }) => {
    const owner = roomy.as(noVpc)
    const group = { RegionId: region, SecurityGroupId: await newGroup(owner) }
    return call({ ...group, ...ports, [`${side}CidrIp`]: '10.0.0.0/8' }, owner)
  },
})

export const classicGroup: Cases = {
  'InvalidParams.VpcIdGroupType': (call, { roomy }) =>
    call({ RegionId: region, SecurityGroupType: 'enterprise' }, roomy.as(classic)),
}

export const classicAttribute: Cases = {
  'InvalidNicType.ValueNotSupported': async (call, { roomy }) => {
    const owner = roomy.as(classic)
    return call({ RegionId: region, SecurityGroupId: await newGroup(owner), NicType: 'public' }, owner)
  },
}

/** A new instance in the classic network and a new VPC with ClassicLink, of the account that has both. */
export async function classicEnds(server: TestServer) {
  const owner = server.as(classic)
  const { instance } = await newInstance(owner, await newGroup(owner))
  const vpc = { RegionId: region, VpcId: await newVpc(owner) }
  await owner.ok('EnableVpcClassicLink', vpc, vpcVersion)
  return { ...vpc, InstanceId: instance }
}

/** The same, linked. */
export async function linkedEnds(server: TestServer) {
  const ends = await classicEnds(server)
  await server.as(classic).ok('AttachClassicLinkVpc', ends)
  return ends
}

/** On new ends of a link, as the account that has them. */
const onEnds =
  (change: object): Case =>
  async (call, { roomy }) =>
    call({ ...(await classicEnds(roomy)), ...change }, roomy.as(classic))

const linkCases: Cases = {
  'InvalidInstanceId.NotFound#link': onEnds({ InstanceId: nobody.instance }),
  'InvalidInstanceId.MalFormed': async (call, { roomy }) => {
    const owner = roomy.as(classic)
    const { VpcId: known } = (
      (await owner.ok('DescribeVpcs', { RegionId: region, IsDefault: true }, vpcVersion)) as {
        Vpcs: { Vpc: { VpcId: string }[] }
      }
    ).Vpcs.Vpc[0] ?? { VpcId: '' }
    const { instance } = await newInstance(owner, await newGroup(owner, { VpcId: known }))
    return call({ RegionId: region, InstanceId: instance, VpcId: known }, owner)
  },
  InstanceLockedForSecurity: async (call, { roomy }) => {
    const ends = await classicEnds(roomy)
    await lockInstance(roomy, ends.InstanceId)
    return call(ends, roomy.as(classic))
  },
  'InvalidVpcId.Malformed': onEnds({ VpcId: nobody.vpc }),
}

export const attachLinkCases: Cases = {
  ...linkCases,
  'OperationDenied#no-link': async (call, { roomy }) => {
    const owner = roomy.as(classic)
    return call({ ...(await classicEnds(roomy)), VpcId: await newVpc(owner) }, owner)
  },
  'OperationDenied#linked': async (call, { roomy }) => {
    const { InstanceId } = await linkedEnds(roomy)
    return call({ ...(await classicEnds(roomy)), InstanceId }, roomy.as(classic))
  },
  'QuotaExceeded#link': async (call, { tight }) => {
    const { InstanceId } = await classicEnds(tight)
    return call({ ...(await linkedEnds(tight)), InstanceId }, tight.as(classic))
  },
}

export const detachLinkCases: Cases = { ...linkCases, 'OperationDenied#not-linked': onEnds({}) }

const listing =
  (filter: object): Case =>
  (call) =>
    call({ RegionId: region, ...filter })

export const describeLinkCases: Cases = {
  'InvalidParameter.PageNumber': listing({ PageNumber: '0' }),
  'InvalidParameter.PageSize': listing({ PageSize: '101' }),
  'InvalidParameter.InvalidInstanceIdAndVpcId': listing({}),
  'InvalidParameter.ToManyInstanceIds': listing({ InstanceId: Array(101).fill(nobody.instance).join(',') }),
  'InvalidVpc.NotBelong': listing({ VpcId: nobody.vpc }),
  'InvalidInstanceId.NotFound#link': listing({ InstanceId: nobody.instance }),
}

/** What a VPC with a linked instance refuses. */
export const linkedVpc: Cases = {
  'DependencyViolation.Instance': async (call, { roomy }) => {
    const { RegionId, VpcId } = await linkedEnds(roomy)
    return call({ RegionId, VpcId }, roomy.as(classic))
  },
}

export const classicInstance: Cases = {
  'OperationDenied#classic': async (call, { roomy }) => {
    const owner = roomy.as(classic)
    const { instance } = await newInstance(owner, await newGroup(owner))
    return call({ InstanceId: instance, SecurityGroupIds: [await newGroup(owner)] }, owner)
  },
}
