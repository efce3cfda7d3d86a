import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeChangeable, ruleIds, someCall, stateOf } from './change-fixture.js'
import { control, mustControl, withAdmin } from './control-calls.js'
import { newGroup, region } from './group-calls.js'
import { testServer, type TestServer } from './harness.js'
import { blocks } from './list-calls.js'
import { previewCall } from './preview-calls.js'

let server: TestServer
beforeEach(async () => {
  server = await testServer({ ...withAdmin, 'quotas.securityGroupsPerRegion': '1000' })
})
afterEach(() => server.stop())

/** Every row of every table. */
function everyRow(): unknown {
  const database = new Sqlite(join(server.data, 'sallyport.db'), { readonly: true })
  try {
    const tables = database.prepare("select name from sqlite_master where type = 'table'").pluck().all()
    return (tables as string[]).map((name) => [name, database.prepare(`select * from ${name}`).all()])
  } finally {
    database.close()
  }
}

/** What holds of an answer whenever it is given. */
const lasting = ({
  status,
  body: { RequestId: _request, Recommend: _link, ...body },
}: {
  status: number
  body: Readonly<Record<string, unknown>>
}) => ({ status, body })

const webRule = { IpProtocol: 'TCP', PortRange: '80/80', SourceCidrIp: '203.0.113.0/24' }
const told = (id: string) => mustControl(server, 'GET', `/v1/preview/${id}`)

