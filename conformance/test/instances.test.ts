import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Ecs, bySignature, given, type Sdk, sdk } from './clients.js'
import { type RunningServer, startServer } from './running-server.js'

const regionId = 'cn-hangzhou'

let server: RunningServer
let clients: Sdk

beforeAll(async () => {
  server = await startServer()
  clients = sdk(server)
})
afterAll(async () => {
  await server.stop()
})

describe.each(bySignature)('instances through the ECS SDK with %s', (_, ecsOf) => {
  let ecs: Sdk['ecs']
  let securityGroupId: string
  let instanceType: string
  let imageId: string
  let instanceId: string
  let others: string[]

  beforeAll(() => {
    ecs = ecsOf(clients)
  })

  const newGroup = async (securityGroupType = 'normal') =>
    given(
      (await ecs.createSecurityGroup(new Ecs.CreateSecurityGroupRequest({ regionId, securityGroupType })))
        .body?.securityGroupId,
    )

  const described = async () => {
    const request = new Ecs.DescribeInstancesRequest({ regionId, instanceIds: JSON.stringify([instanceId]) })
    return (await ecs.describeInstances(request)).body?.instances?.instance?.[0]
  }

  it('find a zone, an instance type and an image', async () => {
    const stock = await ecs.describeAvailableResource(
      new Ecs.DescribeAvailableResourceRequest({
        ...{ regionId, destinationResource: 'InstanceType', ioOptimized: 'optimized', cores: 2, memory: 8 },
      }),
    )
    const zone = stock.body?.availableZones?.availableZone?.[0]
    expect(zone).toMatchObject({ regionId, status: 'Available', statusCategory: 'WithStock' })
    instanceType = given(
      zone?.availableResources?.availableResource?.[0]?.supportedResources?.supportedResource?.find(
        ({ value }) => value === 'ecs.g6.large',
      )?.value,
    )
    const types = await ecs.describeInstanceTypes(
      new Ecs.DescribeInstanceTypesRequest({ instanceTypes: [instanceType], minimumMemorySize: 7.5 }),
    )
    expect(types.body?.instanceTypes?.instanceType).toMatchObject([
      { cpuCoreCount: 2, memorySize: 8, eniQuantity: 2, instanceTypeFamily: 'ecs.g6' },
    ])
    const images = await ecs.describeImages(
      new Ecs.DescribeImagesRequest({ regionId, imageOwnerAlias: 'system', OSType: 'linux' }),
    )
    imageId = given(images.body?.images?.image?.[0]?.imageId)
  })

  it('run one with a secondary interface', async () => {
    securityGroupId = await newGroup()
    const ran = await ecs.runInstances(
      new Ecs.RunInstancesRequest({
        ...{ regionId, securityGroupId, instanceType, imageId, instanceName: 'sdk', password: 'Secret-123' },
        ...{ systemDisk: new Ecs.RunInstancesRequestSystemDisk({ category: 'cloud_essd', size: '40' }) },
        networkInterface: [
          new Ecs.RunInstancesRequestNetworkInterface({
            ...{
              instanceType: 'Secondary',
              networkInterfaceName: 'second',
              securityGroupIds: [securityGroupId],
            },
          }),
        ],
        tag: [new Ecs.RunInstancesRequestTag({ key: 'team', value: 'net' })],
      }),
    )
    instanceId = given(ran.body?.instanceIdSets?.instanceIdSet?.[0])
    expect(await described()).toMatchObject({
      ...{ status: 'Running', instanceName: 'sdk', cpu: 2, memory: 8192, imageId, deletionProtection: false },
      ...{ securityGroupIds: { securityGroupId: [securityGroupId] }, operationLocks: { lockReason: [] } },
      networkInterfaces: { networkInterface: [{ type: 'Primary' }, { type: 'Secondary' }] },
      tags: { tag: [{ tagKey: 'team', tagValue: 'net' }] },
    })
  })

  it('move it into advanced groups, and protect it', async () => {
    const advanced = await newGroup('enterprise')
    await ecs.modifyInstanceAttribute(
      new Ecs.ModifyInstanceAttributeRequest({
        ...{ instanceId, securityGroupIds: [advanced], instanceName: 'moved', deletionProtection: true },
      }),
    )
    const { body } = await ecs.describeInstanceAttribute(
      new Ecs.DescribeInstanceAttributeRequest({ instanceId }),
    )
    expect(body).toMatchObject({
      ...{ instanceId, instanceName: 'moved', status: 'Running', ioOptimized: 'optimized' },
      securityGroupIds: { securityGroupId: [advanced] },
    })
    await expect(
      ecs.deleteInstance(new Ecs.DeleteInstanceRequest({ instanceId, force: true })),
    ).rejects.toMatchObject({ code: 'InvalidOperation.DeletionProtection', statusCode: 403 })
  })

  it('create, start, stop and reboot several', async () => {
    const create = () =>
      ecs.createInstance(new Ecs.CreateInstanceRequest({ regionId, securityGroupId, instanceType, imageId }))
    others = [given((await create()).body?.instanceId), given((await create()).body?.instanceId)]
    const statuses = async () => {
      const request = new Ecs.DescribeInstanceStatusRequest({ regionId, instanceId: others })
      const { body } = await ecs.describeInstanceStatus(request)
      return body?.instanceStatuses?.instanceStatus?.map(({ status }) => status)
    }
    expect(await statuses()).toEqual(['Stopped', 'Stopped'])
    const started = await ecs.startInstances(new Ecs.StartInstancesRequest({ regionId, instanceId: others }))
    expect(started.body?.instanceResponses?.instanceResponse).toMatchObject([
      { instanceId: others[0], code: '200', previousStatus: 'Stopped', currentStatus: 'Running' },
      { instanceId: others[1], code: '200', previousStatus: 'Stopped', currentStatus: 'Running' },
    ])
    await ecs.rebootInstance(new Ecs.RebootInstanceRequest({ instanceId: others[0] ?? '' }))
    await ecs.stopInstances(new Ecs.StopInstancesRequest({ regionId, instanceId: others }))
    expect(await statuses()).toEqual(['Stopped', 'Stopped'])
  })

  it('delete them all', async () => {
    await ecs.modifyInstanceAttribute(
      new Ecs.ModifyInstanceAttributeRequest({ instanceId, deletionProtection: false }),
    )
    await ecs.deleteInstances(
      new Ecs.DeleteInstancesRequest({ regionId, instanceId: [instanceId, ...others], force: true }),
    )
    expect(await described()).toBeUndefined()
    await expect(ecs.startInstance(new Ecs.StartInstanceRequest({ instanceId }))).rejects.toMatchObject({
      code: 'InvalidInstanceId.NotFound',
      statusCode: 404,
    })
  })
})
