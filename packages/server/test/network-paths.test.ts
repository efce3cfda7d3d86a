import { afterAll, beforeAll, expect, it } from 'vitest'
import { testServer, type TestServer } from './harness.js'

const version = '2021-12-16'
const vpcVersion = '2016-04-28'
const region = 'cn-hangzhou'
const other = { id: 'other-key', secret: 'other-secret' }
let server: TestServer

beforeAll(async () => {
  const accounts = [{ id: '3000000000000001', name: 'other@elsewhere', keys: [other] }]
  server = await testServer({ accounts: JSON.stringify(accounts) })
})
afterAll(() => server.stop())

interface Network {
  readonly vpc: string
  readonly vswitch: string
  readonly group: string
}

async function network(): Promise<Network> {
  const { VpcId } = await server.ok('CreateVpc', { RegionId: region, CidrBlock: '10.0.0.0/16' }, vpcVersion)
  const vpc = String(VpcId)
  const vswitch = await newVSwitch(vpc, '10.0.1.0/24')
  const made = await server.ok('CreateSecurityGroup', { RegionId: region, VpcId: vpc })
  return { vpc, vswitch, group: String(made.SecurityGroupId) }
}

async function newVSwitch(VpcId: string, CidrBlock: string): Promise<string> {
  const parameters = { RegionId: region, ZoneId: 'cn-hangzhou-i', VpcId, CidrBlock }
  return String((await server.ok('CreateVSwitch', parameters, vpcVersion)).VSwitchId)
}

async function instance(VSwitchId: string, SecurityGroupId: string): Promise<string> {
  const made = await server.ok('RunInstances', { RegionId: region, VSwitchId, SecurityGroupId })
  return (made.InstanceIdSets as { InstanceIdSet: string[] }).InstanceIdSet[0] ?? ''
}

const allow = (SecurityGroupId: string, rule: object) =>
  server.ok('AuthorizeSecurityGroup', { RegionId: region, SecurityGroupId, IpProtocol: 'TCP', ...rule })

const ecs = (source: string, target: string, more: object = {}) => ({
  ...{ RegionId: region, SourceType: 'ecs', SourceId: source, TargetType: 'ecs', TargetId: target },
  ...more,
})

interface Item {
  readonly policy: string
  readonly description: string
  readonly matchedRule: Readonly<Record<string, string>>
}
interface Node {
  readonly id: string
  readonly nodeType: string
  readonly blocked?: true
}
interface Result {
  readonly errorCode: string
  readonly status: string
  readonly securityGroupData: { readonly policy: string; readonly securityGroupItems: readonly Item[] }
  readonly topologyData: {
    readonly positive: { readonly nodeList: readonly Node[]; readonly linkList: readonly object[] }
    readonly reverse: { readonly revNodeList: readonly Node[] }
  }
}

async function read(NetworkReachableAnalysisId: unknown) {
  const body = await server.ok('GetNetworkReachableAnalysis', { NetworkReachableAnalysisId }, version)
  const result = JSON.parse(String(body.NetworkReachableAnalysisResult)) as Result
  return { body, result, reachable: body.Reachable }
}

async function analyse(path: object) {
  const made = await server.ok('CreateAndAnalyzeNetworkPath', path, version)
  return { made, ...(await read(made.NetworkReachableAnalysisId)) }
}