describe('a previewed call', () => {
  it('answers as the call that is then made, names its changes, and leaves every row as it was', async () => {
    const of = await makeChangeable(server)
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: 11 }), fc.nat({ max: 1000 })), { minLength: 4, maxLength: 8 }),
        async (steps) => {
          for (const [kind, which] of steps) {
            const [action, parameters] = await someCall(server, of, kind, which)
            if (/^St(op|art)Instance$/.test(action)) continue
            const [rows, state] = [everyRow(), await stateOf(server)]
            const previewed = await previewCall(server, action, parameters)
            expect(everyRow()).toEqual(rows)
            expect(await stateOf(server)).toEqual(state)
            const { changes } = await told(previewed.id)
            const made = await server.call(action, parameters)
            expect(lasting(previewed)).toEqual(lasting(made))
            const { entries } = await mustControl(server, 'GET', '/v1/history?limit=1')
            const [last] = entries as { revision: number; changes: unknown }[]
            const isNews = last !== undefined && last.revision > state.revision
            const outline = (all: unknown) =>
              (all as readonly { kind: string; what: string }[]).map(({ kind, what }) => [kind, what])
            expect(outline(changes)).toEqual(isNews ? outline(last.changes) : [])
            if (made.status === 200) accepted++
          }
        },
      ),
      { numRuns: 8 },
    )
    expect(accepted).toBeGreaterThan(10)
  })

  it('has an ASCII summary of at most 1 KiB in a header, and who called under its id', async () => {
    const { groups } = await makeChangeable(server)
    const { status, summary, id, body } = await previewCall(server, 'AuthorizeSecurityGroup', {
      ...{ SecurityGroupId: groups[0], Permissions: [webRule] },
    })
    expect(status).toBe(200)
    expect(summary).toMatch(
      /^id=pv-[a-z0-9]{17}; interfaces=2; opens=\d+\+?; closes=\d+\+?; dead=\d+; complete=(true|false)$/,
    )
    expect(summary?.length).toBeLessThanOrEqual(1024)
    expect(await told(id)).toMatchObject({
      ...{ id, product: 'Ecs', action: 'AuthorizeSecurityGroup', status: 200 },
      accountId: server.running.accountId,
      principal: `acs:ram::${server.running.accountId}:root`,
      requestId: body.RequestId,
      changes: [{ kind: 'rule', what: 'added', before: null, after: { group: groups[0], protocol: 'tcp' } }],
    })
  })

  it('that would be refused is refused alike, and its header says so', async () => {
    const { status, body, summary, id } = await previewCall(server, 'AuthorizeSecurityGroup', {
      ...{ SecurityGroupId: 'sg-none', Permissions: [webRule] },
    })
    expect([status, body.Code]).toEqual([404, 'InvalidSecurityGroupId.NotFound'])
    expect(summary).toBe(
      `id=${id}; refused=InvalidSecurityGroupId.NotFound; interfaces=0; opens=0; closes=0; dead=0; complete=true`,
    )
    expect(await told(id)).toMatchObject({ status: 404, error: { Code: 'InvalidSecurityGroupId.NotFound' } })
  })

  it('stores no ClientToken, and is answered from one that was used', async () => {
    const group = await newGroup(server)
    const [first, second] = [80, 81].map((port) => ({
      ...{
        SecurityGroupId: group,
        ClientToken: 't',
        Permissions: [{ ...webRule, PortRange: `${port}/${port}` }],
      },
    }))
    if (!first || !second) throw new Error('unreachable')
    expect((await previewCall(server, 'AuthorizeSecurityGroup', first)).status).toBe(200)
    await server.ok('AuthorizeSecurityGroup', { RegionId: region, ...second })
    expect((await previewCall(server, 'AuthorizeSecurityGroup', first)).body.Code).toBe(
      'IdempotentParameterMismatch',
    )
    const again = await previewCall(server, 'AuthorizeSecurityGroup', second)
    expect([again.status, (await told(again.id)).changes]).toEqual([200, []])
  })

  it('uses up no quota', async () => {
    await server.stop()
    server = await testServer({ ...withAdmin, 'quotas.rulesPerGroup': '1' })
    const call = { SecurityGroupId: await newGroup(server), Permissions: [webRule] }
    for (let turn = 0; turn < 3; turn++)
      expect((await previewCall(server, 'AuthorizeSecurityGroup', call)).status).toBe(200)
    expect((await server.call('AuthorizeSecurityGroup', { RegionId: region, ...call })).status).toBe(200)
    const more = { ...call, Permissions: [{ ...webRule, PortRange: '81/81' }] }
    expect((await previewCall(server, 'AuthorizeSecurityGroup', more)).body.Code).toBe(
      'AuthorizationLimitExceed',
    )
  })

  it('is marked in the audit trail, and no fault is spent on it', async () => {
    const group = await newGroup(server)
    await mustControl(server, 'POST', '/v1/faults', {
      operation: 'AuthorizeSecurityGroup',
      error: { code: 'InternalError' },
      count: 1,
    })
    const call = { SecurityGroupId: group, Permissions: [webRule] }
    expect((await previewCall(server, 'AuthorizeSecurityGroup', call)).status).toBe(200)
    await previewCall(server, 'DescribeRegions')
    const { calls } = await mustControl(server, 'GET', '/v1/calls?operation=AuthorizeSecurityGroup')
    expect(calls).toMatchObject([{ status: 200, preview: true }])
    expect(await mustControl(server, 'GET', '/v1/faults')).toMatchObject({ faults: [{ fired: 0 }] })
  })

  it('meets the checks of signature and permission as any call', async () => {
    const group = await newGroup(server)
    const call = { SecurityGroupId: group, Permissions: [webRule] }
    const key = { id: 'reader', secret: 'reader-secret' }
    const change = { action: 'add-key', key: { ...key, user: 'reader', policy: 'read-only' } }
    await mustControl(server, 'POST', '/v1/accounts', change)
    const refused = await previewCall(server, 'AuthorizeSecurityGroup', call, { key })
    expect([refused.body.Code, refused.summary]).toEqual(['Forbidden.RAM', null])
    const forged = await previewCall(server, 'AuthorizeSecurityGroup', call, { key: { ...key, secret: 'x' } })
    expect(forged.body.Code).toBe('SignatureDoesNotMatch')
    const viaAdmin = await control(server, 'POST', '/v1/preview', {
      ...{ action: 'AuthorizeSecurityGroup', accessKey: 'reader' },
      parameters: { RegionId: region, ...call },
    })
    expect(viaAdmin.status).toBe(403)
  })
})

describe('the header', () => {
  it.each(['DescribeSecurityGroups', 'CreateSecurityGroup', 'RunInstances', 'DeleteSecurityGroup'])(
    'with %s is refused instead of running it',
    async (action) => {
      const rows = everyRow()
      const { status, body, summary } = await previewCall(server, action)
      expect([status, body.Code, summary]).toEqual([400, 'UnsupportedOperation', null])
      expect(body.Message).toContain(`The operation ${action} cannot be previewed`)
      expect(everyRow()).toEqual(rows)
    },
  )

  it.each(['0', 'true', '', '1, 1'])(
    'with the value "%s" is refused instead of making the call',
    async (header) => {
      const group = await newGroup(server)
      const call = { SecurityGroupId: group, Permissions: [webRule] }
      const { status, body } = await previewCall(server, 'AuthorizeSecurityGroup', call, { header })
      expect([status, body.Code]).toEqual([400, 'InvalidParameter'])
      expect(await ruleIds(server, group)).toEqual([])
    },
  )
})

