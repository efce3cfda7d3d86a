import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientsOf, Ecs, bySignature, given, type Sdk, Vpc } from './clients.js'
import { genericJourney } from './generic-journey.js'
import { isRemote, openTarget, settled, type Target } from './target.js'

const regionId = isRemote ? (process.env.ALIBABA_CLOUD_REGION_ID ?? 'cn-hangzhou') : 'cn-hangzhou'

let target: Target
let clients: Sdk

beforeAll(async () => {
  target = await openTarget()
  clients = clientsOf(target)
})
afterAll(() => target.close())

describe.each(bySignature)('the ECS and VPC SDKs with %s, from the first call to the last', (_, ecsOf) => {
  let ecs: Sdk['ecs']
  let zoneId: string
  let vpcId: string
  let vSwitchId: string
  let web: string
  let db: string
  let instanceId: string

  beforeAll(() => {
    ecs = ecsOf(clients)
  })

  const rulesOf = async (securityGroupId: string, direction?: string) => {
    const request = new Ecs.DescribeSecurityGroupAttributeRequest({
      ...{ regionId, securityGroupId },
      ...(direction !== undefined && { direction }),
    })
    return (await ecs.describeSecurityGroupAttribute(request)).body?.permissions?.permission ?? []
  }

  const groupsOfInstance = async () => {
    const request = new Ecs.DescribeInstancesRequest({ regionId, instanceIds: JSON.stringify([instanceId]) })
    const { body } = await ecs.describeInstances(request)
    return body?.instances?.instance?.[0]?.securityGroupIds?.securityGroupId
  }

  it('list regions, with the endpoint to call, and zones', async () => {
    const regions = (await ecs.describeRegions(new Ecs.DescribeRegionsRequest({}))).body?.regions?.region
    expect(regions?.find((region) => region.regionId === regionId)).toMatchObject({
      regionEndpoint: target.ecs,
    })
    const { body } = await ecs.describeZones(new Ecs.DescribeZonesRequest({ regionId }))
    zoneId = given(body?.zones?.zone?.[0]?.zoneId)
    expect(zoneId.startsWith(regionId)).toBe(true)
  })

  it('make a VPC and a vSwitch, and read them back', async () => {
    const made = await clients.vpc.createVpc(
      new Vpc.CreateVpcRequest({ regionId, cidrBlock: '10.20.0.0/16', vpcName: 'journey' }),
    )
    vpcId = given(made.body?.vpcId)
    const request = new Vpc.CreateVSwitchRequest({ regionId, vpcId, zoneId, cidrBlock: '10.20.1.0/24' })
    vSwitchId = given((await clients.vpc.createVSwitch(request)).body?.vSwitchId)
    const { body } = await clients.vpc.describeVpcs(new Vpc.DescribeVpcsRequest({ regionId, vpcId }))
    expect(body?.totalCount).toBe(1)
    expect(body?.vpcs?.vpc?.[0]).toMatchObject({
      ...{ vpcName: 'journey', cidrBlock: '10.20.0.0/16', isDefault: false, status: 'Available' },
      vSwitchIds: { vSwitchId: [vSwitchId] },
    })
    const vswitches = await clients.vpc.describeVSwitches(
      new Vpc.DescribeVSwitchesRequest({ regionId, vpcId }),
    )
    expect(vswitches.body?.vSwitches?.vSwitch?.[0]).toMatchObject({
      ...{ vSwitchId, zoneId, cidrBlock: '10.20.1.0/24', status: 'Available' },
      availableIpAddressCount: expect.any(Number) as number,
    })
  })

  it('make groups with tags, and find them by their tags', async () => {
    const tag = [new Ecs.CreateSecurityGroupRequestTag({ key: 'role', value: 'web' })]
    const request = { regionId, vpcId, securityGroupName: 'web', description: 'Web servers.' }
    const made = await ecs.createSecurityGroup(new Ecs.CreateSecurityGroupRequest({ ...request, tag }))
    web = given(made.body?.securityGroupId)
    const other = new Ecs.CreateSecurityGroupRequest({ regionId, vpcId, securityGroupName: 'db' })
    db = given((await ecs.createSecurityGroup(other)).body?.securityGroupId)
    const found = await ecs.describeSecurityGroups(
      new Ecs.DescribeSecurityGroupsRequest({
        ...{ regionId, vpcId },
        tag: [new Ecs.DescribeSecurityGroupsRequestTag({ key: 'role', value: 'web' })],
      }),
    )
    expect(found.body).toMatchObject({ totalCount: 1, pageNumber: 1, pageSize: 10, regionId })
    expect(found.body?.securityGroups?.securityGroup?.[0]).toMatchObject({
      ...{ securityGroupId: web, securityGroupName: 'web', description: 'Web servers.', vpcId },
      ...{ securityGroupType: 'normal', ruleCount: 0, serviceManaged: false },
      tags: { tag: [{ tagKey: 'role', tagValue: 'web' }] },
    })
  })

  it('read pages by token, newest first', async () => {
    const page = async (nextToken?: string) => {
      const request = { regionId, vpcId, maxResults: 1, ...(nextToken !== undefined && { nextToken }) }
      const { body } = await ecs.describeSecurityGroups(new Ecs.DescribeSecurityGroupsRequest(request))
      return { ids: body?.securityGroups?.securityGroup?.map((one) => one.securityGroupId), body }
    }
    const first = await page()
    expect(first.ids).toEqual([db])
    const second = await page(first.body?.nextToken)
    expect(second.ids).toEqual([web])
    expect(second.body?.nextToken).toBe('')
  })

  it('make inbound and outbound rules, in both styles', async () => {
    const inbound = [
      new Ecs.AuthorizeSecurityGroupRequestPermissions({
        ...{ ipProtocol: 'TCP', portRange: '443/443', sourceCidrIp: '0.0.0.0/0', priority: '10' },
        description: 'public (all): *~!',
      }),
      new Ecs.AuthorizeSecurityGroupRequestPermissions({
        ...{ ipProtocol: 'ICMPv6', portRange: '-1/-1', ipv6SourceCidrIp: '2001:DB8:0::/32', policy: 'drop' },
      }),
    ]
    await ecs.authorizeSecurityGroup(
      new Ecs.AuthorizeSecurityGroupRequest({ regionId, securityGroupId: web, permissions: inbound }),
    )
    await ecs.authorizeSecurityGroup(
      new Ecs.AuthorizeSecurityGroupRequest({
        ...{ regionId, securityGroupId: db, ipProtocol: 'TCP', portRange: '5432/5432', sourceGroupId: web },
      }),
    )
    const outbound = new Ecs.AuthorizeSecurityGroupEgressRequestPermissions({
      ...{ ipProtocol: 'UDP', portRange: '53/53', destCidrIp: '10.0.0.53', policy: 'accept' },
    })
    await ecs.authorizeSecurityGroupEgress(
      new Ecs.AuthorizeSecurityGroupEgressRequest({
        regionId,
        securityGroupId: web,
        permissions: [outbound],
      }),
    )
    await ecs.authorizeSecurityGroupEgress(
      new Ecs.AuthorizeSecurityGroupEgressRequest({
        ...{ regionId, securityGroupId: web, ipProtocol: 'ALL', portRange: '-1/-1', destCidrIp: '0.0.0.0/0' },
        ...{ policy: 'drop', priority: '100' },
      }),
    )
  })

  it('read the rules back with every member of the declared type', async () => {
    const rules = await rulesOf(web)
    expect(rules.map((rule) => [rule.direction, rule.ipProtocol, rule.policy, rule.priority])).toEqual([
      ['ingress', 'TCP', 'Accept', '10'],
      ['ingress', 'ICMPv6', 'Drop', '1'],
      ['egress', 'UDP', 'Accept', '1'],
      ['egress', 'ALL', 'Drop', '100'],
    ])
    expect(rules[0]).toMatchObject({
      ...{ portRange: '443/443', sourceCidrIp: '0.0.0.0/0', description: 'public (all): *~!' },
      ...{
        nicType: 'intranet',
        ipv6SourceCidrIp: '',
        destCidrIp: '',
        sourceGroupId: '',
        sourcePortRange: '',
      },
      createTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
      securityGroupRuleId: expect.stringMatching(/^sgr-/) as string,
    })
    expect(rules[1]?.ipv6SourceCidrIp).toBe('2001:db8::/32')
    expect(rules[2]?.destCidrIp).toBe('10.0.0.53')
    expect(await rulesOf(web, 'egress')).toEqual(rules.slice(2))
    expect(await rulesOf(db)).toMatchObject([{ sourceGroupId: web, sourceGroupName: 'web' }])
  })

  it('run an instance in a group, and see its addresses and groups', async () => {
    const request = {
      regionId,
      securityGroupId: web,
      vSwitchId,
      ...target.instance,
    }
    const made = await ecs.runInstances(new Ecs.RunInstancesRequest({ ...request, instanceName: 'web-1' }))
    const ids = made.body?.instanceIdSets?.instanceIdSet
    expect(ids).toHaveLength(1)
    instanceId = given(ids?.[0])
    const status = async () => {
      const named = { regionId, instanceIds: JSON.stringify([instanceId]) }
      const { body } = await ecs.describeInstances(new Ecs.DescribeInstancesRequest(named))
      return body?.instances?.instance?.[0]?.status
    }
    expect(await settled(status, 'Running')).toBe('Running')
    const described = await ecs.describeInstances(
      new Ecs.DescribeInstancesRequest({ regionId, securityGroupId: web }),
    )
    expect(described.body).toMatchObject({ totalCount: 1, pageNumber: 1 })
    expect(described.body?.instances?.instance?.[0]).toMatchObject({
      ...{ instanceId, instanceName: 'web-1', status: 'Running', instanceNetworkType: 'vpc', zoneId },
      securityGroupIds: { securityGroupId: [web] },
      vpcAttributes: {
        ...{ vpcId, vSwitchId },
        privateIpAddress: { ipAddress: [expect.stringMatching(/^10\.20\.1\.\d+$/)] },
      },
    })
  })

  it('join and leave a group', async () => {
    await ecs.joinSecurityGroup(
      new Ecs.JoinSecurityGroupRequest({ regionId, instanceId, securityGroupId: db }),
    )
    expect(await groupsOfInstance()).toEqual([web, db])
    await ecs.leaveSecurityGroup(
      new Ecs.LeaveSecurityGroupRequest({ regionId, instanceId, securityGroupId: db }),
    )
    expect(await groupsOfInstance()).toEqual([web])
    const last = new Ecs.LeaveSecurityGroupRequest({ regionId, instanceId, securityGroupId: web })
    await expect(ecs.leaveSecurityGroup(last)).rejects.toMatchObject({ code: 'InstanceLastSecurityGroup' })
  })

  it('revoke rules by their properties and by their ids', async () => {
    const properties = { ipProtocol: 'tcp', portRange: '443/443', sourceCidrIp: '0.0.0.0/0', priority: '10' }
    const permissions = [new Ecs.RevokeSecurityGroupRequestPermissions(properties)]
    await ecs.revokeSecurityGroup(
      new Ecs.RevokeSecurityGroupRequest({ regionId, securityGroupId: web, permissions }),
    )
    const outbound = (await rulesOf(web, 'egress')).map((rule) => given(rule.securityGroupRuleId))
    await ecs.revokeSecurityGroupEgress(
      new Ecs.RevokeSecurityGroupEgressRequest({
        ...{ regionId, securityGroupId: web, securityGroupRuleId: outbound },
      }),
    )
    expect((await rulesOf(web)).map((rule) => rule.ipProtocol)).toEqual(['ICMPv6'])
  })

  it('delete everything, in the order that the dependencies allow', async () => {
    const remove = (securityGroupId: string) =>
      ecs.deleteSecurityGroup(new Ecs.DeleteSecurityGroupRequest({ regionId, securityGroupId }))
    await expect(remove(web)).rejects.toMatchObject({ code: 'DependencyViolation', statusCode: 403 })
    await ecs.deleteInstance(new Ecs.DeleteInstanceRequest({ instanceId, force: true }))
    // The rule in db names web.
    await expect(remove(web)).rejects.toMatchObject({
      code: 'DependencyViolation',
      message: expect.stringContaining('has been authorized in another one') as string,
    })
    await remove(db)
    await remove(web)
    await clients.vpc.deleteVSwitch(new Vpc.DeleteVSwitchRequest({ regionId, vSwitchId }))
    await clients.vpc.deleteVpc(new Vpc.DeleteVpcRequest({ regionId, vpcId }))
    const gone = await ecs.describeSecurityGroups(
      new Ecs.DescribeSecurityGroupsRequest({ regionId, securityGroupIds: JSON.stringify([web, db]) }),
    )
    expect(gone.body?.securityGroups?.securityGroup).toEqual([])
  })
})

