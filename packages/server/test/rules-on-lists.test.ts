import { decide, parseAddress, policyOf, worldFrom } from '@sallyport/engine'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type DescribedRule,
  expectRefusal,
  findGroups,
  newGroup,
  region,
  rulesOf,
  runInstances,
} from './group-calls.js'
import { type CallAnswer, testServer, type TestServer } from './harness.js'
import { blocks, newPortList, newPrefixList, ports } from './list-calls.js'
import { adminToken, worldState } from './world-state.js'

let server: TestServer
beforeAll(async () => {
  server = await testServer({
    ...{ adminToken, 'quotas.rulesPerGroup': '100', 'quotas.rulesPerInterface': '150' },
    'quotas.associationsPerPrefixList': '2',
  })
})
afterAll(() => server.stop())

const directions = [
  ['AuthorizeSecurityGroup', 'RevokeSecurityGroup', 'ModifySecurityGroupRule', 'Source', 'Dest'],
  [
    'AuthorizeSecurityGroupEgress',
    'RevokeSecurityGroupEgress',
    'ModifySecurityGroupEgressRule',
    'Dest',
    'Source',
  ],
] as const

const on = (group: string, rest: object) => ({ RegionId: region, SecurityGroupId: group, ...rest })
const authorize = (group: string, rest: object): Promise<CallAnswer> =>
  server.call('AuthorizeSecurityGroup', on(group, rest))
/** What the rules of a group count as: how many of the 100 that it may have are no longer free. */
async function weightOf(group: string): Promise<number> {
  const filling = (size: number): object[] =>
    Array.from({ length: size }, (_, port) => ({
      ...{
        IpProtocol: 'TCP',
        PortRange: `${port + 1}/${port + 1}`,
        SourceCidrIp: '192.0.2.99',
        Priority: '100',
      },
    }))
  for (let size = 100; size > 0; size--) {
    if ((await authorize(group, { Permissions: filling(size) })).status !== 200) continue
    const rules = (await rulesOf(server, group)).filter(({ Priority }) => Priority === 100)
    const SecurityGroupRuleId = rules.map((rule) => String(rule.SecurityGroupRuleId))
    await server.ok('RevokeSecurityGroup', on(group, { SecurityGroupRuleId }))
    return 100 - size
  }
  return 100
}

