import { describe, expect, it } from 'vitest'
import {
  type Body,
  type VpcAnswer,
  newVSwitch,
  newVpc,
  refusal,
  region,
  server,
  useNetworks,
  vpcCall,
  vpcOk,
  vpcs,
  vpcVersion,
  vswitches,
} from './network-fixture.js'

useNetworks()

describe('regions and zones', () => {
  it('every region answers at the endpoint that was called', async () => {
    const body = await server.ok('DescribeRegions')
    const regions = (body.Regions as { Region: Body[] }).Region
    expect(regions.map(({ RegionId }) => RegionId)).toContain('cn-hangzhou')
    expect(regions[0]).toEqual({
      RegionId: 'cn-hangzhou',
      LocalName: '华东1（杭州）',
      RegionEndpoint: new URL(server.running.endpoint).host,
      Status: 'available',
    })
    const english = await server.ok('DescribeRegions', { AcceptLanguage: 'en-US' })
    expect((english.Regions as { Region: Body[] }).Region[0]?.LocalName).toBe('China (Hangzhou)')
  })

  it('zones offer instance types and disk categories, unless told to be brief', async () => {
    const body = await server.ok('DescribeZones', { RegionId: region })
    const [zone] = (body.Zones as { Zone: Body[] }).Zone
    expect(zone).toMatchObject({ ZoneId: 'cn-hangzhou-h', ZoneType: 'AvailabilityZone' })
    expect(
      (zone?.AvailableInstanceTypes as { InstanceTypes: string[] }).InstanceTypes.length,
    ).toBeGreaterThan(0)
    expect((zone?.AvailableDiskCategories as { DiskCategories: string[] }).DiskCategories).toContain(
      'cloud_essd',
    )
    const brief = await server.ok('DescribeZones', { RegionId: region, Verbose: false, AcceptLanguage: 'de' })
    expect((brief.Zones as { Zone: Body[] }).Zone[0]).toEqual({
      ZoneId: 'cn-hangzhou-h',
      LocalName: 'China (Hangzhou) Zone H',
      ZoneType: 'AvailabilityZone',
    })
  })

  it('an unknown region is 404', async () => {
    expect(refusal(await server.call('DescribeZones', { RegionId: 'moon-1' })).slice(0, 2)).toEqual([
      404,
      'InvalidRegionId.NotFound',
    ])
  })
})

describe('default networks', () => {
  it('every region has a default VPC with a vSwitch in each zone', async () => {
    const [vpc, ...more] = await vpcs({ IsDefault: true })
    expect(more).toEqual([])
    expect(vpc).toMatchObject({ CidrBlock: '172.16.0.0/12', IsDefault: true, Ipv6CidrBlock: '' })
    const found = await vswitches({ VpcId: vpc?.VpcId })
    const byZone = found.map(({ ZoneId, CidrBlock, IsDefault }) => [ZoneId, CidrBlock, IsDefault])
    expect(byZone.sort()).toEqual([
      ['cn-hangzhou-h', '172.16.0.0/20', true],
      ['cn-hangzhou-i', '172.16.16.0/20', true],
      ['cn-hangzhou-j', '172.16.32.0/20', true],
    ])
    const elsewhere = await server.ok('DescribeVpcs', { RegionId: 'us-east-1', IsDefault: true }, vpcVersion)
    expect((elsewhere.Vpcs as { Vpc: VpcAnswer[] }).Vpc[0]?.VpcId).not.toBe(vpc?.VpcId)
  })

  it('a restart makes only what is missing, and lays no default vSwitch over one of the user', async () => {
    const [vpc] = await vpcs({ IsDefault: true })
    const inZone = (zone: string) => vswitches({ VpcId: vpc?.VpcId, ZoneId: zone })
    const [first] = await inZone('cn-hangzhou-h')
    const [second] = await inZone('cn-hangzhou-i')
    const [third] = await inZone('cn-hangzhou-j')
    await vpcOk('DeleteVSwitch', { VSwitchId: first?.VSwitchId })
    await vpcOk('DeleteVSwitch', { VSwitchId: second?.VSwitchId })
    const own = await newVSwitch(String(vpc?.VpcId), {
      CidrBlock: '172.16.17.0/24',
      ZoneId: 'cn-hangzhou-i',
    })
    await server.restart()
    expect((await inZone('cn-hangzhou-h')).map(({ CidrBlock }) => CidrBlock)).toEqual(['172.16.0.0/20'])
    expect((await inZone('cn-hangzhou-i')).map(({ VSwitchId }) => VSwitchId)).toEqual([own])
    expect((await inZone('cn-hangzhou-j')).map(({ VSwitchId }) => VSwitchId)).toEqual([third?.VSwitchId])
    expect(await vpcs({ IsDefault: true })).toHaveLength(1)
  })
})

