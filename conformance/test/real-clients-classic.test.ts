import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bySignature, Ecs, given, type Sdk, sdk, Vpc } from './clients.js'
import { type RunningServer, startServer } from './running-server.js'

const regionId = 'cn-hangzhou'

let server: RunningServer
let clients: Sdk

beforeAll(async () => {
  server = await startServer({ flags: ['--classic-network', 'true'] })
  clients = sdk(server)
})
afterAll(async () => {
  await server.stop()
})

describe.each(bySignature)('the ECS SDK with %s', (_, clientOf) => {
  it('runs an instance in the classic network, and links it to a VPC', async () => {
    const ecs = clientOf(clients)
    const group = await ecs.createSecurityGroup(new Ecs.CreateSecurityGroupRequest({ regionId }))
    const securityGroupId = given(group.body?.securityGroupId)
    const run = await ecs.runInstances(new Ecs.RunInstancesRequest({ regionId, securityGroupId }))
    const [instanceId = ''] = given(run.body?.instanceIdSets?.instanceIdSet)
    const instanceIds = JSON.stringify([instanceId])
    const found = await ecs.describeInstances(new Ecs.DescribeInstancesRequest({ regionId, instanceIds }))
    const [instance] = given(found.body?.instances?.instance)
    expect(instance).toMatchObject({ instanceNetworkType: 'classic', vpcAttributes: { vpcId: '' } })
    expect(instance?.innerIpAddress?.ipAddress).toEqual([expect.stringMatching(/^10\./)])

    const { vpc } = clients
    const made = await vpc.createVpc(new Vpc.CreateVpcRequest({ regionId, cidrBlock: '192.168.0.0/16' }))
    const vpcId = given(made.body?.vpcId)
    await vpc.enableVpcClassicLink(new Vpc.EnableVpcClassicLinkRequest({ regionId, vpcId }))
    const ends = { regionId, instanceId, vpcId }
    await ecs.attachClassicLinkVpc(new Ecs.AttachClassicLinkVpcRequest(ends))
    const links = async () => {
      const asked = new Ecs.DescribeClassicLinkInstancesRequest({ regionId, vpcId, pageSize: '10' })
      const { body } = await ecs.describeClassicLinkInstances(asked)
      return [body?.totalCount, body?.links?.link?.map((link) => ({ ...link }))]
    }
    expect(await links()).toEqual([1, [{ instanceId, vpcId }]])
    await expect(
      vpc.disableVpcClassicLink(new Vpc.DisableVpcClassicLinkRequest({ regionId, vpcId })),
    ).rejects.toMatchObject({ code: 'DependencyViolation.Instance', statusCode: 404 })
    await ecs.detachClassicLinkVpc(new Ecs.DetachClassicLinkVpcRequest(ends))
    expect(await links()).toEqual([0, []])
    await vpc.disableVpcClassicLink(new Vpc.DisableVpcClassicLinkRequest({ regionId, vpcId }))
  })
})

it('the ECS SDK makes rules for either side of a group in the classic network', async () => {
  const { ecs } = clients
  const group = await ecs.createSecurityGroup(new Ecs.CreateSecurityGroupRequest({ regionId }))
  const on = { regionId, securityGroupId: given(group.body?.securityGroupId) }
  for (const nicType of ['internet', 'intranet']) {
    const permission = { ipProtocol: 'tcp', portRange: '22/22', sourceCidrIp: '203.0.113.0/24', nicType }
    const permissions = [new Ecs.AuthorizeSecurityGroupRequestPermissions(permission)]
    await ecs.authorizeSecurityGroup(new Ecs.AuthorizeSecurityGroupRequest({ ...on, permissions }))
    const asked = new Ecs.DescribeSecurityGroupAttributeRequest({ ...on, nicType })
    const { body } = await ecs.describeSecurityGroupAttribute(asked)
    expect(body?.permissions?.permission?.map((rule) => rule.nicType)).toEqual([nicType])
  }
})

it('the VPC SDK names the router of a VPC', async () => {
  const { vpc } = clients
  const made = await vpc.createVpc(new Vpc.CreateVpcRequest({ regionId, cidrBlock: '10.41.0.0/16' }))
  const VRouterId = given(made.body?.VRouterId)
  const named = { regionId, VRouterId, VRouterName: 'edge' }
  await vpc.modifyVRouterAttribute(new Vpc.ModifyVRouterAttributeRequest(named))
  const { body } = await vpc.describeVRouters(new Vpc.DescribeVRoutersRequest({ regionId, VRouterId }))
  expect(body?.VRouters?.VRouter?.map((router) => router.VRouterName)).toEqual(['edge'])
})

it('the generic client asks for the endpoint of one product', async () => {
  const location = clients.popOf('2015-06-12')
  const answer = await location.request<object>('DescribeEndpoint', { Id: regionId, ServiceCode: 'vpc' })
  expect(answer).toMatchObject({ Endpoint: server.endpoint, SerivceCode: 'vpc', Type: 'openAPI' })
})