it('a saved path tells which default, then which rule, decides it', async () => {
  const { vswitch, group } = await network()
  const { group: advanced, ...web } = await network()
  expect(advanced).not.toBe(group)
  const [client, host] = [await instance(vswitch, group), await instance(vswitch, group)]
  await server.ok('ModifySecurityGroupPolicy', {
    ...{ RegionId: region, SecurityGroupId: group, InnerAccessPolicy: 'Drop' },
  })
  const path = ecs(client, host, { NetworkPathName: 'web', TargetPort: 80, Protocol: 'tcp' })
  const { NetworkPathId } = await server.ok('CreateNetworkPath', path, version)
  const analysis = async () =>
    read(
      (await server.ok('CreateNetworkReachableAnalysis', { NetworkPathId }, version))
        .NetworkReachableAnalysisId,
    )

  const closed = await analysis()
  expect(closed.body).toMatchObject({
    ...{ NetworkPathId, NetworkReachableAnalysisStatus: 'finish', Reachable: false },
    AliUid: 1234567890123456,
  })
  expect(JSON.parse(String(closed.body.NetworkPathParameter))).toEqual({
    ...{ sourceId: client, sourceType: 'ecs', targetId: host, targetType: 'ecs', targetPort: 80 },
    protocol: 'tcp',
  })
  expect(closed.result).toMatchObject({
    ...{ errorCode: 'security_group_default_drop', status: 'security_group_checking_target' },
    securityGroupData: {
      policy: 'drop',
      securityGroupItems: [
        { policy: 'accept', description: 'default_sg_access_rule', securityGroupId: group },
        { policy: 'drop', description: 'default_sg_drop_rule', matchedRule: { priority: '' } },
      ],
    },
  })
  expect(closed.result.topologyData.positive.nodeList.at(-1)).toMatchObject({
    nodeType: 'ENI',
    blocked: true,
  })

  await allow(group, { PortRange: '80/80', SourceCidrIp: '10.0.1.0/24', Description: 'web' })
  const open = await analysis()
  expect(open.reachable).toBe(true)
  expect(open.result.securityGroupData.securityGroupItems[1]).toMatchObject({
    ...{ policy: 'accept', description: 'user_acl_accept_rule' },
    matchedRule: {
      ...{ bizProtocol: 'TCP', direction: 'ingress', policy: 'Accept', portRange: '80/80', priority: '1' },
      ...{ sourceCidr: '10.0.1.0/24', destinationCidr: '', description: 'web' },
    },
  })
  expect(open.result.topologyData.positive.nodeList.map(({ nodeType }) => nodeType)).toEqual([
    ...['VM', 'ENI', 'VSW', 'ENI', 'VM'],
  ])
  expect(open.result.topologyData.reverse.revNodeList[0]?.id).toBe(host)

  await allow(group, { PortRange: '80/80', SourceCidrIp: '10.0.1.0/24', Policy: 'drop' })
  const dropped = await analysis()
  expect(dropped).toMatchObject({ reachable: false, result: { errorCode: 'security_group_drop_rule' } })
  expect(dropped.result.securityGroupData.securityGroupItems[1]).toMatchObject({
    ...{ description: 'user_acl_drop_rule', matchedRule: { policy: 'Drop' } },
  })
  expect(web.vswitch).toBeTruthy()
})

it('without a port, a path is open only when every port is', async () => {
  const { vswitch, group } = await network()
  const host = await instance(vswitch, group)
  const outside = { RegionId: region, SourceType: 'internetIp', SourceId: '203.0.114.9' }
  const path = { ...outside, TargetType: 'ecs', TargetId: host }
  await allow(group, { PortRange: '1/1023', SourceCidrIp: '0.0.0.0/0' })
  expect((await analyse({ ...path, TargetPort: 1023 })).reachable).toBe(true)
  expect((await analyse({ ...path, TargetPort: 1024 })).reachable).toBe(false)
  expect((await analyse(path)).reachable).toBe(false)
  expect((await analyse({ ...path, TargetPort: 0 })).reachable).toBe(false)
  await allow(group, { PortRange: '1024/65535', SourceCidrIp: '203.0.114.0/24' })
  expect((await analyse({ ...path, TargetPort: 1024 })).reachable).toBe(true)
  expect((await analyse({ ...path, Protocol: 'udp', TargetPort: 53 })).reachable).toBe(false)
})

it('what is asked is echoed, ports as texts, and what is not asked is not', async () => {
  const { vswitch, group } = await network()
  const [client, host] = [await instance(vswitch, group), await instance(vswitch, group)]
  const { made } = await analyse(ecs(client, host, { TargetPort: 80 }))
  expect(made).toMatchObject({ SourceId: client, SourceType: 'ecs', TargetId: host, TargetPort: '80' })
  expect(Object.keys(made)).not.toContain('SourcePort')
})

