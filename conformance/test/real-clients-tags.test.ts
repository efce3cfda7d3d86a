import { afterAll, beforeAll, expect, it } from 'vitest'
import { Ecs, type Sdk, sdk, Vpc } from './clients.js'
import { type RunningServer, startServer } from './running-server.js'

const regionId = 'cn-hangzhou'

let server: RunningServer
let clients: Sdk
let securityGroupId: string
let vpcId: string

beforeAll(async () => {
  server = await startServer()
  clients = sdk(server)
  const made = await clients.vpc.createVpc(new Vpc.CreateVpcRequest({ regionId, cidrBlock: '10.40.0.0/16' }))
  vpcId = made.body?.vpcId ?? ''
  const request = new Ecs.CreateSecurityGroupRequest({ regionId, vpcId })
  securityGroupId = (await clients.ecs.createSecurityGroup(request)).body?.securityGroupId ?? ''
})
afterAll(async () => {
  await server.stop()
})

const target = () => ({ regionId, resourceType: 'securitygroup', resourceId: [securityGroupId] })

it('the ECS SDK tags a group, lists its tags, finds it by them, and takes them off', async () => {
  const { ecs } = clients
  const tag = [
    new Ecs.TagResourcesRequestTag({ key: 'team', value: 'edge' }),
    new Ecs.TagResourcesRequestTag({ key: 'stage', value: 'production' }),
  ]
  await ecs.tagResources(new Ecs.TagResourcesRequest({ ...target(), tag }))
  const listed = async (filter: object) => {
    const { body } = await ecs.listTagResources(new Ecs.ListTagResourcesRequest({ ...target(), ...filter }))
    return body?.tagResources?.tagResource?.map(({ tagKey, tagValue }) => [tagKey, tagValue])
  }
  const both = [
    ['stage', 'production'],
    ['team', 'edge'],
  ]
  expect(await listed({})).toEqual(both)
  const exact = [new Ecs.ListTagResourcesRequestTag({ key: 'team', value: 'edge' })]
  expect(await listed({ tag: exact })).toEqual(both)
  const fuzzy = [new Ecs.ListTagResourcesRequestTagFilter({ tagKey: 'stage', tagValues: ['prod*'] })]
  expect(await listed({ tagFilter: fuzzy })).toEqual(both)
  const used = await ecs.describeTags(
    new Ecs.DescribeTagsRequest({ regionId, tag: [new Ecs.DescribeTagsRequestTag({ key: 'team' })] }),
  )
  expect(used.body?.tags?.tag?.[0]).toMatchObject({ resourceTypeCount: { securitygroup: 1, instance: 0 } })
  await ecs.untagResources(new Ecs.UntagResourcesRequest({ ...target(), tagKey: ['team'] }))
  expect(await listed({})).toEqual([['stage', 'production']])
})

it('the ECS SDK adds and removes tags by the older operations', async () => {
  const { ecs } = clients
  const one = { regionId, resourceType: 'securitygroup', resourceId: securityGroupId }
  const added = [new Ecs.AddTagsRequestTag({ key: 'old', value: 'way' })]
  await ecs.addTags(new Ecs.AddTagsRequest({ ...one, tag: added }))
  const removed = [new Ecs.RemoveTagsRequestTag({ key: 'old', value: 'way' })]
  await ecs.removeTags(new Ecs.RemoveTagsRequest({ ...one, tag: removed }))
  const { body } = await ecs.listTagResources(new Ecs.ListTagResourcesRequest(target()))
  expect(body?.tagResources?.tagResource?.map(({ tagKey }) => tagKey)).not.toContain('old')
})

it('the VPC SDK tags a VPC and finds it by the tag', async () => {
  const { vpc } = clients
  const whole = { regionId, resourceType: 'VPC', resourceId: [vpcId] }
  const tag = [new Vpc.TagResourcesRequestTag({ key: 'net', value: 'a' })]
  await vpc.tagResources(new Vpc.TagResourcesRequest({ ...whole, tag }))
  const { body } = await vpc.listTagResources(new Vpc.ListTagResourcesRequest(whole))
  expect(body?.tagResources?.tagResource).toMatchObject([{ resourceId: vpcId, tagKey: 'net' }])
  await vpc.unTagResources(new Vpc.UnTagResourcesRequest({ ...whole, all: true }))
  const after = await vpc.listTagResources(new Vpc.ListTagResourcesRequest(whole))
  expect(after.body?.tagResources?.tagResource).toEqual([])
})

it('a resource group made by the generic client takes a group and a VPC in, by the SDKs', async () => {
  const manager = clients.popOf('2020-03-31')
  interface Group {
    readonly Id: string
  }
  const { ResourceGroup } = await manager.request<{ readonly ResourceGroup: Group }>('CreateResourceGroup', {
    Name: 'conformance',
    DisplayName: 'Conformance',
  })
  const resourceGroupId = ResourceGroup.Id
  const found = await manager.request<object>('GetResourceGroup', { ResourceGroupId: resourceGroupId })
  expect(found).toMatchObject({ ResourceGroup: { Name: 'conformance', Status: 'OK' } })
  const every = await manager.request<object>('ListResourceGroups', { PageSize: 50 })
  expect(every).toMatchObject({ TotalCount: 2 })

  const join = { regionId, resourceType: 'securitygroup', resourceId: securityGroupId, resourceGroupId }
  await clients.ecs.joinResourceGroup(new Ecs.JoinResourceGroupRequest(join))
  const groups = await clients.ecs.describeSecurityGroups(
    new Ecs.DescribeSecurityGroupsRequest({ regionId, resourceGroupId }),
  )
  expect(groups.body?.securityGroups?.securityGroup).toMatchObject([{ securityGroupId, resourceGroupId }])

  const move = { regionId, resourceType: 'vpc', resourceId: vpcId, newResourceGroupId: resourceGroupId }
  await clients.vpc.moveResourceGroup(new Vpc.MoveResourceGroupRequest(move))
  const vpcs = await clients.vpc.describeVpcs(new Vpc.DescribeVpcsRequest({ regionId, vpcId }))
  expect(vpcs.body?.vpcs?.vpc?.[0]?.resourceGroupId).toBe(resourceGroupId)
})

it('the generic client looks up where a product answers, and is sent back here', async () => {
  const location = clients.popOf('2015-06-12')
  const query = { Id: regionId, ServiceCode: 'ecs', Type: 'openAPI' }
  expect(await location.request<object>('DescribeEndpoints', query)).toMatchObject({
    Endpoints: { Endpoint: [{ Endpoint: server.endpoint, SerivceCode: 'ecs' }] },
  })
})
