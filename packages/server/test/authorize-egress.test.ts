import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testServer, type TestServer } from './harness.js'

const region = 'cn-hangzhou'
let server: TestServer

beforeAll(async () => {
  server = await testServer({ accountName: 'Test@aliyun.com', 'quotas.securityGroupsPerRegion': '1000' })
})
afterAll(() => server.stop())

async function newGroup(extra: object = {}): Promise<string> {
  return String((await server.ok('CreateSecurityGroup', { RegionId: region, ...extra })).SecurityGroupId)
}

interface DescribedRule {
  readonly [member: string]: string | number
}

async function rulesOf(group: string): Promise<DescribedRule[]> {
  const body = await server.ok('DescribeSecurityGroupAttribute', { RegionId: region, SecurityGroupId: group })
  return (body.Permissions as { Permission: DescribedRule[] }).Permission
}

const authorize = (group: string, rest: object) =>
  server.call('AuthorizeSecurityGroupEgress', { RegionId: region, SecurityGroupId: group, ...rest })

const tcp443 = { IpProtocol: 'TCP', PortRange: '443/443', DestCidrIp: '203.0.113.0/24' }

describe('the sample requests of the reference page', () => {
  it('the first creates an ICMP rule to a CIDR block', async () => {
    const group = await newGroup()
    const answer = await server.call('AuthorizeSecurityGroupEgress', {
      SecurityGroupId: group,
      Permissions: [
        {
          IpProtocol: 'ICMP',
          DestCidrIp: '10.0.0.0/8',
          PortRange: '-1/-1',
          NicType: 'intranet',
          Policy: 'Accept',
        },
      ],
    })
    expect(answer.status).toBe(200)
    expect(Object.keys(answer.body)).toEqual(['RequestId'])
    expect(await rulesOf(group)).toMatchObject([
      { IpProtocol: 'ICMP', DestCidrIp: '10.0.0.0/8', PortRange: '-1/-1', Policy: 'Accept', Priority: 1 },
    ])
  })

  it('the second creates a rule to a group of the own account, named by its login name', async () => {
    const [group, peer] = [await newGroup(), await newGroup({ SecurityGroupName: 'peer' })]
    const answer = await server.call('AuthorizeSecurityGroupEgress', {
      SecurityGroupId: group,
      Permissions: [
        {
          DestGroupId: peer,
          DestGroupOwnerAccount: 'Test@aliyun.com',
          IpProtocol: 'TCP',
          PortRange: '22/22',
          NicType: 'intranet',
          Policy: 'Drop',
        },
      ],
    })
    expect(answer.status).toBe(200)
    expect(await rulesOf(group)).toMatchObject([
      { DestGroupId: peer, DestGroupName: 'peer', DestGroupOwnerAccount: '', Policy: 'Drop', DestCidrIp: '' },
    ])
  })

  it('the third names a prefix list; the owner of a group beside it means nothing', async () => {
    const group = await newGroup()
    const { PrefixListId } = await server.ok('CreatePrefixList', {
      ...{ RegionId: region, PrefixListName: 'peers', AddressFamily: 'IPv4', MaxEntries: 1 },
    })
    const answer = await server.call('AuthorizeSecurityGroupEgress', {
      SecurityGroupId: group,
      Permissions: [
        {
          DestPrefixListId: PrefixListId,
          DestGroupOwnerAccount: 'Test@aliyun.com',
          IpProtocol: 'TCP',
          PortRange: '22/22',
          NicType: 'intranet',
          Policy: 'Drop',
        },
      ],
    })
    expect(answer.status).toBe(200)
    expect(await rulesOf(group)).toMatchObject([
      { DestPrefixListId: PrefixListId, DestPrefixListName: 'peers', DestGroupId: '', Policy: 'Drop' },
    ])
  })

  it('the last is refused: ALL does not go with 22/22, whatever else it says', async () => {
    const group = await newGroup()
    const { status, body } = await server.call('AuthorizeSecurityGroupEgress', {
      RegionId: region,
      ClientToken: '123e4567-e89b-12d3-a456-426655440000',
      SecurityGroupId: group,
      Permissions: [
        {
          DestGroupId: group,
          DestGroupOwnerAccount: 'Test@aliyun.com',
          IpProtocol: 'ALL',
          PortRange: '22/22',
          NicType: 'intranet',
          Policy: 'Drop',
        },
      ],
    })
    expect({ status, Code: body.Code, Message: body.Message }).toEqual({
      status: 400,
      Code: 'OperationDenied',
      Message: 'The specified IpProtocol does not exist or IpProtocol and PortRange do not match.',
    })
  })
})

