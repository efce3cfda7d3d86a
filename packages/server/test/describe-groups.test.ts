import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectRefusal, findGroups, groupsIn, newGroup, newVpc, region, runInstances } from './group-calls.js'
import { testServer, type TestServer } from './harness.js'

let server: TestServer
let vpc: string
/** Five groups, oldest first. */
let ids: readonly string[]

beforeAll(async () => {
  server = await testServer()
  vpc = await newVpc(server)
  const color = (Value: string) => ({ Key: 'color', Value })
  ids = [
    await newGroup(server, { SecurityGroupName: 'alpha', Tag: [color('red')] }),
    await newGroup(server, { SecurityGroupName: 'beta', Tag: [color('blue'), { Key: 'tier', Value: '1' }] }),
    await newGroup(server, { SecurityGroupName: 'alpha', VpcId: vpc, Tag: [{ Key: 'tier', Value: '1' }] }),
    await newGroup(server, { SecurityGroupType: 'enterprise' }),
    await newGroup(server, { SecurityGroupType: 'enterprise', VpcId: vpc, Tag: [color('red')] }),
  ]
})
afterAll(() => server.stop())

/** Places in `ids` of the groups that match, in the order of the answer. */
const found = async (filter: object): Promise<number[]> =>
  (await findGroups(server, filter)).map(({ SecurityGroupId }) => ids.indexOf(SecurityGroupId))

const list = (extra: object, on = server) => on.call('DescribeSecurityGroups', { RegionId: region, ...extra })

describe('the filters of DescribeSecurityGroups', () => {
  it('lists every group, newest first, when there is none', async () => {
    expect(await found({})).toEqual([4, 3, 2, 1, 0])
  })

  it.each<[string, () => object, number[]]>([
    ['one id', () => ({ SecurityGroupId: ids[1] }), [1]],
    ['ids as JSON', () => ({ SecurityGroupIds: JSON.stringify([ids[0], ids[3], 'sg-none']) }), [3, 0]],
    ['an id among ids', () => ({ SecurityGroupId: ids[0], SecurityGroupIds: JSON.stringify(ids) }), [0]],
    ['an id not among ids', () => ({ SecurityGroupId: ids[0], SecurityGroupIds: `["${ids[1]}"]` }), []],
    ['a name, whole', () => ({ SecurityGroupName: 'alpha' }), [2, 0]],
    ['a part of a name', () => ({ SecurityGroupName: 'alp' }), []],
    ['a name in capitals', () => ({ SecurityGroupName: 'ALPHA' }), []],
    ['a part of a name that may be one', () => ({ SecurityGroupName: 'LPH', FuzzyQuery: 'true' }), [2, 0]],
    ['a part without it', () => ({ SecurityGroupName: 'lph', FuzzyQuery: 'false' }), []],
    ['a part that would match anything', () => ({ SecurityGroupName: 'a%', FuzzyQuery: 'true' }), []],
    ['FuzzyQuery without a name', () => ({ FuzzyQuery: 'true' }), [4, 3, 2, 1, 0]],
    ['the basic type', () => ({ SecurityGroupType: 'normal' }), [2, 1, 0]],
    ['the advanced type', () => ({ SecurityGroupType: 'enterprise' }), [4, 3]],
    ['a VPC', () => ({ VpcId: vpc }), [4, 2]],
    ['an unknown VPC', () => ({ VpcId: 'vpc-none' }), []],
    ['the network type vpc', () => ({ NetworkType: 'vpc' }), [4, 3, 2, 1, 0]],
    ['the network type classic', () => ({ NetworkType: 'classic' }), []],
    ['a resource group', () => ({ ResourceGroupId: 'rg-1' }), []],
    ['managed groups', () => ({ ServiceManaged: 'true' }), []],
    ['groups that are not managed', () => ({ ServiceManaged: 'false' }), [4, 3, 2, 1, 0]],
    ['a tag key', () => ({ Tag: [{ Key: 'color' }] }), [4, 1, 0]],
    ['a tag', () => ({ Tag: [{ Key: 'color', Value: 'red' }] }), [4, 0]],
    ['a tag in lower case', () => ({ Tag: [{ key: 'color', value: 'red' }] }), [4, 0]],
    ['two tags', () => ({ Tag: [{ Key: 'color' }, { Key: 'tier', Value: '1' }] }), [1]],
    ['a value without a key', () => ({ Tag: [{ Value: 'red' }] }), [4, 3, 2, 1, 0]],
    ['a name and a VPC', () => ({ SecurityGroupName: 'alpha', VpcId: vpc }), [2]],
    [
      'everything at once',
      () => ({
        ...{ SecurityGroupId: ids[2], SecurityGroupIds: JSON.stringify(ids), SecurityGroupName: 'alpha' },
        ...{ SecurityGroupType: 'NORMAL', VpcId: vpc, NetworkType: 'vpc', ServiceManaged: 'false' },
        Tag: [{ Key: 'tier', Value: '1' }],
      }),
      [2],
    ],
    ['a group of another region', () => ({ RegionId: 'cn-beijing', SecurityGroupId: ids[0] }), []],
    ['empty values, which count as absent', () => ({ SecurityGroupId: '', VpcId: '' }), [4, 3, 2, 1, 0]],
  ])('takes %s', async (_, filter, expected) => {
    expect(await found(filter())).toEqual(expected)
  })

  it.each([
    ['no RegionId', { RegionId: undefined }, 400, 'MissingParameter.RegionId'],
    ['an unknown region', { RegionId: 'xx-nowhere' }, 404, 'InvalidRegionId.NotFound'],
    ['ids that are no JSON', { SecurityGroupIds: 'sg-1' }, 400, 'InvalidSecurityGroupId.Malformed'],
    ['ids that are no texts', { SecurityGroupIds: '[1]' }, 400, 'InvalidSecurityGroupId.Malformed'],
    [
      '101 ids',
      { SecurityGroupIds: JSON.stringify(Array(101).fill('sg-1')) },
      400,
      'InvalidSecurityGroupId.Malformed',
    ],
    ['an id that cannot be one', { SecurityGroupId: 'sg 1' }, 400, 'InvalidSecurityGroupId.Malformed'],
    ['a name of 129', { SecurityGroupName: 'x'.repeat(129) }, 400, 'InvalidSecurityGroupName.Malformed'],
    ['an unknown type', { SecurityGroupType: 'basic' }, 400, 'InvalidParameter.SecurityGroupType'],
    ['an unknown network type', { NetworkType: 'vlan' }, 400, 'InvalidParameter'],
    ['21 tags', { 'Tag.21.Key': 'k' }, 400, 'InvalidTagKey.Malformed'],
  ])('refuses %s', async (_, extra, status, code) => {
    expectRefusal(await list(extra), status, code)
  })

  it('answers DryRun with what would be refused, else with DryRunOperation', async () => {
    const text = 'Request validation has been passed with DryRun flag set.'
    expectRefusal(await list({ DryRun: 'true' }), 400, 'DryRunOperation', text)
    const bad = { DryRun: 'true', SecurityGroupType: 'basic' }
    expectRefusal(await list(bad), 400, 'InvalidParameter.SecurityGroupType')
    expectRefusal(await list({ DryRun: 'true', NextToken: 'x' }), 400, 'InValidParameter.NextToken')
    expect((await list({ DryRun: 'false' })).status).toBe(200)
  })

  it('takes an empty page as such: nothing matches, and the counts say so', async () => {
    const { status, body } = await list({ SecurityGroupId: 'sg-none' })
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        RequestId: expect.any(String) as string,
        ...{ RegionId: region, TotalCount: 0, PageNumber: 1, PageSize: 10, NextToken: '' },
        SecurityGroups: { SecurityGroup: [] },
      },
    })
  })
})

