import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rawCall } from './control-calls.js'
import {
  classic,
  closeWorld,
  newGroup,
  newManagedGroup,
  newPrefixList,
  newVpc,
  noVpc,
  nobody,
  openWorld,
  region,
  ruleOnList,
  type World,
} from './error-cases/world.js'
import { expectRefusal } from './group-calls.js'
import type { TestCaller, TestKey, TestServer } from './harness.js'
import { adminPost } from './world-state.js'

/** Rows of the error table of the AuthorizeSecurityGroupEgress reference page, in its order, and how each is met. */

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => closeWorld(world))

const ACTION = 'AuthorizeSecurityGroupEgress'

/** What to send, to a new group unless it names one, and on the roomy server unless it names one. */
type Request = () => object | Promise<object>

const rule = { IpProtocol: 'TCP', PortRange: '443/443', DestCidrIp: '203.0.113.0/24' }
const permission =
  (change: object): Request =>
  () => ({ Permissions: [{ ...rule, ...change }] })
const withGroup =
  (make: (server: TestServer) => Promise<string>, change: object = {}): Request =>
  async () => ({
    Permissions: [{ ...rule, DestCidrIp: undefined, ...change, DestGroupId: await make(world.roomy) }],
  })
const unspecified = (name: string): string => `The specified param ${name} is not valid.`

