import type { Interface } from '@sallyport/engine'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { testServer, type TestServer } from './harness.js'
import { adminToken, worldState } from './world-state.js'

export const region = 'cn-hangzhou'
export let server: TestServer
/** The VPC, vSwitch and group of the running test. */
export let vpc: string
export let subnet: string
export let group: string

export type Body = Readonly<Record<string, unknown>>

export const call = (action: string, parameters: object = {}) =>
  server.call(action, { RegionId: region, ...parameters })
export const ok = (action: string, parameters: object = {}) =>
  server.ok(action, { RegionId: region, ...parameters })
export const vpcOk = (action: string, parameters: object) =>
  server.ok(action, { RegionId: region, ...parameters }, '2016-04-28')

const newVpc = async (extra: object = {}): Promise<string> =>
  String((await vpcOk('CreateVpc', { CidrBlock: '10.0.0.0/8', ...extra })).VpcId)
const newVSwitch = async (extra: object = {}): Promise<string> => {
  const base = { VpcId: vpc, ZoneId: 'cn-hangzhou-h', CidrBlock: '10.0.0.0/28' }
  return String((await vpcOk('CreateVSwitch', { ...base, ...extra })).VSwitchId)
}
export const newGroup = async (extra: object = {}): Promise<string> =>
  String((await ok('CreateSecurityGroup', { VpcId: vpc, ...extra })).SecurityGroupId)

export const idsOf = (body: Body): string[] =>
  (body.InstanceIdSets as { InstanceIdSet: string[] }).InstanceIdSet
/** Makes instances in the network of the test. */
export const run = (extra: object = {}) =>
  call('RunInstances', { VSwitchId: subnet, SecurityGroupId: group, ...extra })
export async function started(extra: object = {}): Promise<string[]> {
  const { status, body } = await run(extra)
  if (status !== 200) throw new Error(JSON.stringify(body))
  return idsOf(body)
}
export const one = async (extra: object = {}): Promise<string> => (await started(extra))[0] ?? ''

export const listed = async (filter: object): Promise<Body[]> =>
  ((await ok('DescribeInstances', filter)).Instances as { Instance: Body[] }).Instance
export const listedIds = async (filter: object) => (await listed(filter)).map(({ InstanceId }) => InstanceId)
export const nics = async (filter: object): Promise<Body[]> =>
  ((await ok('DescribeNetworkInterfaces', filter)).NetworkInterfaceSets as { NetworkInterfaceSet: Body[] })
    .NetworkInterfaceSet

/** What followers of the feed know of an instance's interface. */
export async function factOf(instance: string): Promise<Interface | undefined> {
  return (await worldState(server)).interfaces.find((nic) => nic.instance === instance)
}
export const addressOf = async (instance: string) => (await factOf(instance))?.addresses[0]

export const refusal = ({ status, body }: { status: number; body: Body }) => [status, body.Code]

/** Makes a new VPC 10.0.0.0/8 with a vSwitch 10.0.0.0/28 and a group the ones that calls go to. */
export async function enterNetwork(vpcExtra: object = {}, vswitchExtra: object = {}): Promise<void> {
  vpc = await newVpc(vpcExtra)
  subnet = await newVSwitch(vswitchExtra)
  group = await newGroup()
}

/** A server with small quotas for the tests of a file, and a new network for each test. */
export function useInstances(): void {
  beforeAll(async () => {
    server = await testServer({
      adminToken,
      'quotas.securityGroupsPerRegion': '1000',
      'quotas.groupsPerInterface': '3',
      'quotas.rulesPerInterface': '3',
      'quotas.privateAddressesPerGroup': '4',
    })
  })
  afterAll(() => server.stop())
  beforeEach(() => enterNetwork())
}
