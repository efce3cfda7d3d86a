import { describe, expect, it } from 'vitest'
import {
  type Body,
  call,
  enterNetwork,
  group,
  listed,
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
import { attach, create, detach, factOf, newEni, nicOf } from './interface-fixture.js'
import { worldState } from './world-state.js'

useInstances()

describe('a new network interface', () => {
  it('is answered and described with every field that clients read, and is Available', async () => {
    const made = await create({
      NetworkInterfaceName: 'second',
      Description: 'for tests',
      PrimaryIpAddress: '10.0.0.9',
      PrivateIpAddress: ['10.0.0.11', '10.0.0.10'],
      Tag: [{ Key: 'k', Value: 'v' }],
      DeleteOnRelease: false,
      SourceDestCheck: true,
      QueueNumber: 2,
    })
    const shared = {
      NetworkInterfaceName: 'second',
      Description: 'for tests',
      Status: 'Available',
      Type: 'Secondary',
      VpcId: vpc,
      VSwitchId: subnet,
      ZoneId: 'cn-hangzhou-h',
      PrivateIpAddress: '10.0.0.9',
      PrivateIpSets: {
        PrivateIpSet: [
          { PrivateIpAddress: '10.0.0.9', Primary: true },
          { PrivateIpAddress: '10.0.0.11', Primary: false },
          { PrivateIpAddress: '10.0.0.10', Primary: false },
        ],
      },
      Ipv6Sets: { Ipv6Set: [] },
      Ipv4PrefixSets: { Ipv4PrefixSet: [] },
      Ipv6PrefixSets: { Ipv6PrefixSet: [] },
      SecurityGroupIds: { SecurityGroupId: [group] },
      SourceDestCheck: true,
      OwnerId: '1234567890123456',
      ServiceManaged: false,
      ServiceID: 0,
      Tags: { Tag: [{ TagKey: 'k', TagValue: 'v' }] },
    }
    expect(made).toMatchObject(shared)
    expect(made.MacAddress).toMatch(/^00:16:3e(:[0-9a-f]{2}){3}$/)
    const id = String(made.NetworkInterfaceId)
    const described = {
      ...shared,
      MacAddress: made.MacAddress,
      InstanceId: '',
      Attachment: {},
      AssociatedPublicIp: {},
      DeleteOnRelease: false,
      NetworkInterfaceTrafficMode: 'Standard',
      QueueNumber: 2,
    }
    expect(await nicOf(id)).toMatchObject(described)
    const alone = await ok('DescribeNetworkInterfaceAttribute', { NetworkInterfaceId: id })
    expect(alone).toMatchObject(described)
    expect(alone).not.toHaveProperty('ConnectionTrackingConfiguration')
  })

  it('takes free addresses, lowest first, and none twice', async () => {
    const first = await create({ SecondaryPrivateIpAddressCount: 2 })
    expect(first.PrivateIpSets).toEqual({
      PrivateIpSet: [
        { PrivateIpAddress: '10.0.0.1', Primary: true },
        { PrivateIpAddress: '10.0.0.2', Primary: false },
        { PrivateIpAddress: '10.0.0.3', Primary: false },
      ],
    })
    expect((await create()).PrivateIpAddress).toBe('10.0.0.4')
  })

  it('gets IPv6 addresses only when asked', async () => {
    await enterNetwork({ EnableIpv6: 'true' }, { Ipv6CidrBlock: 7 })
    expect((await create()).Ipv6Sets).toEqual({ Ipv6Set: [] })
    const two = (await create({ Ipv6AddressCount: 2 })).Ipv6Sets as { Ipv6Set: Body[] }
    expect(two.Ipv6Set).toHaveLength(2)
  })

  it('refused, leaves neither address nor interface', async () => {
    const answer = await call('CreateNetworkInterface', {
      ...{ VSwitchId: subnet, SecurityGroupId: group, SecondaryPrivateIpAddressCount: 4 },
    })
    // Five addresses, where the group may hold four.
    expect(refusal(answer)).toEqual([403, 'SecurityGroupInstanceLimitExceed'])
    expect(await nics({ VpcId: vpc })).toEqual([])
    expect((await create()).PrivateIpAddress).toBe('10.0.0.1')
  })

  it('keeps its group and its vSwitch from being deleted, though it is attached to nothing', async () => {
    const id = await newEni()
    expect(refusal(await call('DeleteSecurityGroup', { SecurityGroupId: group }))).toEqual([
      403,
      'DependencyViolation',
    ])
    const inUse = await server.call('DeleteVSwitch', { RegionId: region, VSwitchId: subnet }, '2016-04-28')
    expect(refusal(inUse)).toEqual([400, 'DependencyViolation'])
    await ok('DeleteNetworkInterface', { NetworkInterfaceId: id })
    await ok('DeleteSecurityGroup', { SecurityGroupId: group })
    await vpcOk('DeleteVSwitch', { VSwitchId: subnet })
  })

  it('is of no instance in a count of instances', async () => {
    await newEni()
    await one()
    const found = await ok('DescribeSecurityGroups', { SecurityGroupId: group, IsQueryEcsCount: 'true' })
    expect((found.SecurityGroups as { SecurityGroup: Body[] }).SecurityGroup).toMatchObject([{ EcsCount: 1 }])
  })

  it('made twice with one ClientToken is made once', async () => {
    const made = await newEni({ ClientToken: 'eni-once' })
    expect(await newEni({ ClientToken: 'eni-once' })).toBe(made)
    expect(await nics({ VpcId: vpc })).toHaveLength(1)
  })
})

describe('an interface and its instance', () => {
  it('attached, is InUse as the next one of the instance, and runs as it does', async () => {
    const id = await one()
    const [first, second] = [await newEni(), await newEni()]
    await attach(first, id)
    await attach(second, id)
    const described = await nicOf(second)
    const Attachment = { InstanceId: id, DeviceIndex: 2, NetworkCardIndex: 0, TrunkNetworkInterfaceId: '' }
    expect(described).toMatchObject({ Status: 'InUse', InstanceId: id, Attachment, QueueNumber: 1 })
    expect(await factOf(first)).toMatchObject({ instance: id, device: 1, running: true })
    await ok('StopInstance', { InstanceId: id })
    expect(await factOf(first)).toMatchObject({ running: false })
    await ok('StartInstance', { InstanceId: id })
    expect(await factOf(first)).toMatchObject({ running: true })
    const [instance] = await listed({ InstanceIds: JSON.stringify([id]) })
    const { NetworkInterface } = instance?.NetworkInterfaces as { NetworkInterface: Body[] }
    expect(NetworkInterface.map(({ Type }) => Type)).toEqual(['Primary', 'Secondary', 'Secondary'])
    expect(NetworkInterface.slice(1).map((nic) => nic.NetworkInterfaceId)).toEqual([first, second])
  })

  it('detached, keeps its addresses and groups; the next one takes its place', async () => {
    const id = await one()
    const [first, second, third] = [await newEni(), await newEni(), await newEni()]
    await attach(first, id)
    await attach(second, id)
    const before = await nicOf(first)
    await detach(first, id)
    const after = await nicOf(first)
    expect(after).toMatchObject({ Status: 'Available', InstanceId: '', Attachment: {} })
    for (const kept of ['MacAddress', 'PrivateIpSets', 'SecurityGroupIds']) {
      expect(after?.[kept]).toEqual(before?.[kept])
    }
    expect(await factOf(first)).toMatchObject({ instance: null, running: false })
    expect(await factOf(first)).not.toHaveProperty('device')
    await attach(third, id)
    expect([(await factOf(third))?.device, (await factOf(second))?.device]).toEqual([1, 2])
  })

  it('stopped is as good as running: it can be attached and detached', async () => {
    const id = await one()
    await ok('StopInstance', { InstanceId: id })
    const eni = await newEni()
    expect((await attach(eni, id)).status).toBe(200)
    expect(await factOf(eni)).toMatchObject({ instance: id, running: false })
    expect((await detach(eni, id)).status).toBe(200)
  })

  it('go together unless the interface is to stay; a primary one that stays becomes a secondary one', async () => {
    const id = await one()
    const [primary] = await nics({ InstanceId: id })
    const [goes, stays] = [await newEni(), await newEni({ DeleteOnRelease: false })]
    await attach(goes, id)
    await attach(stays, id)
    const kept = String(primary?.NetworkInterfaceId)
    await ok('ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: kept, DeleteOnRelease: false })
    await ok('DeleteInstance', { InstanceId: id, Force: true })
    expect(await nicOf(goes)).toBeUndefined()
    for (const nic of [stays, kept]) {
      expect(await nicOf(nic)).toMatchObject({ Status: 'Available', Type: 'Secondary', InstanceId: '' })
    }
    const other = await one()
    expect((await attach(kept, other)).status).toBe(200)
  })

  it('deleted, the interface frees its addresses', async () => {
    const id = await newEni({ SecondaryPrivateIpAddressCount: 1 })
    await ok('DeleteNetworkInterface', { NetworkInterfaceId: id })
    expect(await factOf(id)).toBeUndefined()
    expect((await create({ SecondaryPrivateIpAddressCount: 1 })).PrivateIpSets).toEqual({
      PrivateIpSet: [
        { PrivateIpAddress: '10.0.0.1', Primary: true },
        { PrivateIpAddress: '10.0.0.2', Primary: false },
      ],
    })
  })
})

describe('ModifyNetworkInterfaceAttribute', () => {
  const modify = (id: string, extra: object) =>
    ok('ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: id, ...extra })

  it('replaces all groups by those given, in their order, and leaves what is not given', async () => {
    const [second, third] = [await newGroup(), await newGroup()]
    const id = await newEni({ NetworkInterfaceName: 'before' })
    await modify(id, { SecurityGroupId: [third, group] })
    expect(await nicOf(id)).toMatchObject({
      SecurityGroupIds: { SecurityGroupId: [third, group] },
      NetworkInterfaceName: 'before',
    })
    await modify(id, { SecurityGroupId: [second], Description: 'described' })
    expect(await nicOf(id)).toMatchObject({
      SecurityGroupIds: { SecurityGroupId: [second] },
      Description: 'described',
    })
    expect((await factOf(id))?.groups).toEqual([second])
    await ok('DeleteSecurityGroup', { SecurityGroupId: group })
  })

  it('refused for one group, keeps the others as they were', async () => {
    const id = await newEni()
    const answer = await call('ModifyNetworkInterfaceAttribute', {
      ...{ NetworkInterfaceId: id, NetworkInterfaceName: 'after' },
      SecurityGroupId: [await newGroup(), 'sg-none'],
    })
    expect(refusal(answer)).toEqual([404, 'InvalidSecurityGroupId.NotFound'])
    expect(await nicOf(id)).toMatchObject({
      SecurityGroupIds: { SecurityGroupId: [group] },
      NetworkInterfaceName: '',
    })
  })

  it('can switch a detached interface from basic to advanced groups as a whole', async () => {
    const id = await newEni()
    const advanced = await newGroup({ SecurityGroupType: 'enterprise' })
    await modify(id, { SecurityGroupId: [advanced] })
    expect((await factOf(id))?.groups).toEqual([advanced])
  })

  it('sets timeouts that data planes are told of; the default ones are not worth telling', async () => {
    const id = await newEni({ 'ConnectionTrackingConfiguration.UdpTimeout': 100 })
    expect((await factOf(id))?.timeouts).toEqual({ tcpEstablished: 910, tcpClosed: 3, udp: 100 })
    const change = { TcpEstablishedTimeout: 60, TcpClosedAndTimeWaitTimeout: 15 }
    await modify(id, { ConnectionTrackingConfiguration: change })
    expect((await factOf(id))?.timeouts).toEqual({ tcpEstablished: 60, tcpClosed: 15, udp: 100 })
    const described = await ok('DescribeNetworkInterfaceAttribute', {
      ...{ NetworkInterfaceId: id, Attribute: 'connectionTrackingConfiguration' },
    })
    expect(described.ConnectionTrackingConfiguration).toEqual({ ...change, UdpTimeout: 100 })
    await modify(id, {
      ConnectionTrackingConfiguration: {
        ...{ TcpEstablishedTimeout: 910, TcpClosedAndTimeWaitTimeout: 3, UdpTimeout: 30 },
      },
    })
    expect(await factOf(id)).not.toHaveProperty('timeouts')
  })

  it.each([
    ['TcpEstablishedTimeout', 90],
    ['TcpEstablishedTimeout', 'soon'],
    ['TcpClosedAndTimeWaitTimeout', 2],
    ['TcpClosedAndTimeWaitTimeout', 16],
    ['UdpTimeout', 0],
  ])('refuses %s=%s', async (name, value) => {
    const answer = await call('ModifyNetworkInterfaceAttribute', {
      NetworkInterfaceId: await newEni(),
      [`ConnectionTrackingConfiguration.${name}`]: value,
    })
    expect(refusal(answer)).toEqual([400, 'InvalidParameter.EniConnectionTrackingConfiguration'])
  })
})

describe('JoinSecurityGroup and LeaveSecurityGroup of a detached interface', () => {
  it('work as on an attached one', async () => {
    const [id, second] = [await newEni(), await newGroup()]
    await ok('JoinSecurityGroup', { SecurityGroupId: second, NetworkInterfaceId: id })
    expect((await factOf(id))?.groups).toEqual([group, second])
    await ok('LeaveSecurityGroup', { SecurityGroupId: group, NetworkInterfaceId: id })
    expect((await factOf(id))?.groups).toEqual([second])
    const last = await call('LeaveSecurityGroup', { SecurityGroupId: second, NetworkInterfaceId: id })
    expect(refusal(last)).toEqual([403, 'InvalidOperation.AtLeastInOneGroup'])
  })
})

describe('DescribeNetworkInterfaces', () => {
  it('tells kinds and statuses apart, newest first, in pages', async () => {
    const id = await one()
    const made: string[] = []
    for (let index = 0; index < 3; index++) made.unshift(await newEni())
    const ids = (found: readonly Body[]) => found.map((nic) => nic.NetworkInterfaceId)
    expect(ids(await nics({ VpcId: vpc, Type: 'Secondary' }))).toEqual(made)
    expect(ids(await nics({ VpcId: vpc, Status: 'Available' }))).toEqual(made)
    expect(await nics({ VpcId: vpc, Status: 'InUse' })).toMatchObject([{ InstanceId: id, Type: 'Primary' }])
    expect(ids(await nics({ VpcId: vpc, PageSize: 2, PageNumber: 2 }))).toEqual([
      made[2],
      expect.stringMatching(/^eni-/),
    ])
    const all = ids(await nics({ VpcId: vpc }))
    expect(all).toHaveLength(4)
  })
})

describe('after a restart', () => {
  it('interfaces are what they were, to clients and to followers of the feed', async () => {
    const id = await one()
    const eni = await newEni({
      ...{ SecondaryPrivateIpAddressCount: 1, 'ConnectionTrackingConfiguration.UdpTimeout': 60 },
    })
    await attach(eni, id)
    const stay = await newEni({ DeleteOnRelease: false })
    const before = [await nicOf(eni), await nicOf(stay), (await worldState(server)).interfaces]
    await server.restart()
    expect([await nicOf(eni), await nicOf(stay), (await worldState(server)).interfaces]).toEqual(before)
  })
})
