import { describe, expect, it } from 'vitest'
import {
  call,
  factOf,
  group,
  listed,
  listedIds,
  newGroup,
  ok,
  one,
  refusal,
  server,
  useInstances,
  vpc,
} from './instance-fixture.js'
import { adminPost } from './world-state.js'

useInstances()

const lock = (instanceId: string, locked = true) =>
  adminPost(server, '/v1/instances/lock', { instanceId, locked })

describe('an instance locked for security reasons', () => {
  it('says so, across a restart', async () => {
    const id = await one()
    const other = await one()
    await lock(id)
    await server.restart()
    expect(await listedIds({ VpcId: vpc, LockReason: 'security' })).toEqual([id])
    expect(await listedIds({ VpcId: vpc, LockReason: 'financial' })).toEqual([])
    expect(await listed({ InstanceIds: JSON.stringify([id]) })).toMatchObject([
      { OperationLocks: { LockReason: [{ LockReason: 'security', LockMsg: '' }] }, Status: 'Running' },
    ])
    expect(await listed({ InstanceIds: JSON.stringify([other]) })).toMatchObject([
      { OperationLocks: { LockReason: [] } },
    ])
  })

  it('can do nothing but be deleted until it is unlocked', async () => {
    const id = await one()
    const second = await newGroup()
    await ok('JoinSecurityGroup', { InstanceId: id, SecurityGroupId: second })
    await lock(id)
    const calls = [
      ['StartInstance', { InstanceId: id }],
      ['StopInstance', { InstanceId: id }],
      ['RebootInstance', { InstanceId: id }],
      ['StopInstances', { InstanceId: [id] }],
      ['JoinSecurityGroup', { InstanceId: id, SecurityGroupId: await newGroup() }],
      ['LeaveSecurityGroup', { InstanceId: id, SecurityGroupId: second }],
      ['LeaveSecurityGroup', { NetworkInterfaceId: (await factOf(id))?.id, SecurityGroupId: second }],
    ] as const
    for (const [action, parameters] of calls) {
      expect(refusal(await call(action, parameters)), action).toEqual([403, 'InstanceLockedForSecurity'])
    }
    expect(await factOf(id)).toMatchObject({ running: true, groups: [group, second] })
    await lock(id, false)
    await ok('LeaveSecurityGroup', { InstanceId: id, SecurityGroupId: second })
    await lock(id)
    await ok('DeleteInstance', { InstanceId: id, Force: true })
  })

  it('its groups can be changed', async () => {
    await lock(await one())
    const rule = { IpProtocol: 'TCP', PortRange: '80/80', SourceCidrIp: '10.0.0.0/8' }
    await ok('AuthorizeSecurityGroup', { SecurityGroupId: group, ...rule })
  })

  it('the route refuses an unknown instance and a malformed request', async () => {
    await expect(lock('i-none')).rejects.toThrow('404')
    await expect(adminPost(server, '/v1/instances/lock', { instanceId: 'i-x' })).rejects.toThrow(
      '/v1/instances/lock answered 400 {"error":"the request is not valid at locked',
    )
  })
})

describe('an instance protected from deletion', () => {
  it('is not deleted, not even by force', async () => {
    const id = await one({ DeletionProtection: true })
    const refused = [403, 'InvalidOperation.DeletionProtection']
    expect(refusal(await call('DeleteInstance', { InstanceId: id, Force: true }))).toEqual(refused)
    expect(refusal(await call('DeleteInstances', { InstanceId: [id], Force: true }))).toEqual(refused)
    expect(await listed({ VpcId: vpc })).toMatchObject([{ InstanceId: id, DeletionProtection: true }])
  })
})
