import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectRefusal, newGroup, newVpc, region, rulesOf } from './group-calls.js'
import { testServer, type TestServer } from './harness.js'

let server: TestServer
beforeAll(async () => {
  server = await testServer({ accountName: 'Test@aliyun.com', 'quotas.securityGroupsPerRegion': '1000' })
})
afterAll(() => server.stop())

const authorize = (group: string, rest: object) =>
  server.call('AuthorizeSecurityGroup', { RegionId: region, SecurityGroupId: group, ...rest })

const tcp22 = { IpProtocol: 'TCP', PortRange: '22/22', SourceCidrIp: '203.0.113.0/24' }
/** tcp22 without an object. */
const bare = { SourceCidrIp: undefined }
const icmp = { IpProtocol: 'ICMP', PortRange: '-1/-1' }

const MISFIT = 'The specified IpProtocol does not exist or IpProtocol and PortRange do not match.'
const PORTS = 'The specified parameter "PortRange" is not valid.'
const SOURCE_PORTS = 'The specified parameter "SourcePortRange" is not valid.'
const PRIORITY = 'The parameter Priority is invalid.'
const BOTH = 'in Permissions.1 cannot be set at the same time.'
const nobody = 'sg-bp1000000000000000aa'

type Refusal = [why: string, permission: object, status: number, code: string, message: string]

