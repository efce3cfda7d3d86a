import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Ecs, bySignature, sdk, type ServerTarget } from './clients.js'
import { type RunningServer, startServer } from './running-server.js'

const regionId = 'cn-hangzhou'
const account = '1234567890123456'
const user = { accessKeyId: 'alice', accessKeySecret: 'alice-secret' }
const accounts = [
  {
    ...{ id: account, name: 'sallyport@local' },
    keys: [{ id: user.accessKeyId, secret: user.accessKeySecret, user: 'alice' }],
    roles: [{ name: 'reader', policy: 'read-only' }],
  },
]

interface Assumed {
  readonly Credentials: {
    readonly AccessKeyId: string
    readonly AccessKeySecret: string
    readonly SecurityToken: string
  }
}

let server: RunningServer
let temporary: ServerTarget
beforeAll(async () => {
  server = await startServer({ env: { SALLYPORT_ACCOUNTS: JSON.stringify(accounts) } })
  const { Credentials } = await sdk({ ...server, ...user })
    .popOf('2015-04-01')
    .request<Assumed>('AssumeRole', {
      ...{ RoleArn: `acs:ram::${account}:role/reader`, RoleSessionName: 'sdk' },
    })
  temporary = {
    endpoint: server.endpoint,
    accessKeyId: Credentials.AccessKeyId,
    accessKeySecret: Credentials.AccessKeySecret,
    securityToken: Credentials.SecurityToken,
  }
})
afterAll(async () => {
  await server.stop()
})

const code = async (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'accepted',
    (error: { code?: unknown }) => error.code,
  )

describe.each(bySignature)('a temporary key, through the ECS SDK with %s', (_, clientOf) => {
  const groups = (target: ServerTarget) =>
    clientOf(sdk(target)).describeSecurityGroups(new Ecs.DescribeSecurityGroupsRequest({ regionId }))

  it('may do what its role may, and nothing more', async () => {
    expect((await groups(temporary)).statusCode).toBe(200)
    const create = clientOf(sdk(temporary)).createSecurityGroup(
      new Ecs.CreateSecurityGroupRequest({ regionId }),
    )
    expect(await code(create)).toBe('Forbidden.RAM')
  })

  it('is refused without its token, and with a token that is none', async () => {
    const { endpoint, accessKeyId, accessKeySecret } = temporary
    const bare = { endpoint, accessKeyId, accessKeySecret }
    expect(await code(groups(bare))).toBe('MissingSecurityToken')
    expect(await code(groups({ ...bare, securityToken: 'x' }))).toBe('InvalidSecurityToken.Malformed')
  })
})

describe('GetCallerIdentity, through the generic client', () => {
  it.each([
    ['an account', () => server, `acs:ram::${account}:root`],
    ['a user', () => ({ ...server, ...user }), `acs:ram::${account}:user/alice`],
    ['a role', () => temporary, `acs:ram::${account}:assumed-role/reader/sdk`],
  ])('names %s', async (_, target, Arn) => {
    expect(await sdk(target()).popOf('2015-04-01').request('GetCallerIdentity', {})).toMatchObject({
      AccountId: account,
      Arn,
    })
  })
})
