import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectRefusal, findGroups, newGroup, newVpc, region, rulesOf } from './group-calls.js'
import { testServer, type TestServer } from './harness.js'

let server: TestServer
beforeAll(async () => {
  server = await testServer({ classicNetwork: 'true' })
})
afterAll(() => server.stop())

const ports = { IpProtocol: 'TCP', PortRange: '443/443' }
const inbound = { ...ports, SourceCidrIp: '203.0.113.0/24' }

const authorize = (group: string, rule: object) =>
  server.call('AuthorizeSecurityGroup', { RegionId: region, SecurityGroupId: group, ...rule })

const mustAuthorize = (group: string, rule: object) =>
  server.ok('AuthorizeSecurityGroup', { RegionId: region, SecurityGroupId: group, ...rule })

/** NIC type and object of the rules that a call shows. */
const shown = async (group: string, extra: object = {}): Promise<string[]> =>
  (await rulesOf(server, group, extra)).map((rule) => `${rule.NicType} ${rule.SourceCidrIp}`)

describe('a group of an account that has the classic network', () => {
  it('is in it when no VPC is named', async () => {
    const id = await newGroup(server)
    const [group] = await findGroups(server, { SecurityGroupId: id })
    expect(group?.VpcId).toBe('')
  })

  it('is in a VPC when one is named', async () => {
    const vpc = await newVpc(server)
    const id = await newGroup(server, { VpcId: vpc })
    const [group] = await findGroups(server, { SecurityGroupId: id })
    expect(group?.VpcId).toBe(vpc)
  })

  it('is found by its network', async () => {
    const ids = [await newGroup(server), await newGroup(server, { VpcId: await newVpc(server) })]
    const found = async (NetworkType: string) =>
      (await findGroups(server, { SecurityGroupIds: JSON.stringify(ids), NetworkType })).map(
        (group) => group.SecurityGroupId,
      )
    expect(await found('classic')).toEqual([ids[0]])
    expect(await found('vpc')).toEqual([ids[1]])
  })

  it('has room for 1000 addresses, and not for as many as one in a VPC', async () => {
    const roomOf = async (SecurityGroupId: string) =>
      (await findGroups(server, { SecurityGroupId, IsQueryEcsCount: true }))[0]?.AvailableInstanceAmount
    expect(await roomOf(await newGroup(server))).toBe(1000)
    expect(await roomOf(await newGroup(server, { VpcId: await newVpc(server) }))).toBe(6000)
  })
})

describe('a rule of a group in the classic network', () => {
  it('is for the public side unless it says otherwise', async () => {
    const group = await newGroup(server)
    await mustAuthorize(group, inbound)
    expect(await shown(group)).toEqual(['internet 203.0.113.0/24'])
  })

  it('is another rule on the other side, and each side is shown by itself', async () => {
    const group = await newGroup(server)
    for (const NicType of ['internet', 'Intranet', 'internet'])
      await mustAuthorize(group, { ...inbound, NicType })
    expect(await shown(group)).toEqual(['internet 203.0.113.0/24'])
    expect(await shown(group, { NicType: 'internet' })).toEqual(['internet 203.0.113.0/24'])
    expect(await shown(group, { NicType: 'intranet' })).toEqual(['intranet 203.0.113.0/24'])
    const [described] = await findGroups(server, { SecurityGroupId: group })
    expect(described?.RuleCount).toBe(2)
  })

  it('is revoked on its own side only', async () => {
    const group = await newGroup(server)
    await mustAuthorize(group, { ...inbound, NicType: 'intranet' })
    const revoke = (extra: object) =>
      server.call('RevokeSecurityGroup', { RegionId: region, SecurityGroupId: group, ...inbound, ...extra })
    expectRefusal(await revoke({}), 400, 'InvalidSecurityGroupRule.RuleNotExist')
    expect((await revoke({ NicType: 'intranet' })).status).toBe(200)
    expect(await shown(group, { NicType: 'intranet' })).toEqual([])
  })

  it('keeps its side when it is changed', async () => {
    const group = await newGroup(server)
    await mustAuthorize(group, inbound)
    const [rule] = await rulesOf(server, group)
    const change = (extra: object) =>
      server.call('ModifySecurityGroupRule', {
        ...{
          RegionId: region,
          SecurityGroupId: group,
          SecurityGroupRuleId: rule?.SecurityGroupRuleId,
          ...extra,
        },
      })
    expectRefusal(await change({ NicType: 'intranet' }), 400, 'InvalidOperation.ModifyNicType')
    expect((await change({ NicType: 'internet', SourceCidrIp: '198.51.100.0/24' })).status).toBe(200)
    expect(await shown(group)).toEqual(['internet 198.51.100.0/24'])
  })

  it('names a group on the internal side', async () => {
    const [group, object] = [await newGroup(server), await newGroup(server)]
    const rule = { ...ports, SourceGroupId: object }
    const required = 'NicType is required or NicType expects intranet.'
    expectRefusal(await authorize(group, rule), 403, 'InvalidSourceGroupId.Mismatch', required)
    await mustAuthorize(group, { ...rule, NicType: 'intranet' })
    const conflict = 'Specified nic type conflicts with the authorization record.'
    const refused = await authorize(group, { ...rule, NicType: 'internet' })
    expectRefusal(refused, 400, 'InvalidNicType.Mismatch', conflict)
  })

  it('has no IPv6 address', async () => {
    const rule = { ...ports, Ipv6SourceCidrIp: '2001:db8::/32' }
    expectRefusal(await authorize(await newGroup(server), rule), 400, 'InvalidParam.Ipv6SourceCidrIp')
  })
})

describe('groups of the two networks', () => {
  it('name each other once the VPC has ClassicLink', async () => {
    const vpc = await newVpc(server)
    const [inVpc, inClassic] = [await newGroup(server, { VpcId: vpc }), await newGroup(server)]
    const there = { ...ports, SourceGroupId: inClassic }
    const back = { ...ports, SourceGroupId: inVpc, NicType: 'intranet' }
    expectRefusal(await authorize(inVpc, there), 400, 'InvalidSecurityGroup.InvalidNetworkType')
    expectRefusal(await authorize(inClassic, back), 403, 'InvalidNetworkType.Conflict')
    await server.ok('EnableVpcClassicLink', { RegionId: region, VpcId: vpc }, '2016-04-28')
    expect((await authorize(inVpc, there)).status).toBe(200)
    expect((await authorize(inClassic, back)).status).toBe(200)
  })
})

describe('without the classic network', () => {
  it('a group without a VPC is in the default one, and every side of its rules is the internal one', async () => {
    const other = await testServer()
    try {
      const group = await newGroup(other)
      const [described] = await findGroups(other, { SecurityGroupId: group })
      expect(described?.VpcId).toMatch(/^vpc-/)
      const rule = { RegionId: region, SecurityGroupId: group, ...inbound, NicType: 'internet' }
      await other.ok('AuthorizeSecurityGroup', rule)
      expect((await rulesOf(other, group, { NicType: 'internet' })).map(({ NicType }) => NicType)).toEqual([
        'intranet',
      ])
    } finally {
      await other.stop()
    }
  })
})
