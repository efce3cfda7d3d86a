import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectRefusal, findGroups, newGroup, newVpc, region, runInstances } from './group-calls.js'
import { testServer, type TestServer } from './harness.js'

const version = '2020-03-31'
let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

interface DescribedGroup {
  readonly Id: string
  readonly Name: string
  readonly [member: string]: unknown
}

const create = async (Name: string, extra: object = {}): Promise<DescribedGroup> => {
  const { ResourceGroup } = await server.ok(
    'CreateResourceGroup',
    { Name, DisplayName: 'Group', ...extra },
    version,
  )
  return ResourceGroup as DescribedGroup
}

const list = async (filter: object = {}): Promise<readonly DescribedGroup[]> => {
  const { ResourceGroups } = await server.ok('ListResourceGroups', filter, version)
  return (ResourceGroups as { ResourceGroup: DescribedGroup[] }).ResourceGroup
}

const get = async (id: string, extra: object = {}): Promise<DescribedGroup> => {
  const { ResourceGroup } = await server.ok('GetResourceGroup', { ResourceGroupId: id, ...extra }, version)
  return ResourceGroup as DescribedGroup
}

describe('resource groups', () => {
  it('begin with the default one, which keeps its id over a restart', async () => {
    const [group] = await list()
    expect(group).toEqual({
      Id: expect.stringMatching(/^rg-acfm[a-z0-9]{11}$/) as string,
      Name: 'default',
      DisplayName: 'default resource group',
      AccountId: server.running.accountId,
      CreateDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
      Status: 'OK',
    })
    await server.restart()
    expect((await list())[0]).toEqual(group)
  })

  it('are created in every region and answered as they were made', async () => {
    const made = await create('shop', { Tag: [{ Key: 'team', Value: 'edge' }] })
    expect(made).toMatchObject({ Name: 'shop', DisplayName: 'Group', Status: 'Creating' })
    expect(made.Id).toMatch(/^rg-aek[a-z0-9]{12}$/)
    const group = await get(made.Id)
    expect(group).toMatchObject({ Id: made.Id, Name: 'shop', Status: 'OK' })
    expect(group.Tags).toBeUndefined()
    expect(group.RegionStatuses).toMatchObject({
      RegionStatus: expect.arrayContaining([{ RegionId: 'cn-hangzhou', Status: 'OK' }]) as object[],
    })
    const withTags = await get(made.Id, { IncludeTags: 'true' })
    expect(withTags.Tags).toEqual({ Tag: [{ TagKey: 'team', TagValue: 'edge' }] })
  })

  it('are found by id, part of a name, status and tag, a page at a time', async () => {
    const red = await create('find-red', { Tag: [{ Key: 'colour', Value: 'red' }] })
    const blue = await create('find-blue', { Tag: [{ Key: 'colour', Value: 'blue' }] })
    const names = async (filter: object) => (await list(filter)).map(({ Name }) => Name)
    expect(await names({ Name: 'FIND' })).toEqual(expect.arrayContaining(['find-red', 'find-blue']))
    expect(await names({ Name: 'find', DisplayName: 'nobody' })).toEqual([])
    expect(await names({ ResourceGroupId: red.Id })).toEqual(['find-red'])
    expect(await names({ ResourceGroupId: red.Id, ResourceGroupIds: [blue.Id] })).toEqual(['find-blue'])
    expect(await names({ Tag: [{ Key: 'colour', Value: 'blue' }] })).toEqual(['find-blue'])
    expect(await names({ Status: 'PendingDelete' })).toEqual([])
    const pages = [1, 2].map((PageNumber) => names({ Name: 'find', PageSize: 1, PageNumber }))
    expect((await Promise.all(pages)).flat().sort()).toEqual(['find-blue', 'find-red'])
    const body = await server.ok('ListResourceGroups', { Name: 'find', PageSize: 1 }, version)
    expect(body).toMatchObject({ TotalCount: 2, PageNumber: 1, PageSize: 1 })
  })

  it('have one identifier each', async () => {
    await create('twice')
    const again = await server.call('CreateResourceGroup', { Name: 'twice', DisplayName: 'x' }, version)
    expectRefusal(again, 409, 'EntityAlreadyExists.ResourceGroup')
  })
})

const vpcVersion = '2016-04-28'
const network = (body: Readonly<Record<string, unknown>>): readonly Readonly<Record<string, unknown>>[] =>
  (body.Vpcs as { Vpc: Readonly<Record<string, unknown>>[] }).Vpc
const groupOfVpc = async (VpcId: string) =>
  network(await server.ok('DescribeVpcs', { RegionId: region, VpcId }, vpcVersion))[0]?.ResourceGroupId