describe('CreateVpc and what describes VPCs', () => {
  it('a VPC is answered with every list that Go clients need', async () => {
    const created = await vpcOk('CreateVpc', {
      CidrBlock: '192.168.0.0/16',
      VpcName: 'one',
      Description: 'first',
      Tag: [{ Key: 'team', Value: 'blue' }],
    })
    expect(created).toMatchObject({
      VpcId: expect.stringMatching(/^vpc-bp[a-z0-9]{19}$/) as string,
      VRouterId: expect.stringMatching(/^vrt-/) as string,
      RouteTableId: expect.stringMatching(/^vtb-/) as string,
    })
    const subnet = await newVSwitch(String(created.VpcId), { CidrBlock: '192.168.7.0/24' })
    const [vpc] = await vpcs({ VpcId: created.VpcId })
    expect(vpc).toEqual({
      VpcId: created.VpcId,
      VpcName: 'one',
      Description: 'first',
      RegionId: region,
      OwnerId: 1234567890123456,
      Status: 'Available',
      IsDefault: false,
      CreationTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
      CidrBlock: '192.168.0.0/16',
      EnabledIpv6: false,
      Ipv6CidrBlock: '',
      Ipv6CidrBlocks: { Ipv6CidrBlock: [] },
      SecondaryCidrBlocks: { SecondaryCidrBlock: [] },
      UserCidrs: { UserCidr: [] },
      VRouterId: created.VRouterId,
      RouterTableIds: { RouterTableIds: [created.RouteTableId] },
      VSwitchIds: { VSwitchId: [subnet] },
      NatGatewayIds: { NatGatewayIds: [] },
      CenStatus: '',
      DhcpOptionsSetId: '',
      DhcpOptionsSetStatus: '',
      DnsHostnameStatus: 'DISABLED',
      ResourceGroupId: expect.stringMatching(/^rg-acfm/) as string,
      Tags: { Tag: [{ Key: 'team', Value: 'blue' }] },
    })
    const attribute = await vpcOk('DescribeVpcAttribute', { VpcId: created.VpcId })
    expect(attribute).toMatchObject({
      ...vpc,
      ClassicLinkEnabled: false,
      CloudResources: {
        CloudResourceSetType: expect.arrayContaining([{ ResourceType: 'VSwitch', ResourceCount: 1 }]) as [],
      },
    })
  })

  it('filters narrow the list and pages cut it', async () => {
    const ids = [await newVpc({ VpcName: 'page' }), await newVpc({ VpcName: 'page' }), await newVpc()]
    expect((await vpcs({ VpcName: 'page' })).map(({ VpcId }) => VpcId)).toEqual([ids[1], ids[0]])
    expect((await vpcs({ VpcId: ids.join(',') })).map(({ VpcId }) => VpcId)).toEqual([...ids].reverse())
    const second = await vpcOk('DescribeVpcs', { VpcName: 'page', PageNumber: 2, PageSize: 1 })
    expect(second).toMatchObject({ TotalCount: 2, PageNumber: 2, PageSize: 1 })
    expect((second.Vpcs as { Vpc: VpcAnswer[] }).Vpc.map(({ VpcId }) => VpcId)).toEqual([ids[0]])
    const tagged = await newVpc({ Tag: [{ Key: 'kind', Value: 'x' }] })
    expect((await vpcs({ Tag: [{ Key: 'kind', Value: 'x' }] })).map(({ VpcId }) => VpcId)).toEqual([tagged])
    expect(await vpcs({ Tag: [{ Key: 'kind', Value: 'y' }] })).toEqual([])
    expect(await vpcs({ ResourceGroupId: 'rg-x' })).toEqual([])
    expect(await vpcs({ VpcOwnerId: '1' })).toEqual([])
    expect(await vpcs({ VpcName: 'page', VpcOwnerId: '1234567890123456' })).toHaveLength(2)
    expect(await vpcs({ DhcpOptionsSetId: 'dopt-1' })).toEqual([])
    expect(await vpcs({ VpcName: 'page', EnableIpv6: true })).toEqual([])
    expect(await vpcs({ VpcName: 'page', EnableIpv6: false, IsDefault: false })).toHaveLength(2)
  })

  it('a VPC is known only in its region', async () => {
    const id = await newVpc()
    const elsewhere = await server.call(
      'DescribeVpcAttribute',
      { RegionId: 'us-east-1', VpcId: id },
      vpcVersion,
    )
    expect(refusal(elsewhere).slice(0, 2)).toEqual([404, 'InvalidVpcId.NotFound'])
  })

  it.each([
    ['10.0.0.1/8', '10.0.0.1/8 is not an IPv4 network such as 172.16.0.0/12.'],
    ['10.0.0.0', '10.0.0.0 is not an IPv4 network such as 172.16.0.0/12.'],
    ['2001:db8::/32', '2001:db8::/32 is not an IPv4 network such as 172.16.0.0/12.'],
    ['10.0.0.0/7', 'The mask of 10.0.0.0/7 is not 8 to 28.'],
    ['10.0.0.0/29', 'The mask of 10.0.0.0/29 is not 8 to 28.'],
    ['100.64.0.0/16', '100.64.0.0/16 overlaps 100.64.0.0/10.'],
    ['100.0.0.0/8', '100.0.0.0/8 overlaps 100.64.0.0/10.'],
    ['127.1.0.0/16', '127.1.0.0/16 overlaps 127.0.0.0/8.'],
    ['169.254.0.0/20', '169.254.0.0/20 overlaps 169.254.0.0/16.'],
    ['239.0.0.0/8', '239.0.0.0/8 overlaps 224.0.0.0/3.'],
  ])('no VPC can have the block %s', async (CidrBlock, why) => {
    expect(refusal(await vpcCall('CreateVpc', { CidrBlock }))).toEqual([
      400,
      'InvalidParameter',
      `Specified CIDR block is not valid. ${why}`,
    ])
  })

  it.each([
    [{ VpcName: 'http://x' }, 'InvalidVpcName.Malformed'],
    [{ VpcName: 'x'.repeat(129) }, 'InvalidVpcName.Malformed'],
    [{ Description: 'https://x' }, 'InvalidVpcDiscription.Malformed'],
    [{ Description: 'x'.repeat(257) }, 'InvalidVpcDiscription.Malformed'],
    [{ Tag: [{ Key: 'acs:x' }] }, 'InvalidTagKey.Malformed'],
    [{ EnableDnsHostname: true }, 'UnsupportedParameter'],
    [{ Ipv4IpamPoolId: 'ipam-pool-1' }, 'UnsupportedParameter'],
    [{ Ipv4CidrMask: 12 }, 'UnsupportedParameter'],
    [{ Ipv6IpamPoolId: 'ipam-pool-1' }, 'UnsupportedParameter'],
    [{ Ipv6CidrMask: 56 }, 'UnsupportedParameter'],
    [{ Ipv6Isp: 'ChinaMobile' }, 'InvalidParameter'],
    [{ DryRun: true }, 'DryRunOperation'],
  ])('%j is refused with %s', async (extra, code) => {
    expect(refusal(await vpcCall('CreateVpc', { VpcName: 'refused', ...extra })).slice(0, 2)).toEqual([
      400,
      code,
    ])
    expect(await vpcs({ VpcName: 'refused' })).toEqual([])
  })

  it('a refused parameter is named', async () => {
    const [, , message] = refusal(await vpcCall('CreateVpc', { Ipv4IpamPoolId: 'ipam-pool-1' }))
    expect(message).toBe('The parameters is unsupported. Ipv4IpamPoolId is not supported by this server.')
  })

  it('a resource group does not exist', async () => {
    const answer = await vpcCall('CreateVpc', { ResourceGroupId: 'rg-1' })
    expect(refusal(answer).slice(0, 2)).toEqual([404, 'InvalidResourceGroup.NotFound'])
  })

  it('a client token makes one VPC of two calls', async () => {
    const once = await vpcOk('CreateVpc', { VpcName: 'token', ClientToken: 't-1' })
    const again = await vpcOk('CreateVpc', { VpcName: 'token', ClientToken: 't-1' })
    expect(again.VpcId).toBe(once.VpcId)
    expect(await vpcs({ VpcName: 'token' })).toHaveLength(1)
  })
})

