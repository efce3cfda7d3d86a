import { describe, expect, it } from 'vitest'
import {
  type Body,
  idsOf,
  listed,
  newGroup,
  nics,
  ok,
  one,
  refusal,
  region,
  run,
  server,
  started,
  subnet,
  useInstances,
  vpc,
} from './instance-fixture.js'
import { worldState } from './world-state.js'

useInstances()

const byInstance = async (instance: string) =>
  (await worldState(server)).interfaces.filter((nic) => nic.instance === instance)

describe('RunInstances with secondary interfaces', () => {
  it('makes them in the vSwitch and the groups of the instance unless told otherwise', async () => {
    const other = await newGroup()
    const NetworkInterface = [
      {},
      {
        ...{ InstanceType: 'Secondary', SecurityGroupId: other, PrimaryIpAddress: '10.0.0.7' },
        ...{ NetworkInterfaceName: 'second', Description: 'of two', DeleteOnRelease: false, QueueNumber: 2 },
        ...{ SecondaryPrivateIpAddressCount: 1 },
      },
    ]
    const id = await one({ 'NetworkInterface.1.InstanceType': 'Secondary', NetworkInterface })
    const own = await nics({ InstanceId: id })
    expect(own).toMatchObject([
      {
        ...{ Type: 'Secondary', NetworkInterfaceName: 'second', Description: 'of two', QueueNumber: 2 },
        ...{ PrivateIpAddress: '10.0.0.7', DeleteOnRelease: false, Status: 'InUse' },
        SecurityGroupIds: { SecurityGroupId: [other] },
      },
      { Type: 'Secondary', PrivateIpAddress: '10.0.0.2', DeleteOnRelease: true },
      { Type: 'Primary', PrivateIpAddress: '10.0.0.1' },
    ])
    expect((own[0]?.PrivateIpSets as { PrivateIpSet: Body[] }).PrivateIpSet).toHaveLength(2)
    const [instance] = await listed({ InstanceIds: JSON.stringify([id]) })
    const shown = (instance?.NetworkInterfaces as { NetworkInterface: Body[] }).NetworkInterface
    expect(shown.map(({ Type }) => Type)).toEqual(['Primary', 'Secondary', 'Secondary'])
    expect((await byInstance(id)).map(({ device }) => device ?? 0).sort()).toEqual([0, 1, 2])
    expect((await byInstance(id)).every(({ running }) => running)).toBe(true)
  })

  it('gives each of several instances its own, and lists every interface once by pages', async () => {
    const ids = await started({ Amount: 2, NetworkInterface: [{ NetworkInterfaceName: 'both' }] })
    const names = (await nics({ VpcId: vpc, NetworkInterfaceName: 'both' })).map(
      ({ InstanceId }) => InstanceId,
    )
    expect(new Set(names)).toEqual(new Set(ids))
    const seen: unknown[] = []
    for (const PageNumber of [1, 2, 3, 4]) {
      seen.push(...(await nics({ VpcId: vpc, PageNumber, PageSize: 1 })))
    }
    expect(new Set(seen.map((nic) => (nic as Body).NetworkInterfaceId)).size).toBe(4)
  })

  it('attaches one that is there', async () => {
    const made = await ok('CreateNetworkInterface', {
      ...{ VSwitchId: subnet, SecurityGroupId: await newGroup() },
    })
    const NetworkInterface = [{ NetworkInterfaceId: made.NetworkInterfaceId }]
    const id = await one({ NetworkInterface })
    expect((await nics({ InstanceId: id })).map(({ NetworkInterfaceId }) => NetworkInterfaceId)).toContain(
      made.NetworkInterfaceId,
    )
    expect(refusal(await run({ NetworkInterface }))).toEqual([400, 'InvalidOperation.InvalidEniState'])
  })

  it('stands beside a primary one that is described on its own', async () => {
    const group = await newGroup()
    const NetworkInterface = [
      { InstanceType: 'Secondary' },
      { InstanceType: 'Primary', VSwitchId: subnet, SecurityGroupIds: [group], PrimaryIpAddress: '10.0.0.5' },
    ]
    const { body } = await server.call('RunInstances', { RegionId: region, NetworkInterface })
    const [id = ''] = idsOf(body)
    expect(await nics({ InstanceId: id, Type: 'Secondary' })).toMatchObject([
      { VSwitchId: subnet, SecurityGroupIds: { SecurityGroupId: [group] } },
    ])
  })

  it('keeps to what the instance type allows, and makes nothing otherwise', async () => {
    const small = { InstanceType: 'ecs.g6.large' }
    const refused = await run({ ...small, NetworkInterface: [{ QueueNumber: 1 }, { QueueNumber: 1 }] })
    expect(refusal(refused)).toEqual([403, 'EniPerInstanceLimitExceeded'])
    expect(await nics({ VpcId: vpc })).toEqual([])
    expect((await run({ ...small, NetworkInterface: [{ QueueNumber: 1 }] })).status).toBe(200)
  })

  it('counts its addresses in its groups', async () => {
    const full = await newGroup()
    const secondary = { SecurityGroupId: full, SecondaryPrivateIpAddressCount: 4 }
    expect(refusal(await run({ NetworkInterface: [secondary] }))).toEqual([
      403,
      'SecurityGroupInstanceLimitExceed',
    ])
  })

  it.each([
    [{ NetworkInterfaceId: 'eni-1', VSwitchId: 'vsw-1' }, {}],
    [{ NetworkInterfaceId: 'eni-1' }, { Amount: 2 }],
    [{ PrimaryIpAddress: '10.0.0.9' }, { Amount: 2 }],
    [{ QueueNumber: 1 }, { Amount: 2, PrivateIpAddress: '10.0.0.5' }],
    [{ Ipv6AddressCount: 1 }, {}],
    [{ SecurityGroupId: 'sg-1', SecurityGroupIds: ['sg-2'] }, {}],
  ])('%j contradicts itself with %j', async (nic, extra) => {
    expect(refusal(await run({ ...extra, NetworkInterface: [nic] }))).toEqual([
      400,
      'InvalidParameter.Conflict',
    ])
  })

  it.each([
    { NetworkInterfaceTrafficMode: 'HighPerformance' },
    { NetworkCardIndex: 1 },
    { QueuePairNumber: '2' },
    { RxQueueSize: '512' },
    { TxQueueSize: '512' },
  ])('%j is refused by name', async (nic) => {
    const answer = await run({ NetworkInterface: [nic] })
    expect(refusal(answer)).toEqual([400, 'UnsupportedParameter'])
    expect(answer.body.Message).toContain(`NetworkInterface.1.${Object.keys(nic)[0]}`)
  })
})
