import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectRefusal, newGroup, region } from './group-calls.js'
import { testServer, type TestServer } from './harness.js'

type Answer = readonly [status: number, code: string, text: string]

const denied: Answer = [
  ...([400, 'OperationDenied'] as const),
  'The specified IpProtocol does not exist or IpProtocol and PortRange do not match.',
]
const ports: Answer = [
  400,
  'InvalidIpProtocol.Malformed',
  'The specified parameter "PortRange" is not valid.',
]
const revokedPorts: Answer = [400, 'InvalidIpPortRange.Malformed', ports[2]]
const priority = (code: string): Answer => [
  400,
  `InvalidPriority.${code}`,
  'The parameter Priority is invalid.',
]
const protocolNow: Answer = [
  ...([400, 'InvalidIpProtocol.ValueNotSupported'] as const),
  'The parameter Permissions.1.IpProtocol must be specified with case insensitive TCP, UDP, ICMP, GRE or All.',
]
const portsNow: Answer = [
  ...([400, 'InvalidParam.PortRange'] as const),
  'The specified parameter Permissions.1.PortRange is not valid. It should be two integers less than 65535 in ?/? format.',
]
const noPortsNow: Answer = [400, 'InvalidPortRange.Malformed', 'The specified parameter PortRange must set.']
const maskNow: Answer = [400, 'InvalidParameter.Ipv6CidrIp', 'The specified Ipv6CidrIp is not valid.']
const sameSource: Answer = [
  ...([403, 'InvalidParamter.Conflict'] as const),
  'The specified SecurityGroupId should be different from the SourceGroupId.',
]
const sameDestination: Answer = [
  ...([403, 'InvalidSecurityGroup.IsSame'] as const),
  'The authorized SecurityGroupId should be different from the DestGroupId.',
]

let seed: TestServer
let current: TestServer
beforeAll(async () => {
  seed = await testServer({ 'quotas.securityGroupsPerRegion': '1000' })
  current = await testServer({ 'quotas.securityGroupsPerRegion': '1000', errorGeneration: 'current' })
})
afterAll(async () => {
  await seed.stop()
  await current.stop()
})

/** The same call on both servers, each with a group of its own. */
async function expectBoth(
  action: string,
  request: (group: string) => object,
  expected: { seed: Answer; current: Answer },
): Promise<void> {
  for (const [server, answer] of [
    [seed, expected.seed],
    [current, expected.current],
  ] as const) {
    const SecurityGroupId = await newGroup(server)
    const call = { RegionId: region, SecurityGroupId, ...request(SecurityGroupId) }
    expectRefusal(await server.call(action, call), ...answer)
  }
}

const directions = [
  ['AuthorizeSecurityGroupEgress', 'RevokeSecurityGroupEgress', 'ModifySecurityGroupEgressRule', 'Dest'],
  ['AuthorizeSecurityGroup', 'RevokeSecurityGroup', 'ModifySecurityGroupRule', 'Source'],
] as const

