import { expect } from 'vitest'
import type { TestServer } from '../harness.js'
import { identityOf, membersOf, referencesTo, type Rule, type World } from './world.js'

type Body = Readonly<Record<string, unknown>>
export const region = 'cn-hangzhou'

const ok = (server: TestServer, action: string, parameters: object = {}) =>
  server.ok(action, { RegionId: region, ...parameters })

/** Every page of a list. */
async function all(server: TestServer, action: string, parameters: object, wrap: string, item?: string) {
  const found: Body[] = []
  let token: string | undefined
  do {
    const body = await ok(server, action, { ...parameters, NextToken: token })
    const list = body[wrap]
    found.push(...(item === undefined ? (list as Body[]) : ((list as Record<string, Body[]>)[item] ?? [])))
    token = body['NextToken'] as string
  } while (token !== '')
  return found
}

const tagsIn = (tags: ReadonlyMap<string, string>): object[] =>
  [...tags].sort(([a], [b]) => (a < b ? -1 : 1)).map(([TagKey, TagValue]) => ({ TagKey, TagValue }))

/** A rule as DescribeSecurityGroupAttribute is to answer it. */
function describedRule(world: World, rule: Rule): Body {
  const { peer, own, direction } = rule
  const [side, other] = direction === 'egress' ? ['Dest', 'Source'] : ['Source', 'Dest']
  const block = peer.kind === 'block' ? peer.block : undefined
  const of = (family: 4 | 6, one: typeof block) => (one?.family === family ? one.echo : '')
  const group = peer.kind === 'group' ? peer.id : ''
  const list = peer.kind === 'prefixList' ? peer.id : ''
  return {
    SecurityGroupRuleId: rule.id,
    Direction: direction,
    IpProtocol: rule.protocol,
    PortRange: rule.ports,
    PortRangeListId: rule.portList,
    PortRangeListName: world.portLists.get(rule.portList)?.name ?? '',
    Policy: rule.policy,
    Priority: rule.priority,
    NicType: 'intranet',
    Description: rule.description,
    ...{ [`${side}CidrIp`]: of(4, block), [`Ipv6${side}CidrIp`]: of(6, block) },
    ...{ [`${other}CidrIp`]: of(4, own), [`Ipv6${other}CidrIp`]: of(6, own) },
    ...{ [`${side}GroupId`]: group, [`${side}GroupName`]: world.groups.get(group)?.name ?? '' },
    ...{ [`${side}PrefixListId`]: list, [`${side}PrefixListName`]: world.prefixLists.get(list)?.name ?? '' },
    ...{ [`${other}GroupId`]: '', [`${other}GroupName`]: '' },
    ...{ [`${other}PrefixListId`]: '', [`${other}PrefixListName`]: '' },
    ...{ SourceGroupOwnerAccount: '', DestGroupOwnerAccount: '' },
    // The pages answer all source ports as nothing or as -1/-1.
    SourcePortRange: rule.sourcePorts,
  }
}

