import { describe, expect, it } from 'vitest'
import {
  call,
  factOf,
  group,
  listed,
  newGroup,
  nics,
  ok,
  one,
  refusal,
  region,
  run,
  server,
  subnet,
  useInstances,
  vpc,
} from './instance-fixture.js'

useInstances()

const attributes = (InstanceId: string) => server.ok('DescribeInstanceAttribute', { InstanceId })
const modify = (InstanceId: string, change: object) =>
  server.call('ModifyInstanceAttribute', { InstanceId, ...change })

describe('an instance as answered', () => {
  it('shows the size of its type and the system of its image', async () => {
    await one({
      InstanceType: 'ecs.g7.xlarge',
      ImageFamily: 'acs:ubuntu_22_04_x64',
      HttpTokens: 'required',
      InternetChargeType: 'PayByBandwidth',
    })
    expect(await listed({ VpcId: vpc })).toMatchObject([
      {
        ...{ InstanceTypeFamily: 'ecs.g7', Cpu: 4, Memory: 16_384 },
        ...{ CpuOptions: { CoreCount: 2, ThreadsPerCore: 2 }, GPUAmount: 0 },
        ...{ ImageId: 'ubuntu_22_04_x64_20G_alibase_20230208.vhd', OSType: 'linux' },
        ...{ OSNameEn: 'Ubuntu  22.04 64 bit', OSName: 'Ubuntu  22.04 64位' },
        MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 0 },
        ...{ InternetChargeType: 'PayByBandwidth', InternetMaxBandwidthOut: 0 },
        ...{
          ExpiredTime: '2099-12-31T15:59Z',
          AutoReleaseTime: '',
          SpotStrategy: 'NoSpot',
          SpotPriceLimit: 0,
        },
        StartTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/) as string,
        SerialNumber: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string,
        ...{ IoOptimized: true, DeviceAvailable: true, OperationLocks: { LockReason: [] } },
      },
    ])
    await one({ InstanceType: 'ecs.of-the-future.large', ImageId: 'm-own' })
    expect((await listed({ VpcId: vpc }))[0]).toMatchObject({
      Cpu: 0,
      Memory: 0,
      OSName: '',
      OSType: 'linux',
    })
  })

  it('shows how it is charged, though nobody charges', async () => {
    await one({
      ...{ InstanceChargeType: 'PrePaid', Period: 2, PeriodUnit: 'Year' },
      ...{ SpotStrategy: 'SpotWithPriceLimit', SpotPriceLimit: '0.97' },
    })
    const [instance] = await listed({ VpcId: vpc })
    const created = String(instance?.CreationTime)
    expect(instance).toMatchObject({
      ExpiredTime: `${Number(created.slice(0, 4)) + 2}${created.slice(4)}`,
      ...{ SpotStrategy: 'SpotWithPriceLimit', SpotPriceLimit: 0.97, SpotDuration: 1 },
      SpotInterruptionBehavior: 'Terminate',
    })
  })

  it('is found by family, metadata options, charge type of the network and time of creation', async () => {
    const a = await one({ InstanceType: 'ecs.g7.large', HttpTokens: 'required', HttpEndpoint: 'disabled' })
    const b = await one({ InstanceType: 'ecs.g7se.large', InternetChargeType: 'PayByBandwidth' })
    const found = async (filter: object) =>
      (await listed({ VpcId: vpc, ...filter })).map(({ InstanceId }) => InstanceId)
    expect(await found({ InstanceTypeFamily: 'ecs.g7' })).toEqual([a])
    expect(await found({ HttpTokens: 'required' })).toEqual([a])
    expect(await found({ HttpTokens: 'optional' })).toEqual([b])
    expect(await found({ HttpEndpoint: 'enabled' })).toEqual([b])
    expect(await found({ InternetChargeType: 'PayByTraffic' })).toEqual([a])
    expect(await found({ InternetChargeType: 'PayByBandwidth' })).toEqual([b])
    const since = (Value: string) => found({ Filter: [{ Key: 'CreationStartTime', Value }] })
    expect(await since('2020-01-01T00:00Z')).toEqual([b, a])
    expect(await since('2999-01-01T00:00Z')).toEqual([])
    for (const none of [
      { IoOptimized: false },
      { DeviceAvailable: false },
      { RdmaIpAddresses: '10.0.0.1' },
    ]) {
      expect(await found(none)).toEqual([])
    }
    expect(await found({ IoOptimized: true, AdditionalAttributes: ['META_OPTIONS'] })).toEqual([b, a])
  })

  it('belongs to the resource group that it was put into', async () => {
    const version = '2020-03-31'
    const made = await server.ok('CreateResourceGroup', { Name: 'hosts', DisplayName: 'hosts' }, version)
    const { Id } = made.ResourceGroup as { Id: string }
    const id = await one({ ResourceGroupId: Id })
    await one()
    expect(await listed({ VpcId: vpc, ResourceGroupId: Id })).toMatchObject([
      { InstanceId: id, ResourceGroupId: Id },
    ])
  })

  it('is answered flat by DescribeInstanceAttribute', async () => {
    const id = await one({ InstanceName: 'flat', InstanceType: 'ecs.g6.large', Description: 'one of many' })
    const { RequestId, ...answer } = await attributes(id)
    expect(RequestId).toBeTruthy()
    expect(answer).toMatchObject({
      ...{ InstanceId: id, InstanceName: 'flat', Description: 'one of many', RegionId: region },
      ...{ Status: 'Running', StoppedMode: 'Not-applicable', Cpu: 2, Memory: 8192, IoOptimized: 'optimized' },
      SecurityGroupIds: { SecurityGroupId: [group] },
      VpcAttributes: { VpcId: vpc, VSwitchId: subnet, PrivateIpAddress: { IpAddress: ['10.0.0.1'] } },
      ...{ PublicIpAddress: { IpAddress: [] }, InnerIpAddress: { IpAddress: [] } },
      OperationLocks: { LockReason: [] },
    })
  })
})

