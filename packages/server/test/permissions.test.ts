import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPolicy } from '../src/model/policy.js'
import { openToken, newSealingKey, sealToken } from '../src/model/security-token.js'
import { permitsOf, resourcesOf } from '../src/operations/call-resources.js'
import { adminPost, adminToken } from './world-state.js'
import { testServer, type TestCaller, type TestKey, type TestServer } from './harness.js'

const region = 'cn-hangzhou'
const own = '1234567890123456'
const peer = '3000000000000001'
const sts = '2015-04-01'
const key = (id: string): TestKey => ({ id, secret: `${id}-secret` })

const oneGroup = (Effect: string, id: string) => ({
  ...{ Effect, Action: 'ecs:*', Resource: `acs:ecs:*:${own}:securitygroup/${id}` },
})
const noDeletion = {
  Version: '1',
  Statement: [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action: ['ecs:Delete*', 'vpc:Delete*'], Resource: '*' },
  ],
}

const accounts = [
  {
    ...{ id: own, name: 'sallyport@local' },
    keys: [
      { ...key('alice'), user: 'alice' },
      { ...key('reader'), policy: 'read-only' },
      { ...key('careful'), user: 'carla', policy: noDeletion },
    ],
    roles: [{ name: 'reader', policy: 'read-only', trusts: [own, peer] }, { name: 'worker' }],
  },
  { id: peer, name: 'Peer@aliyun.com', keys: [{ ...key('bob'), user: 'bob' }] },
]

let server: TestServer
beforeAll(async () => {
  server = await testServer({ accounts: JSON.stringify(accounts), adminToken })
})
afterAll(() => server.stop())

const identity = (caller: TestCaller) => caller.ok('GetCallerIdentity', {}, sts)

interface Assumed {
  readonly Credentials: {
    readonly AccessKeyId: string
    readonly AccessKeySecret: string
    readonly SecurityToken: string
    readonly Expiration: string
  }
  readonly AssumedRoleUser: { readonly Arn: string; readonly AssumedRoleId: string }
}

async function assume(
  caller: TestCaller,
  role: string,
  extra: object = {},
): Promise<Assumed & { key: TestKey }> {
  const parameters = { RoleArn: `acs:ram::${own}:role/${role}`, RoleSessionName: 'session-1', ...extra }
  const answer = (await caller.ok('AssumeRole', parameters, sts)) as unknown as Assumed
  const { AccessKeyId, AccessKeySecret, SecurityToken } = answer.Credentials
  return { ...answer, key: { id: AccessKeyId, secret: AccessKeySecret, token: SecurityToken } }
}

const newGroup = async (caller: TestCaller): Promise<string> =>
  String((await caller.ok('CreateSecurityGroup', { RegionId: region })).SecurityGroupId)

describe('a policy of a key', () => {
  it('is checked before the inputs, and refuses with the text of the reference page', async () => {
    const reader = server.as(key('reader'))
    await reader.ok('DescribeSecurityGroups', { RegionId: region })
    const { status, body } = await reader.call('CreateSecurityGroup', {
      RegionId: 'nowhere',
      Description: 'x',
    })
    expect({ status, Code: body.Code, Message: body.Message }).toEqual({
      status: 403,
      Code: 'Forbidden.RAM',
      Message: "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
    })
    expect((await reader.call('AuthorizeSecurityGroup', {})).key).toBe('Forbidden.RAM')
    expect((await reader.call('CreateVpc', { RegionId: region }, '2016-04-28')).key).toBe('Forbidden.RAM')
  })

  it('lets a statement that denies win', async () => {
    const careful = server.as(key('careful'))
    const SecurityGroupId = await newGroup(careful)
    const remove = { RegionId: region, SecurityGroupId }
    expect((await careful.call('DeleteSecurityGroup', remove)).key).toBe('Forbidden.RAM')
    await server.ok('DeleteSecurityGroup', remove)
  })
})