const rows: readonly (readonly [status: number, code: string, text: string, request: Request])[] = [
  [
    ...([400, 'OperationDenied'] as const),
    'The specified IpProtocol does not exist or IpProtocol and PortRange do not match.',
    permission({ IpProtocol: 'SCTP' }),
  ],
  [
    ...([400, 'OperationDenied'] as const),
    'The specified IpProtocol does not exist or IpProtocol and PortRange do not match.',
    permission({ PortRange: '-1/-1' }),
  ],
  [
    ...([400, 'InvalidIpProtocol.Malformed', 'The specified parameter "PortRange" is not valid.'] as const),
    permission({ PortRange: '200/1' }),
  ],
  [
    ...([400, 'InvalidDestCidrIp.Malformed', 'The specified parameter "DestCidrIp" is not valid.'] as const),
    permission({ DestCidrIp: 'everywhere' }),
  ],
  [
    ...([400, 'InvalidPolicy.Malformed', 'The specified parameter "Policy" is not valid.'] as const),
    permission({ Policy: 'allow' }),
  ],
  [
    ...([400, 'InvalidDestGroupId.Mismatch'] as const),
    'Specified security group and destination group are not in the same VPC.',
    withGroup(async (server) => newGroup(server, { VpcId: await newVpc(server) })),
  ],
  [
    ...([400, 'InvalidDestGroup.NotFound'] as const),
    'Specified destination security group does not exist.',
    withGroup(() => Promise.resolve(nobody.group), { DestGroupOwnerAccount: 'Test@aliyun.com' }),
  ],
  [
    ...([400, 'InvalidPriority.Malformed', 'The parameter Priority is invalid.'] as const),
    permission({ Priority: '101' }),
  ],
  [
    ...([400, 'InvalidDestCidrIp.Malformed', 'The specified parameter DestCidrIp is not valid.'] as const),
    permission({ DestCidrIp: '10.0.0.0/eight' }),
  ],
  [
    ...([400, 'InvalidDestCidrIp.Malformed', 'The parameter DestCidrIp is not valid.'] as const),
    permission({ DestCidrIp: '2001:db8::/32' }),
  ],
  [
    ...([400, 'InvalidParamter.Conflict'] as const),
    'The specified SourceCidrIp should be different from the DestCidrIp.',
    permission({ SourceCidrIp: '203.0.113.9/24' }),
  ],
  [
    ...([400, 'InvalidParam.SourceIp'] as const),
    'The Parameters SourceCidrIp and Ipv6SourceCidrIp in Permissions.1 cannot be set at the same time.',
    permission({ SourceCidrIp: '10.0.0.1', Ipv6SourceCidrIp: '::1' }),
  ],
  [
    ...([400, 'InvalidParam.DestIp'] as const),
    'The Parameters DestCidrIp and Ipv6DestCidrIp in Permissions.1 cannot be set at the same time.',
    permission({ Ipv6DestCidrIp: '2001:db8::/32' }),
  ],
  [
    ...([400, 'InvalidParam.Ipv6DestCidrIp', unspecified('Ipv6DestCidrIp')] as const),
    permission({ DestCidrIp: undefined, Ipv6DestCidrIp: '10.0.0.0/8' }),
  ],
  [
    ...([400, 'InvalidParam.Ipv6SourceCidrIp', unspecified('Ipv6SourceCidrIp')] as const),
    permission({ DestCidrIp: undefined, Ipv6DestCidrIp: '::/0', Ipv6SourceCidrIp: 'x' }),
  ],
  [
    ...([400, 'InvalidParam.Ipv4ProtocolConflictWithIpv6Address'] as const),
    'IPv6 address cannot be specified for IPv4-specific protocol.',
    permission({ IpProtocol: 'ICMP', PortRange: '-1/-1', DestCidrIp: undefined, Ipv6DestCidrIp: '::/0' }),
  ],
  [
    ...([400, 'InvalidParam.Ipv6ProtocolConflictWithIpv4Address'] as const),
    'IPv4 address cannot be specified for IPv6-specific protocol.',
    permission({ IpProtocol: 'ICMPv6', PortRange: '-1/-1' }),
  ],
  [
    ...([400, 'ILLEGAL_IPV6_CIDR', 'The specified parameter Ipv6DestCidrIp is not valid.'] as const),
    permission({ DestCidrIp: undefined, Ipv6DestCidrIp: '2001:db8::/129' }),
  ],
  [
    ...([
      400,
      'InvalidParameter.Conflict',
      'IPv6 and IPv4 addresses cannot exist at the same time.',
    ] as const),
    permission({ Ipv6SourceCidrIp: '2001:db8::1' }),
  ],
  [
    ...([400, 'InvalidParam.PrefixListAddressFamilyMismatch'] as const),
    'The address family of the specified prefix list does not match the specified CidrIp.',
    async () => ({
      Permissions: [
        {
          ...{ ...rule, DestCidrIp: undefined, SourceCidrIp: '10.0.0.1' },
          DestPrefixListId: await newPrefixList(world.roomy, { AddressFamily: 'IPv6' }),
        },
      ],
    }),
  ],
  [
    ...([400, 'InvalidParam.DestCidrIp', 'The specified parameter DestCidrIp is invalid.'] as const),
    permission({ DestCidrIp: '10.0.0.0/33' }),
  ],
  [
    ...([400, 'InvalidParam.SourceCidrIp', unspecified('SourceCidrIp')] as const),
    permission({ SourceCidrIp: '10.0.0.300' }),
  ],
  [
    ...([400, 'InvalidParam.Permissions'] as const),
    'The specified parameter Permissions cannot coexist with other parameters.',
    () => ({ Permissions: [rule], IpProtocol: 'TCP' }),
  ],
  [
    ...([400, 'InvalidParam.DuplicatePermissions'] as const),
    'There are duplicate permissions in the specified parameter Permissions.',
    () => ({ Permissions: [rule, { ...rule, IpProtocol: 'tcp', DestCidrIp: '203.0.113.7/24' }] }),
  ],
  [
    ...([403, 'MissingParameter'] as const),
    'The input parameter "DestGroupId" or "DestCidrIp" cannot be both blank.',
    permission({ DestCidrIp: undefined }),
  ],
  [
    ...([403, 'AuthorizationLimitExceed'] as const),
    'The limit of authorization records in the security group reaches.',
    async () => {
      const SecurityGroupId = await newGroup(world.roomy)
      const cidr = (index: number) => ({ ...rule, DestCidrIp: `203.0.113.${index}` })
      const hundred = (from: number) => Array.from({ length: 100 }, (_, index) => cidr(from + index))
      for (const Permissions of [hundred(0), hundred(100)]) {
        await world.roomy.ok(ACTION, { RegionId: region, SecurityGroupId, Permissions })
      }
      return { SecurityGroupId, Permissions: [cidr(200)] }
    },
  ],
  [
    ...([403, 'InvalidParamter.Conflict'] as const),
    'The specified SecurityGroupId should be different from the SourceGroupId.',
    async () => {
      const SecurityGroupId = await newGroup(world.roomy)
      return { SecurityGroupId, IpProtocol: 'ALL', PortRange: '-1/-1', DestGroupId: SecurityGroupId }
    },
  ],
  [
    ...([403, 'InvalidSecurityGroup.IsSame'] as const),
    'The authorized SecurityGroupId should be different from the DestGroupId.',
    async () => {
      const SecurityGroupId = await newGroup(world.roomy)
      const self = { IpProtocol: 'ALL', PortRange: '-1/-1', DestGroupId: SecurityGroupId }
      return { SecurityGroupId, Permissions: [self] }
    },
  ],
  [
    ...([403, 'InvalidOperation.ResourceManagedByCloudProduct'] as const),
    'Security groups managed by cloud services cannot be modified.',
    async () => ({ SecurityGroupId: await newManagedGroup(world.roomy), Permissions: [rule] }),
  ],
  [
    ...([404, 'InvalidSecurityGroupId.NotFound', 'The specified SecurityGroupId does not exist.'] as const),
    () => ({ SecurityGroupId: nobody.group, Permissions: [rule] }),
  ],
  [
    ...([404, 'InvalidDestGroupId.NotFound'] as const),
    'The DestGroupId provided does not exist in our records.',
    withGroup(() => Promise.resolve(nobody.group)),
  ],
  [
    ...([404, 'InvalidPrefixListId.NotFound', 'The specified prefix list was not found.'] as const),
    permission({ DestCidrIp: undefined, DestPrefixListId: nobody.prefixList }),
  ],
]

