import { describe, expect, it } from 'vitest'
import { testServer } from './harness.js'
import {
  type Body,
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
  vswitch,
  vswitches,
} from './network-fixture.js'
import { adminToken, worldState } from './world-state.js'

useNetworks({ adminToken })

const modify = (VpcId: string, change: object) => vpcCall('ModifyVpcAttribute', { VpcId, ...change })
const described = async (VpcId: string) => (await vpcs({ VpcId }))[0]
const cidrsOf = async (id: string) => (await worldState(server)).vpcs.find((vpc) => vpc.id === id)?.cidrs

describe('ModifyVpcAttribute', () => {
  it('changes what is given and keeps the rest', async () => {
    const id = await newVpc({ VpcName: 'before', Description: 'old', UserCidr: '192.168.0.0/12, 30.0.0.0/8' })
    expect((await described(id))?.UserCidrs).toEqual({ UserCidr: ['192.160.0.0/12', '30.0.0.0/8'] })
    await vpcOk('ModifyVpcAttribute', { VpcId: id, VpcName: 'after', Description: '' })
    expect(await described(id)).toMatchObject({
      VpcName: 'after',
      Description: 'old',
      CidrBlock: '10.0.0.0/8',
    })
    await vpcOk('ModifyVpcAttribute', { VpcId: id, Description: 'new', UserCidr: '40.0.0.0/8' })
    expect(await described(id)).toMatchObject({
      ...{ VpcName: 'after', Description: 'new', UserCidrs: { UserCidr: ['40.0.0.0/8'] } },
    })
  })

  it('makes the block larger or smaller, as far as vSwitches and secondary blocks allow', async () => {
    const id = await newVpc({ CidrBlock: '10.0.0.0/16' })
    const subnet = await newVSwitch(id, { CidrBlock: '10.0.8.0/24' })
    await vpcOk('ModifyVpcAttribute', { VpcId: id, CidrBlock: '10.0.8.0/22' })
    expect((await described(id))?.CidrBlock).toBe('10.0.8.0/22')
    expect(await cidrsOf(id)).toEqual(['10.0.8.0/22'])
    const why = async (CidrBlock: string) => refusal(await modify(id, { CidrBlock })).slice(1)
    const no = (text: string) => ['InvalidParameter', `Specified CIDR block is not valid. ${text}`]
    expect(await why('10.0.10.0/23')).toEqual(no(`vSwitch ${subnet} would lie outside.`))
    expect(await why('172.16.0.0/12')).toEqual(no('172.16.0.0/12 neither holds 10.0.8.0/22 nor lies in it.'))
    await vpcOk('AssociateVpcCidrBlock', { VpcId: id, SecondaryCidrBlock: '10.1.0.0/16' })
    expect(await why('10.0.0.0/8')).toEqual(no('10.0.0.0/8 overlaps 10.1.0.0/16 of the VPC.'))
    await vpcOk('ModifyVpcAttribute', { VpcId: id, CidrBlock: '10.0.0.0/16' })
    const [standard] = await vpcs({ IsDefault: true })
    expect(refusal(await modify(String(standard?.VpcId), { CidrBlock: '172.16.0.0/16' })).slice(1)).toEqual(
      no('The block of a default VPC cannot be changed.'),
    )
  })

  it('enables IPv6 once, and disables it when nothing has a part of it', async () => {
    const id = await newVpc()
    await vpcOk('ModifyVpcAttribute', { VpcId: id, EnableIPv6: false })
    await vpcOk('ModifyVpcAttribute', { VpcId: id, EnableIPv6: true })
    const block = (await described(id))?.Ipv6CidrBlock
    expect(block).toMatch(/^fd5a:1170:.*\/56$/)
    expect(await cidrsOf(id)).toEqual(['10.0.0.0/8', block])
    await vpcOk('ModifyVpcAttribute', { VpcId: id, EnableIPv6: true, Ipv6CidrBlock: block })
    const other = await modify(id, { Ipv6CidrBlock: '2001:db8:0:900::/56' })
    expect(refusal(other)[2]).toContain('The IPv6 block of a VPC cannot be changed.')
    const subnet = await newVSwitch(id, { Ipv6CidrBlock: 3 })
    expect(refusal(await modify(id, { EnableIPv6: false })).slice(0, 2)).toEqual([
      400,
      'DependencyViolation.VSwitch',
    ])
    await vpcOk('ModifyVSwitchAttribute', { VSwitchId: subnet, EnableIPv6: false })
    await vpcOk('ModifyVpcAttribute', { VpcId: id, EnableIPv6: false })
    expect(await described(id)).toMatchObject({
      ...{ EnabledIpv6: false, Ipv6CidrBlock: '', Ipv6CidrBlocks: { Ipv6CidrBlock: [] } },
    })
    expect(await cidrsOf(id)).toEqual(['10.0.0.0/8'])
  })
})