describe.each(['GET', 'POST'] as const)('the generic RPC client with %s', (method) => {
  it('goes from the first call to the last', async () => {
    await genericJourney(clients, method, target)
  })
})

describe('an error, as the clients surface it,', () => {
  const unknown = { regionId, securityGroupId: 'sg-bp1none' }

  it.each(bySignature)(
    'has code, statusCode, message and request id in the SDK with %s',
    async (_, ecsOf) => {
      const request = new Ecs.DescribeSecurityGroupAttributeRequest(unknown)
      await expect(ecsOf(clients).describeSecurityGroupAttribute(request)).rejects.toMatchObject({
        code: 'InvalidSecurityGroupId.NotFound',
        statusCode: 404,
        message: expect.stringMatching(
          /code: 404, The specified SecurityGroupId does not exist\. request id: [0-9A-F-]{36}$/,
        ) as string,
      })
    },
  )

  it('has code, name and the whole body in the generic client', async () => {
    const call = clients.pop.request('DeleteSecurityGroup', {
      ...{ RegionId: regionId, SecurityGroupId: 'sg-bp1none' },
    })
    await expect(call).rejects.toMatchObject({
      code: 'InvalidSecurityGroup.NotFound',
      name: 'InvalidSecurityGroup.NotFoundError',
      data: {
        ...{ Code: 'InvalidSecurityGroup.NotFound', HostId: target.ecs },
        Message: 'The specified security group is not found.',
        RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/) as string,
      },
    })
  })

  it('is the same of the VPC SDK', async () => {
    const request = new Vpc.DeleteVpcRequest({ regionId, vpcId: 'vpc-bp1none' })
    await expect(clients.vpc.deleteVpc(request)).rejects.toMatchObject({
      ...{ code: 'InvalidVpcId.NotFound', statusCode: 404 },
    })
  })

  it('does not come where a list is merely empty', async () => {
    const { body } = await clients.ecs.describeSecurityGroups(new Ecs.DescribeSecurityGroupsRequest(unknown))
    expect(body?.securityGroups?.securityGroup).toEqual([])
  })

  it.each(bySignature)('is SignatureDoesNotMatch with a wrong secret and %s', async (_, ecsOf) => {
    const wrong = clientsOf({ ...target, key: { ...target.key, accessKeySecret: 'not the secret' } })
    const call = ecsOf(wrong).describeRegions(new Ecs.DescribeRegionsRequest({}))
    await expect(call).rejects.toMatchObject({
      ...{ code: 'SignatureDoesNotMatch', statusCode: 400 },
      message: expect.stringContaining('server string to sign is:') as string,
    })
  })

  it('is InvalidAccessKeyId.NotFound with an unknown key', async () => {
    const wrong = clientsOf({ ...target, key: { ...target.key, accessKeyId: 'nobody' } })
    const call = wrong.ecs.describeRegions(new Ecs.DescribeRegionsRequest({}))
    await expect(call).rejects.toMatchObject({ code: 'InvalidAccessKeyId.NotFound', statusCode: 404 })
  })

  it('names an operation that is not served, and is InvalidAction.NotFound for one that does not exist', async () => {
    const call = clients.ecs.createImage(new Ecs.CreateImageRequest({ regionId }))
    await expect(call).rejects.toMatchObject({
      ...{ code: 'UnsupportedOperation', statusCode: 400 },
      message: expect.stringContaining(
        'The operation CreateImage of Ecs 2014-05-26 is not supported',
      ) as string,
    })
    await expect(clients.pop.request('NoSuchAction', {})).rejects.toMatchObject({
      ...{ code: 'InvalidAction.NotFound' },
    })
  })
})