describe.each(directions)('%s and its siblings', (authorize, revoke, modify, side) => {
  const rule = { IpProtocol: 'TCP', PortRange: '443/443', [`${side}CidrIp`]: '203.0.113.0/24' }
  const none = { [`${side}CidrIp`]: undefined }
  const blank = `The input parameter "${side}GroupId" or "${side}CidrIp" cannot be both blank.`
  const noObjectNow: Answer = [
    ...([400, `MissingParameter.${side}`] as const),
    `One of the parameters ${side}CidrIp, Ipv6${side}CidrIp, ${side}GroupId or ${side}PrefixListId in Permissions.1 must be specified.`,
  ]
  const mask = { ...none, [`Ipv6${side}CidrIp`]: '::/129' }
  const maskThen: Answer = [
    ...([400, 'ILLEGAL_IPV6_CIDR'] as const),
    `The specified parameter Ipv6${side}CidrIp is not valid.`,
  ]

  it.each<[string, object, Answer, Answer]>([
    ['no protocol', { IpProtocol: undefined }, denied, protocolNow],
    ['an unknown protocol', { IpProtocol: 'SCTP' }, denied, protocolNow],
    ['no ports', { PortRange: undefined }, ports, noPortsNow],
    ['ports that are no range', { PortRange: '443' }, ports, portsNow],
    ['ports out of range', { PortRange: '1/65536' }, ports, portsNow],
    ['ports in the wrong order', { PortRange: '200/1' }, ports, portsNow],
    ['ports that do not fit', { PortRange: '-1/-1' }, denied, denied],
    ['a priority that is no number', { Priority: 'high' }, priority('Malformed'), priority('Malformed')],
    ['a priority of 0', { Priority: '0' }, priority('Malformed'), priority('ValueNotSupported')],
    ['a priority of 101', { Priority: '101' }, priority('Malformed'), priority('ValueNotSupported')],
    ['no object', none, [403, 'MissingParameter', blank], noObjectNow],
    ['an IPv6 mask over 128', mask, maskThen, maskNow],
  ])('when making a rule, say of %s what each generation says', async (_, change, then, now) => {
    const request = () => ({ Permissions: [{ ...rule, ...change }] })
    await expectBoth(authorize, request, { seed: then, current: now })
  })

  it.each<[string, object, Answer, Answer]>([
    [
      'an unknown protocol',
      { IpProtocol: 'SCTP' },
      [400, 'InvalidIpProtocol.ValueNotSupported', 'The specified IpProtocol does not exist.'],
      protocolNow,
    ],
    ['no ports', { PortRange: undefined }, revokedPorts, revokedPorts],
    ['ports in the wrong order', { PortRange: '200/1' }, revokedPorts, portsNow],
    ['ports that do not fit', { PortRange: '-1/-1' }, revokedPorts, revokedPorts],
    ['a priority of 101', { Priority: '101' }, priority('Malformed'), priority('ValueNotSupported')],
    ['no object', none, [400, 'MissingParameter', blank], noObjectNow],
    ['an IPv6 mask over 128', mask, maskThen, maskNow],
  ])('when revoking, say of %s what each generation says', async (_, change, then, now) => {
    const request = () => ({ Permissions: [{ ...rule, ...change }] })
    await expectBoth(revoke, request, { seed: then, current: now })
  })

  it('when describing the rule to change, say the same as when making one', async () => {
    const flat = (answer: Answer): Answer => [
      ...([answer[0], answer[1]] as const),
      answer[2].replace('Permissions.1.', '').replace('Permissions.1', 'the request'),
    ]
    const change = (parameters: object) => () => ({ ...rule, ...parameters })
    await expectBoth(modify, change({ IpProtocol: 'SCTP' }), { seed: denied, current: flat(protocolNow) })
    await expectBoth(modify, change({ PortRange: '2/1' }), { seed: ports, current: flat(portsNow) })
    await expectBoth(modify, change(none), {
      seed: [403, 'MissingParameter', blank],
      current: flat(noObjectNow),
    })
  })

  it('say of the group itself as object what each generation says of the style', async () => {
    const self = (group: string) => ({ IpProtocol: 'ALL', PortRange: '-1/-1', [`${side}GroupId`]: group })
    const styled = (group: string) => ({ Permissions: [self(group)] })
    const outbound = side === 'Dest'
    const always = outbound ? sameDestination : sameSource
    await expectBoth(authorize, styled, { seed: always, current: always })
    await expectBoth(authorize, self, { seed: sameSource, current: always })
    await expectBoth(modify, self, { seed: sameSource, current: always })
  })
})

describe('the setting', () => {
  it('changes codes and nothing else', async () => {
    const group = await newGroup(current)
    const rule = { IpProtocol: 'TCP', PortRange: '1/1', DestCidrIp: '10.0.0.0/8', Priority: '100' }
    const call = { RegionId: region, SecurityGroupId: group, ...rule }
    expect((await current.call('AuthorizeSecurityGroupEgress', call)).status).toBe(200)
    expect((await current.call('RevokeSecurityGroupEgress', call)).status).toBe(200)
    await expectBoth('AuthorizeSecurityGroupEgress', () => ({ Permissions: [rule, rule] }), {
      ...{
        seed: [400, 'InvalidParam.DuplicatePermissions', duplicate],
        current: [400, 'InvalidParam.DuplicatePermissions', duplicate],
      },
    })
  })
})

const duplicate = 'There are duplicate permissions in the specified parameter Permissions.'
