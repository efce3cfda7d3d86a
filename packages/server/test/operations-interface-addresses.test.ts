import { describe, expect, it } from 'vitest'
import { call, enterNetwork, nics, ok, one, refusal, useInstances, vpc } from './instance-fixture.js'
import { addressesOf, attach, newEni, nicOf } from './interface-fixture.js'

useInstances()

describe('addresses of an interface', () => {
  const assign = (id: string, extra: object) =>
    ok('AssignPrivateIpAddresses', { NetworkInterfaceId: id, ...extra })

  it('are assigned by name or by number, are told of, and are free when unassigned', async () => {
    const id = await newEni()
    const named = await assign(id, { PrivateIpAddress: ['10.0.0.7'] })
    expect(named.AssignedPrivateIpAddressesSet).toEqual({
      NetworkInterfaceId: id,
      PrivateIpSet: { PrivateIpAddress: ['10.0.0.7'] },
      Ipv4PrefixSet: { Ipv4Prefixes: [] },
    })
    const counted = await assign(id, { SecondaryPrivateIpAddressCount: 2 })
    expect(counted.AssignedPrivateIpAddressesSet).toMatchObject({
      PrivateIpSet: { PrivateIpAddress: ['10.0.0.2', '10.0.0.3'] },
    })
    expect(await addressesOf(id)).toEqual(['10.0.0.1', '10.0.0.7', '10.0.0.2', '10.0.0.3'])
    const unassign = { NetworkInterfaceId: id, PrivateIpAddress: ['10.0.0.7', '10.0.0.3'] }
    await ok('UnassignPrivateIpAddresses', unassign)
    expect(await addressesOf(id)).toEqual(['10.0.0.1', '10.0.0.2'])
    expect(await newEni({ PrimaryIpAddress: '10.0.0.7' })).toMatch(/^eni-/)
  })

  it('the primary one cannot be unassigned, and of a bad list none is', async () => {
    const id = await newEni({ PrivateIpAddress: ['10.0.0.7'] })
    const unassign = async (...PrivateIpAddress: string[]) =>
      refusal(await call('UnassignPrivateIpAddresses', { NetworkInterfaceId: id, PrivateIpAddress }))
    expect(await unassign('10.0.0.1')).toEqual([403, 'InvalidIp.IpUnassigned'])
    expect(await unassign('10.0.0.7', '10.0.0.8')).toEqual([403, 'InvalidIp.IpUnassigned'])
    expect(await addressesOf(id)).toEqual(['10.0.0.1', '10.0.0.7'])
    expect(await unassign()).toEqual([400, 'MissingParameter'])
  })

  it('count in the quota of each of its groups', async () => {
    const id = await newEni({ SecondaryPrivateIpAddressCount: 3 })
    const more = { NetworkInterfaceId: id, SecondaryPrivateIpAddressCount: 1 }
    const answer = await call('AssignPrivateIpAddresses', more)
    expect(refusal(answer)).toEqual([403, 'SecurityGroupInstanceLimitExceed'])
    expect(await addressesOf(id)).toHaveLength(4)
  })

  it('of IPv6 come and go likewise, on a primary interface too', async () => {
    await enterNetwork({ Ipv6CidrBlock: '2001:db8:99:7700::/56' }, { Ipv6CidrBlock: 7 })
    const id = await one({ Ipv6Address: ['2001:db8:99:7707::5'] })
    const [primary] = await nics({ InstanceId: id })
    const NetworkInterfaceId = String(primary?.NetworkInterfaceId)
    const named = ['2001:0db8:0099:7707::0009']
    const answer = await ok('AssignIpv6Addresses', { NetworkInterfaceId, Ipv6Address: named })
    expect(answer).toMatchObject({
      NetworkInterfaceId,
      Ipv6Sets: { Ipv6Address: ['2001:db8:99:7707::9'] },
      Ipv6PrefixSets: { Ipv6Prefix: [] },
    })
    expect(await addressesOf(NetworkInterfaceId)).toEqual([
      '10.0.0.1',
      '2001:db8:99:7707::5',
      '2001:db8:99:7707::9',
    ])
    await ok('UnassignIpv6Addresses', { NetworkInterfaceId, Ipv6Address: ['2001:db8:99:7707::5'] })
    expect(await addressesOf(NetworkInterfaceId)).toEqual(['10.0.0.1', '2001:db8:99:7707::9'])
  })

  it('are no more than the instance type allows, or 50 of IPv4 while detached', async () => {
    const id = await one({ InstanceType: 'ecs.t6-c1m1.large' })
    const [primary] = await nics({ InstanceId: id })
    const NetworkInterfaceId = String(primary?.NetworkInterfaceId)
    await assign(NetworkInterfaceId, { SecondaryPrivateIpAddressCount: 1 })
    const beyond = await call('AssignPrivateIpAddresses', {
      ...{ NetworkInterfaceId, SecondaryPrivateIpAddressCount: 1 },
    })
    expect(refusal(beyond)).toEqual([403, 'InvalidOperation.Ipv4CountExceeded'])
  })
})

describe('64 callers at once', () => {
  const callers = <T>(work: (caller: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: 64 }, (_, caller) => work(caller)))

  it('attach an interface once, whichever of two instances they name', async () => {
    const [left, right, eni] = [await one(), await one(), await newEni()]
    const answers = await callers((caller) => attach(eni, caller % 2 === 0 ? left : right))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(new Set(answers.filter(({ status }) => status !== 200).map(({ body }) => body.Code))).toEqual(
      new Set(['InvalidOperation.InvalidEniState']),
    )
    const winner = answers.findIndex(({ status }) => status === 200) % 2 === 0 ? left : right
    expect(await nicOf(eni)).toMatchObject({ InstanceId: winner })
  })

  it('get one address once', async () => {
    const enis = [await newEni(), await newEni()]
    const answers = await callers((caller) =>
      call('AssignPrivateIpAddresses', {
        ...{ NetworkInterfaceId: enis[caller % 2], PrivateIpAddress: ['10.0.0.10'] },
      }),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(await nics({ VpcId: vpc, PrivateIpAddress: ['10.0.0.10'] })).toHaveLength(1)
  })

  it('cannot exceed the addresses of a group', async () => {
    const eni = await newEni()
    const answers = await callers(() =>
      call('AssignPrivateIpAddresses', { NetworkInterfaceId: eni, SecondaryPrivateIpAddressCount: 1 }),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3)
    expect(await addressesOf(eni)).toHaveLength(4)
  })
})
