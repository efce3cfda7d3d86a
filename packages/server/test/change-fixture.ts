import type { Snapshot } from '@sallyport/engine'
import { control, mustControl } from './control-calls.js'
import { newGroup, region } from './group-calls.js'
import type { CallAnswer, TestServer } from './harness.js'
import { blocks, newPortList, newPrefixList, ports } from './list-calls.js'

/** Things whose rules, lists and memberships can be changed in every way. */
export interface Changeable {
  readonly vpc: string
  readonly subnet: string
  /** The members start in the first. */
  readonly groups: readonly [string, string]
  readonly instances: readonly string[]
  readonly blocks: string
  readonly ports: string
}

const vpcVersion = '2016-04-28'

/** Makes a VPC 10.0.0.0/8 with two basic groups, two instances in the first, and a list of either kind. */
export async function makeChangeable(server: TestServer): Promise<Changeable> {
  const call = (action: string, more: object) => server.ok(action, { RegionId: region, ...more }, vpcVersion)
  const vpc = String((await call('CreateVpc', { CidrBlock: '10.0.0.0/8' })).VpcId)
  const where = { VpcId: vpc, ZoneId: 'cn-hangzhou-h', CidrBlock: '10.0.0.0/24' }
  const subnet = String((await call('CreateVSwitch', where)).VSwitchId)
  const groups: [string, string] = [
    await newGroup(server, { VpcId: vpc }),
    await newGroup(server, { VpcId: vpc }),
  ]
  const run = { VSwitchId: subnet, SecurityGroupId: groups[0], Amount: 2, RegionId: region }
  const made = (await server.ok('RunInstances', run)).InstanceIdSets as { InstanceIdSet: string[] }
  return {
    ...{ vpc, subnet, groups, instances: made.InstanceIdSet },
    blocks: await newPrefixList(server, { Entry: blocks('198.51.100.0/24') }),
    ports: await newPortList(server, { Entry: ports('80/80') }),
  }
}

/** The rules of a group, as described. */
export async function ruleIds(server: TestServer, group: string): Promise<string[]> {
  const parameters = { RegionId: region, SecurityGroupId: group }
  const { Permissions } = await server.ok('DescribeSecurityGroupAttribute', parameters)
  return (Permissions as { Permission: { SecurityGroupRuleId: string }[] }).Permission.map(
    ({ SecurityGroupRuleId }) => SecurityGroupRuleId,
  )
}

/** One of a dozen kinds of change, told by two numbers: an action and its parameters. It may be refused. */
export async function someCall(
  server: TestServer,
  of: Changeable,
  kind: number,
  which: number,
): Promise<readonly [action: string, parameters: object]> {
  const call = (action: string, more: object) => [action, { RegionId: region, ...more }] as const
  const SecurityGroupId = of.groups[which % 2] ?? ''
  const other = of.groups[(which + 1) % 2]
  const InstanceId = of.instances[which % of.instances.length]
  const port = 1 + (which % 7)
  const rule = { IpProtocol: 'TCP', PortRange: `${port}/${port}`, Priority: 1 + (which % 3) }
  const inFrom = { SecurityGroupId, Permissions: [{ ...rule, SourceCidrIp: '203.0.113.0/24' }] }
  switch (kind % 12) {
    case 0:
      return call('AuthorizeSecurityGroup', inFrom)
    case 1:
      return call('RevokeSecurityGroup', inFrom)
    case 2:
      return call('AuthorizeSecurityGroupEgress', {
        SecurityGroupId,
        Permissions: [1, 2].map((n) => ({ ...rule, Priority: n, Policy: 'drop', DestCidrIp: '0.0.0.0/0' })),
      })
    case 3:
      return call('AuthorizeSecurityGroup', {
        SecurityGroupId,
        Permissions: [
          { IpProtocol: 'TCP', PortRangeListId: of.ports, SourcePrefixListId: of.blocks },
          { ...rule, SourceGroupId: other },
        ],
      })
    case 4: {
      const [id] = await ruleIds(server, SecurityGroupId)
      return call('ModifySecurityGroupRule', {
        SecurityGroupId,
        SecurityGroupRuleId: id,
        Priority: 1 + (which % 90),
      })
    }
    case 5:
      return call('RevokeSecurityGroup', {
        SecurityGroupId,
        SecurityGroupRuleId: (await ruleIds(server, SecurityGroupId)).slice(0, 2),
      })
    case 6:
      return call('JoinSecurityGroup', { SecurityGroupId, InstanceId })
    case 7:
      return call('LeaveSecurityGroup', { SecurityGroupId, InstanceId })
    case 8:
      return call('ModifyPrefixList', {
        PrefixListId: of.blocks,
        AddEntry: blocks(`192.0.2.${which % 9}/32`),
      })
    case 9:
      return call('ModifyPortRangeList', {
        PortRangeListId: of.ports,
        AddEntry: ports(`${port}/${port + 1}`),
      })
    case 10:
      return call('ModifySecurityGroupPolicy', {
        SecurityGroupId,
        InnerAccessPolicy: which % 2 === 0 ? 'Drop' : 'Accept',
      })
    default:
      return call(which % 2 === 0 ? 'StopInstance' : 'StartInstance', { InstanceId })
  }
}

/** Makes such a change. */
export const change = async (...some: Parameters<typeof someCall>): Promise<CallAnswer> =>
  some[0].call(...(await someCall(...some)))

/** A snapshot whose lists are in an order that does not depend on how it came about. */
export function inOrder(snapshot: Snapshot): Snapshot {
  const sorted = Object.entries(snapshot).map(([name, value]: [string, unknown]) => [
    name,
    Array.isArray(value) ? [...(value as { id: string }[])].sort((a, b) => (a.id < b.id ? -1 : 1)) : value,
  ])
  return Object.fromEntries(sorted) as Snapshot
}

/** The state now, or as it was; in order, and without its time. */
export async function stateOf(server: TestServer, at?: number | string): Promise<Snapshot> {
  const query = at === undefined ? '' : `?at=${encodeURIComponent(at)}`
  const snapshot = { ...(await mustControl(server, 'GET', `/v1/state${query}`)) }
  delete snapshot.at
  return inOrder(snapshot as unknown as Snapshot)
}

/** What the history answers, whatever it is. */
export const askHistory = (server: TestServer, query: string) => control(server, 'GET', `/v1/history${query}`)
