import type { Case, Cases } from './case.js'
import { classic, newGroup, newPortList, newPrefixList, newVpc, noVpc, region } from './world.js'

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
