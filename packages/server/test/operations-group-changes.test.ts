import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectRefusal, findGroups, newGroup, newVpc, region } from './group-calls.js'
import { testServer, type TestServer } from './harness.js'
import { adminToken, worldState } from './world-state.js'

let server: TestServer
beforeAll(async () => {
  server = await testServer({ 'quotas.securityGroupsPerRegion': '1000', adminToken })
})
afterAll(() => server.stop())

const of = (group: string, rest: object) => ({ RegionId: region, SecurityGroupId: group, ...rest })

describe('ModifySecurityGroupAttribute', () => {
  const modify = (group: string, rest: object) => server.call('ModifySecurityGroupAttribute', of(group, rest))

  it('changes what is given and leaves the rest; empty is absent', async () => {
    const group = await newGroup(server, { SecurityGroupName: 'before', Description: 'As it was.' })
    const [made] = await findGroups(server, { SecurityGroupId: group })
    expect((await modify(group, { SecurityGroupName: 'after', Description: '' })).status).toBe(200)
    expect(await findGroups(server, { SecurityGroupId: group })).toEqual([
      { ...made, SecurityGroupName: 'after' },
    ])
    const described = { Description: '说明 with spaces' }
    expect((await modify(group, described)).status).toBe(200)
    const expected = { ...made, SecurityGroupName: 'after', ...described }
    expect(await findGroups(server, { SecurityGroupName: 'after' })).toEqual([expected])
    expect((await modify(group, { SecurityGroupName: '', Description: '' })).status).toBe(200)
    await server.restart()
    expect(await findGroups(server, { SecurityGroupId: group })).toEqual([expected])
    expect(await findGroups(server, { SecurityGroupName: 'before' })).toEqual([])
  })

  it('needs no other name than any that a new group may have', async () => {
    const group = await newGroup(server)
    for (const name of ['ab', '安全组_1', `x${'.'.repeat(127)}`]) {
      expect((await modify(group, { SecurityGroupName: name })).status, name).toBe(200)
    }
    for (const name of ['a', '1ab', 'http://ab', `x${'.'.repeat(128)}`]) {
      expectRefusal(
        await modify(group, { SecurityGroupName: name }),
        ...([400, 'InvalidSecurityGroupName.Malformed'] as const),
        'Specified security group name is not valid.',
      )
    }
    for (const text of ['x', 'https://x', 'x'.repeat(257)]) {
      expectRefusal(
        await modify(group, { SecurityGroupName: 'good', Description: text }),
        ...([400, 'InvalidSecurityGroupDiscription.Malformed'] as const),
      )
    }
    const [described] = await findGroups(server, { SecurityGroupId: group })
    expect(described?.SecurityGroupName).not.toBe('good')
  })
})

describe('ModifySecurityGroupPolicy', () => {
  const policyOf = async (group: string) =>
    (await server.ok('DescribeSecurityGroupAttribute', of(group, {}))).InnerAccessPolicy
  const seen = async (group: string) => {
    const { revision, groups } = await worldState(server)
    return [revision, groups.find(({ id }) => id === group)?.innerAccess]
  }

  it('closes a group to its own members and opens it again, in any case, and data planes hear of it', async () => {
    const group = await newGroup(server)
    const [revision] = (await seen(group)) as [number, unknown]
    const change = (InnerAccessPolicy: string) =>
      server.ok('ModifySecurityGroupPolicy', of(group, { InnerAccessPolicy }))
    await change('drop')
    expect(await policyOf(group)).toBe('Drop')
    expect(await seen(group)).toEqual([revision + 1, 'drop'])
    await change('DROP')
    expect(await seen(group)).toEqual([revision + 1, 'drop'])
    await server.restart()
    await change('Accept')
    expect(await policyOf(group)).toBe('Accept')
    expect(await seen(group)).toEqual([revision + 2, 'accept'])
  })

  it('with a ClientToken has one effect', async () => {
    const group = await newGroup(server)
    const once = { InnerAccessPolicy: 'Drop', ClientToken: 'policy-once' }
    await server.ok('ModifySecurityGroupPolicy', of(group, once))
    await server.ok('ModifySecurityGroupPolicy', of(group, { InnerAccessPolicy: 'Accept' }))
    await server.ok('ModifySecurityGroupPolicy', of(group, once))
    expect(await policyOf(group)).toBe('Accept')
  })

  it('is not for advanced groups, whose policy stays Drop', async () => {
    const group = await newGroup(server, { SecurityGroupType: 'enterprise' })
    for (const InnerAccessPolicy of ['Accept', 'Drop']) {
      expectRefusal(
        await server.call('ModifySecurityGroupPolicy', of(group, { InnerAccessPolicy })),
        ...([404, 'InvalidParameter.InnerAccessPolicy'] as const),
        "The InnerAccessPolicy attribute of enterprise level security group can't be modified.",
      )
    }
    expect(await policyOf(group)).toBe('Drop')
  })

  it('names what is missing', async () => {
    const group = await newGroup(server)
    const change = (rest: object) => server.call('ModifySecurityGroupPolicy', of(group, rest))
    expectRefusal(await change({}), 400, 'MissingParameter')
    const unplaced = await change({ InnerAccessPolicy: 'Drop', RegionId: '' })
    expectRefusal(unplaced, 400, 'MissingParamter.RegionId', 'The RegionId should not be null.')
  })
})

