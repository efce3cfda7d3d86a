import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectRefusal, findGroups, newGroup, newVpc, region, runInstances } from './group-calls.js'
import { testServer, type TestServer } from './harness.js'

const vpcVersion = '2016-04-28'
let server: TestServer
beforeAll(async () => {
  server = await testServer({ 'quotas.securityGroupsPerRegion': '1000' })
})
afterAll(() => server.stop())

interface ListedTag {
  readonly ResourceId: string
  readonly ResourceType: string
  readonly TagKey: string
  readonly TagValue: string
}

const listed = (body: Readonly<Record<string, unknown>>): readonly ListedTag[] =>
  (body.TagResources as { TagResource: ListedTag[] }).TagResource

const groups = { RegionId: region, ResourceType: 'securitygroup' }
const list = async (filter: object): Promise<readonly ListedTag[]> =>
  listed(await server.ok('ListTagResources', { ...groups, ...filter }))
const idsWith = async (filter: object): Promise<string[]> => [
  ...new Set((await list(filter)).map(({ ResourceId }) => ResourceId)),
]
const tagsOf = async (id: string): Promise<Record<string, string>> =>
  Object.fromEntries((await list({ ResourceId: [id] })).map(({ TagKey, TagValue }) => [TagKey, TagValue]))

const tag = (id: string, tags: Record<string, string>) =>
  server.ok('TagResources', {
    ...{ ...groups, ResourceId: [id] },
    Tag: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  })

describe('TagResources', () => {
  it('adds tags to each resource and gives a key that is there the new value', async () => {
    const [one, two] = [await newGroup(server), await newGroup(server)]
    const Tag = [{ Key: 'team', Value: 'edge' }, { Key: 'bare' }]
    const answer = await server.ok('TagResources', { ...groups, ResourceId: [one, two], Tag })
    expect(Object.keys(answer)).toEqual(['RequestId'])
    await tag(one, { team: 'core' })
    expect(await tagsOf(one)).toEqual({ team: 'core', bare: '' })
    expect(await tagsOf(two)).toEqual({ team: 'edge', bare: '' })
    const [group] = await findGroups(server, { SecurityGroupId: one })
    expect(group?.Tags).toEqual({
      Tag: [
        { TagKey: 'bare', TagValue: '' },
        { TagKey: 'team', TagValue: 'core' },
      ],
    })
  })

  it('tags all resources or none', async () => {
    const one = await newGroup(server)
    const ResourceId = [one, 'sg-bp1000000000000000aa']
    const refused = await server.call('TagResources', { ...groups, ResourceId, Tag: [{ Key: 'k' }] })
    expectRefusal(refused, 404, 'InvalidResourceId.NotFound')
    expect(await tagsOf(one)).toEqual({})
  })

  it('counts the tags that a resource would have: 20 may stay and change, a 21st is refused', async () => {
    const id = await newGroup(server)
    const keys = Array.from({ length: 20 }, (_, index) => [`k${index}`, 'a'] as const)
    await tag(id, Object.fromEntries(keys))
    await tag(id, { k3: 'b' })
    const more = { ...groups, ResourceId: [id], Tag: [{ Key: 'k3' }, { Key: 'k20' }] }
    expectRefusal(await server.call('TagResources', more), 400, 'OperationDenied.QuotaExceed')
    expect((await tagsOf(id)).k3).toBe('b')
  })

  it('takes the name of a type in any case, for every type that exists', async () => {
    const group = await newGroup(server)
    const [instance = ''] = await runInstances(server, group)
    const enis = await server.ok('DescribeNetworkInterfaces', { RegionId: region, InstanceId: instance })
    const eni = (enis.NetworkInterfaceSets as { NetworkInterfaceSet: { NetworkInterfaceId: string }[] })
      .NetworkInterfaceSet[0]?.NetworkInterfaceId
    const prefix = { PrefixListName: 'list', AddressFamily: 'IPv4', MaxEntries: 5 }
    const { PrefixListId } = await server.ok('CreatePrefixList', { RegionId: region, ...prefix })
    const port = { PortRangeListName: 'list', MaxEntries: 5 }
    const { PortRangeListId } = await server.ok('CreatePortRangeList', { RegionId: region, ...port })
    for (const [name, type, id] of [
      ['SecurityGroup', 'securitygroup', group],
      ['INSTANCE', 'instance', instance],
      ['Eni', 'eni', eni],
      ['prefixlist', 'prefixlist', PrefixListId],
      ['PortRangeList', 'portrangelist', PortRangeListId],
    ] as const) {
      const target = { RegionId: region, ResourceType: name, ResourceId: [id] }
      await server.ok('TagResources', { ...target, Tag: [{ Key: 'kind', Value: type }] })
      expect(listed(await server.ok('ListTagResources', target)), name).toEqual([
        { ResourceId: id, ResourceType: type, TagKey: 'kind', TagValue: type },
      ])
    }
    const byTag = { RegionId: region, Tag: [{ Key: 'kind' }] }
    expect(await server.ok('DescribePrefixLists', byTag)).toMatchObject({
      PrefixLists: { PrefixList: [{ PrefixListId }] },
    })
    expect(await server.ok('DescribePortRangeLists', byTag)).toMatchObject({
      PortRangeLists: [{ PortRangeListId }],
    })
  })

  it('finds no resource of a type that ECS has and this server has not', async () => {
    const disk = { RegionId: region, ResourceType: 'disk', ResourceId: ['d-1'] }
    const refused = await server.call('TagResources', { ...disk, Tag: [{ Key: 'k' }] })
    expectRefusal(refused, 404, 'InvalidResourceId.NotFound')
    expect(listed(await server.ok('ListTagResources', disk))).toEqual([])
  })
})

