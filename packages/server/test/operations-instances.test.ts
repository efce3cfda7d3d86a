import type { Interface } from '@sallyport/engine'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { testServer, type TestServer } from './harness.js'
import { adminToken, worldState } from './world-state.js'

const region = 'cn-hangzhou'
let server: TestServer
let vpc: string
let subnet: string
let group: string

beforeAll(async () => {
  server = await testServer({
    adminToken,
    'quotas.securityGroupsPerRegion': '1000',
    'quotas.groupsPerInterface': '3',
    'quotas.rulesPerInterface': '3',
    'quotas.privateAddressesPerGroup': '4',
  })
})
afterAll(() => server.stop())

type Body = Readonly<Record<string, unknown>>

const call = (action: string, parameters: object = {}) =>
  server.call(action, { RegionId: region, ...parameters })
const ok = (action: string, parameters: object = {}) => server.ok(action, { RegionId: region, ...parameters })
const vpcOk = (action: string, parameters: object) =>
  server.ok(action, { RegionId: region, ...parameters }, '2016-04-28')

const newVpc = async (extra: object = {}): Promise<string> =>
  String((await vpcOk('CreateVpc', { CidrBlock: '10.0.0.0/8', ...extra })).VpcId)
const newVSwitch = async (extra: object = {}): Promise<string> => {
  const base = { VpcId: vpc, ZoneId: 'cn-hangzhou-h', CidrBlock: '10.0.0.0/28' }
  return String((await vpcOk('CreateVSwitch', { ...base, ...extra })).VSwitchId)
}
const newGroup = async (extra: object = {}): Promise<string> =>
  String((await ok('CreateSecurityGroup', { VpcId: vpc, ...extra })).SecurityGroupId)

const idsOf = (body: Body): string[] => (body.InstanceIdSets as { InstanceIdSet: string[] }).InstanceIdSet
const run = (extra: object = {}) =>
  call('RunInstances', { VSwitchId: subnet, SecurityGroupId: group, ...extra })
async function started(extra: object = {}): Promise<string[]> {
  const { status, body } = await run(extra)
  if (status !== 200) throw new Error(JSON.stringify(body))
  return idsOf(body)
}
const one = async (extra: object = {}): Promise<string> => (await started(extra))[0] ?? ''

const listed = async (filter: object): Promise<Body[]> =>
  ((await ok('DescribeInstances', filter)).Instances as { Instance: Body[] }).Instance
const listedIds = async (filter: object) => (await listed(filter)).map(({ InstanceId }) => InstanceId)
const nics = async (filter: object): Promise<Body[]> =>
  ((await ok('DescribeNetworkInterfaces', filter)).NetworkInterfaceSets as { NetworkInterfaceSet: Body[] })
    .NetworkInterfaceSet

/** What followers of the feed know of an instance's interface. */
async function factOf(instance: string): Promise<Interface | undefined> {
  return (await worldState(server)).interfaces.find((nic) => nic.instance === instance)
}
const addressOf = async (instance: string) => (await factOf(instance))?.addresses[0]

const refusal = ({ status, body }: { status: number; body: Body }) => [status, body.Code]

beforeEach(async () => {
  vpc = await newVpc()
  subnet = await newVSwitch()
  group = await newGroup()
})

