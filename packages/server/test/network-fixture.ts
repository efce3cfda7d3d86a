import { afterAll, beforeAll } from 'vitest'
import { testServer, type TestServer } from './harness.js'

export const region = 'cn-hangzhou'
export const vpcVersion = '2016-04-28'
export let server: TestServer

/** A server for the tests of a file. */
export function useNetworks(flags: Record<string, string> = {}): void {
  beforeAll(async () => {
    server = await testServer(flags)
  })
  afterAll(() => server.stop())
}

export type Body = Readonly<Record<string, unknown>>
export interface VpcAnswer {
  readonly VpcId: string
  readonly [member: string]: unknown
}

export const vpcCall = (action: string, parameters: object) =>
  server.call(action, { RegionId: region, ...parameters }, vpcVersion)
export const vpcOk = (action: string, parameters: object) =>
  server.ok(action, { RegionId: region, ...parameters }, vpcVersion)

export const newVpc = async (extra: object = {}): Promise<string> =>
  String((await vpcOk('CreateVpc', { CidrBlock: '10.0.0.0/8', ...extra })).VpcId)

/** CreateVSwitch in a VPC, whatever it answers. */
export const vswitch = (vpc: string, extra: object = {}) =>
  vpcCall('CreateVSwitch', { VpcId: vpc, ZoneId: 'cn-hangzhou-h', CidrBlock: '10.1.0.0/24', ...extra })

export async function newVSwitch(vpc: string, extra: object = {}): Promise<string> {
  const { status, body } = await vswitch(vpc, extra)
  if (status !== 200) throw new Error(JSON.stringify(body))
  return String(body.VSwitchId)
}

export const vpcs = async (filter: object): Promise<VpcAnswer[]> =>
  ((await vpcOk('DescribeVpcs', filter)).Vpcs as { Vpc: VpcAnswer[] }).Vpc
export const vswitches = async (filter: object): Promise<Body[]> =>
  ((await vpcOk('DescribeVSwitches', filter)).VSwitches as { VSwitch: Body[] }).VSwitch

export const refusal = ({ status, body }: { status: number; body: Body }) => [status, body.Code, body.Message]