describe('the resources of a call', () => {
  const operation = (name: string, access: 'read' | 'write' = 'write', product = 'Ecs') => ({
    name,
    access,
    product,
  })
  const of = (what: ReturnType<typeof operation>, parameters: Record<string, string>): string[] =>
    resourcesOf(what, { accountId: own, parameters: new Map(Object.entries(parameters)) }, region)
  const named = (rest: string, service = 'ecs', where = region) => `acs:${service}:${where}:${own}:${rest}`

  it.each([
    [
      'DeleteSecurityGroup',
      { SecurityGroupId: 'sg-1', RegionId: 'cn-beijing' },
      ['cn-beijing securitygroup/sg-1'],
    ],
    ['CreateSecurityGroup', { VpcId: 'vpc-1' }, ['securitygroup/*', 'vpc vpc/vpc-1']],
    [
      'JoinSecurityGroup',
      { SecurityGroupId: 'sg-1', InstanceId: 'i-1' },
      ['securitygroup/sg-1', 'instance/i-1'],
    ],
    [
      'RunInstances',
      { 'SecurityGroupIds.1': 'sg-1', 'SecurityGroupIds.2': 'sg-2', 'NetworkInterface.1.VSwitchId': 'vsw-1' },
      ['instance/*', 'securitygroup/sg-1', 'securitygroup/sg-2', 'vpc vswitch/vsw-1'],
    ],
    [
      'AuthorizeSecurityGroup',
      { SecurityGroupId: 'sg-1', 'Permissions.1.SourceGroupId': 'sg-2' },
      ['securitygroup/sg-1'],
    ],
    ['TagResources', { ResourceType: 'SecurityGroup', 'ResourceId.1': 'sg-1' }, ['securitygroup/sg-1']],
    ['StopInstances', { InstanceIds: ' ["i-1", "i-2"]' }, ['instance/i-1', 'instance/i-2']],
    ['DescribeVpcs', { VpcId: 'vpc-1,vpc-2' }, ['vpc vpc/vpc-1', 'vpc vpc/vpc-2']],
    [
      'RunInstances',
      { NetworkInterface: '[{"VSwitchId": "vsw-1", "SecurityGroupIds": ["sg-1"]}]' },
      ['instance/*', 'vpc vswitch/vsw-1', 'securitygroup/sg-1'],
    ],
    ['TagResources', {}, ['*']],
  ] as const)('%s %j are what it names', (name, parameters, expected) => {
    expect(of(operation(name), parameters)).toEqual(
      expected.map((text) => {
        const [first = '', second] = text.split(' ')
        if (second === undefined) return named(first)
        return first === 'vpc' ? named(second, 'vpc') : named(second, 'ecs', first)
      }),
    )
  })

  it('of a list are those of its own kind, not those it filters by', () => {
    const describe = operation('DescribeSecurityGroups', 'read')
    expect(of(describe, { VpcId: 'vpc-1' })).toEqual([named('securitygroup/*')])
    expect(of(describe, { SecurityGroupIds: '["sg-1","sg-2"]' })).toEqual([
      named('securitygroup/sg-1'),
      named('securitygroup/sg-2'),
    ])
  })

  it('are each allowed by the policy or the call is refused', () => {
    const statements = [oneGroup('Allow', 'sg-1'), oneGroup('Deny', 'sg-2')]
    const permits = permitsOf(region)([readPolicy({ Version: '1', Statement: statements })])
    const may = (SecurityGroupIds: string): boolean =>
      permits(operation('DescribeSecurityGroups', 'read'), {
        ...{ accountId: own, parameters: new Map([['SecurityGroupIds', SecurityGroupIds]]) },
      })
    expect(may('["sg-1"]')).toBe(true)
    expect(may('["sg-1","sg-2"]')).toBe(false)
    expect(may('[]')).toBe(false)
  })
})

describe('GetCallerIdentity', () => {
  it('tells an account, a user and a role apart, and no policy forbids it', async () => {
    expect(await identity(server)).toEqual({
      RequestId: expect.any(String) as string,
      ...{
        IdentityType: 'Account',
        AccountId: own,
        PrincipalId: own,
        UserId: own,
        Arn: `acs:ram::${own}:root`,
      },
    })
    const reader = await identity(server.as(key('reader')))
    expect(reader).toMatchObject({
      IdentityType: 'RAMUser',
      AccountId: own,
      Arn: `acs:ram::${own}:user/reader`,
    })
    expect(reader.PrincipalId).toBe(reader.UserId)
    expect(reader.UserId).toMatch(/^2\d{17}$/)
    const { key: temporary, AssumedRoleUser } = await assume(server.as(key('alice')), 'worker', {
      Policy: '{"Version":"1","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}',
    })
    const role = await identity(server.as(temporary))
    expect(role).toEqual({
      RequestId: expect.any(String) as string,
      ...{ IdentityType: 'AssumedRoleUser', AccountId: own, PrincipalId: AssumedRoleUser.AssumedRoleId },
      RoleId: AssumedRoleUser.AssumedRoleId.split(':')[0],
      Arn: `acs:ram::${own}:assumed-role/worker/session-1`,
    })
    expect((await server.as(temporary).call('DescribeRegions')).key).toBe('Forbidden.RAM')
  })
})