describe('the admin route', () => {
  it('takes the same call as JSON, for the account itself or for a key of any account', async () => {
    const { groups } = await makeChangeable(server)
    const call = {
      action: 'AuthorizeSecurityGroup',
      parameters: { SecurityGroupId: groups[0], Permissions: [webRule] },
    }
    const own = await mustControl(server, 'POST', '/v1/preview', call)
    expect(own).toMatchObject({ status: 200, answer: {}, changes: [{ kind: 'rule', what: 'added' }] })
    expect(await told(String(own.id))).toEqual(own)
    expect(
      await mustControl(server, 'POST', '/v1/preview', { ...call, accessKey: 'test-key' }),
    ).toMatchObject({
      ...{ status: 200, accountId: server.running.accountId },
    })
    await mustControl(server, 'POST', '/v1/accounts', {
      action: 'add',
      account: { id: '77', name: 'other@x' },
    })
    expect(await mustControl(server, 'POST', '/v1/preview', { ...call, account: '77' })).toMatchObject({
      ...{ status: 404, accountId: '77', error: { Code: 'InvalidSecurityGroupId.NotFound' }, changes: [] },
    })
  })

  it('takes a parameter that is null as one that is not given', async () => {
    const SecurityGroupId = await newGroup(server)
    const rule = { ...webRule, SourceGroupId: null, SourcePrefixListId: null }
    const parameters = { SecurityGroupId, ClientToken: null, Permissions: [rule] }
    const call = { action: 'AuthorizeSecurityGroup', parameters }
    expect(await mustControl(server, 'POST', '/v1/preview', call)).toMatchObject({ status: 200, answer: {} })
  })

  it('refuses more parameters than a call may have', async () => {
    const parameters = Object.fromEntries(Array.from({ length: 4_097 }, (_, at) => [`P${at}`, 'x']))
    const { status, body } = await control(server, 'POST', '/v1/preview', {
      action: 'AuthorizeSecurityGroup',
      parameters,
    })
    expect([status, body.error]).toEqual([400, 'the call has 4097 parameters, more than 4096'])
  })

  it('refuses parameters that are nested too deeply', async () => {
    let deep: unknown = 'x'
    for (let level = 0; level < 3000; level++) deep = [deep]
    const call = { action: 'JoinSecurityGroup', parameters: { deep } }
    const { status, body } = await control(server, 'POST', '/v1/preview', call)
    expect([status, body.error]).toEqual([400, expect.stringContaining('nested more than 16 deep')])
  })

  it.each([
    [404, { action: 'AuthorizeEverything' }],
    [404, { product: 'Oss', action: 'AuthorizeSecurityGroup' }],
    [400, { action: 'CreateSecurityGroup' }],
    [404, { action: 'JoinSecurityGroup', account: '99' }],
    [404, { action: 'JoinSecurityGroup', accessKey: 'nobody' }],
    [400, { action: 'JoinSecurityGroup', accessKey: 'test-key', account: '1' }],
    [400, { action: 'JoinSecurityGroup', parameter: {} }],
    [400, { action: 'JoinSecurityGroup', accessKey: 'test-key', parameters: { OwnerId: '5' } }],
  ])('answers %i to %j', async (status, call) => {
    expect((await control(server, 'POST', '/v1/preview', call)).status).toBe(status)
  })

  it('answers 404 for a preview that is not kept', async () => {
    expect((await control(server, 'GET', '/v1/preview/pv-none')).status).toBe(404)
  })
})

describe('previews and real calls at once', () => {
  it('do not disturb one another', async () => {
    const of = await makeChangeable(server)
    const [group] = of.groups
    const before = await stateOf(server)
    const rule = (port: number) => ({
      ...{ SecurityGroupId: group, Permissions: [{ ...webRule, PortRange: `${port}/${port}` }] },
    })
    const [previews, calls] = await Promise.all([
      Promise.all(
        Array.from({ length: 40 }, (_, n) =>
          n % 2 === 0
            ? previewCall(server, 'AuthorizeSecurityGroup', rule(1000 + n))
            : previewCall(server, 'ModifyPrefixList', {
                PrefixListId: of.blocks,
                AddEntry: blocks(`192.0.2.${n}/32`),
              }),
        ),
      ),
      Promise.all(
        Array.from({ length: 40 }, (_, n) =>
          server.call('AuthorizeSecurityGroup', { RegionId: region, ...rule(1 + n) }),
        ),
      ),
    ])
    expect([...previews, ...calls].map(({ status }) => status)).toEqual(Array.from({ length: 80 }, () => 200))
    const after = await stateOf(server)
    expect(after.revision).toBe(before.revision + 40)
    expect(after.rules.length).toBe(before.rules.length + 40)
    expect(after.prefixLists).toEqual(before.prefixLists)
    for (const { id } of previews) {
      const { revision } = (await told(id)).diff as { revision: { before: number; after: number } }
      expect(revision.before).toBeGreaterThanOrEqual(before.revision)
      expect(revision.after).toBe(revision.before + 1)
    }
  })
})