const refusals: Refusal[] = [
  ['no protocol', { IpProtocol: undefined }, 400, 'OperationDenied', MISFIT],
  ['an unknown protocol', { IpProtocol: 'SCTP' }, 400, 'OperationDenied', MISFIT],
  ['a protocol by its number', { IpProtocol: '6' }, 400, 'OperationDenied', MISFIT],
  ['all ports of UDP', { IpProtocol: 'udp', PortRange: '-1/-1' }, 400, 'OperationDenied', MISFIT],
  ['ports of GRE', { IpProtocol: 'GRE', PortRange: '1/2' }, 400, 'OperationDenied', MISFIT],
  ['ports of ALL', { IpProtocol: 'ALL', PortRange: '22/22' }, 400, 'OperationDenied', MISFIT],
  ['no ports', { PortRange: undefined }, 400, 'InvalidIpProtocol.Malformed', PORTS],
  ['one port', { PortRange: '22' }, 400, 'InvalidIpProtocol.Malformed', PORTS],
  ['ports with a blank', { PortRange: '22 /22' }, 400, 'InvalidIpProtocol.Malformed', PORTS],
  ['three ports', { PortRange: '1/2/3' }, 400, 'InvalidIpProtocol.Malformed', PORTS],
  ['ports in the wrong order', { PortRange: '200/1' }, 400, 'InvalidIpProtocol.Malformed', PORTS],
  ['port 0', { PortRange: '0/22' }, 400, 'InvalidIpProtocol.Malformed', PORTS],
  ['port 65536', { PortRange: '22/65536' }, 400, 'InvalidIpProtocol.Malformed', PORTS],
  ['half of all ports', { PortRange: '-1/22' }, 400, 'InvalidIpProtocol.Malformed', PORTS],
  ['bad source ports', { SourcePortRange: '9/1' }, 400, 'InvalidSourcePortRange.Malformed', SOURCE_PORTS],
  ['all source ports', { SourcePortRange: '-1/-1' }, 400, 'InvalidSourcePortRange.Malformed', SOURCE_PORTS],
  [
    'a policy that does not exist',
    { Policy: 'reject' },
    400,
    'InvalidPolicy.Malformed',
    'The specified parameter "Policy" is not valid.',
  ],
  ['priority 0', { Priority: '0' }, 400, 'InvalidPriority.Malformed', PRIORITY],
  ['priority 101', { Priority: '101' }, 400, 'InvalidPriority.Malformed', PRIORITY],
  ['priority -1', { Priority: '-1' }, 400, 'InvalidPriority.Malformed', PRIORITY],
  ['priority high', { Priority: 'high' }, 400, 'InvalidPriority.Malformed', PRIORITY],
  [
    'a long description',
    { Description: 'x'.repeat(513) },
    400,
    'InvalidSecurityGroupDiscription.Malformed',
    'The specified security group rule description is not valid.',
  ],
  [
    'no source',
    bare,
    403,
    'MissingParameter',
    'The input parameter "SourceGroupId" or "SourceCidrIp" cannot be both blank.',
  ],
  [
    'only a destination, which is no source',
    { ...bare, DestCidrIp: '10.0.0.0/8' },
    403,
    'MissingParameter',
    'The input parameter "SourceGroupId" or "SourceCidrIp" cannot be both blank.',
  ],
  [
    'a source that is no address',
    { SourceCidrIp: '10.0.0' },
    400,
    'InvalidSourceCidrIp.Malformed',
    'The specified parameter "SourceCidrIp" is not valid.',
  ],
  [
    'an IPv6 text as IPv4 source',
    { SourceCidrIp: '2001:db8::/32' },
    400,
    'InvalidSourceCidrIp.Malformed',
    'The specified parameter "SourceCidrIp" is not valid.',
  ],
  [
    'a source mask over 32',
    { SourceCidrIp: '10.0.0.0/33' },
    400,
    'InvalidParam.SourceCidrIp',
    'The specified param SourceCidrIp is not valid.',
  ],
  [
    'a destination that is no address',
    { DestCidrIp: 'x' },
    400,
    'InvalidDestCidrIp.Malformed',
    'The specified parameter "DestCidrIp" is not valid.',
  ],
  [
    'a destination mask over 32',
    { DestCidrIp: '10.0.0.0/33' },
    400,
    'InvalidParam.DestCidrIp',
    'The specified parameter DestCidrIp is invalid.',
  ],
  [
    'an IPv6 source that is none',
    { ...bare, Ipv6SourceCidrIp: '10.0.0.0/8' },
    400,
    'InvalidParam.Ipv6SourceCidrIp',
    'The specified param Ipv6SourceCidrIp is not valid.',
  ],
  [
    'an IPv6 destination that is none',
    { ...bare, Ipv6SourceCidrIp: '::/0', Ipv6DestCidrIp: '1::2::3' },
    400,
    'InvalidParam.Ipv6DestCidrIp',
    'The specified param Ipv6DestCidrIp is not valid.',
  ],
  [
    'an IPv6 mask over 128',
    { ...bare, Ipv6SourceCidrIp: '::/129' },
    400,
    'ILLEGAL_IPV6_CIDR',
    'The specified parameter Ipv6SourceCidrIp is not valid.',
  ],
  [
    'both families as source',
    { Ipv6SourceCidrIp: '::/0' },
    400,
    'InvalidParam.SourceIp',
    `The Parameters SourceCidrIp and Ipv6SourceCidrIp ${BOTH}`,
  ],
  [
    'both families as destination',
    { DestCidrIp: '10.0.0.0/8', Ipv6DestCidrIp: '::/0' },
    400,
    'InvalidParam.DestIp',
    `The Parameters DestCidrIp and Ipv6DestCidrIp ${BOTH}`,
  ],
  [
    'IPv4 to IPv6',
    { Ipv6DestCidrIp: '::/0' },
    400,
    'InvalidParameter.Conflict',
    'IPv6 and IPv4 addresses cannot exist at the same time.',
  ],
  [
    'ICMP from IPv6',
    { ...icmp, ...bare, Ipv6SourceCidrIp: '::/0' },
    400,
    'InvalidParam.Ipv4ProtocolConflictWithIpv6Address',
    'IPv6 address cannot be specified for IPv4-specific protocol.',
  ],
  [
    'ICMPv6 from IPv4',
    { ...icmp, IpProtocol: 'icmpV6' },
    400,
    'InvalidParam.Ipv6ProtocolConflictWithIpv4Address',
    'IPv4 address cannot be specified for IPv6-specific protocol.',
  ],
  [
    'a group as source, narrowed to a destination that the protocol does not have',
    { ...icmp, ...bare, SourceGroupId: nobody, Ipv6DestCidrIp: '::/0' },
    400,
    'InvalidParam.Ipv4ProtocolConflictWithIpv6Address',
    'IPv6 address cannot be specified for IPv4-specific protocol.',
  ],
  [
    'the same block on both sides',
    { DestCidrIp: '203.0.113.77/24' },
    400,
    'InvalidParamter.Conflict',
    'The specified SourceCidrIp should be different from the DestCidrIp.',
  ],
  [
    'a group that does not exist',
    { ...bare, SourceGroupId: nobody },
    404,
    'InvalidSourceGroupId.NotFound',
    'The SourceGroupId provided does not exist in our records.',
  ],
  [
    'a group that its owner, named by account id, does not have',
    { ...bare, SourceGroupId: nobody, SourceGroupOwnerId: '1234567890123456' },
    400,
    'InvalidSourceGroup.NotFound',
    'Specified source security group does not exist.',
  ],
  [
    'a group that its owner, named by login name, does not have',
    { ...bare, SourceGroupId: nobody, SourceGroupOwnerAccount: 'TEST@aliyun.com' },
    400,
    'InvalidSourceGroup.NotFound',
    'Specified source security group does not exist.',
  ],
  [
    'a group of an account that does not exist',
    { ...bare, SourceGroupId: nobody, SourceGroupOwnerId: '42' },
    400,
    'InvalidSourceGroup.NotFound',
    'Specified source security group does not exist.',
  ],
  [
    'a group of a login name that does not exist',
    { ...bare, SourceGroupId: nobody, SourceGroupOwnerAccount: 'else@example.com' },
    400,
    'InvalidSourceGroup.NotFound',
    'Specified source security group does not exist.',
  ],
  [
    'a prefix list that does not exist',
    { ...bare, SourcePrefixListId: 'pl-1' },
    404,
    'InvalidPrefixListId.NotFound',
    'The specified prefix list was not found.',
  ],
  [
    'a port list that does not exist',
    { PortRange: undefined, PortRangeListId: 'prl-1' },
    400,
    'InvalidPortRangeListId.NotFound',
    'The specified port range list was not found.',
  ],
]