describe('UntagResources', () => {
  it('removes the keys, passes over others, and with All everything', async () => {
    const id = await newGroup(server)
    await tag(id, { a: '1', b: '2', c: '3' })
    await server.ok('UntagResources', { ...groups, ResourceId: [id], TagKey: ['a', 'none'], All: 'true' })
    expect(await tagsOf(id)).toEqual({ b: '2', c: '3' })
    await server.ok('UntagResources', { ...groups, ResourceId: [id], All: 'true' })
    expect(await tagsOf(id)).toEqual({})
  })
})

describe('ListTagResources', () => {
  it('finds resources by tags, all of which they must have', async () => {
    const [one, two] = [await newGroup(server), await newGroup(server)]
    await tag(one, { find: 'x', only: 'one' })
    await tag(two, { find: 'x' })
    expect((await idsWith({ Tag: [{ Key: 'find' }] })).sort()).toEqual([one, two].sort())
    expect(await idsWith({ Tag: [{ Key: 'find', Value: 'x' }, { Key: 'only' }] })).toEqual([one])
    expect(await idsWith({ Tag: [{ Key: 'find' }], ResourceId: [two] })).toEqual([two])
    expect(await idsWith({ Tag: [{ Key: 'find', Value: 'y' }] })).toEqual([])
    expect(await list({ Tag: [{ Key: 'only' }] })).toMatchObject([{ TagKey: 'find' }, { TagKey: 'only' }])
  })

  it('finds resources by parts of keys and values', async () => {
    const id = await newGroup(server)
    await tag(id, { 'fuzzy-environment': 'production', 'a%b_c': 'v' })
    const by = (TagKey: string, TagValues: string[] = []) =>
      idsWith({ ResourceId: [id], TagFilter: [{ TagKey, TagValues }] })
    for (const key of ['fuzzy-env*', '*env*', '*ment', 'fuzzy-environment', '*']) {
      expect(await by(key), key).toEqual([id])
    }
    for (const key of ['fuzzy-env', 'FUZZY*', 'a_b%c', '*prod*']) expect(await by(key), key).toEqual([])
    expect(await by('fuzzy-environment', ['test*', 'prod*'])).toEqual([id])
    expect(await by('fuzzy-env*', ['prod*'])).toEqual([])
  })

  it('pages without repeating or missing a tag, whatever is added in between', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, () => newGroup(server)))
    for (const id of ids) await tag(id, { page: '1', a: '', b: '', c: '', d: '', e: '' })
    const seen: string[] = []
    let NextToken: unknown
    let pages = 0
    do {
      const filter = { ...groups, Tag: [{ Key: 'page' }], ...(NextToken ? { NextToken } : {}) }
      const body = await server.ok('ListTagResources', filter)
      seen.push(...listed(body).map(({ ResourceId, TagKey }) => `${ResourceId} ${TagKey}`))
      NextToken = body.NextToken
      if (pages++ === 0) {
        await server.restart()
        await tag(await newGroup(server), { page: '1' })
      }
    } while (NextToken !== '')
    expect(pages).toBe(2)
    expect(new Set(seen).size).toBe(seen.length)
    const expected = ids.flatMap((id) => ['a', 'b', 'c', 'd', 'e', 'page'].map((key) => `${id} ${key}`))
    expect(seen).toEqual(expect.arrayContaining(expected))
  })

  it('keeps to the region', async () => {
    const id = await newGroup(server)
    await tag(id, { regional: '' })
    const elsewhere = { RegionId: 'cn-beijing', ResourceType: 'securitygroup' }
    const body = await server.ok('ListTagResources', { ...elsewhere, Tag: [{ Key: 'regional' }] })
    expect(listed(body)).toEqual([])
    const refused = await server.call('UntagResources', { ...elsewhere, ResourceId: [id], All: 'true' })
    expectRefusal(refused, 404, 'InvalidResourceId.NotFound')
  })
})

