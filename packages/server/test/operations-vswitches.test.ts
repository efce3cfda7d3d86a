import { describe, expect, it } from 'vitest'
import {
  newVSwitch,
  newVpc,
  refusal,
  useNetworks,
  vpcCall,
  vpcOk,
  vpcs,
  vswitch,
  vswitches,
} from './network-fixture.js'

useNetworks()

describe('IPv6 blocks', () => {
  it('EnableIpv6 gives each VPC a /56 of its own', async () => {
    const blocks = new Set<unknown>()
    for (const id of [await newVpc({ EnableIpv6: true }), await newVpc({ EnableIpv6: true })]) {
      const [vpc] = await vpcs({ VpcId: id })
      expect(vpc?.Ipv6CidrBlock).toMatch(/^fd5a:1170:.*::\/56$/)
      expect(vpc).toMatchObject({
        EnabledIpv6: true,
        Ipv6CidrBlocks: { Ipv6CidrBlock: [{ Ipv6CidrBlock: vpc?.Ipv6CidrBlock, Ipv6Isp: 'BGP' }] },
      })
      blocks.add(vpc?.Ipv6CidrBlock)
    }
    expect(blocks.size).toBe(2)
  })

  it('a block can be asked for once', async () => {
    const id = await newVpc({ Ipv6CidrBlock: '2001:DB8:0:100::/56' })
    expect((await vpcs({ VpcId: id }))[0]?.Ipv6CidrBlock).toBe('2001:db8:0:100::/56')
    expect(refusal(await vpcCall('CreateVpc', { Ipv6CidrBlock: '2001:db8:0:100::/56' }))).toEqual([
      400,
      'InvalidParameter',
      'Specified parameter Ipv6CidrBlock is not valid. 2001:db8:0:100::/56 belongs to another VPC.',
    ])
  })

  it.each(['2001:db8::/48', '2001:db8::1/56', 'ff02::/56', '10.0.0.0/8', 'x'])(
    '%s is no IPv6 block of a VPC',
    async (Ipv6CidrBlock) => {
      const [status, code, message] = refusal(await vpcCall('CreateVpc', { Ipv6CidrBlock }))
      expect([status, code]).toEqual([400, 'InvalidParameter'])
      expect(message).toContain(`${Ipv6CidrBlock} is not a /56 of unicast addresses.`)
    },
  )

  it('a vSwitch takes the /64 of its number, or the lowest free one', async () => {
    const vpc = await newVpc({ Ipv6CidrBlock: '2001:db8:0:200::/56' })
    const blockOf = async (extra: object) =>
      (await vswitches({ VSwitchId: await newVSwitch(vpc, extra) }))[0]?.Ipv6CidrBlock
    expect(await blockOf({ CidrBlock: '10.1.0.0/24', Ipv6CidrBlock: 0 })).toBe('2001:db8:0:200::/64')
    expect(await blockOf({ CidrBlock: '10.1.1.0/24', Ipv6CidrBlock: 255 })).toBe('2001:db8:0:2ff::/64')
    expect(await blockOf({ CidrBlock: '10.1.2.0/24', Ipv6CidrMask: 64 })).toBe('2001:db8:0:201::/64')
    expect(await blockOf({ CidrBlock: '10.1.3.0/24' })).toBe('')
    const again = await vswitch(vpc, { CidrBlock: '10.1.4.0/24', Ipv6CidrBlock: 255 })
    expect(refusal(again).slice(0, 2)).toEqual([400, 'InvalidCidrBlock.Overlapped'])
    const foreign = await vswitch(vpc, { CidrBlock: '10.1.4.0/24', VpcIpv6CidrBlock: '2001:db8::/56' })
    expect(refusal(foreign).slice(0, 2)).toEqual([400, 'InvalidParameter'])
    const without = await vswitch(await newVpc(), { Ipv6CidrBlock: 1 })
    expect(refusal(without)).toEqual([
      400,
      'InvalidParameter',
      'Specified parameter Ipv6CidrBlock is not valid. The VPC has no IPv6 block.',
    ])
  })
})