describe.each(directions)('%s', (authorizeAction, revokeAction, modifyAction, side, own) => {
  it.each(['Permissions', 'flat'])(
    'names both kinds of lists in the %s style, and answers with names',
    async (style) => {
      const [list, portList] = [await newPrefixList(server), await newPortList(server)]
      const group = await newGroup(server)
      const rule = { IpProtocol: 'tcp', PortRangeListId: portList, [`${side}PrefixListId`]: list }
      const request = on(group, style === 'flat' ? rule : { Permissions: [rule] })
      await server.ok(authorizeAction, request)
      const described = {
        PortRange: '',
        PortRangeListId: portList,
        PortRangeListName: 'ports',
        [`${side}PrefixListId`]: list,
        [`${side}PrefixListName`]: 'blocks',
        [`${own}PrefixListId`]: '',
        [`${own}PrefixListName`]: '',
        [`${side}CidrIp`]: '',
        [`${side}GroupId`]: '',
      }
      expect(await rulesOf(server, group)).toMatchObject([described])
      // It is the same rule a second time, and goes by its properties.
      await server.ok(authorizeAction, request)
      expect(await rulesOf(server, group)).toHaveLength(1)
      expectRefusal(
        await server.call(
          revokeAction,
          on(group, { ...rule, PortRangeListId: undefined, PortRange: '1/65535' }),
        ),
        400,
        'InvalidSecurityGroupRule.RuleNotExist',
      )
      await server.ok(revokeAction, request)
      expect(await rulesOf(server, group)).toEqual([])
      expect(await findGroups(server, { SecurityGroupId: group })).toMatchObject([{ RuleCount: 0 }])
    },
  )

  it('ignores lists beside what is stronger: a block, a group, ports', async () => {
    const [group, peer] = [await newGroup(server), await newGroup(server)]
    const ignored = {
      [`${side}PrefixListId`]: 'pl-ignored',
      PortRange: '80/80',
      PortRangeListId: 'prl-ignored',
    }
    await server.ok(
      authorizeAction,
      on(group, {
        Permissions: [
          { IpProtocol: 'TCP', ...ignored, [`${side}CidrIp`]: '10.0.0.0/8', [`${side}GroupId`]: peer },
          { IpProtocol: 'TCP', ...ignored, [`${side}GroupId`]: peer },
        ],
      }),
    )
    expect(await rulesOf(server, group)).toMatchObject([
      {
        [`${side}CidrIp`]: '10.0.0.0/8',
        [`${side}GroupId`]: '',
        [`${side}PrefixListId`]: '',
        PortRange: '80/80',
      },
      { [`${side}CidrIp`]: '', [`${side}GroupId`]: peer, [`${side}PrefixListId`]: '', PortRangeListId: '' },
    ])
  })

  it('holds the family of a prefix list against the own side and the protocol', async () => {
    const group = await newGroup(server)
    const six = { [`${side}PrefixListId`]: await newPrefixList(server, { AddressFamily: 'IPv6' }) }
    const four = { [`${side}PrefixListId`]: await newPrefixList(server) }
    const tcp = { IpProtocol: 'TCP', PortRange: '80/80' }
    const portless = (IpProtocol: string) => ({ IpProtocol, PortRange: '-1/-1' })
    for (const rule of [
      { ...tcp, ...six, [`${own}CidrIp`]: '10.0.0.1' },
      { ...tcp, ...four, [`Ipv6${own}CidrIp`]: '2001:db8::1' },
      { ...portless('ICMP'), ...six },
      { ...portless('GRE'), ...six },
      { ...portless('ICMPv6'), ...four },
    ]) {
      expectRefusal(
        await server.call(authorizeAction, on(group, rule)),
        400,
        'InvalidParam.PrefixListAddressFamilyMismatch',
        'The address family of the specified prefix list does not match the specified CidrIp.',
      )
    }
    for (const rule of [
      { ...tcp, ...six, [`Ipv6${own}CidrIp`]: '2001:db8::1' },
      { ...portless('ICMPv6'), ...six },
      { ...portless('ICMP'), ...four },
      { ...portless('ALL'), ...six },
    ]) {
      await server.ok(authorizeAction, on(group, rule))
    }
  })

  it('goes with an advanced group, unlike a group as object', async () => {
    const group = await newGroup(server, { SecurityGroupType: 'enterprise' })
    const rule = {
      IpProtocol: 'ALL',
      PortRange: '-1/-1',
      [`${side}PrefixListId`]: await newPrefixList(server),
    }
    expect((await server.call(authorizeAction, on(group, rule))).status).toBe(200)
  })

  describe(`then ${modifyAction}`, () => {
    const ruleOf = async (rule: object): Promise<{ group: string; id: string }> => {
      const group = await newGroup(server)
      await server.ok(authorizeAction, on(group, rule))
      return { group, id: String((await rulesOf(server, group))[0]?.SecurityGroupRuleId) }
    }
    const change = (group: string, id: string, rest: object) =>
      server.call(modifyAction, on(group, { SecurityGroupRuleId: id, ...rest }))

    it('puts other lists in the place of lists, and what they count as follows', async () => {
      const rule = {
        ...{ IpProtocol: 'TCP', PortRangeListId: await newPortList(server, { MaxEntries: 3 }) },
        [`${side}PrefixListId`]: await newPrefixList(server, { MaxEntries: 4 }),
      }
      const { group, id } = await ruleOf(rule)
      expect(await weightOf(group)).toBe(12)
      const other = {
        PortRangeListId: await newPortList(server, { MaxEntries: 5, PortRangeListName: 'other-ports' }),
        [`${side}PrefixListId`]: await newPrefixList(server, {
          MaxEntries: 6,
          PrefixListName: 'other-blocks',
        }),
      }
      expect((await change(group, id, other)).status).toBe(200)
      expect(await rulesOf(server, group)).toMatchObject([
        { ...other, PortRangeListName: 'other-ports', [`${side}PrefixListName`]: 'other-blocks' },
      ])
      expect(await weightOf(group)).toBe(30)
      expect((await change(group, id, { Priority: '7' })).status).toBe(200)
      expect(await weightOf(group)).toBe(30)
      const huge = { PortRangeListId: await newPortList(server, { MaxEntries: 17 }) }
      expectRefusal(await change(group, id, huge), 403, 'AuthorizationLimitExceed')
      expect(await weightOf(group)).toBe(30)
    })

    it('does not turn lists into something else or back', async () => {
      const [list, portList] = [await newPrefixList(server), await newPortList(server)]
      const { group, id } = await ruleOf({
        IpProtocol: 'TCP',
        PortRangeListId: portList,
        [`${side}PrefixListId`]: list,
      })
      const entity = 'InvalidOperation.ModifySgRuleEntityType'
      expectRefusal(await change(group, id, { [`${side}CidrIp`]: '10.0.0.0/8' }), 400, entity)
      const portType = 'InvalidOperation.ModifyPortRangeType'
      expectRefusal(await change(group, id, { PortRange: '80/80' }), 400, portType)
      const noPorts = 'InvalidParam.ProtocolNotSupportPortRangeList'
      expectRefusal(await change(group, id, { IpProtocol: 'ICMP' }), 400, noPorts)
      const gone = { [`${side}PrefixListId`]: 'pl-none' }
      expectRefusal(await change(group, id, gone), 404, 'InvalidPrefixListId.NotFound')
    })

    it('without an id finds the rule by its lists and changes its description, twice', async () => {
      const rule = {
        IpProtocol: 'TCP',
        PortRange: '80/80',
        [`${side}PrefixListId`]: await newPrefixList(server),
      }
      const { group } = await ruleOf(rule)
      const described = on(group, { ...rule, Description: 'from the list' })
      await server.ok(modifyAction, described)
      await server.ok(modifyAction, described)
      expect(await rulesOf(server, group)).toMatchObject([{ Description: 'from the list' }])
    })
  })
})