describe('RunInstances', () => {
  it('an instance runs at once and is answered as it was asked for', async () => {
    const id = await one({
      InstanceName: 'web',
      HostName: 'web-1',
      Description: 'front',
      ImageId: 'm-any',
      InstanceType: 'ecs.g6.large',
      InstanceChargeType: 'PrePaid',
      KeyPairName: 'keys',
      Password: 'Never-stored-1',
      Tag: [{ Key: 'role', Value: 'web' }],
    })
    const [nic] = await nics({ InstanceId: id })
    const sets = {
      PrivateIpSets: { PrivateIpSet: [{ PrivateIpAddress: '10.0.0.1', Primary: true }] },
      Ipv6Sets: { Ipv6Set: [] },
      Ipv4PrefixSets: { Ipv4PrefixSet: [] },
      Ipv6PrefixSets: { Ipv6PrefixSet: [] },
    }
    expect(id).toMatch(/^i-bp[a-z0-9]{18}$/)
    expect(await listed({ InstanceIds: JSON.stringify([id]) })).toEqual([
      expect.objectContaining({
        InstanceId: id,
        InstanceName: 'web',
        HostName: 'web-1',
        Description: 'front',
        RegionId: region,
        ZoneId: 'cn-hangzhou-h',
        Status: 'Running',
        StoppedMode: 'Not-applicable',
        CreationTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/) as string,
        InstanceType: 'ecs.g6.large',
        InstanceTypeFamily: 'ecs.g6',
        ImageId: 'm-any',
        InstanceChargeType: 'PrePaid',
        KeyPairName: 'keys',
        InstanceNetworkType: 'vpc',
        VpcAttributes: {
          VpcId: vpc,
          VSwitchId: subnet,
          NatIpAddress: '',
          PrivateIpAddress: { IpAddress: ['10.0.0.1'] },
        },
        InnerIpAddress: { IpAddress: [] },
        PublicIpAddress: { IpAddress: [] },
        SecurityGroupIds: { SecurityGroupId: [group] },
        NetworkInterfaces: {
          NetworkInterface: [
            {
              NetworkInterfaceId: nic?.NetworkInterfaceId,
              MacAddress: nic?.MacAddress,
              Type: 'Primary',
              PrimaryIpAddress: '10.0.0.1',
              ...sets,
            },
          ],
        },
        OperationLocks: { LockReason: [] },
        Tags: { Tag: [{ TagKey: 'role', TagValue: 'web' }] },
      }),
    ])
    expect(nic).toEqual(
      expect.objectContaining({
        NetworkInterfaceId: expect.stringMatching(/^eni-bp[a-z0-9]{18}$/) as string,
        Status: 'InUse',
        Type: 'Primary',
        InstanceId: id,
        VpcId: vpc,
        VSwitchId: subnet,
        ZoneId: 'cn-hangzhou-h',
        MacAddress: expect.stringMatching(/^00:16:3e(:[0-9a-f]{2}){3}$/) as string,
        PrivateIpAddress: '10.0.0.1',
        ...sets,
        SecurityGroupIds: { SecurityGroupId: [group] },
        OwnerId: '1234567890123456',
        Tags: { Tag: [{ TagKey: 'role', TagValue: 'web' }] },
      }),
    )
    expect(await factOf(id)).toEqual({
      id: nic?.NetworkInterfaceId,
      instance: id,
      vpc,
      mac: nic?.MacAddress,
      addresses: ['10.0.0.1'],
      groups: [group],
      running: true,
    })
  })

  it('without names, the instance is called by its id', async () => {
    const id = await one()
    const [instance] = await listed({ InstanceIds: JSON.stringify([id]) })
    expect(instance).toMatchObject({ InstanceName: id, HostName: `iZ${id.slice(2)}Z`, Description: '' })
  })

  it('addresses are the lowest free ones, never the first or the last three of the block', async () => {
    vpc = await newVpc()
    subnet = await newVSwitch({ CidrBlock: '10.0.0.0/29' })
    group = await newGroup()
    const ids = await started({ Amount: 4 })
    const addresses = []
    for (const id of ids) addresses.push(await addressOf(id))
    expect(addresses).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'])
    const free = async () =>
      (await vpcOk('DescribeVSwitchAttributes', { VSwitchId: subnet })).AvailableIpAddressCount
    expect(await free()).toBe(0)
    expect(refusal(await run({ SecurityGroupId: await newGroup() }))).toEqual([
      400,
      'QuotaExceeded.PrivateIpAddress',
    ])
    await ok('DeleteInstance', { InstanceId: ids[1], Force: true })
    expect(await free()).toBe(1)
    expect(await addressOf(await one())).toBe('10.0.0.2')
  })

  it('an address can be chosen, and further instances get those that follow', async () => {
    const ids = await started({ Amount: 2, PrivateIpAddress: '10.0.0.5' })
    expect([await addressOf(ids[0] ?? ''), await addressOf(ids[1] ?? '')]).toEqual(['10.0.0.5', '10.0.0.6'])
    expect(refusal(await run({ PrivateIpAddress: '10.0.0.6' }))).toEqual([
      400,
      'InvalidPrivateIpAddress.Duplicated',
    ])
    expect(refusal(await run({ Amount: 2, PrivateIpAddress: '10.0.0.4' }))).toEqual([
      400,
      'InvalidPrivateIpAddress.Duplicated',
    ])
    // The call above undid its first instance too.
    expect(await addressOf(await one({ PrivateIpAddress: '10.0.0.4' }))).toBe('10.0.0.4')
  })

  it.each(['10.0.0.0', '10.0.0.13', '10.0.0.15', '10.0.0.16', '9.255.255.255', 'x', '::1'])(
    '%s is no address for an instance in 10.0.0.0/28',
    async (PrivateIpAddress) => {
      expect(refusal(await run({ PrivateIpAddress }))).toEqual([400, 'InvalidPrivateIpAddress'])
    },
  )

  it('names count in a range, or take a suffix', async () => {
    const names = async (extra: object) => {
      const ids = await started({ Amount: 2, SecurityGroupId: await newGroup(), ...extra })
      const rows = await listed({ InstanceIds: JSON.stringify(ids) })
      return rows.reverse().map(({ InstanceName, HostName }) => [InstanceName, HostName])
    }
    expect(await names({ InstanceName: 'node[9,3]', HostName: 'h[1,2]x' })).toEqual([
      ['node009', 'h01x'],
      ['node010', 'h02x'],
    ])
    expect(await names({ InstanceName: 'node', HostName: 'h', UniqueSuffix: true })).toEqual([
      ['node001', 'h001'],
      ['node002', 'h002'],
    ])
    expect(await names({ InstanceName: 'same', HostName: 'h-1' })).toEqual([
      ['same', 'h-1'],
      ['same', 'h-1'],
    ])
    const id = await one({ HostName: 'k-${instance_id}' })
    expect((await listed({ InstanceIds: JSON.stringify([id]) }))[0]?.HostName).toBe(`k-${id}`)
  })

  it('without a vSwitch, the default one of the VPC and zone is taken', async () => {
    const home = String((await ok('CreateSecurityGroup')).SecurityGroupId)
    const zoneOf = async (extra: object) => {
      const id = idsOf(await ok('RunInstances', { SecurityGroupId: home, ...extra }))[0]
      return (await listed({ InstanceIds: JSON.stringify([id]) }))[0]?.ZoneId
    }
    expect(await zoneOf({})).toBe('cn-hangzhou-h')
    expect(await zoneOf({ ZoneId: 'cn-hangzhou-j' })).toBe('cn-hangzhou-j')
    // In a VPC of the user's the oldest vSwitch stands in.
    const id = idsOf(await ok('RunInstances', { SecurityGroupId: group }))[0]
    expect(await listedIds({ VSwitchId: subnet })).toEqual([id])
    const elsewhere = await run({ VSwitchId: undefined, ZoneId: 'cn-hangzhou-i' })
    expect(refusal(elsewhere)).toEqual([400, 'InvalidVSwitchId.Necessary'])
  })

  it('the primary interface can be described on its own', async () => {
    const second = await newGroup()
    const NetworkInterface = [
      {
        InstanceType: 'Primary',
        VSwitchId: subnet,
        SecurityGroupIds: [second, group],
        PrimaryIpAddress: '10.0.0.9',
      },
    ]
    const id = idsOf(await ok('RunInstances', { NetworkInterface }))[0] ?? ''
    expect(await factOf(id)).toMatchObject({ addresses: ['10.0.0.9'], groups: [second, group] })
    expect(refusal(await call('RunInstances', { NetworkInterface, VSwitchId: subnet }))).toEqual([
      400,
      'InvalidParameter.Conflict',
    ])
    const secondary = await run({ NetworkInterface: [{ VSwitchId: subnet }] })
    expect([...refusal(secondary), secondary.body.Message]).toEqual([
      400,
      'UnsupportedParameter',
      'The parameters is unsupported. NetworkInterface.1.InstanceType=Secondary is not supported by this server.',
    ])
  })

  it.each([
    [{ InternetMaxBandwidthOut: 5 }],
    [{ UserData: 'ZWNobw==' }],
    [{ RamRoleName: 'role' }],
    [{ LaunchTemplateId: 'lt-1' }],
    [{ DeletionProtection: true }],
    [{ HostNames: ['a1', 'b1'] }],
    [{ DedicatedHostId: 'dh-1' }],
  ])('%j asks for what is not done, and the refusal names it', async (extra) => {
    const answer = await run(extra)
    expect(refusal(answer)).toEqual([400, 'UnsupportedParameter'])
    expect(answer.body.Message).toContain(`${Object.keys(extra)[0]} is not supported`)
  })

  it.each([
    ['no public bandwidth', { InternetMaxBandwidthOut: 0 }],
    ['no deletion protection', { DeletionProtection: false }],
    ['disks', { SystemDisk: { Category: 'cloud_essd', Size: 40 }, DataDisk: [{ Size: 20 }] }],
  ])('asking for %s is fine', async (_, extra) => {
    expect((await run(extra)).status).toBe(200)
  })

  it.each([
    [{ SecurityGroupIds: ['sg-1'] }, 400, 'InvalidParameter.Conflict'],
    [{ SecurityGroupId: undefined }, 400, 'MissingParameter'],
    [{ SecurityGroupId: 'sg-none' }, 404, 'InvalidSecurityGroupId.NotFound'],
    [{ VSwitchId: 'vsw-none' }, 404, 'InvalidVSwitchId.NotFound'],
    [{ ZoneId: 'cn-hangzhou-i' }, 400, 'InvalidParameter.Mismatch'],
    [{ ZoneId: 'cn-hangzhou-z' }, 404, 'InvalidZoneId.NotFound'],
    [{ Amount: 0 }, 400, 'InvalidParameter'],
    [{ Amount: 101 }, 400, 'InvalidParameter'],
    [{ Amount: 1, MinAmount: 2 }, 400, 'InvalidParameter.Conflict'],
    [{ InstanceName: '1x' }, 400, 'InvalidInstanceName.Malformed'],
    [{ HostName: 'a..b' }, 400, 'InvalidHostName.Malformed'],
    [{ HostName: '-ab' }, 400, 'InvalidHostName.Malformed'],
    [{ Description: 'x' }, 400, 'InvalidDescription.Malformed'],
    [{ Ipv6AddressCount: 1 }, 403, 'InvalidVSwitch.Ipv6NotTurnOn'],
    [{ DryRun: true }, 400, 'DryRunOperation'],
    [{ ResourceGroupId: 'rg-1' }, 404, 'InvalidResourceGroup.NotFound'],
  ])('%j is refused and makes nothing', async (extra, status, code) => {
    expect(refusal(await run(extra))).toEqual([status, code])
    expect(await listedIds({ VpcId: vpc })).toEqual([])
    expect((await vpcOk('DescribeVSwitchAttributes', { VSwitchId: subnet })).AvailableIpAddressCount).toBe(12)
  })

  it('group and vSwitch are in one VPC, and groups of one type', async () => {
    const home = String((await ok('CreateSecurityGroup')).SecurityGroupId)
    expect(refusal(await run({ SecurityGroupId: home }))).toEqual([400, 'InvalidParameter.Mismatch'])
    const several = (SecurityGroupIds: string[]) => run({ SecurityGroupId: undefined, SecurityGroupIds })
    expect(refusal(await several([group, home]))).toEqual([400, 'InvalidInstanceId.Mismatch'])
    const advanced = await newGroup({ SecurityGroupType: 'enterprise' })
    expect(refusal(await several([group, advanced]))).toEqual([400, 'InvalidOperation.MultiGroupType'])
    const id = idsOf((await several([group, await newGroup(), group])).body)[0] ?? ''
    expect((await factOf(id))?.groups).toHaveLength(2)
  })

  it('quotas hold for groups, rules and addresses', async () => {
    const groups = [group, await newGroup(), await newGroup(), await newGroup()]
    const several = (SecurityGroupIds: string[]) => run({ SecurityGroupId: undefined, SecurityGroupIds })
    expect(refusal(await several(groups))).toEqual([400, 'InstanceSecurityGroupLimitExceeded'])
    for (const id of groups.slice(0, 2)) {
      const rules = ['80/80', '81/81'].map((PortRange) => ({
        IpProtocol: 'TCP',
        PortRange,
        SourceCidrIp: '0.0.0.0/0',
      }))
      await ok('AuthorizeSecurityGroup', { SecurityGroupId: id, Permissions: rules })
    }
    expect(refusal(await several(groups.slice(0, 2)))).toEqual([403, 'AclLimitExceed'])
    expect(refusal(await run({ Amount: 5 }))).toEqual([403, 'SecurityGroupInstanceLimitExceed'])
    expect(await started({ Amount: 4 })).toHaveLength(4)
    expect(refusal(await run())).toEqual([403, 'SecurityGroupInstanceLimitExceed'])
  })

  it('a client token makes one set of instances of two calls', async () => {
    const first = await started({ Amount: 2, ClientToken: 'twice' })
    expect(await started({ Amount: 2, ClientToken: 'twice' })).toEqual(first)
    expect(await listedIds({ VpcId: vpc })).toHaveLength(2)
  })
})