describe('secondary blocks', () => {
  const associate = (VpcId: string, block: object) => vpcCall('AssociateVpcCidrBlock', { VpcId, ...block })

  it('a secondary IPv4 block takes vSwitches, and goes when the last of them has gone', async () => {
    const id = await newVpc({ CidrBlock: '192.168.0.0/16' })
    const SecondaryCidrBlock = '10.0.0.0/16'
    expect((await vswitch(id, { CidrBlock: '10.0.1.0/24' })).body.Code).toBe('InvalidParameter')
    expect((await associate(id, { SecondaryCidrBlock, IpVersion: 'IPV4' })).body).toMatchObject({
      ...{ CidrBlock: SecondaryCidrBlock, IpVersion: 'IPV4' },
    })
    expect((await described(id))?.SecondaryCidrBlocks).toEqual({ SecondaryCidrBlock: [SecondaryCidrBlock] })
    expect(await cidrsOf(id)).toEqual(['192.168.0.0/16', SecondaryCidrBlock])
    const subnet = await newVSwitch(id, { CidrBlock: '10.0.1.0/24' })
    const remove = () => vpcCall('UnassociateVpcCidrBlock', { VpcId: id, SecondaryCidrBlock })
    expect(refusal(await remove()).slice(0, 2)).toEqual([400, 'OperationFailed.CidrInUse'])
    await vpcOk('DeleteVSwitch', { VSwitchId: subnet })
    expect((await remove()).status).toBe(200)
    expect(refusal(await remove()).slice(0, 2)).toEqual([404, 'InvalidCidrBlock.NotFound'])
    expect(await cidrsOf(id)).toEqual(['192.168.0.0/16'])
    const main = await vpcCall('UnassociateVpcCidrBlock', { VpcId: id, SecondaryCidrBlock: '192.168.0.0/16' })
    expect(refusal(main)[1]).toBe('InvalidCidrBlock.NotFound')
  })

  it('a secondary IPv6 block belongs to one VPC, and vSwitches may be in either block', async () => {
    const id = await newVpc({ Ipv6CidrBlock: '2001:db8:0:a00::/56' })
    await vpcOk('AssociateVpcCidrBlock', { VpcId: id, IPv6CidrBlock: '2001:DB8:0:b00::/56' })
    const drawn = await vpcOk('AssociateVpcCidrBlock', { VpcId: id, IpVersion: 'IPV6' })
    const blocks = ['2001:db8:0:a00::/56', '2001:db8:0:b00::/56', drawn.CidrBlock]
    expect((await described(id))?.Ipv6CidrBlocks).toEqual({
      Ipv6CidrBlock: blocks.map((Ipv6CidrBlock) => ({ Ipv6CidrBlock, Ipv6Isp: 'BGP' })),
    })
    expect(await cidrsOf(id)).toEqual(['10.0.0.0/8', ...blocks])
    const another = await newVpc({ EnableIpv6: true })
    for (const taken of [{ IPv6CidrBlock: blocks[1] }, { IPv6CidrBlock: blocks[0] }]) {
      expect(refusal(await associate(another, taken))[2]).toContain('belongs to another VPC')
    }
    expect(refusal(await vpcCall('CreateVpc', { Ipv6CidrBlock: blocks[1] }))[2]).toContain(
      'belongs to another VPC',
    )
    const subnet = await newVSwitch(id, { Ipv6CidrBlock: 5, VpcIpv6CidrBlock: '2001:db8:0:b00::/56' })
    expect((await vswitches({ VSwitchId: subnet }))[0]?.Ipv6CidrBlock).toBe('2001:db8:0:b05::/64')
    const remove = (IPv6CidrBlock: unknown) =>
      vpcCall('UnassociateVpcCidrBlock', { VpcId: id, IPv6CidrBlock })
    expect(refusal(await remove(blocks[1]))[1]).toBe('OperationFailed.CidrInUse')
    expect((await remove(drawn.CidrBlock)).status).toBe(200)
    expect(refusal(await modify(id, { EnableIPv6: false }))[2]).toContain(
      'The VPC has secondary IPv6 blocks.',
    )
  })

  it.each([
    [{}, 'MissingParameter'],
    [{ IpVersion: 'IPV4' }, 'MissingParameter'],
    [{ SecondaryCidrBlock: '10.0.0.0/16', IpVersion: 'IPV6' }, 'InvalidParameter'],
    [{ IPv6CidrBlock: '2001:db8:0:c00::/56', IpVersion: 'IPV4' }, 'InvalidParameter'],
    [{ SecondaryCidrBlock: '192.0.0.0/8' }, 'InvalidParameter'],
    [{ SecondaryCidrBlock: '100.64.0.0/16' }, 'InvalidParameter'],
    [{ SecondaryCidrMask: 16 }, 'UnsupportedParameter'],
  ])('%j cannot be added', async (block, code) => {
    const id = await newVpc({ CidrBlock: '192.168.0.0/16' })
    expect(refusal(await associate(id, block)).slice(0, 2)).toEqual([400, code])
  })

  it('they survive a restart, and go with their VPC', async () => {
    const id = await newVpc({ CidrBlock: '192.168.0.0/16' })
    await vpcOk('AssociateVpcCidrBlock', { VpcId: id, SecondaryCidrBlock: '10.0.0.0/16' })
    await server.restart()
    expect(await cidrsOf(id)).toEqual(['192.168.0.0/16', '10.0.0.0/16'])
    const tables = { RouteTableId: (await tableOf(id))?.RouteTableId }
    await vpcOk('DeleteVpc', { VpcId: id })
    expect(await cidrsOf(id)).toBeUndefined()
    expect(await vpcOk('DescribeRouteTableList', tables)).toMatchObject({ TotalCount: 0 })
  })
})

