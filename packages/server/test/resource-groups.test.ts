import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectRefusal } from './group-calls.js'
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
