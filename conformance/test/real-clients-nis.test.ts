import type Core from '@alicloud/openapi-core'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Ecs, given, type Sdk, sdk } from './clients.js'
import { type RunningServer, startServer } from './running-server.js'

const { $OpenApiUtil, default: OpenApiClient } = createRequire(import.meta.url)(
  '@alicloud/openapi-core',
) as typeof Core & { default: new (config: unknown) => Core.default }

const regionId = 'cn-hangzhou'
const version = '2021-12-16'

let server: RunningServer
let clients: Sdk
let path: Readonly<Record<string, string | number>>
let group: string

beforeAll(async () => {
  server = await startServer()
  clients = sdk(server)
  const made = await clients.ecs.createSecurityGroup(new Ecs.CreateSecurityGroupRequest({ regionId }))
  group = given(made.body?.securityGroupId)
  const run = new Ecs.RunInstancesRequest({ regionId, securityGroupId: group, amount: 2 })
  const ids = given((await clients.ecs.runInstances(run)).body?.instanceIdSets?.instanceIdSet)
  const [source, target] = [given(ids[0]), given(ids[1])]
  const inner = { regionId, securityGroupId: group, innerAccessPolicy: 'Drop' }
  await clients.ecs.modifySecurityGroupPolicy(new Ecs.ModifySecurityGroupPolicyRequest(inner))
  path = {
    ...{ SourceType: 'ecs', SourceId: source, TargetType: 'ecs', TargetId: target },
    ...{ Protocol: 'tcp', TargetPort: 443 },
  }
})
afterAll(async () => {
  await server.stop()
})

type Body = Readonly<Record<string, unknown>>

it.each(['GET', 'POST'] as const)(
  'the generic client saves, analyses and deletes a path by %s',
  async (method) => {
    const client = clients.popOf(version)
    const call = (action: string, parameters: object) =>
      client.request<Body>(action, { RegionId: regionId, ...parameters }, { method })
    const named = { ...path, NetworkPathName: method, Tag: [{ Key: 'team', Value: 'edge' }] }
    const { NetworkPathId } = await call('CreateNetworkPath', named)
    const { NetworkReachableAnalysisId } = await call('CreateNetworkReachableAnalysis', { NetworkPathId })
    const found = await call('GetNetworkReachableAnalysis', { NetworkReachableAnalysisId })
    expect(found).toMatchObject({
      ...{ NetworkPathId, NetworkReachableAnalysisStatus: 'finish', Reachable: false },
      ...{ NetworkReachableAnalysisResult: expect.stringContaining('security_group_default_drop') as string },
    })
    const ids = (id: unknown): string => JSON.stringify([id])
    expect(
      await call('DeleteNetworkReachableAnalysis', {
        NetworkReachableAnalysisIds: ids(NetworkReachableAnalysisId),
      }),
    ).toMatchObject({ Data: true })
    expect(await call('DeleteNetworkPath', { NetworkPathIds: [NetworkPathId] })).toMatchObject({ Data: true })
    await expect(call('CreateNetworkReachableAnalysis', { NetworkPathId })).rejects.toMatchObject({
      code: 'ResourceNotFound.NetworkPath',
    })
  },
)

it("the SDKs' base class analyses a path at once, signed in headers", async () => {
  const { accessKeyId, accessKeySecret, endpoint } = server
  const config = { accessKeyId, accessKeySecret, endpoint, protocol: 'http', regionId }
  const client = new OpenApiClient(new $OpenApiUtil.Config(config))
  const call = async (
    action: string,
    method: string,
    query: Readonly<Record<string, string>>,
  ): Promise<Body> => {
    const params = new $OpenApiUtil.Params({
      ...{ action, version, protocol: 'HTTP', pathname: '/', method, authType: 'AK', style: 'RPC' },
      ...{ reqBodyType: 'formData', bodyType: 'json' },
    })
    const { body } = (await client.callApi(
      params,
      new $OpenApiUtil.OpenApiRequest({ query }),
      {} as never,
    )) as {
      body: Body
    }
    return body
  }
  const allow = {
    regionId,
    securityGroupId: group,
    ipProtocol: 'TCP',
    portRange: '443/443',
    sourceCidrIp: '0.0.0.0/0',
  }
  await clients.ecs.authorizeSecurityGroup(new Ecs.AuthorizeSecurityGroupRequest(allow))
  const asked = { ...path, TargetPort: '443' } as Readonly<Record<string, string>>
  const { NetworkReachableAnalysisId, TargetPort } = await call('CreateAndAnalyzeNetworkPath', 'GET', asked)
  expect(TargetPort).toBe('443')
  const id = String(NetworkReachableAnalysisId)
  const found = await call('GetNetworkReachableAnalysis', 'POST', { NetworkReachableAnalysisId: id })
  expect(found).toMatchObject({ Reachable: true, NetworkReachableAnalysisStatus: 'finish' })
})