describe('ModifyVSwitchAttribute', () => {
  it('changes what is given and keeps the rest', async () => {
    const id = await newVSwitch(await newVpc(), { VSwitchName: 'before', Description: 'old' })
    await vpcOk('ModifyVSwitchAttribute', { VSwitchId: id, VSwitchName: 'after' })
    await server.ok('ModifyVSwitchAttribute', { RegionId: region, VSwitchId: id, Description: 'new' })
    expect((await vswitches({ VSwitchId: id }))[0]).toMatchObject({
      VSwitchName: 'after',
      Description: 'new',
    })
  })

  it('gives an IPv6 block once', async () => {
    const vpc = await newVpc({ Ipv6CidrBlock: '2001:db8:0:d00::/56' })
    const id = await newVSwitch(vpc)
    await newVSwitch(vpc, { CidrBlock: '10.1.1.0/24', Ipv6CidrBlock: 0 })
    const change = (extra: object) => vpcCall('ModifyVSwitchAttribute', { VSwitchId: id, ...extra })
    const block = async () => (await vswitches({ VSwitchId: id }))[0]?.Ipv6CidrBlock
    expect(refusal(await change({ EnableIPv6: true, Ipv6CidrBlock: 0 }))[1]).toBe(
      'InvalidCidrBlock.Overlapped',
    )
    expect((await change({ EnableIPv6: true })).status).toBe(200)
    expect(await block()).toBe('2001:db8:0:d01::/64')
    for (const same of [{ EnableIPv6: true }, { Ipv6CidrBlock: 1 }, { Ipv6CidrMask: 64 }]) {
      expect((await change(same)).status).toBe(200)
    }
    expect(refusal(await change({ Ipv6CidrBlock: 9 }))[2]).toContain('cannot be changed')
    expect(refusal(await change({ EnableIPv6: false, Ipv6CidrBlock: 1 }))[2]).toContain('is to be disabled')
    expect((await change({ EnableIPv6: false })).status).toBe(200)
    expect(await block()).toBe('')
  })
})

