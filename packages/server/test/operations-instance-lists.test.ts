import { describe, expect, it } from 'vitest'
import {
  type Body,
  call,
  enterNetwork,
  listedIds,
  newGroup,
  nics,
  ok,
  one,
  refusal,
  started,
  subnet,
  useInstances,
  vpc,
} from './instance-fixture.js'

useInstances()

describe('lists of instances and interfaces', () => {
  it('filters narrow them', async () => {
    const other = await newGroup()
    const a = await one({
      InstanceName: 'list-a_1',
      InstanceType: 'ecs.c6.large',
      Tag: [{ Key: 'k', Value: 'v' }],
    })
    const b = await one({ InstanceName: 'list-b-1', SecurityGroupId: other, PrivateIpAddress: '10.0.0.7' })
    await ok('StopInstance', { InstanceId: b })
    const here = (filter: object) => listedIds({ VpcId: vpc, ...filter })
    expect(await here({})).toEqual([b, a])
    expect(await here({ InstanceIds: JSON.stringify([a]) })).toEqual([a])
    expect(await here({ SecurityGroupId: other })).toEqual([b])
    expect(await here({ Status: 'Stopped' })).toEqual([b])
    expect(await here({ Status: 'Pending' })).toEqual([])
    expect(await here({ InstanceName: 'list-a_1' })).toEqual([a])
    expect(await here({ InstanceName: 'list-*1' })).toEqual([b, a])
    expect(await here({ InstanceName: 'list-a%*' })).toEqual([])
    expect(await here({ InstanceName: 'list*_1' })).toEqual([a])
    expect(await here({ InstanceType: 'ecs.c6.large' })).toEqual([a])
    expect(await here({ ImageId: 'none' })).toEqual([])
    expect(await here({ KeyPairName: 'none' })).toEqual([])
    expect(await here({ InstanceChargeType: 'PrePaid' })).toEqual([])
    expect(await here({ ZoneId: 'cn-hangzhou-h' })).toEqual([b, a])
    expect(await here({ VSwitchId: 'vsw-none' })).toEqual([])
    expect(await here({ PrivateIpAddresses: '["10.0.0.7","10.9.9.9"]' })).toEqual([b])
    expect(await here({ Tag: [{ Key: 'k' }] })).toEqual([a])
    expect(await here({ Tag: [{ Key: 'k', Value: 'w' }] })).toEqual([])
    expect(await here({ InstanceNetworkType: 'classic' })).toEqual([])
    for (const filter of ['EipAddresses', 'PublicIpAddresses', 'InnerIpAddresses']) {
      expect(await here({ [filter]: '["10.0.0.7"]' })).toEqual([])
    }
    expect(await here({ ResourceGroupId: 'rg-1' })).toEqual([])
    expect(await here({ LockReason: 'security' })).toEqual([])
    expect(await here({ RegionId: 'us-east-1' })).toEqual([])
    const owners = async (filter: object) =>
      (await nics({ VpcId: vpc, ...filter })).map((nic) => nic.InstanceId)
    expect(await owners({})).toEqual([b, a])
    expect(await owners({ SecurityGroupId: other, Type: 'Primary', Status: 'InUse' })).toEqual([b])
    expect(await owners({ PrimaryIpAddress: '10.0.0.7' })).toEqual([b])
    expect(await owners({ PrivateIpAddress: ['10.0.0.7', '10.0.0.1'] })).toEqual([b, a])
    expect(await owners({ VSwitchId: subnet, Type: 'Secondary' })).toEqual([])
    expect(await owners({ Status: 'Available' })).toEqual([])
    expect(await owners({ Status: 'Attaching' })).toEqual([])
    expect(await owners({ ServiceManaged: true })).toEqual([])
    expect(await owners({ ResourceGroupId: 'rg-1' })).toEqual([])
    expect(await owners({ NetworkInterfaceName: 'none' })).toEqual([])
    expect(await owners({ Tag: [{ Key: 'k', Value: 'v' }] })).toEqual([a])
    const [nic] = await nics({ InstanceId: a })
    expect(await owners({ NetworkInterfaceId: [nic?.NetworkInterfaceId] })).toEqual([a])
  })

  it('pages by number and by token show every instance once', async () => {
    await enterNetwork({}, { CidrBlock: '10.0.0.0/24' })
    const all: string[] = []
    for (let round = 0; round < 4; round++) {
      all.push(...(await started({ Amount: 4, SecurityGroupId: await newGroup() })))
    }
    const newestFirst = [...all].reverse()
    const second = await ok('DescribeInstances', { VpcId: vpc, PageNumber: 2, PageSize: 6 })
    expect(second).toMatchObject({ TotalCount: 16, PageNumber: 2, PageSize: 6, NextToken: '' })
    const instancesOf = (body: Body) => (body.Instances as { Instance: Body[] }).Instance
    expect(instancesOf(second).map(({ InstanceId }) => InstanceId)).toEqual(newestFirst.slice(6, 12))

    const first = await ok('DescribeInstances', { VpcId: vpc, MaxResults: 10 })
    // Whoever goes meanwhile does not make the next page skip anyone.
    await ok('DeleteInstance', { InstanceId: newestFirst[9], Force: true })
    const rest = await ok('DescribeInstances', { VpcId: vpc, MaxResults: 10, NextToken: first.NextToken })
    const seen = [...instancesOf(first), ...instancesOf(rest)].map(({ InstanceId }) => InstanceId)
    expect(seen).toEqual(newestFirst)
    expect(rest.NextToken).toBe('')

    const nicPage = await ok('DescribeNetworkInterfaces', { VpcId: vpc, MaxResults: 1 })
    const nicRest = await ok('DescribeNetworkInterfaces', { VpcId: vpc, NextToken: nicPage.NextToken })
    const nicsOf = (body: Body) =>
      (body.NetworkInterfaceSets as { NetworkInterfaceSet: Body[] }).NetworkInterfaceSet
    const owners = [...nicsOf(nicPage), ...nicsOf(nicRest)].map(({ InstanceId }) => InstanceId)
    expect(owners).toEqual(newestFirst.filter((id) => id !== newestFirst[9]))
  })

  it.each(['DescribeInstances', 'DescribeNetworkInterfaces'])(
    '%s takes one way of paging',
    async (action) => {
      expect(refusal(await call(action, { MaxResults: 10, PageSize: 10 }))).toEqual([
        400,
        'NotSupported.PageNumberAndPageSize',
      ])
      expect(refusal(await call(action, { NextToken: 'x' }))).toEqual([400, 'InValidParameter.NextToken'])
    },
  )
})