describe('AuthorizeSecurityGroup refuses, with the code and text for inbound rules,', () => {
  let group: string
  beforeAll(async () => {
    group = await newGroup(server)
  })

  it.each(refusals)('%s', async (_, permission, status, code, message) => {
    const wrong = { ...tcp22, ...permission }
    expectRefusal(await authorize(group, { Permissions: [wrong] }), status, code, message)
    expectRefusal(await authorize(group, wrong), status, code)
    expectRefusal(await authorize(group, { Permissions: [{ ...tcp22, Priority: '9' }, wrong] }), status, code)
    expect(await rulesOf(server, group)).toEqual([])
  })

  it('the group itself as source, in both styles', async () => {
    const own = { IpProtocol: 'TCP', PortRange: '1/2', SourceGroupId: group }
    const text = 'The specified SecurityGroupId should be different from the SourceGroupId.'
    expectRefusal(await authorize(group, { Permissions: [own] }), 403, 'InvalidParamter.Conflict', text)
    expectRefusal(await authorize(group, own), 403, 'InvalidParamter.Conflict', text)
  })

  it('a group of another VPC', async () => {
    const other = await newGroup(server, { VpcId: await newVpc(server) })
    const text = 'Specified security group and source group are not in the same VPC.'
    const answer = await authorize(group, { ...tcp22, ...bare, SourceGroupId: other })
    expectRefusal(answer, 400, 'InvalidSourceGroupId.Mismatch', text)
  })

  it('groups in an advanced group, and an advanced group as source', async () => {
    const advanced = await newGroup(server, { SecurityGroupType: 'enterprise' })
    const code = 'InvalidGroupAuthParameter.OperationDenied'
    expectRefusal(await authorize(advanced, { ...tcp22, ...bare, SourceGroupId: group }), 400, code)
    expectRefusal(await authorize(group, { ...tcp22, ...bare, SourceGroupId: advanced }), 400, code)
  })

  it('a group that does not exist, or not in the region, before its rules are looked at', async () => {
    const code = 'InvalidSecurityGroupId.NotFound'
    expectRefusal(await authorize(nobody, { IpProtocol: 'x' }), 404, code)
    expectRefusal(await authorize(group, { RegionId: 'cn-beijing', IpProtocol: 'x' }), 404, code)
    expectRefusal(await authorize(group, { RegionId: 'xx-nowhere' }), 404, 'InvalidRegionId.NotFound')
    expectRefusal(await authorize('', tcp22), 400, 'MissingParameter')
  })

  it('a mixture of the two styles, and Permissions out of 1 to 100', async () => {
    const code = 'InvalidParam.Permissions'
    for (const flat of [{ Policy: 'drop' }, { SourceGroupId: nobody }, { Description: 'x' }]) {
      expectRefusal(await authorize(group, { Permissions: [tcp22], ...flat }), 400, code)
    }
    for (const index of ['0', '101', '-1', 'x', '01']) {
      expectRefusal(await authorize(group, { [`Permissions.${index}.IpProtocol`]: 'TCP' }), 400, code)
    }
  })

  it('one rule twice in a request, and not two that differ in one thing', async () => {
    const code = 'InvalidParam.DuplicatePermissions'
    const again = { ...tcp22, SourceCidrIp: '203.0.113.9/24', Description: 'else', NicType: 'internet' }
    expectRefusal(await authorize(group, { Permissions: [tcp22, again] }), 400, code)
    const different = [
      ...[tcp22, { ...tcp22, Policy: 'drop' }, { ...tcp22, Priority: '2' }],
      ...[
        { ...tcp22, IpProtocol: 'UDP' },
        { ...tcp22, PortRange: '22/23' },
      ],
      ...[
        { ...tcp22, SourcePortRange: '1/65535' },
        { ...tcp22, DestCidrIp: '10.0.0.1' },
      ],
      ...[{ ...tcp22, SourceCidrIp: '203.0.113.0/25' }],
    ]
    const other = await newGroup(server)
    expect((await authorize(other, { Permissions: different })).status).toBe(200)
    expect(await rulesOf(server, other)).toHaveLength(different.length)
  })
})