describe('CreateVSwitch with a mask alone', () => {
  it('takes the lowest free block of any block of the VPC', async () => {
    const vpc = await newVpc({ CidrBlock: '192.168.0.0/24' })
    const block = async (CidrMask: number) => {
      const id = await newVSwitch(vpc, { CidrBlock: undefined, CidrMask })
      return (await vswitches({ VSwitchId: id }))[0]?.CidrBlock
    }
    expect(await block(26)).toBe('192.168.0.0/26')
    expect(await block(28)).toBe('192.168.0.64/28')
    expect(await block(25)).toBe('192.168.0.128/25')
    const full = await vswitch(vpc, { CidrBlock: undefined, CidrMask: 25 })
    expect(refusal(full)).toEqual([400, 'InvalidParameter', 'Specified CIDR block is not valid in VPC.'])
    await vpcOk('AssociateVpcCidrBlock', { VpcId: vpc, SecondaryCidrBlock: '10.0.0.0/16' })
    expect(await block(25)).toBe('10.0.0.0/25')
  })
})

async function tableOf(VpcId: string): Promise<Body | undefined> {
  const body = await vpcOk('DescribeRouteTableList', { VpcId })
  return (body.RouterTableList as { RouterTableListType: Body[] }).RouterTableListType[0]
}