it('between two VPCs there is no route, and the router is where it ends', async () => {
  const [one, two] = [await network(), await network()]
  const [client, host] = [await instance(one.vswitch, one.group), await instance(two.vswitch, two.group)]
  await allow(two.group, { PortRange: '80/80', SourceCidrIp: '0.0.0.0/0' })
  const { result, reachable } = await analyse(ecs(client, host, { TargetPort: 80 }))
  expect(reachable).toBe(false)
  expect(result.errorCode).toBe('route_unreachable')
  expect(result.topologyData.positive.nodeList.at(-1)).toMatchObject({ nodeType: 'VROUTER', blocked: true })
})

it('an end may be a vSwitch: all of it, or one of its addresses', async () => {
  const { vpc, vswitch, group } = await network()
  const host = await instance(vswitch, group)
  const far = await newVSwitch(vpc, '10.0.2.0/24')
  await allow(group, { PortRange: '80/80', SourceCidrIp: '10.0.2.0/25' })
  const path = {
    ...{
      RegionId: region,
      SourceType: 'vsw',
      SourceId: far,
      TargetType: 'ecs',
      TargetId: host,
      TargetPort: 80,
    },
  }
  expect((await analyse({ ...path, SourceIpAddress: '10.0.2.9' })).reachable).toBe(true)
  expect((await analyse({ ...path, SourceIpAddress: '10.0.2.200' })).reachable).toBe(false)
  const whole = await analyse(path)
  expect(whole.reachable).toBe(false)
  const refused = await server.call(
    'CreateAndAnalyzeNetworkPath',
    { ...path, SourceIpAddress: '10.0.1.9' },
    version,
  )
  expect([refused.status, refused.key]).toEqual([400, 'IllegalParam.SourceIp'])
})

it('an instance that is stopped or gone is told as such', async () => {
  const { vswitch, group } = await network()
  const [client, host] = [await instance(vswitch, group), await instance(vswitch, group)]
  const path = ecs(client, host, { TargetPort: 80, NetworkPathName: 'p' })
  const { NetworkPathId } = await server.ok('CreateNetworkPath', path, version)
  const again = async () =>
    (
      await read(
        (await server.ok('CreateNetworkReachableAnalysis', { NetworkPathId }, version))
          .NetworkReachableAnalysisId,
      )
    ).result.errorCode
  expect(await again()).toBe('')
  await server.ok('StopInstance', { InstanceId: host })
  expect(await again()).toBe('resource_status_invalid')
  await server.ok('DeleteInstance', { InstanceId: host })
  expect(await again()).toBe('resource_not_exist')
})

it('a deleted path takes its analyses along, and another account sees neither', async () => {
  const { vswitch, group } = await network()
  const [client, host] = [await instance(vswitch, group), await instance(vswitch, group)]
  const { NetworkPathId } = await server.ok(
    'CreateNetworkPath',
    ecs(client, host, { NetworkPathName: 'p' }),
    version,
  )
  const { NetworkReachableAnalysisId } = await server.ok(
    'CreateNetworkReachableAnalysis',
    { NetworkPathId },
    version,
  )
  const stranger = server.as(other)
  for (const [action, parameters] of [
    ['CreateNetworkReachableAnalysis', { NetworkPathId }],
    ['DeleteNetworkPath', { NetworkPathIds: JSON.stringify([NetworkPathId]) }],
    ['GetNetworkReachableAnalysis', { NetworkReachableAnalysisId }],
    ['CreateAndAnalyzeNetworkPath', ecs(client, host)],
  ] as const) {
    const { status, key } = await stranger.call(action, parameters, version)
    expect([action, status, key?.split('.')[0]]).toEqual([
      ...(action === 'CreateAndAnalyzeNetworkPath'
        ? [action, 400, 'IllegalParam']
        : [action, 404, 'ResourceNotFound']),
    ])
  }
  const gone = { NetworkPathIds: JSON.stringify([NetworkPathId, 'np-0']) }
  expect((await server.call('DeleteNetworkPath', gone, version)).status).toBe(404)
  await read(NetworkReachableAnalysisId)
  expect(await server.ok('DeleteNetworkPath', { 'NetworkPathIds.1': NetworkPathId }, version)).toMatchObject({
    Data: true,
  })
  const { status } = await server.call('GetNetworkReachableAnalysis', { NetworkReachableAnalysisId }, version)
  expect(status).toBe(404)
})
