import type { Case, Cases } from './case.js'
import { groupOfTwoRules, lockedInstance } from './instance-things.js'
import { newGroup, newInstance, newVpc, nobody, region } from './world.js'

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