describe('route tables and routers', () => {
  it('each VPC has a system route table with a name of its own', async () => {
    const made = await vpcOk('CreateVpc', { CidrBlock: '10.0.0.0/8' })
    const vpc = String(made.VpcId)
    const inside = await newVSwitch(vpc)
    expect(await tableOf(vpc)).toEqual({
      RouteTableId: made.RouteTableId,
      RouteTableName: '',
      Description: '',
      RouteTableType: 'System',
      RouterId: made.VRouterId,
      RouterType: 'VRouter',
      VpcId: vpc,
      OwnerId: 1234567890123456,
      Status: 'Available',
      CreationTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
      AssociateType: 'VSwitch',
      RoutePropagationEnable: true,
      VSwitchIds: { VSwitchId: [inside] },
      GatewayIds: { GatewayIds: [] },
      ResourceGroupId: expect.stringMatching(/^rg-acfm/) as string,
      Tags: { Tag: [] },
    })
    const RouteTableId = made.RouteTableId
    await vpcOk('ModifyRouteTableAttributes', { RouteTableId, RouteTableName: 'main', Description: 'd' })
    await vpcOk('ModifyRouteTableAttributes', { RouteTableId, RoutePropagationEnable: false })
    const changed = { RouteTableName: 'main', Description: 'd', RoutePropagationEnable: false }
    expect(await tableOf(vpc)).toMatchObject(changed)
    for (const RouteTableName of ['x'.repeat(129), 'HTTPS://x']) {
      const answer = await vpcCall('ModifyRouteTableAttributes', { RouteTableId, RouteTableName })
      expect(refusal(answer)).toEqual([
        ...[400, 'InvalidParameter', 'Specified parameter RouteTableName is not valid.'],
      ])
    }
  })

  it('filters narrow the list of route tables', async () => {
    const made = await vpcOk('CreateVpc', {})
    const total = async (filter: object) => (await vpcOk('DescribeRouteTableList', filter)).TotalCount
    const { VpcId, VRouterId, RouteTableId } = made
    await vpcOk('ModifyRouteTableAttributes', { RouteTableId, RouteTableName: 'named' })
    for (const one of [{ VpcId }, { RouterId: VRouterId }, { RouteTableId }, { RouteTableName: 'named' }]) {
      expect(await total({ ...one, RouteTableType: 'System', RouterType: 'VRouter' })).toBe(1)
      expect(await total({ ...one, RouteTableType: 'Custom' })).toBe(0)
      expect(await total({ ...one, ResourceGroupId: 'rg-x' })).toBe(0)
    }
    expect(await total({ RouterType: 'VBR' })).toBe(0)
    expect(await total({ VpcId, RouterType: 'VBR' })).toBe(1)
    expect(await total({ Tag: [{ Key: 'no' }] })).toBe(0)
    const [whole, page] = [await vpcOk('DescribeRouteTableList', { PageSize: 1 }), await vpcs({})]
    expect(whole).toMatchObject({ PageNumber: 1, PageSize: 1 })
    expect(page.length).toBeGreaterThan(1)
    expect((whole.RouterTableList as { RouterTableListType: Body[] }).RouterTableListType).toHaveLength(1)
  })

  it('every block of every vSwitch has a system route', async () => {
    const made = await vpcOk('CreateVpc', { CidrBlock: '10.0.0.0/8', Ipv6CidrBlock: '2001:db8:0:e00::/56' })
    const vpc = String(made.VpcId)
    const first = await newVSwitch(vpc, { Ipv6CidrBlock: 1 })
    const second = await newVSwitch(vpc, { CidrBlock: '10.2.0.0/24' })
    for (const version of [vpcVersion, '2014-05-26']) {
      const named = { RegionId: region, VRouterId: made.VRouterId }
      const body = await server.ok('DescribeRouteTables', named, version)
      const [table] = (body.RouteTables as { RouteTable: Body[] }).RouteTable
      expect(body).toMatchObject({ TotalCount: 1, PageNumber: 1, PageSize: 10 })
      expect(table).toMatchObject({
        ...{ RouteTableId: made.RouteTableId, RouteTableType: 'System', VRouterId: made.VRouterId },
        ...{ VSwitchIds: { VSwitchId: [first, second] } },
      })
      const routes = (table?.RouteEntrys as { RouteEntry: Body[] }).RouteEntry
      expect(routes.map(({ DestinationCidrBlock }) => DestinationCidrBlock)).toEqual([
        ...['10.1.0.0/24', '2001:db8:0:e01::/64', '10.2.0.0/24'],
      ])
      expect(routes[0]).toMatchObject({ Type: 'System', Status: 'Available', NextHopType: 'local' })
      expect(new Set(routes.map(({ RouteEntryId }) => RouteEntryId)).size).toBe(3)
    }
    const custom = await vpcOk('DescribeRouteTables', { RouteTableId: made.RouteTableId, Type: 'Custom' })
    expect((custom.RouteTables as { RouteTable: Body[] }).RouteTable[0]?.RouteEntrys).toEqual({
      RouteEntry: [],
    })
    expect(refusal(await vpcCall('DescribeRouteTables', {})).slice(0, 2)).toEqual([400, 'MissingParameter'])
    const both = { VRouterId: made.VRouterId, RouterId: made.VRouterId }
    expect(refusal(await vpcCall('DescribeRouteTables', both)).slice(0, 2)).toEqual([400, 'InvalidParameter'])
    expect(await vpcOk('DescribeRouteTables', { RouterId: 'vrt-none' })).toMatchObject({ TotalCount: 0 })
  })

  it('each VPC has a router, whose name and description can be changed on their own', async () => {
    const { VRouterId } = await vpcOk('CreateVpc', {})
    const shown = async () => {
      const { VRouters } = await vpcOk('DescribeVRouters', { VRouterId })
      return (VRouters as { VRouter: Body[] }).VRouter[0]
    }
    expect(await shown()).toMatchObject({ VRouterName: '', Description: '' })
    await vpcOk('ModifyVRouterAttribute', { VRouterId, VRouterName: 'edge', Description: 'the way out' })
    expect(await shown()).toMatchObject({ VRouterName: 'edge', Description: 'the way out' })
    await server.ok('ModifyVRouterAttribute', { VRouterId, VRouterName: 'core' }, '2014-05-26')
    expect(await shown()).toMatchObject({ VRouterName: 'core', Description: 'the way out' })
  })

  it('each VPC has a router', async () => {
    const made = await vpcOk('CreateVpc', {})
    for (const version of [vpcVersion, '2014-05-26']) {
      const named = { RegionId: region, VRouterId: made.VRouterId }
      const body = await server.ok('DescribeVRouters', named, version)
      expect(body).toMatchObject({ TotalCount: 1 })
      expect((body.VRouters as { VRouter: Body[] }).VRouter[0]).toMatchObject({
        ...{ VpcId: made.VpcId, VRouterId: made.VRouterId, RegionId: region },
        ...{ RouteTableIds: { RouteTableId: [made.RouteTableId] } },
      })
    }
  })
})

describe('ClassicLink of a VPC', () => {
  it('is stored and shown', async () => {
    const id = await newVpc()
    const enabled = async () => (await vpcOk('DescribeVpcAttribute', { VpcId: id })).ClassicLinkEnabled
    expect(await enabled()).toBe(false)
    for (let twice = 0; twice < 2; twice++) await vpcOk('EnableVpcClassicLink', { VpcId: id })
    expect(await enabled()).toBe(true)
    await vpcOk('DisableVpcClassicLink', { VpcId: id })
    expect(await enabled()).toBe(false)
  })
})