describe('AssumeRole', () => {
  it('makes a key that works with its token alone, for as long as it says', async () => {
    const alice = server.as(key('alice'))
    const { key: temporary, Credentials } = await assume(alice, 'worker', { DurationSeconds: 900 })
    expect(temporary.id).toMatch(/^STS\./)
    expect(Date.parse(Credentials.Expiration) - Date.now()).toBeLessThanOrEqual(900_000)
    const group = await newGroup(server.as(temporary))
    await server.ok('DescribeSecurityGroupAttribute', { RegionId: region, SecurityGroupId: group })
    const other = await assume(alice, 'worker')
    const { id, secret } = temporary
    const refused = async (wrong: TestKey): Promise<string | undefined> =>
      (await server.as(wrong).call('DescribeRegions')).key
    expect(await refused({ id, secret })).toBe('MissingSecurityToken')
    expect(await refused({ id, secret, token: 'x' })).toBe('InvalidSecurityToken.Malformed')
    expect(await refused({ ...temporary, token: `${temporary.token}A` })).toBe(
      'InvalidSecurityToken.Malformed',
    )
    expect(await refused({ id, secret, token: other.key.token ?? '' })).toBe(
      'InvalidSecurityToken.MismatchWithAccessKey',
    )
    expect(await refused({ ...temporary, secret: 'wrong' })).toBe('SignatureDoesNotMatch')
    expect(await refused({ ...key('alice'), token: temporary.token ?? '' })).toBe(
      'InvalidSecurityToken.MismatchWithAccessKey',
    )
  })

  it('gives what the role may, less what the session’s policy leaves out', async () => {
    const alice = server.as(key('alice'))
    const reader = server.as((await assume(alice, 'reader')).key)
    await reader.ok('DescribeSecurityGroups', { RegionId: region })
    expect((await reader.call('CreateSecurityGroup', { RegionId: region })).key).toBe('Forbidden.RAM')
    const Policy = JSON.stringify({
      ...{ Version: '1', Statement: [{ Effect: 'Allow', Action: 'ecs:*Security*', Resource: '*' }] },
    })
    const both = server.as((await assume(alice, 'reader', { Policy })).key)
    await both.ok('DescribeSecurityGroups', { RegionId: region })
    expect((await both.call('DescribeInstances', { RegionId: region })).key).toBe('Forbidden.RAM')
    expect((await both.call('CreateSecurityGroup', { RegionId: region })).key).toBe('Forbidden.RAM')
  })

  it('lets users of a trusted account into the other, and of no other account', async () => {
    const bob = server.as(key('bob'))
    const { key: temporary } = await assume(bob, 'reader')
    const group = await newGroup(server)
    const { SecurityGroups } = await server
      .as(temporary)
      .ok('DescribeSecurityGroups', { RegionId: region, SecurityGroupId: group })
    expect(SecurityGroups).toMatchObject({ SecurityGroup: [{ SecurityGroupId: group }] })
    const worker = { RoleArn: `acs:ram::${own}:role/worker`, RoleSessionName: 'bob' }
    expect((await bob.call('AssumeRole', worker, sts)).key).toBe('NoPermission#trust')
  })

  it('needs permission of its own', async () => {
    const parameters = { RoleArn: `acs:ram::${own}:role/worker`, RoleSessionName: 'bob' }
    expect((await server.as(key('reader')).call('AssumeRole', parameters, sts)).key).toBe('Forbidden.RAM')
  })

  it('makes keys that outlive a restart, and expire by the clock that tests move', async () => {
    const { key: temporary } = await assume(server.as(key('alice')), 'worker', { DurationSeconds: 900 })
    await server.restart()
    await server.as(temporary).ok('DescribeRegions')
    await adminPost(server, '/v1/time', { advance: '15m' })
    expect((await server.as(temporary).call('DescribeRegions')).key).toBe('InvalidSecurityToken.Expired')
    await adminPost(server, '/v1/time', { release: true })
    await server.as(temporary).ok('DescribeRegions')
  })
})

describe('a security token', () => {
  const content = {
    ...{ accessKeyId: 'STS.1', accessKeySecret: 'secret', accountId: own, role: 'r', session: 's' },
    ...{ policy: '', expiresAt: 1 },
  }

  it('opens with its key alone, and shows nothing of what it holds', () => {
    const sealingKey = newSealingKey()
    const token = sealToken(sealingKey, content)
    expect(openToken(sealingKey, token)).toEqual(content)
    expect(openToken(newSealingKey(), token)).toBeUndefined()
    expect(Buffer.from(token, 'base64').toString('latin1')).not.toContain('secret')
  })

  it('does not open once a bit of it is changed', () => {
    const sealingKey = newSealingKey()
    const bytes = Buffer.from(sealToken(sealingKey, content), 'base64')
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
      expect(openToken(sealingKey, changed.toString('base64'))).toBeUndefined()
    }
  })
})