describe('DescribeSecurityGroupReferences', () => {
  const all = { IpProtocol: 'ALL', PortRange: '-1/-1' }
  const references = async (...ids: readonly string[]) =>
    (await server.ok('DescribeSecurityGroupReferences', { RegionId: region, SecurityGroupId: ids }))
      .SecurityGroupReferences

  it('lists the groups that name each in a rule of either direction, once, with their account', async () => {
    const [named, both, inward, outward, free] = [
      ...[await newGroup(server), await newGroup(server), await newGroup(server)],
      ...[await newGroup(server), await newGroup(server)],
    ] as const
    const inbound = { ...all, SourceGroupId: named }
    const outbound = { ...all, DestGroupId: named }
    await server.ok('AuthorizeSecurityGroup', of(inward ?? '', inbound))
    await server.ok('AuthorizeSecurityGroupEgress', of(outward ?? '', outbound))
    await server.ok('AuthorizeSecurityGroup', of(both ?? '', inbound))
    await server.ok('AuthorizeSecurityGroup', of(both ?? '', { ...inbound, Priority: '2' }))
    await server.ok('AuthorizeSecurityGroupEgress', of(both ?? '', outbound))
    const referrer = (id: string | undefined) => ({
      ...{ SecurityGroupId: id, AliUid: server.running.accountId },
    })
    const expected = {
      SecurityGroupReference: [
        {
          SecurityGroupId: named,
          ReferencingSecurityGroups: {
            ReferencingSecurityGroup: [referrer(both), referrer(inward), referrer(outward)],
          },
        },
      ],
    }
    expect(await references(named ?? '')).toEqual(expected)
    // A group that nobody names is left out, and one that is asked for twice is answered once.
    expect(await references(free ?? '', named ?? '', named ?? '', both ?? '')).toEqual(expected)
    await server.ok('RevokeSecurityGroup', of(inward ?? '', inbound))
    expect(JSON.stringify(await references(named ?? ''))).not.toContain(inward)
  })

  it('takes one to ten groups that exist', async () => {
    const ids = await Promise.all(Array.from({ length: 11 }, () => newGroup(server)))
    expect(await references(...ids.slice(0, 10))).toEqual({ SecurityGroupReference: [] })
    const call = (SecurityGroupId: readonly string[], RegionId = region) =>
      server.call('DescribeSecurityGroupReferences', { RegionId, SecurityGroupId })
    const size = 'The specified parameter SecurityGroupId is essential and size should less than 10'
    expectRefusal(await call(ids), 400, 'InvalidSecurityGroupId.Malformed', size)
    expectRefusal(await call([]), 400, 'InvalidSecurityGroupId.Malformed', size)
    const records = 'The SecurityGroupId provided does not exist in our records.'
    const first = ids[0] ?? ''
    expectRefusal(await call([first, 'sg-bp1none']), 404, 'InvalidSecurityGroupId.NotFound', records)
    expectRefusal(await call([first], 'cn-beijing'), 404, 'InvalidSecurityGroupId.NotFound', records)
  })
})

describe('the number of groups', () => {
  it('follows creation, deletion and refusals, by region and across a restart', async () => {
    const own = await testServer({ 'quotas.securityGroupsPerRegion': '3' })
    try {
      const total = async (RegionId = region) =>
        (await own.ok('DescribeSecurityGroups', { RegionId })).TotalCount
      const vpc = await newVpc(own)
      expect([await total(), await total('cn-beijing')]).toEqual([0, 0])
      const ids = [await newGroup(own), await newGroup(own, { VpcId: vpc }), await newGroup(own)]
      expectRefusal(
        await own.call('CreateSecurityGroup', { RegionId: region }),
        ...([403, 'QuotaExceed.SecurityGroup'] as const),
      )
      await newGroup(own, { RegionId: 'cn-beijing' })
      expect([await total(), await total('cn-beijing')]).toEqual([3, 1])
      await own.ok('DeleteSecurityGroup', of(ids[1] ?? '', {}))
      expect(await total()).toBe(2)
      await own.restart()
      expect([await total(), await total('cn-beijing')]).toEqual([2, 1])
      expect((await findGroups(own, {})).map(({ SecurityGroupId }) => SecurityGroupId)).toEqual([
        ...[ids[2], ids[0]],
      ])
    } finally {
      await own.stop()
    }
  })
})