describe('deleting a VPC', () => {
  it('waits for its vSwitches, then for its groups', async () => {
    const vpc = await newVpc()
    const subnet = await newVSwitch(vpc)
    const group = await server.ok('CreateSecurityGroup', { RegionId: region, VpcId: vpc })
    const remove = () => vpcCall('DeleteVpc', { VpcId: vpc })
    expect(refusal(await remove())).toEqual([
      400,
      'DependencyViolation.VSwitch',
      'Specified object has dependent resources',
    ])
    await vpcOk('DeleteVSwitch', { VSwitchId: subnet })
    expect(refusal(await remove())).toEqual([
      400,
      'DependencyViolation.SecurityGroup',
      'Specified object has dependent resources SecurityGroup.',
    ])
    await server.ok('DeleteSecurityGroup', { RegionId: region, SecurityGroupId: group.SecurityGroupId })
    expect(refusal(await vpcCall('DeleteVpc', { VpcId: vpc, DryRun: true }))[1]).toBe('DryRunOperation')
    expect((await remove()).status).toBe(200)
    expect(refusal(await remove()).slice(0, 2)).toEqual([404, 'InvalidVpcId.NotFound'])
    expect(await vpcs({ VpcId: vpc })).toEqual([])
  })
})

describe('under ECS 2014-05-26', () => {
  it('the older names do the same', async () => {
    const made = await server.ok('CreateVpc', { RegionId: region, CidrBlock: '10.0.0.0/16', VpcName: 'old' })
    const subnet = await server.ok('CreateVSwitch', {
      ...{ RegionId: region, VpcId: made.VpcId, ZoneId: 'cn-hangzhou-h', CidrBlock: '10.0.0.0/24' },
    })
    const listed = await server.ok('DescribeVpcs', { RegionId: region, VpcId: made.VpcId })
    expect((listed.Vpcs as { Vpc: VpcAnswer[] }).Vpc[0]?.VpcName).toBe('old')
    const inside = await server.ok('DescribeVSwitches', { RegionId: region, VpcId: made.VpcId })
    expect((inside.VSwitches as { VSwitch: Body[] }).VSwitch[0]?.VSwitchId).toBe(subnet.VSwitchId)
    await server.ok('DeleteVSwitch', { RegionId: region, VSwitchId: subnet.VSwitchId })
    await server.ok('DeleteVpc', { RegionId: region, VpcId: made.VpcId })
  })
})