type Refusal = [why: string, permission: object, status: number, code: string, message: string]

const refusals: Refusal[] = [
  [
    'no protocol',
    { IpProtocol: undefined },
    400,
    'OperationDenied',
    'The specified IpProtocol does not exist or IpProtocol and PortRange do not match.',
  ],
  [
    'an unknown protocol',
    { IpProtocol: 'SCTP' },
    400,
    'OperationDenied',
    'The specified IpProtocol does not exist or IpProtocol and PortRange do not match.',
  ],
  [
    'no ports',
    { PortRange: undefined },
    400,
    'InvalidIpProtocol.Malformed',
    'The specified parameter "PortRange" is not valid.',
  ],
  [
    'ports that are no numbers',
    { PortRange: 'abc' },
    400,
    'InvalidIpProtocol.Malformed',
    'The specified parameter "PortRange" is not valid.',
  ],
  [
    'ports in the wrong order',
    { PortRange: '200/1' },
    400,
    'InvalidIpProtocol.Malformed',
    'The specified parameter "PortRange" is not valid.',
  ],
  [
    'port 0',
    { PortRange: '0/80' },
    400,
    'InvalidIpProtocol.Malformed',
    'The specified parameter "PortRange" is not valid.',
  ],
  [
    'port 65536',
    { PortRange: '80/65536' },
    400,
    'InvalidIpProtocol.Malformed',
    'The specified parameter "PortRange" is not valid.',
  ],
  [
    'all ports of TCP',
    { PortRange: '-1/-1' },
    400,
    'OperationDenied',
    'The specified IpProtocol does not exist or IpProtocol and PortRange do not match.',
  ],
  [
    'ports of ICMP',
    { IpProtocol: 'icmp', PortRange: '80/80' },
    400,
    'OperationDenied',
    'The specified IpProtocol does not exist or IpProtocol and PortRange do not match.',
  ],
  [
    'bad source ports',
    { SourcePortRange: '9/1' },
    400,
    'InvalidSourcePortRange.Malformed',
    'The specified parameter "SourcePortRange" is not valid.',
  ],
  [
    'source ports of ICMP',
    { IpProtocol: 'icmp', PortRange: '-1/-1', SourcePortRange: '80/80' },
    400,
    'InvalidSourcePortRange.Malformed',
    'The specified parameter "SourcePortRange" is not valid.',
  ],
  ['priority 0', { Priority: '0' }, 400, 'InvalidPriority.Malformed', 'The parameter Priority is invalid.'],
  [
    'priority 101',
    { Priority: '101' },
    400,
    'InvalidPriority.Malformed',
    'The parameter Priority is invalid.',
  ],
  [
    'priority 1.5',
    { Priority: '1.5' },
    400,
    'InvalidPriority.Malformed',
    'The parameter Priority is invalid.',
  ],
  [
    'a policy that does not exist',
    { Policy: 'reject' },
    400,
    'InvalidPolicy.Malformed',
    'The specified parameter "Policy" is not valid.',
  ],
  [
    'a long description',
    { Description: 'x'.repeat(513) },
    400,
    'InvalidSecurityGroupDiscription.Malformed',
    'The specified security group rule description is not valid.',
  ],
  [
    'no destination',
    { DestCidrIp: undefined },
    403,
    'MissingParameter',
    'The input parameter "DestGroupId" or "DestCidrIp" cannot be both blank.',
  ],
  [
    'a destination that is no address',
    { DestCidrIp: '10.0.0' },
    400,
    'InvalidDestCidrIp.Malformed',
    'The specified parameter "DestCidrIp" is not valid.',
  ],
  [
    'an IPv6 text as IPv4 destination',
    { DestCidrIp: '2001:db8::/32' },
    400,
    'InvalidDestCidrIp.Malformed',
    'The parameter DestCidrIp is not valid.',
  ],
  [
    'a destination mask over 32',
    { DestCidrIp: '10.0.0.0/33' },
    400,
    'InvalidParam.DestCidrIp',
    'The specified parameter DestCidrIp is invalid.',
  ],
  [
    'a source that is no address',
    { SourceCidrIp: 'x' },
    400,
    'InvalidParam.SourceCidrIp',
    'The specified param SourceCidrIp is not valid.',
  ],
  [
    'a source mask over 32',
    { SourceCidrIp: '10.0.0.0/33' },
    400,
    'InvalidParam.SourceCidrIp',
    'The specified param SourceCidrIp is not valid.',
  ],
  [
    'an IPv6 destination that is none',
    { DestCidrIp: undefined, Ipv6DestCidrIp: '10.0.0.0/8' },
    400,
    'InvalidParam.Ipv6DestCidrIp',
    'The specified param Ipv6DestCidrIp is not valid.',
  ],
  [
    'an IPv6 source that is none',
    { DestCidrIp: undefined, Ipv6DestCidrIp: '2001:db8::/32', Ipv6SourceCidrIp: '::g' },
    400,
    'InvalidParam.Ipv6SourceCidrIp',
    'The specified param Ipv6SourceCidrIp is not valid.',
  ],
  [
    'an IPv6 mask over 128',
    { DestCidrIp: undefined, Ipv6DestCidrIp: '2001:db8::/129' },
    400,
    'ILLEGAL_IPV6_CIDR',
    'The specified parameter Ipv6DestCidrIp is not valid.',
  ],
  [
    'both families as destination',
    { Ipv6DestCidrIp: '2001:db8::/32' },
    400,
    'InvalidParam.DestIp',
    'The Parameters DestCidrIp and Ipv6DestCidrIp in Permissions.1 cannot be set at the same time.',
  ],
  [
    'both families as source',
    { SourceCidrIp: '10.0.0.0/8', Ipv6SourceCidrIp: '2001:db8::/32' },
    400,
    'InvalidParam.SourceIp',
    'The Parameters SourceCidrIp and Ipv6SourceCidrIp in Permissions.1 cannot be set at the same time.',
  ],
  [
    'IPv4 to IPv6',
    { Ipv6SourceCidrIp: '2001:db8::/32' },
    400,
    'InvalidParameter.Conflict',
    'IPv6 and IPv4 addresses cannot exist at the same time.',
  ],
  [
    'ICMP with IPv6',
    { IpProtocol: 'ICMP', PortRange: '-1/-1', DestCidrIp: undefined, Ipv6DestCidrIp: '::/0' },
    400,
    'InvalidParam.Ipv4ProtocolConflictWithIpv6Address',
    'IPv6 address cannot be specified for IPv4-specific protocol.',
  ],
  [
    'GRE with IPv6',
    { IpProtocol: 'GRE', PortRange: '-1/-1', DestCidrIp: undefined, Ipv6DestCidrIp: '::/0' },
    400,
    'InvalidParam.Ipv4ProtocolConflictWithIpv6Address',
    'IPv6 address cannot be specified for IPv4-specific protocol.',
  ],
  [
    'ICMPv6 with IPv4',
    { IpProtocol: 'ICMPv6', PortRange: '-1/-1' },
    400,
    'InvalidParam.Ipv6ProtocolConflictWithIpv4Address',
    'IPv4 address cannot be specified for IPv6-specific protocol.',
  ],
  [
    'the same block on both sides',
    { SourceCidrIp: '203.0.113.9/24' },
    400,
    'InvalidParamter.Conflict',
    'The specified SourceCidrIp should be different from the DestCidrIp.',
  ],
  [
    'a group that does not exist',
    { DestCidrIp: undefined, DestGroupId: 'sg-bp1000000000000000aa' },
    404,
    'InvalidDestGroupId.NotFound',
    'The DestGroupId provided does not exist in our records.',
  ],
  [
    'a group that its owner does not have',
    {
      DestCidrIp: undefined,
      DestGroupId: 'sg-bp1000000000000000aa',
      DestGroupOwnerAccount: 'test@aliyun.com',
    },
    400,
    'InvalidDestGroup.NotFound',
    'Specified destination security group does not exist.',
  ],
]

