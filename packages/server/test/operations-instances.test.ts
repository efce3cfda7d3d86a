import { describe, expect, it } from 'vitest'
import {
  addressOf,
  call,
  enterNetwork,
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
  run,
  started,
  subnet,
  useInstances,
  vpc,
  vpcOk,
} from './instance-fixture.js'

useInstances()

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
    await enterNetwork({}, { CidrBlock: '10.0.0.0/29' })
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
  })

  it.each([
    [{ InternetMaxBandwidthOut: 5 }],
    [{ UserData: 'ZWNobw==' }],
    [{ RamRoleName: 'role' }],
    [{ LaunchTemplateId: 'lt-1' }],
    [{ 'CpuOptions.Core': 2 }],
    [{ Tenancy: 'host' }],
    [{ IoOptimized: 'none' }],
    [{ 'NetworkOptions.EnableJumboFrame': true }],
    [{ 'PrivateDnsNameOptions.HostnameType': 'IpBased' }],
    [{ 'ClockOptions.PtpStatus': 'enabled' }],
    [{ DedicatedHostId: 'dh-1' }],
  ])('%j asks for what is not done, and the refusal names it', async (extra) => {
    const answer = await run(extra)
    expect(refusal(answer)).toEqual([400, 'UnsupportedParameter'])
    expect(answer.body.Message).toContain(`${Object.keys(extra)[0]} is not supported`)
  })

  it.each([
    ['no public bandwidth', { InternetMaxBandwidthOut: 0 }],
    ['no deletion protection', { DeletionProtection: false }],
    [
      'what is there anyway',
      { Tenancy: 'default', IoOptimized: 'optimized', 'ClockOptions.PtpStatus': 'disabled' },
    ],
    ['no jumbo frames', { 'NetworkOptions.EnableJumboFrame': false }],
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
    [{ Password: 'Short-1' }, 400, 'InvalidPassword.Malformed'],
    [{ HostNames: ['a1', 'b1'] }, 400, 'InvalidParameter.Conflict'],
    [{ HostNames: ['a1'], HostName: 'b1' }, 400, 'InvalidParameter.Conflict'],
    [{ CreditSpecification: 'Standard', InstanceType: 'ecs.g6.large' }, 400, 'UnsupportedParameter'],
    [{ ImageFamily: 'acs:none' }, 400, 'UnsupportedParameter'],
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
