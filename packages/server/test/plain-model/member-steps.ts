import fc from 'fast-check'
import {
  firstOf,
  type Group,
  limits,
  membersOf,
  type Nic,
  pick,
  type Planned,
  totalWeight,
  when,
  type World,
} from './world.js'

const number = fc.nat(31)
const groups = fc.array(number, { minLength: 1, maxLength: 3 })

/** A step that makes or deletes an interface or an instance, or changes its groups. */
export const memberStep = fc.oneof(
  fc.record({ do: fc.constant('createNic' as const), groups, vswitch: fc.constantFrom(0, 0, 0, 1, 2) }),
  fc.record({ do: fc.constant('deleteNic' as const), nic: number }),
  fc.record({ do: fc.constant('run' as const), group: number, vswitch: fc.constantFrom(0, 0, 0, 1, 2) }),
  fc.record({ do: fc.constant('deleteInstance' as const), instance: number }),
  fc.record({ do: fc.constant('join' as const), group: number, byInstance: fc.boolean(), which: number }),
  fc.record({ do: fc.constant('leave' as const), group: number, byInstance: fc.boolean(), which: number }),
  fc.record({ do: fc.constant('setGroups' as const), groups, byInstance: fc.boolean(), which: number }),
)
export type MemberStep = typeof memberStep extends fc.Arbitrary<infer T> ? T : never

const noGroup = '404 InvalidSecurityGroupId.NotFound'
const noNic = '404 InvalidEniId.NotFound'
const noInstance = '404 InvalidInstanceId.NotFound'

export function planMember(world: World, step: MemberStep): Planned {
  switch (step.do) {
    case 'createNic':
      return createNic(world, step)
    case 'deleteNic': {
      const id = pick(world.interfaces, step.nic, 'eni')
      const nic = world.interfaces.get(id)
      return {
        action: 'DeleteNetworkInterface',
        parameters: { NetworkInterfaceId: id },
        refusals: firstOf(
          when(!nic, noNic),
          when(nic?.isPrimary === true, '403 InvalidOperation.InvalidEniType'),
        ),
        apply: () => void world.interfaces.delete(id),
      }
    }
    case 'run':
      return run(world, step)
    case 'deleteInstance': {
      const id = pick(world.instances, step.instance, 'i')
      return {
        action: 'DeleteInstance',
        parameters: { InstanceId: id, Force: true },
        refusals: when(!world.instances.has(id), noInstance),
        apply: () => {
          world.interfaces.delete(world.instances.get(id) ?? '')
          world.instances.delete(id)
        },
      }
    }
    case 'join':
      return join(world, step)
    case 'leave':
      return leave(world, step)
    case 'setGroups':
      return setGroups(world, step)
  }
}

const found = (world: World, ids: readonly string[]): Group[] =>
  ids.flatMap((id) => world.groups.get(id) ?? [])

/** What is wrong with the groups that an interface is to be in, whatever their quotas. */
function wrongGroups(
  world: World,
  vpc: string,
  ids: readonly string[],
  codes: Record<'vpc' | 'types', string>,
) {
  const all = found(world, ids)
  return firstOf(when(new Set(ids).size < ids.length, '404 InvalidParameter.SecurityGroupIdRepeated'), [
    ...when(all.length < ids.length, noGroup),
    ...when(
      all.some((group) => group.vpc !== vpc),
      codes.vpc,
    ),
    ...when(new Set(all.map(({ type }) => type)).size > 1, codes.types),
  ])
}

/** What an interface in these groups would exceed; `before` is the one that is in others now. */
function overQuota(
  world: World,
  ids: readonly string[],
  before: Nic | undefined,
  codes: { readonly tooMany: string; readonly full: string },
): readonly string[] {
  const weight = found(world, ids).reduce((sum, { rules }) => sum + totalWeight(world, rules), 0)
  const isFull = ids.some((id) => {
    const others = membersOf(world, id).filter((nic) => nic !== before)
    return world.groups.get(id)?.type === 'normal' && others.length + 1 > limits.privateAddressesPerGroup
  })
  return [
    ...when(ids.length > limits.groupsPerInterface, codes.tooMany),
    ...when(weight > limits.rulesPerInterface, '403 AclLimitExceed'),
    ...when(isFull, codes.full),
  ]
}

const nicCodes = { vpc: '403 InvalidOperation.VpcMismatch', types: '403 InvalidOperation.MultiGroupType' }

function createNic(world: World, step: MemberStep & { do: 'createNic' }): Planned {
  const ids = step.groups.map((one) => pick(world.groups, one, 'sg'))
  const network = world.vpcs[step.vswitch]
  const secondaries = [...world.interfaces.values()].filter(({ isPrimary }) => !isPrimary).length
  return {
    action: 'CreateNetworkInterface',
    parameters: { VSwitchId: network?.vswitch ?? 'vsw-bp1000000000000000000000', SecurityGroupIds: ids },
    refusals: firstOf(
      when(!network, '404 InvalidVSwitchId.NotFound'),
      wrongGroups(world, network?.vpc ?? '', ids, nicCodes),
      [
        ...when(secondaries >= limits.interfacesPerRegion, '403 MaxEniCountExceeded'),
        ...overQuota(world, ids, undefined, {
          tooMany: '400 JoinedGroupLimitExceed',
          full: '403 SecurityGroupInstanceLimitExceed',
        }),
      ],
    ),
    apply: ({ NetworkInterfaceId }) =>
      void world.interfaces.set(String(NetworkInterfaceId), {
        ...{ vpc: network?.vpc ?? '', groups: ids, isPrimary: false },
      }),
  }
}