describe('IPv6 addresses', () => {
  beforeEach(async () => {
    vpc = await newVpc({ EnableIpv6: true })
    subnet = await newVSwitch({ Ipv6CidrBlock: 7 })
    group = await newGroup()
  })

  const prefix = async () =>
    String((await vpcOk('DescribeVSwitchAttributes', { VSwitchId: subnet })).Ipv6CidrBlock).replace(
      '::/64',
      '',
    )

  it('an instance gets one that goes with its IPv4 address, or as many as asked for', async () => {
    const net = await prefix()
    expect((await factOf(await one()))?.addresses).toEqual(['10.0.0.1', `${net}::1`])
    const id = await one({ Ipv6AddressCount: 3, SecurityGroupId: await newGroup() })
    expect((await factOf(id))?.addresses).toEqual(['10.0.0.2', `${net}::2`, `${net}::1:2`, `${net}::2:2`])
    const [nic] = await nics({ InstanceId: id })
    expect(nic?.Ipv6Sets).toEqual({
      Ipv6Set: [`${net}::2`, `${net}::1:2`, `${net}::2:2`].map((Ipv6Address) => ({ Ipv6Address })),
    })
  })

  it('addresses can be chosen, are made canonical, and are no one else’s', async () => {
    const net = await prefix()
    const id = await one({ Ipv6Address: [`${net}:0:0:0:00AB`, `${net}::2`] })
    expect((await factOf(id))?.addresses).toEqual(['10.0.0.1', `${net}::ab`, `${net}::2`])
    expect(refusal(await run({ Ipv6Address: [`${net}::AB`] }))).toEqual([403, 'InvalidIp.IpAssigned'])
    expect(refusal(await run({ Ipv6Address: [`${net}::5`, `${net}::5`] }))).toEqual([
      403,
      'InvalidIp.IpAssigned',
    ])
    group = await newGroup()
    expect((await factOf(await one()))?.addresses).toEqual(['10.0.0.2', `${net}::1:2`])
    await ok('DeleteInstance', { InstanceId: id, Force: true })
    expect((await factOf(await one({ Ipv6Address: [`${net}::ab`] })))?.addresses[1]).toBe(`${net}::ab`)
  })

  it.each(['::1', '2001:db8::1', '10.0.0.1', 'x'])('%s is not in the vSwitch', async (address) => {
    expect(refusal(await run({ Ipv6Address: [address] }))).toEqual([403, 'InvalidIp.Address'])
  })

  it('what contradicts itself is refused', async () => {
    const net = await prefix()
    expect(refusal(await run({ Ipv6Address: [`${net}::`] }))).toEqual([403, 'InvalidIp.Address'])
    const both = await run({ Ipv6Address: [`${net}::9`], Ipv6AddressCount: 1 })
    expect(refusal(both)).toEqual([400, 'InvalidParameter.Conflict'])
    const many = await run({ Ipv6Address: [`${net}::9`], Amount: 2 })
    expect(refusal(many)).toEqual([400, 'InvalidParameter.Conflict'])
  })
})

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
    vpc = await newVpc()
    subnet = await newVSwitch({ CidrBlock: '10.0.0.0/24' })
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

    const neither = [403, 'InvalidParam.EniIdAndInstanceId.Conflict']
    expect(await join({ SecurityGroupId: group })).toEqual(neither)
    expect(await join({ SecurityGroupId: group, InstanceId: id, NetworkInterfaceId })).toEqual(neither)
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