describe('what IsQueryEcsCount asks for', () => {
  it('counts instances and free addresses, which are 0 without it', async () => {
    const own = await testServer({ 'quotas.privateAddressesPerGroup': '5' })
    try {
      const group = await newGroup(own)
      await runInstances(own, group, { Amount: 3 })
      const empty = await newGroup(own)
      const counts = async (extra: object) =>
        (await findGroups(own, extra)).map((one) => [
          one.SecurityGroupId,
          one.EcsCount,
          one.AvailableInstanceAmount,
        ])
      expect(await counts({ IsQueryEcsCount: 'true' })).toEqual([
        [empty, 0, 5],
        [group, 3, 2],
      ])
      const none = [
        [empty, 0, 0],
        [group, 0, 0],
      ]
      expect(await counts({ IsQueryEcsCount: 'false' })).toEqual(none)
      expect(await counts({})).toEqual(none)
    } finally {
      await own.stop()
    }
  })

  it('counts no instance for an interface that is not attached, and advanced groups by interfaces', async () => {
    const own = await testServer()
    try {
      const basic = await newGroup(own)
      const advanced = await newGroup(own, { SecurityGroupType: 'enterprise' })
      const zone = { RegionId: region, ZoneId: 'cn-hangzhou-i' }
      const found = await own.ok('DescribeVSwitches', zone, '2016-04-28')
      const [vswitch] = (found.VSwitches as { VSwitch: { VSwitchId: string }[] }).VSwitch
      for (const SecurityGroupId of [basic, advanced, advanced]) {
        const parameters = { RegionId: region, VSwitchId: vswitch?.VSwitchId, SecurityGroupId }
        await own.ok('CreateNetworkInterface', parameters)
      }
      expect(await findGroups(own, { IsQueryEcsCount: 'true' })).toMatchObject([
        { SecurityGroupId: advanced, EcsCount: 0, AvailableInstanceAmount: 65_534 },
        { SecurityGroupId: basic, EcsCount: 0, AvailableInstanceAmount: 5999 },
      ])
    } finally {
      await own.stop()
    }
  })

  it('is beside the counts of rules, which are always there', async () => {
    const own = await testServer()
    try {
      const [holder, object] = [await newGroup(own), await newGroup(own)]
      const all = { RegionId: region, SecurityGroupId: holder, IpProtocol: 'ALL', PortRange: '-1/-1' }
      await own.ok('AuthorizeSecurityGroup', { ...all, SourceCidrIp: '10.0.0.0/8' })
      await own.ok('AuthorizeSecurityGroup', { ...all, SourceGroupId: object })
      await own.ok('AuthorizeSecurityGroupEgress', { ...all, DestGroupId: object })
      expect(await findGroups(own, { SecurityGroupId: holder })).toMatchObject([
        { RuleCount: 3, GroupToGroupRuleCount: 2 },
      ])
    } finally {
      await own.stop()
    }
  })
})