describe('vSwitches', () => {
  it('a vSwitch is answered with what is free in it: all but the first and the last three', async () => {
    const vpc = await newVpc()
    const id = await newVSwitch(vpc, {
      VSwitchName: 'front',
      Description: 'web',
      Tag: [{ Key: 'a', Value: '' }],
    })
    const [found] = await vswitches({ VSwitchId: id })
    expect(found).toEqual({
      VSwitchId: id,
      VSwitchName: 'front',
      Description: 'web',
      VpcId: vpc,
      ZoneId: 'cn-hangzhou-h',
      OwnerId: 1234567890123456,
      Status: 'Available',
      IsDefault: false,
      CreationTime: expect.stringMatching(/Z$/) as string,
      CidrBlock: '10.1.0.0/24',
      EnabledIpv6: false,
      Ipv6CidrBlock: '',
      AvailableIpAddressCount: 252,
      RouteTable: { RouteTableId: expect.stringMatching(/^vtb-/) as string, RouteTableType: 'System' },
      NetworkAclId: '',
      ShareType: '',
      ResourceGroupId: expect.stringMatching(/^rg-acfm/) as string,
      Tags: { Tag: [{ Key: 'a', Value: '' }] },
    })
    const attributes = await vpcOk('DescribeVSwitchAttributes', { VSwitchId: id })
    expect(attributes).toEqual({ ...found, RequestId: attributes.RequestId })
  })

  it('filters narrow the list', async () => {
    const vpc = await newVpc()
    const one = await newVSwitch(vpc, { VSwitchName: 'narrow', CidrBlock: '10.9.0.0/24' })
    const two = await newVSwitch(vpc, { CidrBlock: '10.9.1.0/24', ZoneId: 'cn-hangzhou-i' })
    const ids = async (filter: object) =>
      (await vswitches({ VpcId: vpc, ...filter })).map(({ VSwitchId }) => VSwitchId)
    expect(await ids({})).toEqual([two, one])
    expect(await ids({ ZoneId: 'cn-hangzhou-i' })).toEqual([two])
    expect(await ids({ VSwitchName: 'narrow' })).toEqual([one])
    expect(await ids({ IsDefault: true })).toEqual([])
    expect(await ids({ EnableIpv6: true })).toEqual([])
    expect(await ids({ VSwitchOwnerId: '1' })).toEqual([])
    expect(await ids({ ResourceGroupId: 'rg-1' })).toEqual([])
    const table = ((await vpcs({ VpcId: vpc }))[0]?.RouterTableIds as { RouterTableIds: string[] })
      .RouterTableIds[0]
    expect(await ids({ RouteTableId: table })).toEqual([two, one])
    expect(await ids({ RouteTableId: 'vtb-none' })).toEqual([])
  })

  it.each([
    ['10.2.0.0/15', 400, 'InvalidCirdrBlock.MaskLength'],
    ['10.1.0.0/30', 400, 'InvalidCirdrBlock.MaskLength'],
    ['10.1.0.1/24', 400, 'InvalidCidrBlock.Malformed'],
    ['10.1.0.0', 400, 'InvalidCidrBlock.Malformed'],
    ['x', 400, 'InvalidCidrBlock.Malformed'],
    ['11.0.0.0/24', 400, 'InvalidParameter'],
  ])('no vSwitch of 10.0.0.0/8 can have the block %s', async (CidrBlock, status, code) => {
    expect(refusal(await vswitch(await newVpc(), { CidrBlock })).slice(0, 2)).toEqual([status, code])
  })

  it.each([
    [{ VSwitchName: 'http://x' }, 400, 'InvalidVSwitchName.Malformed'],
    [{ Description: 'http://x' }, 400, 'InvalidVSwitchDiscription.Malformed'],
    [{ CidrMask: 25 }, 400, 'InvalidCirdrBlock.MaskLength'],
    [{ CidrBlock: undefined }, 400, 'MissingParameter'],
    [{ ZoneId: 'cn-hangzhou-z' }, 404, 'InvalidZoneId.NotFound'],
    [{ VpcId: 'vpc-none' }, 404, 'InvalidVpcId.NotFound'],
    [{ Ipv6CidrBlock: 256 }, 400, 'InvalidParameter'],
    [{ Tag: [{ Key: 'a' }, { Key: 'a' }] }, 400, 'Duplicate.TagKey'],
  ])('%j is refused', async (extra, status, code) => {
    expect(refusal(await vswitch(await newVpc(), extra)).slice(0, 2)).toEqual([status, code])
  })

  it('blocks of one VPC do not overlap; those of two may', async () => {
    const vpc = await newVpc()
    await newVSwitch(vpc, { CidrBlock: '10.1.0.0/24' })
    for (const CidrBlock of ['10.1.0.0/24', '10.1.0.128/25', '10.1.0.0/16']) {
      const answer = await vswitch(vpc, { CidrBlock, ZoneId: 'cn-hangzhou-i' })
      expect(refusal(answer)).toEqual([
        400,
        'InvalidCidrBlock.Overlapped',
        'Specified CIDR block overlapped with other subnets.',
      ])
    }
    await newVSwitch(vpc, { CidrBlock: '10.1.1.0/24' })
    await newVSwitch(await newVpc(), { CidrBlock: '10.1.0.0/24' })
  })

  it('a vSwitch that is gone is 404', async () => {
    const id = await newVSwitch(await newVpc())
    expect(refusal(await vpcCall('DeleteVSwitch', { VSwitchId: id, DryRun: true }))[1]).toBe(
      'DryRunOperation',
    )
    await vpcOk('DeleteVSwitch', { VSwitchId: id })
    for (const action of ['DeleteVSwitch', 'DescribeVSwitchAttributes']) {
      const answer = await vpcCall(action, { VSwitchId: id })
      expect(refusal(answer).slice(0, 2)).toEqual([404, 'InvalidVSwitchId.NotFound'])
    }
  })
})