describe('CreateInstance', () => {
  it('makes one stopped instance, which starts', async () => {
    const { InstanceId } = await ok('CreateInstance', {
      ...{ SecurityGroupId: group, VSwitchId: subnet, PrivateIpAddress: '10.0.0.9', HostName: 'only-1' },
      ...{ Tag: [{ Key: 'k', Value: 'v' }], DeletionProtection: true, Password: 'Never-stored-1' },
    })
    const id = String(InstanceId)
    expect(await listed({ InstanceIds: JSON.stringify([id]) })).toMatchObject([
      {
        ...{ Status: 'Stopped', StoppedMode: 'Not-applicable', StartTime: '', DeletionProtection: true },
        ...{ HostName: 'only-1', Tags: { Tag: [{ TagKey: 'k', TagValue: 'v' }] } },
      },
    ])
    expect(await factOf(id)).toMatchObject({ running: false, groups: [group], addresses: ['10.0.0.9'] })
    await ok('StartInstance', { InstanceId: id })
    expect(await factOf(id)).toMatchObject({ running: true })
    expect((await attributes(id)).Status).toBe('Running')
  })

  it('counts no names, and a client token makes one instance of two calls', async () => {
    const base = { SecurityGroupId: group, VSwitchId: subnet }
    expect(refusal(await call('CreateInstance', { ...base, InstanceName: 'node[1,3]' }))).toEqual([
      400,
      'InvalidInstanceName.Malformed',
    ])
    const first = await ok('CreateInstance', { ...base, ClientToken: 'create-once' })
    expect((await ok('CreateInstance', { ...base, ClientToken: 'create-once' })).InstanceId).toBe(
      first.InstanceId,
    )
    expect(await listed({ VpcId: vpc })).toHaveLength(1)
  })
})

