import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DescribedRule, expectRefusal, findGroups, newGroup, region, rulesOf } from './group-calls.js'
import { testServer, type TestServer } from './harness.js'
import { adminToken, worldState } from './world-state.js'

let server: TestServer
beforeAll(async () => {
  server = await testServer({ 'quotas.securityGroupsPerRegion': '1000', adminToken })
})
afterAll(() => server.stop())

const of = (group: string, rest: object) => ({ RegionId: region, SecurityGroupId: group, ...rest })
const idOf = (rule: DescribedRule | undefined): string => String(rule?.SecurityGroupRuleId)

const directions = [
  ['inbound', 'AuthorizeSecurityGroup', 'ModifySecurityGroupRule', 'RevokeSecurityGroup', 'Source', 'Dest'],
  [
    ...(['outbound', 'AuthorizeSecurityGroupEgress', 'ModifySecurityGroupEgressRule'] as const),
    ...(['RevokeSecurityGroupEgress', 'Dest', 'Source'] as const),
  ],
] as const

describe.each(directions)('changing %s rules', (_, authorize, modify, revoke, side, own) => {
  const cidr = (block: string) => ({ [`${side}CidrIp`]: block })
  const tcp = { IpProtocol: 'TCP', PortRange: '443/443', ...cidr('203.0.113.0/24') }
  const change = (group: string, rest: object) => server.call(modify, of(group, rest))

  /** A group with these rules; the first is the one to change. */
  async function groupOf(...Permissions: object[]): Promise<{ group: string; id: string }> {
    const group = await newGroup(server)
    await server.ok(authorize, of(group, { Permissions }))
    return { group, id: idOf((await rulesOf(server, group))[0]) }
  }

  describe('of an id', () => {
    it.each<[string, object, object, object]>([
      ['the protocol', tcp, { IpProtocol: 'udp' }, { IpProtocol: 'UDP' }],
      ['the ports', tcp, { PortRange: '1/65535' }, { PortRange: '1/65535' }],
      ['the source ports', tcp, { SourcePortRange: '1/9' }, { SourcePortRange: '1/9' }],
      ['the policy', tcp, { Policy: 'drop' }, { Policy: 'Drop' }],
      ['the priority', tcp, { Priority: '100' }, { Priority: 100 }],
      ['the description', tcp, { Description: 'new' }, { Description: 'new' }],
      ['the object', tcp, cidr('198.51.100.7'), cidr('198.51.100.7')],
      ['the host bits of the object', tcp, cidr('203.0.113.9/24'), cidr('203.0.113.9/24')],
      [
        'an IPv6 object',
        { ...tcp, ...cidr(''), [`Ipv6${side}CidrIp`]: '2001:db8::/32' },
        { [`Ipv6${side}CidrIp`]: '2001:DB8:1::/48' },
        { [`Ipv6${side}CidrIp`]: '2001:db8:1::/48', [`${side}CidrIp`]: '' },
      ],
      ['the own side', tcp, { [`${own}CidrIp`]: '10.0.0.1' }, { [`${own}CidrIp`]: '10.0.0.1' }],
      [
        'protocol and ports together',
        tcp,
        { IpProtocol: 'ICMP', PortRange: '-1/-1' },
        { IpProtocol: 'ICMP', PortRange: '-1/-1' },
      ],
      ['nothing but what it has, NicType included', tcp, { NicType: 'intranet' }, {}],
    ])('replaces %s and leaves the rest', async (_, made, given, expected) => {
      const { group, id } = await groupOf(made)
      const [before] = await rulesOf(server, group)
      for (let sent = 0; sent < 2; sent++) {
        const { status, body } = await change(group, { SecurityGroupRuleId: id, ...given })
        expect(status, JSON.stringify(body)).toBe(200)
        expect(Object.keys(body)).toEqual(['RequestId'])
        expect(await rulesOf(server, group)).toEqual([{ ...before, ...expected }])
      }
    })

    it('replaces one group by another, and keeps the place of the rule among the others', async () => {
      const [first, second] = [await newGroup(server), await newGroup(server)]
      const all = { IpProtocol: 'ALL', PortRange: '-1/-1' }
      const { group, id } = await groupOf({ ...all, [`${side}GroupId`]: first }, tcp)
      expect((await change(group, { SecurityGroupRuleId: id, [`${side}GroupId`]: second })).status).toBe(200)
      const rules = await rulesOf(server, group)
      expect(rules).toHaveLength(2)
      expect(rules[0]).toMatchObject({ SecurityGroupRuleId: id, [`${side}GroupId`]: second })
      await server.ok('DeleteSecurityGroup', of(first, {}))
      expect((await server.call('DeleteSecurityGroup', of(second, {}))).body.Code).toBe('DependencyViolation')
    })

    it('makes the rule known by its new properties and no longer by its old ones', async () => {
      const { group, id } = await groupOf(tcp)
      await server.ok(modify, of(group, { SecurityGroupRuleId: id, Priority: '7' }))
      expectRefusal(
        await server.call(revoke, of(group, tcp)),
        ...([400, 'InvalidSecurityGroupRule.RuleNotExist'] as const),
      )
      await server.ok(authorize, of(group, tcp))
      expect(await rulesOf(server, group)).toHaveLength(2)
      expect(await findGroups(server, { SecurityGroupId: group })).toMatchObject([{ RuleCount: 2 }])
      await server.ok(revoke, of(group, { ...tcp, Priority: '7' }))
      expect(await findGroups(server, { SecurityGroupId: group })).toMatchObject([{ RuleCount: 1 }])
    })

    it('refuses a rule that the group has already, however it is written', async () => {
      const { group, id } = await groupOf(tcp, { ...tcp, Priority: '2', Description: 'second' })
      const before = await rulesOf(server, group)
      const same = { SecurityGroupRuleId: id, Priority: '2', ...cidr('203.0.113.77/24') }
      expectRefusal(await change(group, same), 400, 'InvalidOperation.RuleDuplicate')
      expect(await rulesOf(server, group)).toEqual(before)
    })

    it('takes the newest description for a change as well, of a rule that stays the same', async () => {
      const { group, id } = await groupOf({ ...tcp, Description: 'old' })
      await server.ok(modify, of(group, { SecurityGroupRuleId: id, Priority: '1', Description: 'new' }))
      expect(await rulesOf(server, group)).toMatchObject([{ Description: 'new', Priority: 1 }])
      // Empty is absent: what a rule has cannot be taken from it.
      await server.ok(modify, of(group, { SecurityGroupRuleId: id, Description: '', Priority: '2' }))
      expect(await rulesOf(server, group)).toMatchObject([{ Description: 'new', Priority: 2 }])
    })

    it.each<[string, object, number, string]>([
      [
        'an object of the other family',
        { [`Ipv6${side}CidrIp`]: '::/0' },
        400,
        'InvalidOperation.ModifySgRuleEntityType',
      ],
      ['a group', { [`${side}GroupId`]: 'sg-bp1none' }, 400, 'InvalidOperation.ModifySgRuleEntityType'],
      ['a prefix list', { [`${side}PrefixListId`]: 'pl-1' }, 400, 'InvalidOperation.ModifySgRuleEntityType'],
      ['another NicType', { NicType: 'internet' }, 400, 'InvalidOperation.ModifyNicType'],
      ['a port list', { PortRangeListId: 'prl-1' }, 400, 'InvalidOperation.ModifyPortRangeType'],
      [
        'a protocol alone that the ports do not fit',
        { IpProtocol: 'GRE' },
        400,
        'InvalidParam.ProtocolAndPortRangeMismatch',
      ],
      [
        'ports alone that do not fit the protocol',
        { PortRange: '-1/-1' },
        400,
        'InvalidParam.ProtocolAndPortRangeMismatch',
      ],
      ['the own side in the other family', { [`Ipv6${own}CidrIp`]: '::1' }, 400, 'InvalidParameter.Conflict'],
      [
        'the own side equal to the object',
        { [`${own}CidrIp`]: '203.0.113.0/24' },
        400,
        'InvalidParamter.Conflict',
      ],
      ['a bad priority', { Priority: '0' }, 400, 'InvalidPriority.Malformed'],
      ['nothing', {}, 400, 'InvalidParam.InvalidModifyRuleRequest'],
    ])('refuses %s and changes nothing', async (_, given, status, code) => {
      const { group, id } = await groupOf(tcp)
      const before = await rulesOf(server, group)
      expectRefusal(await change(group, { SecurityGroupRuleId: id, ...given }), status, code)
      expect(await rulesOf(server, group)).toEqual(before)
    })

    it('takes an object of its own kind with one of less precedence beside it, which is ignored', async () => {
      const { group, id } = await groupOf(tcp)
      const given = { ...cidr('10.0.0.0/8'), [`${side}GroupId`]: 'sg-bp1none' }
      await server.ok(modify, of(group, { SecurityGroupRuleId: id, ...given }))
      expect(await rulesOf(server, group)).toMatchObject([{ ...cidr('10.0.0.0/8'), [`${side}GroupId`]: '' }])
    })

    it('does not find ids of other groups, nor malformed ones', async () => {
      const { group } = await groupOf(tcp)
      const { id } = await groupOf(tcp)
      const given = (SecurityGroupRuleId: string) => ({ SecurityGroupRuleId, Priority: '2' })
      expectRefusal(await change(group, given(id)), 404, 'InvalidSecurityGroupRuleId.NotFound')
      expectRefusal(await change(group, given('rule-1')), 400, 'InvalidParam.SecurityGroupRuleId')
    })
  })

  describe('without an id', () => {
    it('changes the description of the rule with the given properties, as often as it is sent', async () => {
      const { group } = await groupOf(tcp, { ...tcp, Priority: '2' })
      const [first, second] = await rulesOf(server, group)
      const written = { ...tcp, IpProtocol: 'tcp', Policy: 'Accept', Priority: '1', NicType: 'internet' }
      for (let sent = 0; sent < 2; sent++) {
        const given = { ...written, ...cidr('203.0.113.5/24'), Description: 'described' }
        expect((await change(group, given)).status).toBe(200)
        expect(await rulesOf(server, group)).toEqual([{ ...first, Description: 'described' }, second])
      }
    })

    it('leaves the description where none is given', async () => {
      const { group } = await groupOf({ ...tcp, Description: 'kept' })
      expect((await change(group, { ...tcp, Description: '' })).status).toBe(200)
      expect(await rulesOf(server, group)).toMatchObject([{ Description: 'kept' }])
    })

    it('says 404 where no rule has the properties, and has their mistakes refused', async () => {
      const { group } = await groupOf(tcp)
      const text = `The target security group rule ${side === 'Dest' ? 'do not' : 'not'} exist.`
      const answer = await change(group, { ...tcp, Policy: 'drop', Description: 'x' })
      expectRefusal(answer, 404, 'SecurityGroupRule.NotFound', text)
      expectRefusal(await change(group, { ...tcp, PortRange: '-1/-1' }), 400, 'OperationDenied')
      expectRefusal(await change(group, { Description: 'x' }), 400, 'OperationDenied')
    })
  })

  it('with a ClientToken has one effect, across a restart', async () => {
    const { group, id } = await groupOf(tcp)
    const once = { SecurityGroupRuleId: id, Priority: '5', ClientToken: `change-${side}` }
    expect((await change(group, once)).status).toBe(200)
    await server.ok(modify, of(group, { SecurityGroupRuleId: id, Priority: '6' }))
    await server.restart()
    expect((await change(group, once)).status).toBe(200)
    expect(await rulesOf(server, group)).toMatchObject([{ Priority: 6 }])
    expectRefusal(await change(group, { ...once, Priority: '9' }), 400, 'IdempotentParameterMismatch')
  })
})

describe('the change feed', () => {
  it('tells data planes of a changed rule, under its id, and of nothing when only the description changes', async () => {
    const group = await newGroup(server)
    const rule = { IpProtocol: 'TCP', PortRange: '1/1', SourceCidrIp: '10.0.0.0/8' }
    await server.ok('AuthorizeSecurityGroup', of(group, rule))
    const id = idOf((await rulesOf(server, group))[0])
    const state = async () => {
      const { revision, rules } = await worldState(server)
      return [revision, rules.filter((one) => one.group === group).map(({ id, priority }) => [id, priority])]
    }
    const [revision, rules] = (await state()) as [number, unknown]
    expect(rules).toEqual([[id, 1]])
    await server.ok('ModifySecurityGroupRule', of(group, { ...rule, Description: 'only this' }))
    expect(await state()).toEqual([revision, [[id, 1]]])
    await server.ok('ModifySecurityGroupRule', of(group, { SecurityGroupRuleId: id, Priority: '9' }))
    const changed = [revision + 1, [[id, 9]]]
    expect(await state()).toEqual(changed)
    await server.restart()
    expect(await state()).toEqual(changed)
  })
})