describe('AuthorizeSecurityGroup', () => {
  it('defaults to accept, priority 1, any source port and any destination', async () => {
    const group = await newGroup(server)
    expect((await authorize(group, tcp22)).status).toBe(200)
    expect(await rulesOf(server, group)).toMatchObject([
      {
        ...{ Direction: 'ingress', IpProtocol: 'TCP', PortRange: '22/22', SourcePortRange: '' },
        ...{ Policy: 'Accept', Priority: 1, NicType: 'intranet', Description: '' },
        ...{ SourceCidrIp: '203.0.113.0/24', Ipv6SourceCidrIp: '', SourceGroupId: '', DestCidrIp: '' },
      },
    ])
  })

  it('keeps every parameter, in both styles, as the real service shows them', async () => {
    const full = {
      ...{
        Policy: 'Drop',
        Priority: '100',
        IpProtocol: 'udp',
        PortRange: '53/65535',
        SourcePortRange: '1/9',
      },
      ...{ SourceCidrIp: '10.1.2.3/8', DestCidrIp: '192.0.2.1', NicType: 'internet', Description: 'd' },
      ...{ SourceGroupId: 'ignored', SourceGroupOwnerId: '42', SourcePrefixListId: 'pl-ignored' },
    }
    const [styled, flat] = [await newGroup(server), await newGroup(server)]
    expect((await authorize(styled, { Permissions: [full] })).status).toBe(200)
    expect((await authorize(flat, full)).status).toBe(200)
    for (const group of [styled, flat]) {
      expect(await rulesOf(server, group)).toMatchObject([
        {
          ...{ Policy: 'Drop', Priority: 100, IpProtocol: 'UDP', PortRange: '53/65535' },
          ...{ SourcePortRange: '1/9', SourceCidrIp: '10.1.2.3/8', DestCidrIp: '192.0.2.1' },
          ...{ NicType: 'intranet', Description: 'd', SourceGroupId: '', SourceGroupOwnerAccount: '' },
        },
      ])
    }
  })

  it.each([
    ['TCP', '1/65535'],
    ['UDP', '53/53'],
    ['ICMP', '-1/-1'],
    ['GRE', '-1/-1'],
    ['ALL', '-1/-1'],
  ])('takes %s %s, in any case', async (protocol, PortRange) => {
    const group = await newGroup(server)
    const rule = { ...tcp22, IpProtocol: protocol.toLowerCase(), PortRange }
    expect((await authorize(group, rule)).status).toBe(200)
    expect(await rulesOf(server, group)).toMatchObject([{ IpProtocol: protocol, PortRange }])
  })

  it('shows IPv6 compressed, in lower case, with its host bits; ICMPv6 by that name', async () => {
    const group = await newGroup(server)
    const rule = { ...icmp, IpProtocol: 'ICMPV6', Ipv6SourceCidrIp: '2001:0DB8:0:0::00AB/32' }
    expect((await authorize(group, rule)).status).toBe(200)
    expect(await rulesOf(server, group)).toMatchObject([
      { IpProtocol: 'ICMPv6', Ipv6SourceCidrIp: '2001:db8::ab/32', SourceCidrIp: '' },
    ])
  })

  it('takes a group of the own account, however its owner is named, and narrows it to a destination', async () => {
    const [group, peer] = [await newGroup(server), await newGroup(server, { SecurityGroupName: 'peer' })]
    const owners = [
      ...[{ SourceGroupOwnerAccount: 'Test@aliyun.com' }, { SourceGroupOwnerId: '1234567890123456' }],
      ...[{ SourceGroupOwnerAccount: '1234567890123456' }, {}],
    ]
    for (const owner of owners) {
      const rule = { ...tcp22, ...bare, SourceGroupId: peer, DestCidrIp: '10.0.0.0/8', ...owner }
      expect((await authorize(group, rule)).status).toBe(200)
    }
    expect(await rulesOf(server, group)).toMatchObject([
      ...[
        {
          SourceGroupId: peer,
          SourceGroupName: 'peer',
          SourceGroupOwnerAccount: '',
          DestCidrIp: '10.0.0.0/8',
        },
      ],
    ])
  })

  it('ignores outbound parameters beside a source', async () => {
    const group = await newGroup(server)
    const rule = { ...tcp22, DestGroupId: nobody, DestPrefixListId: 'pl-1' }
    expect((await authorize(group, { Permissions: [rule] })).status).toBe(200)
    expect(await rulesOf(server, group)).toMatchObject([{ DestGroupId: '', DestPrefixListId: '' }])
  })

  it('leaves a rule that exists as it is, whatever the description', async () => {
    const group = await newGroup(server)
    await authorize(group, { ...tcp22, Description: 'first' })
    const before = await rulesOf(server, group)
    expect((await authorize(group, { ...tcp22, Description: 'second' })).status).toBe(200)
    expect(await rulesOf(server, group)).toEqual(before)
  })

  it('takes descriptions of 512 characters, and a JSON list of permissions', async () => {
    const group = await newGroup(server)
    const rule = { ...tcp22, Description: 'x'.repeat(512) }
    expect((await authorize(group, { Permissions: JSON.stringify([rule]) })).status).toBe(200)
    expect(await rulesOf(server, group)).toMatchObject([{ Description: 'x'.repeat(512) }])
  })

  it('closes gaps between the numbers of permissions, and keeps their order', async () => {
    const group = await newGroup(server)
    const numbered = (index: number, port: number) =>
      Object.fromEntries(
        Object.entries({ ...tcp22, PortRange: `${port}/${port}` }).map(([name, value]) => [
          `Permissions.${index}.${name}`,
          value,
        ]),
      )
    const parameters = { ...numbered(100, 3), ...numbered(9, 1), ...numbered(10, 2) }
    expect((await authorize(group, parameters)).status).toBe(200)
    const rules = await rulesOf(server, group)
    expect(rules.map((one) => one.PortRange)).toEqual(['1/1', '2/2', '3/3'])
  })
})