describe('what a rule on lists counts as', () => {
  const tcp = { IpProtocol: 'TCP', PortRange: '80/80' }

  it('is MaxEntries of its list, whatever the list holds; RuleCount still counts rules', async () => {
    const group = await newGroup(server)
    const large = await newPrefixList(server, { MaxEntries: 60 })
    expect((await authorize(group, { ...tcp, SourcePrefixListId: large })).status).toBe(200)
    // The same rule again costs nothing.
    expect((await authorize(group, { ...tcp, SourcePrefixListId: large })).status).toBe(200)
    expect(await weightOf(group)).toBe(60)
    const portList = await newPortList(server, { MaxEntries: 41 })
    const onPorts = (id: string) => ({ IpProtocol: 'TCP', PortRangeListId: id, SourceCidrIp: '10.0.0.0/8' })
    expectRefusal(
      await authorize(group, onPorts(portList)),
      403,
      'AuthorizationLimitExceed',
      'The limit of authorization records in the security group reaches.',
    )
    const fitting = await newPortList(server, { MaxEntries: 40 })
    expect((await authorize(group, onPorts(fitting))).status).toBe(200)
    expectRefusal(
      await authorize(group, { ...tcp, SourceCidrIp: '10.0.0.0/8' }),
      403,
      'AuthorizationLimitExceed',
    )
    expect(await findGroups(server, { SecurityGroupId: group })).toMatchObject([{ RuleCount: 2 }])
    await server.ok('RevokeSecurityGroup', on(group, { ...tcp, SourcePrefixListId: large }))
    expect(await weightOf(group)).toBe(40)
  })

  it('counts over all groups of an interface, on a rule and on a join', async () => {
    const [one, two] = [await newGroup(server), await newGroup(server)]
    await authorize(one, { ...tcp, SourcePrefixListId: await newPrefixList(server, { MaxEntries: 90 }) })
    const sixty = await newPrefixList(server, { MaxEntries: 60 })
    await authorize(two, { ...tcp, SourcePrefixListId: sixty })
    const [InstanceId] = await runInstances(server, one)
    const join = () => server.call('JoinSecurityGroup', { InstanceId, SecurityGroupId: two })
    expect((await join()).status).toBe(200)
    // 150 are there, and 150 are allowed.
    expectRefusal(
      await authorize(one, { ...tcp, SourceCidrIp: '10.0.0.0/8' }),
      403,
      'AuthorizationLimitExceed',
    )
    await server.ok('LeaveSecurityGroup', { InstanceId, SecurityGroupId: two })
    expect((await authorize(one, { ...tcp, SourceCidrIp: '10.0.0.0/8' })).status).toBe(200)
    expectRefusal(await join(), 403, 'AclLimitExceed')
  })

  it('lets a prefix list be named by as many groups as the quota says, each as often as it likes', async () => {
    const list = await newPrefixList(server, { MaxEntries: 1 })
    const [one, two, three] = [await newGroup(server), await newGroup(server), await newGroup(server)]
    const rule = (port: number) => ({ ...tcp, PortRange: `${port}/${port}`, SourcePrefixListId: list })
    for (const group of [one, two, two]) {
      const port = (await rulesOf(server, group)).length + 1
      expect((await authorize(group, rule(port))).status).toBe(200)
    }
    expectRefusal(
      await authorize(three, rule(1)),
      403,
      'LimitExceed.PrefixListAssociationResource',
      'The number of resources associated with the prefix list exceeds the limit.',
    )
    expect(await rulesOf(server, three)).toEqual([])
    await server.ok('RevokeSecurityGroup', on(one, rule(1)))
    expect((await authorize(three, rule(1))).status).toBe(200)
  })
})