describe('resources in resource groups', () => {
  it('show the group that they were put into; ECS shows nothing before, VPC the default group', async () => {
    const [standard] = await list()
    const shop = await create('in-shop')
    const id = await newGroup(server)
    const shown = async () => (await findGroups(server, { SecurityGroupId: id }))[0]?.ResourceGroupId
    expect(await shown()).toBe('')
    const target = { RegionId: region, ResourceType: 'securitygroup', ResourceId: id }
    await server.ok('JoinResourceGroup', { ...target, ResourceGroupId: shop.Id })
    expect(await shown()).toBe(shop.Id)
    await server.ok('JoinResourceGroup', { ...target, ResourceGroupId: standard?.Id })
    expect(await shown()).toBe(standard?.Id)

    const vpc = await newVpc(server)
    expect(await groupOfVpc(vpc)).toBe(standard?.Id)
    const move = { RegionId: region, ResourceType: 'vpc', ResourceId: vpc, NewResourceGroupId: shop.Id }
    await server.ok('MoveResourceGroup', move, vpcVersion)
    expect(await groupOfVpc(vpc)).toBe(shop.Id)
  })

  it('are created into a group, and what belongs to them follows', async () => {
    const { Id } = await create('born')
    const born = { RegionId: region, ResourceGroupId: Id }
    const group = await newGroup(server, { ResourceGroupId: Id })
    expect((await findGroups(server, { ResourceGroupId: Id })).map((one) => one.SecurityGroupId)).toEqual([
      group,
    ])
    const instances = await runInstances(server, group, { ResourceGroupId: Id })
    expect(await server.ok('DescribeInstances', born)).toMatchObject({
      TotalCount: 1,
      Instances: { Instance: [{ InstanceId: instances[0], ResourceGroupId: Id }] },
    })
    expect(await server.ok('DescribeNetworkInterfaces', born)).toMatchObject({
      NetworkInterfaceSets: { NetworkInterfaceSet: [{ InstanceId: instances[0], ResourceGroupId: Id }] },
    })
    const made = await server.ok('CreateVpc', { ...born, CidrBlock: '10.0.0.0/8' }, vpcVersion)
    expect(made.ResourceGroupId).toBe(Id)
    const { VpcId } = made
    const place = { RegionId: region, VpcId, ZoneId: 'cn-hangzhou-i', CidrBlock: '10.1.0.0/24' }
    const { VSwitchId } = await server.ok('CreateVSwitch', place, vpcVersion)
    expect(await server.ok('DescribeVSwitches', born, vpcVersion)).toMatchObject({
      VSwitches: { VSwitch: [{ VSwitchId, ResourceGroupId: Id }] },
    })
    expect(await server.ok('DescribeRouteTableList', born, vpcVersion)).toMatchObject({
      RouterTableList: { RouterTableListType: [{ VpcId, ResourceGroupId: Id }] },
    })
    const eni = { ...born, VSwitchId, SecurityGroupId: await newGroup(server, { VpcId }) }
    expect(await server.ok('CreateNetworkInterface', eni)).toMatchObject({ ResourceGroupId: Id })
  })

  it('are in the default group until they are put into another', async () => {
    const [standard] = await list()
    const other = await create('other')
    const [inDefault, elsewhere] = [
      await newGroup(server),
      await newGroup(server, { ResourceGroupId: other.Id }),
    ]
    const found = (await findGroups(server, { ResourceGroupId: standard?.Id, PageSize: 50 })).map(
      (group) => group.SecurityGroupId,
    )
    expect(found).toContain(inDefault)
    expect(found).not.toContain(elsewhere)
    expect(await findGroups(server, { ResourceGroupId: 'rg-aek000000000000' })).toEqual([])
  })

  it('are found through the list of tags by the group they were put into', async () => {
    const { Id } = await create('by-tag')
    const group = await newGroup(server, { ResourceGroupId: Id })
    const query = { RegionId: region, ResourceType: 'securitygroup' }
    const body = await server.ok('ListTagResources', { ...query, Tag: [{ Key: 'acs:rm:rgId', Value: Id }] })
    expect(body.TagResources).toEqual({
      TagResource: [
        { ResourceId: group, ResourceType: 'securitygroup', TagKey: 'acs:rm:rgId', TagValue: Id },
      ],
    })
    await server.ok('DeleteSecurityGroup', { RegionId: region, SecurityGroupId: group })
    const after = await server.ok('ListTagResources', { ...query, Tag: [{ Key: 'acs:rm:rgId', Value: Id }] })
    expect(after.TagResources).toEqual({ TagResource: [] })
  })
})