describe('every mistake has the code and the text of the reference page', () => {
  let group: string
  beforeAll(async () => {
    group = await newGroup()
  })

  it.each(refusals)('%s', async (_, permission, status, code, message) => {
    const answer = await authorize(group, { Permissions: [{ ...tcp443, ...permission }] })
    expect({ status: answer.status, Code: answer.body.Code, Message: answer.body.Message }).toEqual({
      status,
      Code: code,
      Message: message,
    })
    const flat = await authorize(group, { ...tcp443, ...permission })
    expect({ status: flat.status, Code: flat.body.Code }).toEqual({ status, Code: code })
    expect(await rulesOf(group)).toEqual([])
  })

  it('the group itself as destination, with a code for each style', async () => {
    const own = { IpProtocol: 'TCP', PortRange: '1/2', DestGroupId: group }
    expect(await authorize(group, { Permissions: [own] })).toMatchObject({
      status: 403,
      body: {
        Code: 'InvalidSecurityGroup.IsSame',
        Message: 'The authorized SecurityGroupId should be different from the DestGroupId.',
      },
    })
    expect(await authorize(group, own)).toMatchObject({
      status: 403,
      body: {
        Code: 'InvalidParamter.Conflict',
        Message: 'The specified SecurityGroupId should be different from the SourceGroupId.',
      },
    })
  })

  it('a group of another VPC', async () => {
    const vpc = await server.ok('CreateVpc', { RegionId: region, CidrBlock: '192.168.0.0/16' }, '2016-04-28')
    const other = await newGroup({ VpcId: vpc.VpcId })
    expect(
      await authorize(group, { Permissions: [{ IpProtocol: 'TCP', PortRange: '1/2', DestGroupId: other }] }),
    ).toMatchObject({
      status: 400,
      body: {
        Code: 'InvalidDestGroupId.Mismatch',
        Message: 'Specified security group and destination group are not in the same VPC.',
      },
    })
  })

  it('groups as objects in an advanced group, and an advanced group as object', async () => {
    const advanced = await newGroup({ SecurityGroupType: 'enterprise' })
    for (const [holder, object] of [
      [advanced, group],
      [group, advanced],
    ] as const) {
      expect(
        await authorize(holder, {
          Permissions: [{ IpProtocol: 'TCP', PortRange: '1/2', DestGroupId: object }],
        }),
      ).toMatchObject({ status: 400, body: { Code: 'InvalidGroupAuthParameter.OperationDenied' } })
    }
  })

  it('a group that does not exist, before its rules are looked at', async () => {
    expect(await authorize('sg-bp1000000000000000zz', { Permissions: [{ IpProtocol: 'x' }] })).toMatchObject({
      status: 404,
      body: {
        Code: 'InvalidSecurityGroupId.NotFound',
        Message: 'The specified SecurityGroupId does not exist.',
      },
    })
  })

  it('a mixture of the two styles', async () => {
    expect(await authorize(group, { Permissions: [tcp443], Policy: 'drop' })).toMatchObject({
      status: 400,
      body: {
        Code: 'InvalidParam.Permissions',
        Message: 'The specified parameter Permissions cannot coexist with other parameters.',
      },
    })
  })

  it('names the permission by the number it has on the wire', async () => {
    const both = { 'Permissions.7.Ipv6DestCidrIp': '::/0' }
    for (const [name, value] of Object.entries(tcp443))
      Object.assign(both, { [`Permissions.7.${name}`]: value })
    const answer = await authorize(group, both)
    expect(answer.body.Message).toContain('Permissions.7')
  })

  it('Permissions.101', async () => {
    expect(await authorize(group, { 'Permissions.101.IpProtocol': 'TCP' })).toMatchObject({
      status: 400,
      body: { Code: 'InvalidParam.Permissions' },
    })
  })

  it('the same rule twice in one request, however it is written', async () => {
    const again = {
      ...tcp443,
      IpProtocol: 'tcp',
      DestCidrIp: '203.0.113.77/24',
      Priority: '1',
      Policy: 'ACCEPT',
    }
    expect(await authorize(group, { Permissions: [tcp443, again] })).toMatchObject({
      status: 400,
      body: {
        Code: 'InvalidParam.DuplicatePermissions',
        Message: 'There are duplicate permissions in the specified parameter Permissions.',
      },
    })
  })

  it('a port list that does not exist, and an owner of the object that does not exist', async () => {
    const list = { IpProtocol: 'TCP', DestCidrIp: '10.0.0.0/8', PortRangeListId: 'prl-1' }
    expect(await authorize(group, { Permissions: [list] })).toMatchObject({
      status: 400,
      body: {
        Code: 'InvalidPortRangeListId.NotFound',
        Message: 'The specified port range list was not found.',
      },
    })
    const besidePorts = { Permissions: [{ ...list, PortRange: '80/80' }] }
    expect((await authorize(await newGroup(), besidePorts)).status).toBe(200)
    const foreign = { IpProtocol: 'TCP', PortRange: '1/2', DestGroupId: group, DestGroupOwnerId: '42' }
    const other = await newGroup()
    expect(await authorize(other, { Permissions: [foreign] })).toMatchObject({
      status: 400,
      body: {
        Code: 'InvalidDestGroup.NotFound',
        Message: 'Specified destination security group does not exist.',
      },
    })
  })
})

