import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DescribedRule, expectRefusal, newGroup, region, rulesOf } from './group-calls.js'
import { testServer, type TestServer } from './harness.js'

let server: TestServer
beforeAll(async () => {
  server = await testServer({ 'quotas.securityGroupsPerRegion': '1000' })
})
afterAll(() => server.stop())

const parametersOf = (group: string, rest: object) => ({ RegionId: region, SecurityGroupId: group, ...rest })

/** Both directions: the operations and the names of their object. */
const directions = [
  {
    name: 'inbound',
    authorize: 'AuthorizeSecurityGroup',
    revoke: 'RevokeSecurityGroup',
    side: 'Source',
    other: 'Dest',
  },
  {
    name: 'outbound',
    authorize: 'AuthorizeSecurityGroupEgress',
    revoke: 'RevokeSecurityGroupEgress',
    side: 'Dest',
    other: 'Source',
  },
] as const

describe.each(directions)(
  'revoking $name rules by their properties',
  ({ authorize, revoke, side, other }) => {
    const cidr = (block: string) => ({ [`${side}CidrIp`]: block })
    const rule = { IpProtocol: 'TCP', PortRange: '443/443', ...cidr('203.0.113.0/24') }
    const make = async (...Permissions: object[]): Promise<string> => {
      const group = await newGroup(server)
      await server.ok(authorize, parametersOf(group, { Permissions }))
      return group
    }
    const take = (group: string, rest: object) => server.call(revoke, parametersOf(group, rest))

    it.each<[string, object, object]>([
      ['as they were written', rule, rule],
      [
        'with the defaults written out',
        rule,
        { ...rule, Policy: 'accept', Priority: '1', NicType: 'intranet' },
      ],
      ['with the defaults left out', { ...rule, Policy: 'Accept', Priority: '1' }, rule],
      ['in another case', rule, { ...rule, IpProtocol: 'tcp', Policy: 'ACCEPT' }],
      ['with other host bits', rule, { ...rule, ...cidr('203.0.113.99/24') }],
      [
        'an address by its /32',
        { ...rule, ...cidr('198.51.100.7') },
        { ...rule, ...cidr('198.51.100.7/32') },
      ],
      ['with another description', { ...rule, Description: 'a' }, { ...rule, Description: 'b' }],
      ['with any NicType', rule, { ...rule, NicType: 'internet' }],
      ['with the source ports', { ...rule, SourcePortRange: '1/9' }, { ...rule, SourcePortRange: '1/9' }],
      [
        'with the far side narrowed',
        { ...rule, [`${other}CidrIp`]: '10.0.0.1' },
        { ...rule, [`${other}CidrIp`]: '10.0.0.1/32' },
      ],
      [
        'IPv6, however it is written',
        { ...rule, ...cidr(''), [`Ipv6${side}CidrIp`]: '2001:db8::1/64' },
        { ...rule, ...cidr(''), [`Ipv6${side}CidrIp`]: '2001:0DB8:0:0::/64' },
      ],
      [
        'a portless protocol, source ports of which mean any',
        { ...rule, IpProtocol: 'ICMP', PortRange: '-1/-1' },
        { ...rule, IpProtocol: 'ICMP', PortRange: '-1/-1', SourcePortRange: '-1/-1' },
      ],
      [
        'with every unused field present and empty',
        rule,
        {
          ...rule,
          ...{ Description: '', Ipv6DestCidrIp: '', Ipv6SourceCidrIp: '', [`${other}CidrIp`]: '' },
          ...{ [`${side}GroupId`]: '', [`${side}GroupOwnerId`]: '', [`${side}PrefixListId`]: '' },
          ...{ SourcePortRange: '', PortRangeListId: '', NicType: '', Policy: '', Priority: '' },
        },
      ],
    ])('finds them %s', async (_, made, named) => {
      for (const style of [{ Permissions: [named] }, named]) {
        const group = await make(made, { ...rule, Priority: '99' })
        const { status, body } = await take(group, style)
        expect(status, JSON.stringify(body)).toBe(200)
        expect(Object.keys(body)).toEqual(['RequestId'])
        expect(await rulesOf(server, group)).toMatchObject([{ Priority: 99 }])
      }
    })

    it('finds a rule about a group, while the group exists', async () => {
      const peer = await newGroup(server)
      const aboutGroup = { IpProtocol: 'ALL', PortRange: '-1/-1', [`${side}GroupId`]: peer }
      const group = await make(aboutGroup)
      expect((await take(group, { Permissions: [aboutGroup] })).status).toBe(200)
      expect(await rulesOf(server, group)).toEqual([])
    })

    it.each<[string, object]>([
      ['the policy', { Policy: 'drop' }],
      ['the priority', { Priority: '2' }],
      ['the protocol', { IpProtocol: 'UDP' }],
      ['the ports', { PortRange: '443/444' }],
      ['the source ports', { SourcePortRange: '1/65535' }],
      ['the prefix', cidr('203.0.113.0/25')],
      ['the far side', { [`${other}CidrIp`]: '10.0.0.1' }],
      ['the object, a group', { ...cidr(''), [`${side}GroupId`]: 'sg-bp1none' }],
    ])('does not find a rule that differs in %s', async (_, change) => {
      const group = await make(rule)
      const text = 'The specified rule does not exist.'
      const answer = await take(group, { Permissions: [{ ...rule, ...change }] })
      expectRefusal(answer, 400, 'InvalidSecurityGroupRule.RuleNotExist', text)
      expect(await rulesOf(server, group)).toHaveLength(1)
    })

    it('takes all or none', async () => {
      const second = { ...rule, Priority: '2' }
      const group = await make(rule, second)
      const missing = { ...rule, Priority: '3' }
      expectRefusal(
        await take(group, { Permissions: [rule, missing, second] }),
        ...([400, 'InvalidSecurityGroupRule.RuleNotExist'] as const),
      )
      expect(await rulesOf(server, group)).toHaveLength(2)
      expect((await take(group, { Permissions: [second, rule] })).status).toBe(200)
      expect(await rulesOf(server, group)).toEqual([])
    })

    it.each<[string, object, number, string]>([
      ['no protocol', { IpProtocol: '' }, 400, 'InvalidIpProtocol.ValueNotSupported'],
      ['an unknown protocol', { IpProtocol: 'x' }, 400, 'InvalidIpProtocol.ValueNotSupported'],
      ['no ports', { PortRange: '' }, 400, 'InvalidIpPortRange.Malformed'],
      ['ports in the wrong order', { PortRange: '2/1' }, 400, 'InvalidIpPortRange.Malformed'],
      ['ports that do not fit', { PortRange: '-1/-1' }, 400, 'InvalidIpPortRange.Malformed'],
      ['a bad priority', { Priority: '101' }, 400, 'InvalidPriority.Malformed'],
      ['no object', cidr(''), 400, 'MissingParameter'],
      ['an object that is no address', { DestCidrIp: 'x' }, 400, 'InvalidDestCidrIp.Malformed'],
    ])('refuses %s', async (_, change, status, code) => {
      const group = await make(rule)
      expectRefusal(await take(group, { Permissions: [{ ...rule, ...change }] }), status, code)
      expect(await rulesOf(server, group)).toHaveLength(1)
    })

    it('refuses one rule twice, and a mixture of styles', async () => {
      const group = await make(rule)
      const twice = { Permissions: [rule, { ...rule, Description: 'again' }] }
      expectRefusal(await take(group, twice), 400, 'InvalidParam.DuplicatePermissions')
      expectRefusal(await take(group, { Permissions: [rule], ...rule }), 400, 'InvalidParam.Permissions')
      expectRefusal(await take('sg-bp1none', rule), 404, 'InvalidSecurityGroupId.NotFound')
      expect(await rulesOf(server, group)).toHaveLength(1)
    })
  },
)