describe('ModifyInstanceAttribute', () => {
  it('changes names and protection, and leaves the rest', async () => {
    const id = await one({ InstanceName: 'before', Description: 'stays', InstanceType: 'ecs.t6-c1m1.large' })
    const change = { InstanceName: 'after', HostName: 'new.host', DeletionProtection: true }
    expect((await modify(id, { ...change, CreditSpecification: 'Unlimited' })).status).toBe(200)
    expect(await listed({ VpcId: vpc })).toMatchObject([
      { ...change, Description: 'stays', CreditSpecification: 'Unlimited' },
    ])
    await modify(id, { DeletionProtection: false, Description: 'changes' })
    expect(await listed({ VpcId: vpc })).toMatchObject([
      { InstanceName: 'after', Description: 'changes', DeletionProtection: false },
    ])
    await ok('DeleteInstance', { InstanceId: id, Force: true })
  })

  it('moves the instance into exactly the groups given, in their order', async () => {
    const id = await one()
    const [second, third] = [await newGroup(), await newGroup()]
    expect((await modify(id, { SecurityGroupIds: [third, second] })).status).toBe(200)
    expect((await factOf(id))?.groups).toEqual([third, second])
    expect((await attributes(id)).SecurityGroupIds).toEqual({ SecurityGroupId: [third, second] })
    await modify(id, { SecurityGroupIds: [second] })
    expect((await factOf(id))?.groups).toEqual([second])
    await ok('DeleteSecurityGroup', { SecurityGroupId: third })
  })

  it('may change from basic groups to advanced ones as a whole, not in part', async () => {
    const id = await one()
    const advanced = await newGroup({ SecurityGroupType: 'enterprise' })
    expect(refusal(await modify(id, { SecurityGroupIds: [group, advanced] }))).toEqual([
      400,
      'InvalidOperation.MultiGroupType',
    ])
    expect((await factOf(id))?.groups).toEqual([group])
    expect((await modify(id, { SecurityGroupIds: [advanced] })).status).toBe(200)
    expect((await factOf(id))?.groups).toEqual([advanced])
  })

  it('what is refused changes nothing, not even what stands before it', async () => {
    const id = await one({ InstanceName: 'before' })
    const elsewhere = String((await ok('CreateSecurityGroup')).SecurityGroupId)
    const refused = await modify(id, { InstanceName: 'after', SecurityGroupIds: [elsewhere] })
    expect(refusal(refused)).toEqual([400, 'InvalidInstanceId.Mismatch'])
    expect(await listed({ VpcId: vpc })).toMatchObject([{ InstanceName: 'before' }])
    expect((await factOf(id))?.groups).toEqual([group])
  })

  it('a full group takes nobody more, and keeps who is in it', async () => {
    const ids = [await one(), await one(), await one(), await one()]
    const other = await newGroup()
    const late = await one({ SecurityGroupId: other })
    expect(refusal(await modify(late, { SecurityGroupIds: [group] }))).toEqual([
      403,
      'SecurityGroupInstanceLimitExceed',
    ])
    expect((await factOf(late))?.groups).toEqual([other])
    expect((await modify(ids[0] ?? '', { SecurityGroupIds: [other, group] })).status).toBe(200)
  })

  it('what followers were told is what the store holds after a restart', async () => {
    const id = await one()
    await modify(id, { SecurityGroupIds: [await newGroup()], HostName: 'kept' })
    const told = await factOf(id)
    await server.restart()
    expect(await factOf(id)).toEqual(told)
    expect((await attributes(id)).HostName).toBe('kept')
  })
})

describe('RunInstances with MinAmount', () => {
  it('makes as many as the vSwitch has addresses for, and at least so many', async () => {
    const vswitch = await server.ok(
      'CreateVSwitch',
      { RegionId: region, VpcId: vpc, ZoneId: 'cn-hangzhou-h', CidrBlock: '10.0.1.0/29' },
      '2016-04-28',
    )
    const small = { VSwitchId: vswitch.VSwitchId }
    expect(refusal(await run({ ...small, Amount: 7, MinAmount: 5 }))).toEqual([
      400,
      'QuotaExceeded.PrivateIpAddress',
    ])
    expect(await nics({ VSwitchId: vswitch.VSwitchId })).toEqual([])
    const made = (await run({ ...small, Amount: 7, MinAmount: 2 })).body
    expect((made.InstanceIdSets as { InstanceIdSet: string[] }).InstanceIdSet).toHaveLength(4)
  })

  it('makes Amount where there is room', async () => {
    const made = (await run({ Amount: 3, MinAmount: 1, HostNames: ['one-1', 'two-2', 'three-3'] })).body
    const ids = (made.InstanceIdSets as { InstanceIdSet: string[] }).InstanceIdSet
    expect(ids).toHaveLength(3)
    expect((await listed({ VpcId: vpc })).map(({ HostName }) => HostName)).toEqual([
      ...['three-3', 'two-2', 'one-1'],
    ])
  })
})