describe('what is accepted', () => {
  it('defaults to accept, priority 1, any source port and an empty description', async () => {
    const group = await newGroup()
    expect((await authorize(group, { Permissions: [tcp443] })).status).toBe(200)
    const [rule] = await rulesOf(group)
    expect(rule).toEqual({
      SecurityGroupRuleId: expect.stringMatching(/^sgr-bp[a-z0-9]{18}$/) as string,
      Direction: 'egress',
      IpProtocol: 'TCP',
      PortRange: '443/443',
      PortRangeListId: '',
      PortRangeListName: '',
      SourcePortRange: '',
      Policy: 'Accept',
      Priority: 1,
      NicType: 'intranet',
      Description: '',
      CreateTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
      SourceCidrIp: '',
      Ipv6SourceCidrIp: '',
      SourceGroupId: '',
      SourceGroupName: '',
      SourceGroupOwnerAccount: '',
      SourcePrefixListId: '',
      SourcePrefixListName: '',
      DestCidrIp: '203.0.113.0/24',
      Ipv6DestCidrIp: '',
      DestGroupId: '',
      DestGroupName: '',
      DestGroupOwnerAccount: '',
      DestPrefixListId: '',
      DestPrefixListName: '',
    })
  })

  it('every parameter, in both styles, echoed as the real service does', async () => {
    const full = {
      Policy: 'DROP',
      Priority: '100',
      IpProtocol: 'uDp',
      PortRange: '1/65535',
      SourcePortRange: '1/200',
      Ipv6DestCidrIp: '2001:0DB8:3c4d:0015:0000:0000:1a2f:1a2b/64',
      Ipv6SourceCidrIp: '2001:db8::1',
      DestGroupId: 'sg-ignored-beside-a-block',
      DestGroupOwnerId: '42',
      DestGroupOwnerAccount: 'foreign@example.com',
      DestPrefixListId: 'pl-ignored',
      NicType: 'internet',
      Description: 'This is description.',
    }
    const [styled, flat] = [await newGroup(), await newGroup()]
    expect((await authorize(styled, { Permissions: [full] })).status).toBe(200)
    expect((await authorize(flat, full)).status).toBe(200)
    for (const group of [styled, flat]) {
      expect(await rulesOf(group)).toMatchObject([
        {
          Policy: 'Drop',
          Priority: 100,
          IpProtocol: 'UDP',
          PortRange: '1/65535',
          SourcePortRange: '1/200',
          Ipv6DestCidrIp: '2001:db8:3c4d:15::1a2f:1a2b/64',
          Ipv6SourceCidrIp: '2001:db8::1',
          DestCidrIp: '',
          DestGroupId: '',
          NicType: 'intranet',
          Description: 'This is description.',
        },
      ])
    }
  })

  it('a rule that exists already succeeds and creates nothing, whatever its description', async () => {
    const group = await newGroup()
    await authorize(group, { Permissions: [{ ...tcp443, Description: 'first' }] })
    const before = await rulesOf(group)
    const again = { ...tcp443, DestCidrIp: '203.0.113.200/24', Description: 'second' }
    expect((await authorize(group, { Permissions: [again] })).status).toBe(200)
    expect(await rulesOf(group)).toEqual(before)
  })

  it('a bare address is the same rule as its /32', async () => {
    const group = await newGroup()
    await authorize(group, { ...tcp443, DestCidrIp: '198.51.100.7' })
    await authorize(group, { ...tcp443, DestCidrIp: '198.51.100.7/32' })
    expect((await rulesOf(group)).map((rule) => rule.DestCidrIp)).toEqual(['198.51.100.7'])
  })

  it('a hundred permissions in one call, in their order', async () => {
    const group = await newGroup()
    const Permissions = Array.from({ length: 100 }, (_, index) => ({
      ...tcp443,
      PortRange: `${index + 1}/${index + 1}`,
    }))
    expect((await authorize(group, { Permissions })).status).toBe(200)
    expect((await rulesOf(group)).map((rule) => rule.PortRange)).toEqual(Permissions.map((p) => p.PortRange))
  })
})