/** Compares a group and its rules with the model, and gives rules that are new there the ids of the server. */
export async function checkRules(server: TestServer, world: World, id: string): Promise<void> {
  const group = world.groups.get(id)
  if (!group) return
  const body = await ok(server, 'DescribeSecurityGroupAttribute', { SecurityGroupId: id })
  const { Permissions, ...about } = body
  expect(about).toEqual({
    RequestId: expect.any(String) as string,
    ...{ RegionId: region, SecurityGroupId: id, SecurityGroupName: group.name, NextToken: '' },
    ...{ Description: group.description, VpcId: group.vpc, InnerAccessPolicy: group.inner },
  })
  const described = (Permissions as { Permission: Body[] }).Permission.map(({ CreateTime, ...rule }) => {
    expect(CreateTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    return rule['SourcePortRange'] === '-1/-1' ? { ...rule, SourcePortRange: '' } : rule
  })
  for (const rule of group.rules.filter((one) => one.id === '')) {
    const wanted = identityText(describedRule(world, rule))
    const same = described.filter((one) => identityText(one) === wanted)
    expect(same, `a rule ${identityOf(rule)}`).toHaveLength(1)
    rule.id = String(same[0]?.SecurityGroupRuleId)
  }
  const inOrder = [...group.rules].sort(
    (a, b) => Number(a.direction < b.direction) - Number(b.direction < a.direction),
  )
  expect(described).toEqual(inOrder.map((rule) => describedRule(world, rule)))
}

const identityText = ({ SecurityGroupRuleId: _, Description: __, ...rule }: Body): string =>
  JSON.stringify(Object.entries(rule).sort())

const byId = (key: string) => (a: Body, b: Body) => (String(a[key]) < String(b[key]) ? -1 : 1)

/** Compares all that the server describes with the model. */
export async function checkEverything(server: TestServer, world: World): Promise<void> {
  await checkGroups(server, world)
  for (const id of world.groups.keys()) await checkRules(server, world, id)
  for (const id of world.gone.slice(-1)) {
    const { body } = await server.call('DescribeSecurityGroupAttribute', {
      RegionId: region,
      SecurityGroupId: id,
    })
    expect(body['Code']).toBe('InvalidSecurityGroupId.NotFound')
  }
  await checkLists(server, world)
  await checkMembers(server, world)
}

async function checkGroups(server: TestServer, world: World): Promise<void> {
  const wanted = [...world.groups].reverse().map(([id, group]) => ({
    ...{ SecurityGroupId: id, SecurityGroupName: group.name, Description: group.description },
    ...{ SecurityGroupType: group.type, VpcId: group.vpc, ResourceGroupId: '', ServiceManaged: false },
    RuleCount: group.rules.length,
    GroupToGroupRuleCount: group.rules.filter(({ peer }) => peer.kind === 'group').length,
    EcsCount: [...world.instances.values()].filter((nic) => world.interfaces.get(nic)?.groups.includes(id))
      .length,
    Tags: { Tag: tagsIn(group.tags) },
  }))
  const query = { IsQueryEcsCount: true, MaxResults: 2 }
  const groups = await all(server, 'DescribeSecurityGroups', query, 'SecurityGroups', 'SecurityGroup')
  expect(groups.map(({ CreationTime: _, AvailableInstanceAmount: __, ...group }) => group)).toEqual(wanted)
  for (const type of ['normal', 'enterprise'] as const) {
    const body = await ok(server, 'DescribeSecurityGroups', {
      SecurityGroupType: type,
      VpcId: world.vpcs[0]?.vpc,
      PageSize: 1,
    })
    const count = [...world.groups.values()].filter(
      (one) => one.type === type && one.vpc === world.vpcs[0]?.vpc,
    ).length
    expect(body['TotalCount']).toBe(count)
  }
  const ids = [...world.groups.keys()]
  if (ids.length === 0) return
  const { SecurityGroupReferences } = await ok(server, 'DescribeSecurityGroupReferences', {
    SecurityGroupId: ids,
  })
  const references = (
    SecurityGroupReferences as { SecurityGroupReference: Body[] }
  ).SecurityGroupReference.map(({ SecurityGroupId, ReferencingSecurityGroups }) => [
    SecurityGroupId,
    (ReferencingSecurityGroups as { ReferencingSecurityGroup: Body[] }).ReferencingSecurityGroup.map(
      (one) => one['SecurityGroupId'],
    ).sort(),
  ])
  const expected = ids.map((id) => [id, referencesTo(world, id).sort()]).filter(([, from]) => from?.length)
  expect(references.sort()).toEqual(expected.sort())
}

async function checkLists(server: TestServer, world: World): Promise<void> {
  const using = (id: string): string[] =>
    [...world.groups].flatMap(([group, { rules }]) =>
      rules.some(({ peer, portList }) => portList === id || (peer.kind === 'prefixList' && peer.id === id))
        ? [group]
        : [],
    )
  const prefixLists = await all(server, 'DescribePrefixLists', { MaxResults: 2 }, 'PrefixLists', 'PrefixList')
  expect(prefixLists.sort(byId('PrefixListId'))).toMatchObject(
    [...world.prefixLists]
      .map(([PrefixListId, list]) => ({
        ...{
          PrefixListId,
          PrefixListName: list.name,
          AddressFamily: `IPv${list.family}`,
          MaxEntries: list.most,
        },
        AssociationCount: using(PrefixListId).length,
      }))
      .sort(byId('PrefixListId')),
  )
  expect(prefixLists).toHaveLength(world.prefixLists.size)
  for (const [PrefixListId, list] of world.prefixLists) {
    const { Entries } = await ok(server, 'DescribePrefixListAttributes', { PrefixListId })
    const entries = (Entries as { Entry: Body[] }).Entry
    expect(entries.sort(byId('Cidr'))).toEqual(
      [...list.entries].map(([Cidr, Description]) => ({ Cidr, Description })).sort(byId('Cidr')),
    )
    const wrap = 'PrefixListAssociations'
    const named = await all(server, `Describe${wrap}`, { PrefixListId }, wrap, 'PrefixListAssociation')
    expect(named.map(({ ResourceId }) => ResourceId).sort()).toEqual(using(PrefixListId).sort())
  }
  const portLists = await all(server, 'DescribePortRangeLists', { MaxResults: 1 }, 'PortRangeLists')
  expect(
    portLists
      .map((one) => [one['PortRangeListId'], one['PortRangeListName'], one['AssociationCount']])
      .sort(),
  ).toEqual([...world.portLists].map(([id, { name }]) => [id, name, using(id).length]).sort())
  for (const [PortRangeListId, list] of world.portLists) {
    const { Entries } = await ok(server, 'DescribePortRangeListEntries', { PortRangeListId })
    expect((Entries as Body[]).sort(byId('PortRange'))).toEqual(
      [...list.entries]
        .map(([PortRange, Description]) => ({ PortRange, Description }))
        .sort(byId('PortRange')),
    )
  }
}

async function checkMembers(server: TestServer, world: World): Promise<void> {
  const wrap = 'NetworkInterfaceSets'
  const nics = await all(server, 'DescribeNetworkInterfaces', { MaxResults: 10 }, wrap, 'NetworkInterfaceSet')
  const groupsIn = (one: Body): unknown =>
    (one['SecurityGroupIds'] as { SecurityGroupId: string[] }).SecurityGroupId
  expect(
    nics.map((one) => [one['NetworkInterfaceId'], one['VpcId'], one['Type'], groupsIn(one)]).sort(),
  ).toEqual(
    [...world.interfaces]
      .map(([id, { vpc, isPrimary, groups }]) => [id, vpc, isPrimary ? 'Primary' : 'Secondary', groups])
      .sort(),
  )
  const { Instances, TotalCount } = await ok(server, 'DescribeInstances', { PageSize: 100 })
  expect(TotalCount).toBe(world.instances.size)
  expect(
    (Instances as { Instance: Body[] }).Instance.map((one) => [one['InstanceId'], groupsIn(one)]).sort(),
  ).toEqual([...world.instances].map(([id, nic]) => [id, world.interfaces.get(nic)?.groups]).sort())
  for (const id of world.groups.keys()) {
    const found = await all(
      server,
      'DescribeNetworkInterfaces',
      { SecurityGroupId: id },
      wrap,
      'NetworkInterfaceSet',
    )
    expect(found).toHaveLength(membersOf(world, id).length)
  }
}
