import type { Case, Cases } from './case.js'
import { classicInstance } from './classic.js'
import { groupOfTwoRules, instanceThat, lockedInstance, protectedInstance } from './instance-things.js'
import { newGroup, newInstance, newManagedGroup, newVpc, nobody, region, type World } from './world.js'

const unknownInstance: Case = (call) => call({ RegionId: region, InstanceId: nobody.instance })

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
  ...classicInstance,
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