/** Inbound rules for ports 1 to `count`, and one outbound rule. */
async function groupOf(count: number): Promise<{ group: string; rules: readonly DescribedRule[] }> {
  const group = await newGroup(server)
  const Permissions = Array.from({ length: count }, (_, index) => ({
    ...{ IpProtocol: 'TCP', PortRange: `${index + 1}/${index + 1}`, SourceCidrIp: '10.0.0.0/8' },
  }))
  await server.ok('AuthorizeSecurityGroup', parametersOf(group, { Permissions }))
  const outbound = { IpProtocol: 'ALL', PortRange: '-1/-1', DestCidrIp: '10.0.0.0/8' }
  await server.ok('AuthorizeSecurityGroupEgress', parametersOf(group, outbound))
  return { group, rules: await rulesOf(server, group) }
}

const idOf = (rule: DescribedRule | undefined): string => String(rule?.SecurityGroupRuleId)
const takeById = (group: string, ids: readonly string[], extra: object = {}) =>
  server.call('RevokeSecurityGroup', parametersOf(group, { SecurityGroupRuleId: ids, ...extra }))

describe('revoking rules by their ids', () => {
  it('removes those and no others, and needs no properties', async () => {
    const { group, rules } = await groupOf(3)
    expect((await takeById(group, [idOf(rules[2]), idOf(rules[0])])).status).toBe(200)
    expect(await rulesOf(server, group)).toEqual([rules[1], rules[3]])
  })

  it('takes a hundred, and not a hundred and one', async () => {
    const { group, rules } = await groupOf(100)
    const code = 'InvalidParam.SecurityGroupRuleId'
    expectRefusal(await takeById(group, [...rules.slice(0, 100).map(idOf), 'sgr-101']), 400, code)
    expect((await takeById(group, rules.slice(0, 100).map(idOf))).status).toBe(200)
    expect(await rulesOf(server, group)).toEqual([rules[100]])
  })

  it.each<[string, (rules: readonly DescribedRule[]) => string, number, string, string]>([
    [
      'an unknown id',
      () => 'sgr-bp1000000000000000aa',
      404,
      'InvalidSecurityGroupRuleId.NotFound',
      'The specified SecurityGroupRuleId is not exists.',
    ],
    [
      'a malformed id',
      () => 'sg-1',
      400,
      'InvalidParam.SecurityGroupRuleId',
      'The specified parameter SecurityGroupRuleId is not valid.',
    ],
    [
      'a rule of the other direction',
      (rules) => idOf(rules[2]),
      400,
      'InvalidParam.SecurityGroupRuleId',
      'The specified parameter SecurityGroupRuleId is not valid.',
    ],
    [
      'one id twice',
      (rules) => idOf(rules[0]),
      400,
      'InvalidParam.SecurityGroupRuleIdRepeated',
      'The specified parameter SecurityGroupRuleId is repeated.',
    ],
  ])('refuses %s, and then removes nothing', async (_, bad, status, code, text) => {
    const { group, rules } = await groupOf(2)
    const ids = [idOf(rules[0]), bad(rules)]
    expectRefusal(await takeById(group, ids), status, code, text)
    expect(await rulesOf(server, group)).toEqual(rules)
  })

  it('does not find a rule of another group, nor one that is gone', async () => {
    const [one, other] = [await groupOf(1), await groupOf(1)]
    const code = 'InvalidSecurityGroupRuleId.NotFound'
    expectRefusal(await takeById(one.group, [idOf(other.rules[0])]), 404, code)
    expect((await takeById(one.group, [idOf(one.rules[0])])).status).toBe(200)
    expectRefusal(await takeById(one.group, [idOf(one.rules[0])]), 404, code)
    expect(await rulesOf(server, other.group)).toHaveLength(2)
  })

  it('works on outbound rules through the other operation', async () => {
    const { group, rules } = await groupOf(1)
    const outbound = { SecurityGroupRuleId: [idOf(rules[1])] }
    await server.ok('RevokeSecurityGroupEgress', parametersOf(group, outbound))
    expect(await rulesOf(server, group)).toEqual([rules[0]])
  })
})

