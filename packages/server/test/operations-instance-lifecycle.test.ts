import { describe, expect, it } from 'vitest'
import {
  call,
  factOf,
  group,
  idsOf,
  listed,
  listedIds,
  newGroup,
  nics,
  ok,
  one,
  refusal,
  region,
  server,
  subnet,
  useInstances,
  vpc,
  vpcOk,
} from './instance-fixture.js'
import { worldState } from './world-state.js'

useInstances()

describe('starting, stopping and deleting', () => {
  it('followers see whether an instance runs', async () => {
    const id = await one()
    await ok('StopInstance', { InstanceId: id, StoppedMode: 'StopCharging' })
    expect(await factOf(id)).toMatchObject({ running: false, groups: [group], addresses: ['10.0.0.1'] })
    expect((await listed({ VpcId: vpc }))[0]).toMatchObject({
      Status: 'Stopped',
      StoppedMode: 'StopCharging',
    })
    await ok('StartInstance', { InstanceId: id })
    expect((await factOf(id))?.running).toBe(true)
    expect((await listed({ VpcId: vpc }))[0]).toMatchObject({
      Status: 'Running',
      StoppedMode: 'Not-applicable',
    })
  })

  it('a status that does not fit is 403, and an unknown instance 404', async () => {
    const id = await one()
    const wrong = [403, 'IncorrectInstanceStatus']
    expect(refusal(await call('StartInstance', { InstanceId: id }))).toEqual(wrong)
    expect(refusal(await call('DeleteInstance', { InstanceId: id }))).toEqual(wrong)
    await ok('StopInstance', { InstanceId: id })
    expect(refusal(await call('StopInstance', { InstanceId: id }))).toEqual(wrong)
    for (const action of ['StartInstance', 'StopInstance', 'DeleteInstance']) {
      const gone = [404, 'InvalidInstanceId.NotFound']
      expect(refusal(await call(action, { InstanceId: 'i-none' }))).toEqual(gone)
      expect(refusal(await call(action, { InstanceId: id, RegionId: 'us-east-1' }))).toEqual(gone)
    }
  })

  it('a dry run changes nothing', async () => {
    const id = await one()
    const dry = [400, 'DryRunOperation']
    expect(refusal(await call('StopInstance', { InstanceId: id, DryRun: true }))).toEqual(dry)
    expect(refusal(await call('DeleteInstance', { InstanceId: id, Force: true, DryRun: true }))).toEqual(dry)
    expect(await factOf(id)).toMatchObject({ running: true })
    await ok('StopInstance', { InstanceId: id })
    expect(refusal(await call('StartInstance', { InstanceId: id, DryRun: true }))).toEqual(dry)
    expect(await factOf(id)).toMatchObject({ running: false })
  })

  it('one instance needs no RegionId, wherever it is', async () => {
    const abroad = { RegionId: 'us-east-1' }
    const home = String((await server.ok('CreateSecurityGroup', abroad)).SecurityGroupId)
    const [id] = idsOf(await server.ok('RunInstances', { ...abroad, SecurityGroupId: home }))
    await server.ok('StopInstance', { InstanceId: id })
    await server.ok('StartInstance', { InstanceId: id })
    const second = String((await server.ok('CreateSecurityGroup', abroad)).SecurityGroupId)
    await server.ok('JoinSecurityGroup', { InstanceId: id, SecurityGroupId: second })
    expect((await factOf(id ?? ''))?.groups).toEqual([home, second])
    await server.ok('DeleteInstance', { InstanceId: id, Force: true })
  })

  it('a deleted instance leaves nothing behind', async () => {
    const id = await one({ Tag: [{ Key: 'left', Value: 'over' }] })
    const [nic] = await nics({ InstanceId: id })
    await ok('StopInstance', { InstanceId: id })
    await ok('DeleteInstance', { InstanceId: id })
    expect(await factOf(id)).toBeUndefined()
    expect(await listedIds({ VpcId: vpc })).toEqual([])
    expect(await nics({ NetworkInterfaceId: [nic?.NetworkInterfaceId] })).toEqual([])
    await ok('DeleteSecurityGroup', { SecurityGroupId: group })
    await vpcOk('DeleteVSwitch', { VSwitchId: subnet })
    await vpcOk('DeleteVpc', { VpcId: vpc })
    expect((await worldState(server)).vpcs.some((known) => known.id === vpc)).toBe(false)
  })

  it('a vSwitch with an instance in it stays', async () => {
    await one()
    const answer = await server.call('DeleteVSwitch', { RegionId: region, VSwitchId: subnet }, '2016-04-28')
    expect(refusal(answer)).toEqual([400, 'DependencyViolation'])
  })
})

describe('the change feed', () => {
  it('what followers were told is what the store holds after a restart', async () => {
    const id = await one({ Amount: 3 })
    await ok('JoinSecurityGroup', { SecurityGroupId: await newGroup(), InstanceId: id })
    await ok('StopInstance', { InstanceId: id })
    const told = await worldState(server)
    await server.restart()
    const stored = await worldState(server)
    const byId = <T extends { readonly id: string }>(list: readonly T[]) =>
      [...list].sort((a, b) => (a.id < b.id ? -1 : 1))
    expect(byId(stored.interfaces)).toEqual(byId(told.interfaces))
    expect(stored.interfaces.length).toBeGreaterThan(3)
    expect(byId(stored.vpcs)).toEqual(byId(told.vpcs))
  })
})
