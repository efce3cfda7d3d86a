import { describe, expect, it } from 'vitest'
import {
  call,
  factOf,
  group,
  newGroup,
  nics,
  ok,
  one,
  refusal,
  started,
  useInstances,
} from './instance-fixture.js'

useInstances()

describe('JoinSecurityGroup and LeaveSecurityGroup', () => {
  it('groups are kept in the order joined, by instance or by interface', async () => {
    const [second, third] = [await newGroup(), await newGroup()]
    const id = await one()
    const [nic] = await nics({ InstanceId: id })
    const NetworkInterfaceId = nic?.NetworkInterfaceId
    await ok('JoinSecurityGroup', { SecurityGroupId: second, InstanceId: id })
    await ok('JoinSecurityGroup', { SecurityGroupId: third, NetworkInterfaceId })
    expect((await factOf(id))?.groups).toEqual([group, second, third])
    await ok('LeaveSecurityGroup', { SecurityGroupId: second, NetworkInterfaceId })
    await ok('LeaveSecurityGroup', { SecurityGroupId: group, InstanceId: id })
    await ok('JoinSecurityGroup', { SecurityGroupId: group, InstanceId: id })
    expect((await factOf(id))?.groups).toEqual([third, group])
    expect((await nics({ InstanceId: id }))[0]?.SecurityGroupIds).toEqual({ SecurityGroupId: [third, group] })
  })

  it('each refusal has its code', async () => {
    const id = await one()
    const [nic] = await nics({ InstanceId: id })
    const NetworkInterfaceId = nic?.NetworkInterfaceId
    const join = async (target: object) => refusal(await call('JoinSecurityGroup', target))
    const leave = async (target: object) => refusal(await call('LeaveSecurityGroup', target))
    const home = String((await ok('CreateSecurityGroup')).SecurityGroupId)
    const advanced = await newGroup({ SecurityGroupType: 'enterprise' })
    const unjoined = await newGroup()

    expect(await join({ SecurityGroupId: group })).toEqual([400, 'MissingParameter'])
    expect(await join({ SecurityGroupId: group, InstanceId: id, NetworkInterfaceId })).toEqual([
      403,
      'InvalidParam.EniIdAndInstanceId.Conflict',
    ])
    const noRegion = { SecurityGroupId: group, NetworkInterfaceId, RegionId: undefined }
    expect(await join(noRegion)).toEqual([400, 'MissingParameter.RegionId'])
    expect(await join({ SecurityGroupId: group, InstanceId: id })).toEqual([
      403,
      'InvalidInstanceId.AlreadyExists',
    ])
    expect(await join({ SecurityGroupId: 'sg-none', InstanceId: id })).toEqual([
      404,
      'InvalidSecurityGroupId.NotFound',
    ])
    expect(await join({ SecurityGroupId: group, InstanceId: 'i-none' })).toEqual([
      404,
      'InvalidInstanceId.NotFound',
    ])
    expect(await join({ SecurityGroupId: group, NetworkInterfaceId: 'eni-none' })).toEqual([
      404,
      'InvalidEniId.NotFound',
    ])
    expect(await join({ SecurityGroupId: home, InstanceId: id })).toEqual([400, 'InvalidInstanceId.Mismatch'])
    expect(await join({ SecurityGroupId: home, NetworkInterfaceId })).toEqual([
      403,
      'InvalidOperation.VpcMismatch',
    ])
    expect(await join({ SecurityGroupId: advanced, InstanceId: id })).toEqual([
      400,
      'InvalidOperation.MultiGroupType',
    ])
    expect(await leave({ SecurityGroupId: unjoined, InstanceId: id })).toEqual([
      400,
      'InvalidSecurityGroupAssociation.NotFound',
    ])
    expect(await leave({ SecurityGroupId: group, InstanceId: id })).toEqual([
      403,
      'InstanceLastSecurityGroup',
    ])
    expect(await leave({ SecurityGroupId: group, NetworkInterfaceId })).toEqual([
      403,
      'InvalidOperation.AtLeastInOneGroup',
    ])
  })

  it('quotas hold for groups, rules and addresses, and a refusal leaves nothing', async () => {
    const id = await one()
    const join = async (SecurityGroupId: string) =>
      refusal(await call('JoinSecurityGroup', { SecurityGroupId, InstanceId: id }))
    const full = await newGroup()
    await started({ SecurityGroupId: full, Amount: 4 })
    expect(await join(full)).toEqual([403, 'SecurityGroupInstanceLimitExceeded'])
    expect((await factOf(id))?.groups).toEqual([group])
    const heavy = await newGroup()
    const rules = [1, 2, 3, 4].map((port) => ({
      IpProtocol: 'UDP',
      PortRange: `${port}/${port}`,
      SourceCidrIp: '0.0.0.0/0',
    }))
    await ok('AuthorizeSecurityGroup', { SecurityGroupId: heavy, Permissions: rules })
    expect(await join(heavy)).toEqual([403, 'AclLimitExceed'])
    for (let round = 0; round < 2; round++) expect(await join(await newGroup())).toEqual([200, undefined])
    expect(await join(await newGroup())).toEqual([400, 'InstanceSecurityGroupLimitExceeded'])
  })
})