const ports = { IpProtocol: 'TCP', PortRange: '443/443' }
const toGroup = (DestGroupId: string) => ({ ...ports, DestGroupId, NicType: 'intranet' })

/** Rows that take the classic network, or an account without VPCs: what to send as the account of the row. */
const classicRows: readonly (readonly [
  status: number,
  code: string,
  text: string,
  account: TestKey,
  network: 'classic' | 'vpc',
  rule: (owner: TestCaller) => Promise<object>,
])[] = [
  [
    ...([400, 'InvalidNicType.ValueNotSupported', 'The specified NicType does not exist.'] as const),
    ...([classic, 'classic'] as const),
    () => Promise.resolve({ Permissions: [{ ...rule, NicType: 'public' }] }),
  ],
  [
    ...([403, 'InvalidDestGroupId.Mismatch', 'NicType is required or NicType expects intranet.'] as const),
    ...([classic, 'classic'] as const),
    async (owner) => ({ Permissions: [{ ...toGroup(await newGroup(owner)), NicType: undefined }] }),
  ],
  [
    ...([400, 'NotSupported.ClassicNetworkPrefixList'] as const),
    'The prefix list is not supported when the network type of security group is classic.',
    ...([classic, 'classic'] as const),
    async (owner) => ({ Permissions: [{ ...ports, DestPrefixListId: await newPrefixList(owner) }] }),
  ],
  [
    ...([403, 'InvalidNetworkType.Conflict'] as const),
    'The specified SecurityGroup network type should be same with SourceGroup network type (vpc or classic).',
    ...([classic, 'classic'] as const),
    async (owner) => ({ Permissions: [toGroup(await newGroup(owner, { VpcId: await newVpc(owner) }))] }),
  ],
  [
    ...([403, 'InvalidNetworkType.Conflict'] as const),
    'The parameter SecurityGroup network type should be same with SourceGroup network type (vpc or classic).',
    ...([classic, 'classic'] as const),
    async (owner) => toGroup(await newGroup(owner, { VpcId: await newVpc(owner) })),
  ],
  [
    ...([400, 'InvalidSecurityGroup.InvalidNetworkType'] as const),
    'The specified security group network type is not support this operation, please check the security group network types. For VPC security groups, ClassicLink must be enabled.',
    ...([classic, 'vpc'] as const),
    async (owner) => ({ Permissions: [toGroup(await newGroup(owner))] }),
  ],
  [
    ...([400, 'VPCDisabled', "Can't use the SecurityGroup in VPC."] as const),
    ...([noVpc, 'vpc'] as const),
    () => Promise.resolve({ Permissions: [rule] }),
  ],
]

const send = async (server: TestServer, parameters: object) =>
  server.call(ACTION, {
    ...{ RegionId: region, SecurityGroupId: await newGroup(server) },
    ...parameters,
  })

describe('the error table of the reference page', () => {
  it.each(rows)('%i %s: %s', async (status, code, text, request) => {
    expectRefusal(await send(world.roomy, await request()), status, code, text)
  })

  it('403 LimitExceed.PrefixListAssociationResource, where one resource may use a list', async () => {
    const { tight } = world
    const list = await newPrefixList(tight)
    await ruleOnList(tight, { SourcePrefixListId: list })
    const other = { ...rule, DestCidrIp: undefined, DestPrefixListId: list }
    expectRefusal(
      await send(tight, { Permissions: [other] }),
      ...([403, 'LimitExceed.PrefixListAssociationResource'] as const),
      'The number of resources associated with the prefix list exceeds the limit.',
    )
  })

  it.each(classicRows)('%i %s: %s', async (status, code, text, account, network, rule) => {
    const owner = world.roomy.as(account)
    const group = await newGroup(owner, network === 'vpc' ? { VpcId: await newVpc(owner) } : {})
    const parameters = { RegionId: region, SecurityGroupId: group, ...(await rule(owner)) }
    expectRefusal(await owner.call(ACTION, parameters), status, code, text)
  })

  it('500 InternalError, which only an injected fault brings about', async () => {
    const { roomy } = world
    await adminPost(roomy, '/v1/faults', { operation: ACTION, error: { code: 'InternalError' }, count: 1 })
    const { status, text } = await rawCall(roomy, ACTION)
    const { Code, Message } = JSON.parse(text) as Record<string, unknown>
    expect({ status, Code, Message }).toEqual({
      ...{ status: 500, Code: 'InternalError' },
      Message: 'The request processing has failed due to some unknown error.',
    })
  })
})