describe('pages of DescribeSecurityGroups', () => {
  it('come by number and size, with the total', async () => {
    const page = async (PageNumber: number) => {
      const { body } = await list({ PageNumber, PageSize: 2 })
      const places = groupsIn(body).map(({ SecurityGroupId }) => ids.indexOf(SecurityGroupId))
      return [body.TotalCount, body.PageNumber, body.PageSize, body.NextToken, places]
    }
    expect(await page(1)).toEqual([5, 1, 2, '', [4, 3]])
    expect(await page(3)).toEqual([5, 3, 2, '', [0]])
    expect(await page(4)).toEqual([5, 4, 2, '', []])
  })

  it.each([
    ['PageNumber 0', { PageNumber: 0 }],
    ['PageSize 0', { PageSize: 0 }],
    ['PageSize 51', { PageSize: 51 }],
    ['MaxResults 0', { MaxResults: 0 }],
    ['MaxResults 101', { MaxResults: 101 }],
    ['MaxResults that is no number', { MaxResults: 'ten' }],
  ])('are refused with %s', async (_, extra) => {
    expectRefusal(await list(extra), 400, 'InvalidParameter')
  })

  it.each([
    { MaxResults: 10, PageSize: 10 },
    { MaxResults: 10, PageNumber: 1 },
  ])('are refused in both styles at once: %j', async (extra) => {
    expectRefusal(await list(extra), 400, 'NotSupported.PageNumberAndPageSize')
  })

  it.each([
    ['is no token', 'x'],
    ['is JSON and no list', Buffer.from('{}').toString('base64url')],
    ['is of another operation', Buffer.from('["rules",0,1,2]').toString('base64url')],
    ['names no number', Buffer.from('["groups","1"]').toString('base64url')],
    ['names no whole number', Buffer.from('["groups",1.5]').toString('base64url')],
    ['names nothing', Buffer.from('["groups"]').toString('base64url')],
  ])('are refused with a NextToken that %s', async (_, NextToken) => {
    expectRefusal(await list({ NextToken }), 400, 'InValidParameter.NextToken')
  })

  it('are ten groups each without MaxResults', async () => {
    const own = await testServer()
    try {
      for (let made = 0; made < 11; made++) await newGroup(own)
      const first = (await list({ MaxResults: 10 }, own)).body
      expect(groupsIn(first)).toHaveLength(10)
      const second = (await list({ NextToken: first.NextToken }, own)).body
      expect(groupsIn(second)).toHaveLength(1)
      expect(second.NextToken).toBe('')
      expect(groupsIn((await list({}, own)).body)).toHaveLength(10)
    } finally {
      await own.stop()
    }
  })

  it('show each group that stays once, whatever is made and deleted in between, across a restart', async () => {
    const own = await testServer()
    try {
      const made: string[] = []
      for (let index = 0; index < 9; index++) made.push(await newGroup(own))
      const page = async (NextToken?: unknown) => {
        const { body } = await list({ MaxResults: 3, NextToken }, own)
        const shown = groupsIn(body).map(({ SecurityGroupId }) => made.indexOf(SecurityGroupId))
        expect(body).not.toHaveProperty('TotalCount')
        return [shown, body.NextToken] as const
      }
      const [first, afterFirst] = await page()
      expect(first).toEqual([8, 7, 6])
      // The group where the page ended, one before it, one to come, and a new one.
      for (const gone of [6, 8, 4]) {
        await own.ok('DeleteSecurityGroup', { RegionId: region, SecurityGroupId: made[gone] })
      }
      await newGroup(own)
      const [second, afterSecond] = await page(afterFirst)
      expect(second).toEqual([5, 3, 2])
      await own.restart()
      expect(await page(afterSecond)).toEqual([[1, 0], ''])
    } finally {
      await own.stop()
    }
  })

  it('end with an empty NextToken where a page is exactly full', async () => {
    const { body } = await list({ MaxResults: 5 })
    expect(groupsIn(body)).toHaveLength(5)
    expect(body.NextToken).toBe('')
  })
})