describe('limits', () => {
  const numbered = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({ ...tcp443, PortRange: `${from + index}/${from + index}` }))

  it('the 201st rule is refused, inbound and outbound together, and its whole batch with it', async () => {
    const group = await newGroup()
    await authorize(group, { Permissions: numbered(1, 100) })
    const inbound = numbered(1, 99).map(({ DestCidrIp, ...rest }) => ({ ...rest, SourceCidrIp: DestCidrIp }))
    await server.ok('AuthorizeSecurityGroup', {
      RegionId: region,
      SecurityGroupId: group,
      Permissions: inbound,
    })
    expect(await authorize(group, { Permissions: numbered(500, 2) })).toMatchObject({
      status: 403,
      body: {
        Code: 'AuthorizationLimitExceed',
        Message: 'The limit of authorization records in the security group reaches.',
      },
    })
    expect(await rulesOf(group)).toHaveLength(199)
    // One still fits, beside any number that exist already.
    expect((await authorize(group, { Permissions: [...numbered(1, 50), ...numbered(500, 1)] })).status).toBe(
      200,
    )
    expect((await authorize(group, { Permissions: numbered(600, 1) })).status).toBe(403)
    expect(await rulesOf(group)).toHaveLength(200)
  })

  it('the 21st distinct group as object is refused, both directions together', async () => {
    const group = await newGroup()
    const objects: string[] = []
    for (let index = 0; index < 21; index++) objects.push(await newGroup())
    const rule = (DestGroupId: string) => ({ IpProtocol: 'ALL', PortRange: '-1/-1', DestGroupId })
    const first = objects.slice(0, 19).map(rule)
    expect((await authorize(group, { Permissions: first })).status).toBe(200)
    await server.ok('AuthorizeSecurityGroup', {
      RegionId: region,
      SecurityGroupId: group,
      IpProtocol: 'ALL',
      PortRange: '-1/-1',
      SourceGroupId: objects[19],
    })
    const answer = await authorize(group, { Permissions: [rule(objects[20] ?? '')] })
    expect(answer).toMatchObject({ status: 400, body: { Code: 'AuthorizedGroupRule.LimitExceed' } })
    expect((await authorize(group, { Permissions: [rule(objects[19] ?? '')] })).status).toBe(200)
  })
})