describe('a revocation', () => {
  it('makes room under the quota, both in the count and in the rules', async () => {
    const { group, rules } = await groupOf(100)
    const fill = Array.from({ length: 99 }, (_, index) => ({
      ...{ IpProtocol: 'UDP', PortRange: `${index + 1}/${index + 1}`, SourceCidrIp: '10.0.0.0/8' },
    }))
    await server.ok('AuthorizeSecurityGroup', parametersOf(group, { Permissions: fill }))
    const one = { IpProtocol: 'UDP', PortRange: '1000/1000', SourceCidrIp: '10.0.0.0/8' }
    const two = { ...one, PortRange: '1001/1001' }
    const add = (rule: object) => server.call('AuthorizeSecurityGroup', parametersOf(group, rule))
    expectRefusal(await add(one), 403, 'AuthorizationLimitExceed')
    expect((await takeById(group, [idOf(rules[0])])).status).toBe(200)
    expect((await add(one)).status).toBe(200)
    expectRefusal(await add(two), 403, 'AuthorizationLimitExceed')
  })

  it('lets the same rule be made again, with a new id', async () => {
    const { group, rules } = await groupOf(1)
    await takeById(group, [idOf(rules[0])])
    const again = { IpProtocol: 'TCP', PortRange: '1/1', SourceCidrIp: '10.0.0.0/8' }
    await server.ok('AuthorizeSecurityGroup', parametersOf(group, again))
    const [made] = await rulesOf(server, group)
    expect(made).toMatchObject({ PortRange: '1/1' })
    expect(idOf(made)).not.toBe(idOf(rules[0]))
  })

  it('with a ClientToken succeeds again, across a restart, and removes nothing more', async () => {
    const { group, rules } = await groupOf(1)
    const token = { ClientToken: 'revoke-once' }
    expect((await takeById(group, [idOf(rules[0])], token)).status).toBe(200)
    const again = { IpProtocol: 'TCP', PortRange: '1/1', SourceCidrIp: '10.0.0.0/8' }
    await server.ok('AuthorizeSecurityGroup', parametersOf(group, again))
    await server.restart()
    expect((await takeById(group, [idOf(rules[0])], token)).status).toBe(200)
    expect(await rulesOf(server, group)).toHaveLength(2)
    const other = await takeById(group, [idOf(rules[1])], token)
    expectRefusal(other, 400, 'IdempotentParameterMismatch')
  })

  it('that was refused may be corrected under its ClientToken', async () => {
    const { group, rules } = await groupOf(1)
    const token = { ClientToken: 'corrected' }
    expect((await takeById(group, ['sgr-none'], token)).status).toBe(404)
    expect((await takeById(group, [idOf(rules[0])], token)).status).toBe(200)
  })
})
