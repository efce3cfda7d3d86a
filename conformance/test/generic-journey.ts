import { expect } from 'vitest'
import type { Sdk } from './clients.js'
import { settled, type Target } from './target.js'

type Method = 'GET' | 'POST'
type Parameters = Readonly<Record<string, string>>

interface Answers {
  readonly RequestId: string
  readonly [member: string]: unknown
}

/** The text at a path of an answer. */
const textAt = (answer: Answers, ...path: readonly (string | number)[]): string => {
  let value: unknown = answer
  for (const step of path) value = (value as Record<string | number, unknown> | undefined)?.[step]
  if (typeof value !== 'string') throw new Error(`${path.join('.')} is not there: ${JSON.stringify(answer)}`)
  return value
}

/**
 * Everything that a security group goes through, by the generic client: parameters as the wire has them, all in the
 * query (GET) or all in the form (POST), and answers as they come.
 */
export async function genericJourney(
  { pop, popVpc }: Sdk,
  method: Method,
  { ecs: endpoint, region: RegionId, instance }: Target,
): Promise<void> {
  const ecs = (action: string, parameters: Parameters) =>
    pop.request<Answers>(action, { RegionId, ...parameters }, { method })
  const vpc = (action: string, parameters: Parameters) =>
    popVpc.request<Answers>(action, { RegionId, ...parameters }, { method })

  const regions = await ecs('DescribeRegions', {})
  expect(textAt(regions, 'Regions', 'Region', 0, 'RegionEndpoint')).toBe(endpoint)
  const ZoneId = textAt(await ecs('DescribeZones', {}), 'Zones', 'Zone', 0, 'ZoneId')
  const VpcId = textAt(await vpc('CreateVpc', { CidrBlock: '10.30.0.0/16' }), 'VpcId')
  const network = { VpcId, ZoneId, CidrBlock: '10.30.1.0/24' }
  const VSwitchId = textAt(await vpc('CreateVSwitch', network), 'VSwitchId')
  const named = { VpcId, SecurityGroupName: 'generic', 'Tag.1.Key': 'a b&c', 'Tag.1.Value': "*'()!~ ü" }
  const SecurityGroupId = textAt(await ecs('CreateSecurityGroup', named), 'SecurityGroupId')

  const inbound = {
    IpProtocol: 'TCP',
    PortRange: '80/80',
    SourceCidrIp: '10.0.0.0/8',
    Description: '100% + ü',
  }
  await ecs('AuthorizeSecurityGroup', { SecurityGroupId, ...inbound })
  const outbound = prefixed(1, {
    IpProtocol: 'ALL',
    PortRange: '-1/-1',
    DestCidrIp: '0.0.0.0/0',
    Policy: 'drop',
  })
  await ecs('AuthorizeSecurityGroupEgress', { SecurityGroupId, ...outbound })
  const { Permissions } = await ecs('DescribeSecurityGroupAttribute', { SecurityGroupId })
  // Priority is a number on the wire; clients that read the body as it is depend on it.
  expect(Permissions).toMatchObject({
    Permission: [
      { Direction: 'ingress', SourceCidrIp: '10.0.0.0/8', Priority: 1, Description: '100% + ü' },
      { Direction: 'egress', DestCidrIp: '0.0.0.0/0', Priority: 1, Policy: 'Drop' },
    ],
  })
  const tagged = await ecs('DescribeSecurityGroups', { 'Tag.1.Key': 'a b&c', 'Tag.1.Value': "*'()!~ ü" })
  expect(tagged).toMatchObject({
    TotalCount: 1,
    SecurityGroups: { SecurityGroup: [{ SecurityGroupId, Tags: { Tag: [{ TagKey: 'a b&c' }] } }] },
  })

  const run = await ecs('RunInstances', {
    ...{ SecurityGroupId, VSwitchId, Amount: '1' },
    ...{ ImageId: instance.imageId, InstanceType: instance.instanceType },
  })
  const InstanceId = textAt(run, 'InstanceIdSets', 'InstanceIdSet', 0)
  const status = async () => {
    const described = await ecs('DescribeInstances', { InstanceIds: JSON.stringify([InstanceId]) })
    return textAt(described, 'Instances', 'Instance', 0, 'Status')
  }
  expect(await settled(status, 'Running')).toBe('Running')
  const second = textAt(await ecs('CreateSecurityGroup', { VpcId }), 'SecurityGroupId')
  await ecs('JoinSecurityGroup', { InstanceId, SecurityGroupId: second })
  await ecs('LeaveSecurityGroup', { InstanceId, SecurityGroupId: second })
  const left = ecs('LeaveSecurityGroup', { InstanceId, SecurityGroupId: second })
  await expect(left).rejects.toMatchObject({ code: 'InvalidSecurityGroupAssociation.NotFound' })

  await ecs('RevokeSecurityGroup', { SecurityGroupId, ...prefixed(1, inbound) })
  await ecs('RevokeSecurityGroupEgress', { SecurityGroupId, ...outbound })
  expect(await ecs('DescribeSecurityGroupAttribute', { SecurityGroupId })).toMatchObject({
    Permissions: { Permission: [] },
  })
  await ecs('StopInstance', { InstanceId })
  expect(await settled(status, 'Stopped')).toBe('Stopped')
  await ecs('DeleteInstance', { InstanceId })
  for (const id of [second, SecurityGroupId]) await ecs('DeleteSecurityGroup', { SecurityGroupId: id })
  await vpc('DeleteVSwitch', { VSwitchId })
  await vpc('DeleteVpc', { VpcId })
  expect(await vpc('DescribeVpcs', { VpcId })).toMatchObject({ TotalCount: 0, Vpcs: { Vpc: [] } })
}

const prefixed = (index: number, fields: Parameters): Parameters =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [`Permissions.${index}.${name}`, value]))