describe('ClientToken', () => {
  const ClientToken = 'a-token'

  it('makes a call repeatable: the same token and parameters have one effect, across a restart', async () => {
    const RegionId = region
    const first = await server.ok('CreateSecurityGroup', { RegionId, ClientToken: 'group-token' })
    expect(
      (await server.ok('CreateSecurityGroup', { RegionId, ClientToken: 'group-token' })).SecurityGroupId,
    ).toBe(first.SecurityGroupId)
    await server.restart()
    const third = await server.ok('CreateSecurityGroup', { RegionId, ClientToken: 'group-token' })
    expect(third.SecurityGroupId).toBe(first.SecurityGroupId)
    expect(third.RequestId).not.toBe(first.RequestId)
  })

  it('counts an empty RegionId as absent', async () => {
    const group = await newGroup()
    const call = { SecurityGroupId: group, ClientToken: 'no-region', ...tcp443 }
    expect((await server.call('AuthorizeSecurityGroupEgress', { RegionId: '', ...call })).status).toBe(200)
    await server.ok('RevokeSecurityGroupEgress', { RegionId: region, SecurityGroupId: group, ...tcp443 })
    expect((await server.call('AuthorizeSecurityGroupEgress', call)).status).toBe(200)
    expect(await rulesOf(group)).toEqual([])
  })

  it('with other parameters is a mismatch', async () => {
    const group = await newGroup()
    expect((await authorize(group, { ClientToken, Permissions: [tcp443] })).status).toBe(200)
    expect(
      await authorize(group, { ClientToken, Permissions: [{ ...tcp443, Priority: '2' }] }),
    ).toMatchObject({
      status: 400,
      body: { Code: 'IdempotentParameterMismatch' },
    })
    expect(await rulesOf(group)).toHaveLength(1)
  })

  it('does not bring back a rule that was revoked since', async () => {
    const group = await newGroup()
    const call = { ClientToken: 'revoked-token', Permissions: [tcp443] }
    await authorize(group, call)
    await server.ok('RevokeSecurityGroupEgress', {
      RegionId: region,
      SecurityGroupId: group,
      Permissions: [tcp443],
    })
    expect((await authorize(group, call)).status).toBe(200)
    expect(await rulesOf(group)).toEqual([])
  })

  it.each(['x'.repeat(65), 'Zürich'])('%s is refused', async (token) => {
    expect(await authorize(await newGroup(), { ClientToken: token, ...tcp443 })).toMatchObject({
      status: 400,
      body: { Code: 'InvalidClientToken.ValueNotSupported' },
    })
  })
})

describe('a batch', () => {
  it('is all or nothing: one bad rule and none is made', async () => {
    const group = await newGroup()
    const bad = { ...tcp443, PortRange: '0/0' }
    expect((await authorize(group, { Permissions: [tcp443, bad] })).status).toBe(400)
    expect(await rulesOf(group)).toEqual([])
  })
})
