import { expect } from 'vitest'
import type { CallAnswer, TestCaller } from './harness.js'

export const region = 'cn-hangzhou'

export interface DescribedRule {
  readonly [member: string]: string | number
}

export interface DescribedGroup {
  readonly SecurityGroupId: string
  readonly SecurityGroupName: string
  readonly [member: string]: unknown
}

/** Creates a group in the default VPC, unless told otherwise; returns its id. */
export async function newGroup(server: TestCaller, extra: object = {}): Promise<string> {
  return String((await server.ok('CreateSecurityGroup', { RegionId: region, ...extra })).SecurityGroupId)
}

/** Creates a VPC 192.168.0.0/16; returns its id. */
export async function newVpc(server: TestCaller): Promise<string> {
  const parameters = { RegionId: region, CidrBlock: '192.168.0.0/16' }
  return String((await server.ok('CreateVpc', parameters, '2016-04-28')).VpcId)
}

/** Runs instances in a group; returns their ids. */
export async function runInstances(
  server: TestCaller,
  group: string,
  extra: object = {},
): Promise<readonly string[]> {
  const body = await server.ok('RunInstances', { RegionId: region, SecurityGroupId: group, ...extra })
  return (body.InstanceIdSets as { InstanceIdSet: string[] }).InstanceIdSet
}

/** The rules of a group, as described. */
export async function rulesOf(
  server: TestCaller,
  group: string,
  extra: object = {},
): Promise<readonly DescribedRule[]> {
  const parameters = { RegionId: region, SecurityGroupId: group, ...extra }
  const body = await server.ok('DescribeSecurityGroupAttribute', parameters)
  return (body.Permissions as { Permission: DescribedRule[] }).Permission
}

/** The groups in an answer of DescribeSecurityGroups. */
export const groupsIn = (body: CallAnswer['body']): readonly DescribedGroup[] =>
  (body.SecurityGroups as { SecurityGroup: DescribedGroup[] }).SecurityGroup

/** The groups that match, as described. */
export const findGroups = async (server: TestCaller, filter: object): Promise<readonly DescribedGroup[]> =>
  groupsIn(await server.ok('DescribeSecurityGroups', { RegionId: region, ...filter }))

/** Expects a refusal with a status, a code and, if given, a text. */
export function expectRefusal(answer: CallAnswer, status: number, code: string, message?: string): void {
  const { Code, Message } = answer.body
  expect({ status: answer.status, Code, ...(message === undefined ? {} : { Message }) }).toEqual({
    ...{ status, Code: code, ...(message === undefined ? {} : { Message: message }) },
  })
}