describe('an edited list', () => {
  const verdict = async (group: string, source: string, port: number): Promise<unknown> => {
    const remote = parseAddress(source)
    if (!remote) throw new Error(`${source} is no address`)
    const policy = policyOf(worldFrom(await worldState(server)), [group], 'ingress')
    return decide(policy, { protocol: 6, remote, localPort: port, remotePort: 40000 })
  }
  const only = (rules: readonly DescribedRule[]) => String(rules[0]?.SecurityGroupRuleId)

  it('changes what is decided with the call that edits it, without a change of any rule', async () => {
    const group = await newGroup(server)
    const list = await newPrefixList(server)
    const portList = await newPortList(server)
    await server.ok(
      'AuthorizeSecurityGroup',
      on(group, { IpProtocol: 'TCP', PortRangeListId: portList, SourcePrefixListId: list }),
    )
    const rule = only(await rulesOf(server, group))
    const edit = async (blocksChange: object, portsChange: object) => {
      await server.ok('ModifyPrefixList', { RegionId: region, PrefixListId: list, ...blocksChange })
      await server.ok('ModifyPortRangeList', { RegionId: region, PortRangeListId: portList, ...portsChange })
    }
    const dropped = { verdict: 'drop', reason: 'default' }
    const accepted = { verdict: 'accept', rule }
    expect(await verdict(group, '192.0.2.1', 80)).toMatchObject(dropped)
    await edit({ AddEntry: blocks('192.0.2.0/24') }, { AddEntry: ports('80/80', '8000/8999') })
    expect(await verdict(group, '192.0.2.1', 80)).toMatchObject(accepted)
    expect(await verdict(group, '192.0.2.1', 8500)).toMatchObject(accepted)
    expect(await verdict(group, '192.0.3.1', 80)).toMatchObject(dropped)
    await edit({ AddEntry: blocks('192.0.3.1') }, { RemoveEntry: ports('80/80') })
    expect(await verdict(group, '192.0.3.1', 80)).toMatchObject(dropped)
    expect(await verdict(group, '192.0.3.1', 8999)).toMatchObject(accepted)
    await edit({ RemoveEntry: blocks('192.0.2.0/24') }, {})
    expect(await verdict(group, '192.0.2.1', 8500)).toMatchObject(dropped)
  })

  it('is one revision of the feed; a new name or description is none', async () => {
    const list = await newPrefixList(server)
    const { revision } = await worldState(server)
    await server.ok('ModifyPrefixList', { RegionId: region, PrefixListId: list, PrefixListName: 'renamed' })
    expect((await worldState(server)).revision).toBe(revision)
    const change = { AddEntry: [{ Cidr: '10.0.0.0/8', Description: 'ten' }] }
    await server.ok('ModifyPrefixList', { RegionId: region, PrefixListId: list, ...change })
    const after = await worldState(server)
    expect(after.revision).toBe(revision + 1)
    expect(after.prefixLists.find(({ id }) => id === list)).toEqual({
      ...{ id: list, family: 4, cidrs: ['10.0.0.0/8'] },
    })
  })
})

it('after a restart the feed says the same of lists and rules as before', async () => {
  const before = await worldState(server)
  expect(before.prefixLists.length).toBeGreaterThan(3)
  expect(before.portLists.length).toBeGreaterThan(3)
  await server.restart()
  const after = await worldState(server)
  const sorted = (list: readonly { readonly id: string }[]) =>
    [...list].sort((a, b) => (a.id < b.id ? -1 : 1))
  expect(sorted(after.prefixLists)).toEqual(sorted(before.prefixLists))
  expect(sorted(after.portLists)).toEqual(sorted(before.portLists))
  expect(sorted(after.rules)).toEqual(sorted(before.rules))
})