describe('the older operations on tags', () => {
  it('add and remove tags of one resource, and remove a value only where it is', async () => {
    const id = await newGroup(server)
    const target = { ...groups, ResourceId: id }
    await server.ok('AddTags', {
      ...target,
      Tag: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    })
    await server.ok('RemoveTags', { ...target, Tag: [{ Key: 'a', Value: 'other' }, { Key: 'b' }] })
    expect(await tagsOf(id)).toEqual({ a: '1' })
  })

  it('list tags with how many resources of each type have them', async () => {
    const group = await newGroup(server)
    const [instance] = await runInstances(server, group)
    const Tag = [{ Key: 'counted', Value: 'v' }]
    await server.ok('AddTags', { ...groups, ResourceId: group, Tag })
    await server.ok('AddTags', { RegionId: region, ResourceType: 'instance', ResourceId: instance, Tag })
    const body = await server.ok('DescribeTags', { RegionId: region, Tag: [{ Key: 'counted' }] })
    expect(body).toMatchObject({ TotalCount: 1, PageNumber: 1, PageSize: 50 })
    expect(body.Tags).toMatchObject({
      Tag: [
        {
          ...{ TagKey: 'counted', TagValue: 'v' },
          ResourceTypeCount: { Instance: 1, Securitygroup: 1, Eni: 0, Disk: 0 },
        },
      ],
    })
    const one = { RegionId: region, ResourceType: 'instance', ResourceId: instance }
    expect(await server.ok('DescribeTags', one)).toMatchObject({
      Tags: { Tag: [{ TagKey: 'counted', ResourceTypeCount: { Instance: 1, Securitygroup: 0 } }] },
    })
  })
})

describe('the VPC product', () => {
  it('tags VPCs, vSwitches and route tables, and lists them by tag with its own member names', async () => {
    const vpc = await newVpc(server)
    const network = { RegionId: region, VpcId: vpc, ZoneId: 'cn-hangzhou-i', CidrBlock: '192.168.9.0/24' }
    const { VSwitchId } = await server.ok('CreateVSwitch', network, vpcVersion)
    const tables = await server.ok('DescribeRouteTableList', { RegionId: region, VpcId: vpc }, vpcVersion)
    const [table] = (tables.RouterTableList as { RouterTableListType: { RouteTableId: string }[] })
      .RouterTableListType
    for (const [type, id] of [
      ['VPC', vpc],
      ['VSWITCH', VSwitchId],
      ['ROUTETABLE', table?.RouteTableId],
    ] as const) {
      const target = { RegionId: region, ResourceType: type.toLowerCase(), ResourceId: [id] }
      await server.ok('TagResources', { ...target, Tag: [{ Key: 'net', Value: 'a' }] }, vpcVersion)
      const byTag = { RegionId: region, ResourceType: type, Tag: [{ Key: 'net', Value: 'a' }] }
      expect(listed(await server.ok('ListTagResources', byTag, vpcVersion))).toEqual([
        { ResourceId: id, ResourceType: type, TagKey: 'net', TagValue: 'a' },
      ])
    }
    const filter = { RegionId: region, Tag: [{ Key: 'net' }] }
    expect(await server.ok('DescribeVpcs', filter, vpcVersion)).toMatchObject({
      Vpcs: { Vpc: [{ VpcId: vpc, Tags: { Tag: [{ Key: 'net', Value: 'a' }] } }] },
    })
    const whole = { RegionId: region, ResourceType: 'VPC', ResourceId: [vpc], All: 'true' }
    await server.ok('UnTagResources', whole, vpcVersion)
    expect(await server.ok('DescribeVpcs', filter, vpcVersion)).toMatchObject({ TotalCount: 0 })
  })

  it('pages as far as it is asked to', async () => {
    const vpc = await newVpc(server)
    const Tag = ['a', 'b', 'c'].map((Key) => ({ Key, Value: 'paged' }))
    const target = { RegionId: region, ResourceType: 'VPC', ResourceId: [vpc] }
    await server.ok('TagResources', { ...target, Tag }, vpcVersion)
    const first = await server.ok('ListTagResources', { ...target, MaxResults: 2 }, vpcVersion)
    const { NextToken } = first
    const second = await server.ok('ListTagResources', { ...target, MaxResults: 2, NextToken }, vpcVersion)
    expect([...listed(first), ...listed(second)].map(({ TagKey }) => TagKey)).toEqual(['a', 'b', 'c'])
    expect(second.NextToken).toBe('')
  })
})

describe('a resource that is deleted', () => {
  it('leaves no tag behind', async () => {
    const id = await newGroup(server)
    await tag(id, { gone: '' })
    await server.ok('DeleteSecurityGroup', { RegionId: region, SecurityGroupId: id })
    expect(await list({ Tag: [{ Key: 'gone' }] })).toEqual([])
    const uses = await server.ok('DescribeTags', { RegionId: region, Tag: [{ Key: 'gone' }] })
    expect(uses.TotalCount).toBe(0)
  })
})