function run(world: World, step: MemberStep & { do: 'run' }): Planned {
  const id = pick(world.groups, step.group, 'sg')
  const group = world.groups.get(id)
  const network = world.vpcs[step.vswitch]
  return {
    action: 'RunInstances',
    parameters: {
      ...{ VSwitchId: network?.vswitch ?? 'vsw-bp1000000000000000000000', SecurityGroupId: id },
      ...{ ImageId: 'aliyun_3_x64_20G_alibase.vhd', InstanceType: 'ecs.g6.large' },
    },
    refusals: firstOf(
      [...when(!group, noGroup), ...when(!network, '404 InvalidVSwitchId.NotFound')],
      when(group?.vpc !== network?.vpc, '400 InvalidParameter.Mismatch'),
      overQuota(world, [id], undefined, {
        tooMany: '400 InstanceSecurityGroupLimitExceeded',
        full: '403 SecurityGroupInstanceLimitExceed',
      }),
    ),
    apply: ({ InstanceIdSets, primary }) => {
      const [instance = ''] = (InstanceIdSets as { InstanceIdSet: string[] }).InstanceIdSet
      world.instances.set(instance, String(primary))
      world.interfaces.set(String(primary), { vpc: network?.vpc ?? '', groups: [id], isPrimary: true })
    },
  }
}

interface Target {
  readonly byInstance: boolean
  readonly which: number
}

/** The interface that a step is about: one of all, or the primary one of an instance. */
function targetOf(world: World, { byInstance, which }: Target) {
  const id = byInstance ? pick(world.instances, which, 'i') : pick(world.interfaces, which, 'eni')
  const nic = world.interfaces.get(byInstance ? (world.instances.get(id) ?? '') : id)
  return { nic, named: { [byInstance ? 'InstanceId' : 'NetworkInterfaceId']: id } }
}

function join(world: World, step: MemberStep & { do: 'join' }): Planned {
  const id = pick(world.groups, step.group, 'sg')
  const group = world.groups.get(id)
  const { nic, named } = targetOf(world, step)
  const joined = found(world, nic?.groups ?? [])
  return {
    action: 'JoinSecurityGroup',
    parameters: { SecurityGroupId: id, ...named },
    refusals: firstOf(
      [...when(!nic, step.byInstance ? noInstance : noNic), ...when(!group, noGroup)],
      when(nic?.groups.includes(id) === true, '403 InvalidInstanceId.AlreadyExists'),
      [
        ...when(
          group?.vpc !== nic?.vpc,
          step.byInstance ? '400 InvalidInstanceId.Mismatch' : '403 InvalidOperation.VpcMismatch',
        ),
        ...when(
          joined.some(({ type }) => type !== group?.type),
          '400 InvalidOperation.MultiGroupType',
        ),
      ],
      overQuota(world, [...(nic?.groups ?? []), id], nic, {
        tooMany: '400 InstanceSecurityGroupLimitExceeded',
        full: '403 SecurityGroupInstanceLimitExceeded',
      }),
    ),
    apply: () => void nic?.groups.push(id),
  }
}

function leave(world: World, step: MemberStep & { do: 'leave' }): Planned {
  const id = pick(world.groups, step.group, 'sg')
  const { nic, named } = targetOf(world, step)
  return {
    action: 'LeaveSecurityGroup',
    parameters: { SecurityGroupId: id, ...named },
    refusals: firstOf(
      [...when(!nic, step.byInstance ? noInstance : noNic), ...when(!world.groups.has(id), noGroup)],
      when(nic?.groups.includes(id) === false, '400 InvalidSecurityGroupAssociation.NotFound'),
      when(
        nic?.groups.length === 1,
        step.byInstance ? '403 InstanceLastSecurityGroup' : '403 InvalidOperation.AtLeastInOneGroup',
      ),
    ),
    apply: () => void (nic && (nic.groups = nic.groups.filter((one) => one !== id))),
  }
}

function setGroups(world: World, step: MemberStep & { do: 'setGroups' }): Planned {
  const ids = step.groups.map((one) => pick(world.groups, one, 'sg'))
  const { nic, named } = targetOf(world, step)
  const codes = step.byInstance
    ? { vpc: '400 InvalidInstanceId.Mismatch', types: '400 InvalidOperation.MultiGroupType' }
    : nicCodes
  return {
    action: step.byInstance ? 'ModifyInstanceAttribute' : 'ModifyNetworkInterfaceAttribute',
    parameters: { ...named, [step.byInstance ? 'SecurityGroupIds' : 'SecurityGroupId']: ids },
    refusals: firstOf(
      when(!nic, step.byInstance ? noInstance : noNic),
      when(
        !step.byInstance && nic?.isPrimary === true,
        '404 InvalidOperation.PrimaryEniOnlySupportModifyNameAndDesc',
      ),
      wrongGroups(world, nic?.vpc ?? '', ids, codes),
      overQuota(world, ids, nic, {
        tooMany: step.byInstance ? '400 InstanceSecurityGroupLimitExceeded' : '400 JoinedGroupLimitExceed',
        full: '403 SecurityGroupInstanceLimitExceed',
      }),
    ),
    apply: () => void (nic && (nic.groups = ids)),
  }
}