describe('default networks', () => {
  it('can be deleted and made again, once each', async () => {
    const at = { RegionId: 'ap-southeast-1' }
    const call = (action: string, extra: object = {}) => server.call(action, { ...at, ...extra }, vpcVersion)
    const ok = (action: string, extra: object = {}) => server.ok(action, { ...at, ...extra }, vpcVersion)
    const [before] = ((await ok('DescribeVpcs', { IsDefault: true })).Vpcs as { Vpc: Body[] }).Vpc
    expect(refusal(await call('CreateDefaultVpc'))[1]).toBe('OperationDenied.DefaultVpcExist')
    for (const VSwitchId of (before?.VSwitchIds as { VSwitchId: string[] }).VSwitchId) {
      await ok('DeleteVSwitch', { VSwitchId })
    }
    await ok('DeleteVpc', { VpcId: before?.VpcId })
    const zone = { ZoneId: 'ap-southeast-1b' }
    expect(refusal(await call('CreateDefaultVSwitch', zone)).slice(0, 2)).toEqual([
      404,
      'InvalidVpcId.NotFound',
    ])
    const made = await ok('CreateDefaultVpc', { EnableIpv6: true, ClientToken: 'default-1' })
    expect((await ok('CreateDefaultVpc', { EnableIpv6: true, ClientToken: 'default-1' })).VpcId).toBe(
      made.VpcId,
    )
    const found = await ok('DescribeVpcAttribute', { VpcId: made.VpcId })
    expect(found).toMatchObject({
      ...{ IsDefault: true, CidrBlock: '172.16.0.0/12', EnabledIpv6: true, VRouterId: made.VRouterId },
      ...{ RouterTableIds: { RouterTableIds: [made.RouteTableId] }, VSwitchIds: { VSwitchId: [] } },
    })
    const subnet = await ok('CreateDefaultVSwitch', { ...zone, Ipv6CidrBlock: 2 })
    expect(await ok('DescribeVSwitchAttributes', { VSwitchId: subnet.VSwitchId })).toMatchObject({
      ...{ IsDefault: true, CidrBlock: '172.16.16.0/20', ZoneId: zone.ZoneId, EnabledIpv6: true },
    })
    expect(refusal(await call('CreateDefaultVSwitch', zone))[1]).toBe('OperationDenied.DefaultVSwitchExist')
  })
})

describe('quotas', () => {
  it('default networks do not count, and concurrent calls do not exceed them', async () => {
    const own = await testServer({ 'quotas.vpcsPerRegion': '3', 'quotas.vswitchesPerVpc': '2' })
    try {
      const at = { RegionId: region }
      const made = await Promise.all(
        Array.from({ length: 12 }, () =>
          own.call('CreateVpc', { ...at, CidrBlock: '10.0.0.0/8' }, vpcVersion),
        ),
      )
      const codes = made.map(({ status, body }) => (status === 200 ? 'made' : body.Code))
      expect(codes.filter((code) => code === 'made')).toHaveLength(3)
      expect(new Set(codes)).toEqual(new Set(['made', 'QuotaExceeded.Vpc']))
      const id = made.find(({ status }) => status === 200)?.body.VpcId
      const inVpc = { ...at, VpcId: id, ZoneId: 'cn-hangzhou-h' }
      const subnets = await Promise.all(
        Array.from({ length: 6 }, (_, third) =>
          own.call('CreateVSwitch', { ...inVpc, CidrBlock: `10.0.${third}.0/24` }, vpcVersion),
        ),
      )
      expect(subnets.filter(({ status }) => status === 200)).toHaveLength(2)
      const [standard] = (
        (await own.ok('DescribeVpcs', { ...at, IsDefault: true }, vpcVersion)).Vpcs as {
          Vpc: { VpcId: string }[]
        }
      ).Vpc
      const beside = { ...inVpc, VpcId: standard?.VpcId, CidrBlock: '172.20.0.0/24' }
      expect((await own.call('CreateVSwitch', beside, vpcVersion)).status).toBe(200)
      await own.ok(
        'DeleteVpc',
        { ...at, VpcId: made.filter(({ status }) => status === 200)[1]?.body.VpcId },
        vpcVersion,
      )
      expect((await own.call('CreateVpc', at, vpcVersion)).status).toBe(200)
    } finally {
      await own.stop()
    }
  })
})
