import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import { peekStore } from '../src/store/database.js'
import { stateTables, tableRoles } from '../src/store/state-tables.js'
import { adminToken, control, mustControl, rawCall, withAdmin } from './control-calls.js'
import { testServer, type TestServer } from './harness.js'

const open: TestServer[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.stop()
})

async function start(flags: Record<string, string> = {}): Promise<TestServer> {
  const server = await testServer({ ...withAdmin, ...flags })
  open.push(server)
  return server
}

const region = { RegionId: 'cn-hangzhou' }

const newGroup = async (server: TestServer, name: string): Promise<string> =>
  String((await server.ok('CreateSecurityGroup', { ...region, SecurityGroupName: name }))['SecurityGroupId'])

async function groupNames(server: TestServer): Promise<string[]> {
  const { SecurityGroups } = await server.ok('DescribeSecurityGroups', { ...region, PageSize: 50 })
  return (SecurityGroups as { SecurityGroup: { SecurityGroupName: string }[] }).SecurityGroup.map(
    ({ SecurityGroupName }) => SecurityGroupName,
  ).sort()
}

const stateOf = (server: TestServer) => mustControl(server, 'GET', '/v1/state')
const save = (server: TestServer, name: string) => mustControl(server, 'POST', '/v1/snapshots', { name })

/** Every row of every table but the feed's and the keys'. */
const rowsOf = (server: TestServer): Promise<unknown> =>
  peekStore(server.data, async (session) =>
    Promise.all(
      stateTables.map(async (table) => [
        table,
        await session.query((db) => db.selectFrom(table).selectAll().orderBy(db.fn('random'))),
      ]),
    ),
  ).then((tables) =>
    tables.map(([name, rows]) => [name, (rows as unknown[]).map((row) => JSON.stringify(row)).sort()]),
  )

describe('the tables of the store', () => {
  it('all have a role in a reset and a restore', async () => {
    const server = await start()
    const names = await peekStore(server.data, (session) =>
      session.query((db) =>
        db
          .selectFrom('sqlite_master' as never)
          .select('name' as never)
          .where('type' as never, '=', 'table' as never)
          .where('name' as never, 'not like', 'kysely%' as never),
      ),
    )
    expect((names as { name: string }[]).map(({ name }) => name).sort()).toEqual(
      Object.keys(tableRoles).sort(),
    )
  })
})

describe('reset', () => {
  it('leaves every account as it was when it was new, with its keys', async () => {
    const server = await start()
    const before = await rowsOf(server)
    const fresh = await groupNames(server)
    await newGroup(server, 'one')
    await server.ok('CreateVpc', { ...region, CidrBlock: '10.0.0.0/8' }, '2016-04-28')
    await mustControl(server, 'POST', '/v1/reset', {})
    expect(await groupNames(server)).toEqual(fresh)
    const after = await rowsOf(server)
    const counts = (rows: unknown) => (rows as [string, string[]][]).map(([name, all]) => [name, all.length])
    expect(counts(after)).toEqual(counts(before))
  })

  it('begins an epoch, whose revisions go on', async () => {
    const server = await start()
    await newGroup(server, 'one')
    const before = await stateOf(server)
    const answer = await mustControl(server, 'POST', '/v1/reset', {})
    const after = await stateOf(server)
    expect(answer).toEqual({ epoch: after['epoch'], revision: after['revision'] })
    expect(after['epoch']).not.toBe(before['epoch'])
    expect(after['revision']).toBe(Number(before['revision']) + 1)
    expect(after['groups']).toEqual([])
    await newGroup(server, 'two')
    expect(await stateOf(server)).toMatchObject({
      epoch: after['epoch'],
      revision: Number(after['revision']) + 1,
    })
    const running = await stateOf(server)
    await server.restart()
    expect(await stateOf(server)).toEqual(running)
  })

  it('forgets ClientTokens, faults and the moved clock', async () => {
    const server = await start()
    const create = async () =>
      (await server.ok('CreateSecurityGroup', { ...region, ClientToken: 'token' }))['SecurityGroupId']
    const first = await create()
    await mustControl(server, 'POST', '/v1/faults', { error: { code: 'InternalError' } })
    await mustControl(server, 'POST', '/v1/time', { freeze: '2031-05-06T07:08:09Z' })
    await mustControl(server, 'POST', '/v1/reset', {})
    expect(await mustControl(server, 'GET', '/v1/faults')).toEqual({ faults: [] })
    expect(await mustControl(server, 'GET', '/v1/time')).toMatchObject({ mode: 'real' })
    expect(await create()).not.toBe(first)
    const { Vpcs } = await server.ok('DescribeVpcs', region, '2016-04-28')
    const { Vpc } = Vpcs as { Vpc: { CreationTime: string }[] }
    expect(Vpc[0]?.CreationTime.startsWith('2031')).toBe(false)
  })

  it('of one account leaves the others, but for rules that name its groups', async () => {
    const key = { id: 'peer-key', secret: 'peer-key-secret' }
    const accounts = [{ id: '3000000000000001', name: 'Peer@aliyun.com', keys: [key] }]
    const server = await start({ accounts: JSON.stringify(accounts), 'quotas.rulesPerGroup': '2' })
    const peer = server.as(key)
    const theirs = String((await peer.ok('CreateSecurityGroup', region))['SecurityGroupId'])
    const mine = await newGroup(server, 'mine')
    const authorize = (source: object) =>
      server.ok('AuthorizeSecurityGroup', {
        ...{ ...region, SecurityGroupId: mine, IpProtocol: 'TCP', PortRange: '80/80', ...source },
      })
    await authorize({ SourceGroupId: theirs, SourceGroupOwnerId: '3000000000000001' })
    await authorize({ SourceCidrIp: '10.0.0.0/8' })
    await mustControl(server, 'POST', '/v1/reset', { account: '3000000000000001' })
    const { SecurityGroups } = await peer.ok('DescribeSecurityGroups', region)
    expect(SecurityGroups).toEqual({ SecurityGroup: [] })
    const { Vpcs } = await peer.ok('DescribeVpcs', { ...region, IsDefault: true }, '2016-04-28')
    expect((Vpcs as { Vpc: unknown[] }).Vpc).toHaveLength(1)
    const { Permissions } = await server.ok('DescribeSecurityGroupAttribute', {
      ...{ ...region, SecurityGroupId: mine },
    })
    expect(Permissions).toMatchObject({ Permission: [{ SourceCidrIp: '10.0.0.0/8' }] })
    expect(await server.ok('DescribeSecurityGroups', region)).toMatchObject({
      SecurityGroups: { SecurityGroup: [{ SecurityGroupName: 'mine', RuleCount: 1 }] },
    })
    // The rule that went no longer counts in the quota.
    await authorize({ SourceCidrIp: '11.0.0.0/8' })
  })

  it('of one account that there is not changes nothing', async () => {
    const server = await start()
    await newGroup(server, 'one')
    const before = await stateOf(server)
    expect((await control(server, 'POST', '/v1/reset', { account: '99' })).status).toBe(404)
    expect((await control(server, 'POST', '/v1/reset', { accounts: '99' })).status).toBe(400)
    expect(await stateOf(server)).toEqual(before)
  })
})

describe('a snapshot', () => {
  it('brings every row back, in another epoch, and without a revision twice', async () => {
    const server = await start()
    const group = await newGroup(server, 'kept')
    await server.ok('AuthorizeSecurityGroup', {
      ...{ ...region, SecurityGroupId: group, IpProtocol: 'TCP', PortRange: '80/80' },
      SourceCidrIp: '10.0.0.0/8',
    })
    const list = await server.ok('CreatePrefixList', {
      ...{ ...region, PrefixListName: 'kept', AddressFamily: 'IPv4', MaxEntries: 3 },
      Entry: [{ Cidr: '192.0.2.0/24' }],
    })
    const rows = await rowsOf(server)
    const saved = await stateOf(server)
    expect(saved['prefixLists']).toMatchObject([{ cidrs: ['192.0.2.0/24'] }])
    expect(await save(server, 'base')).toMatchObject({ name: 'base', revision: saved['revision'] })
    await newGroup(server, 'later')
    await server.ok('RunInstances', { ...region, SecurityGroupId: group, ImageId: 'm', InstanceType: 't' })
    await server.ok('DeletePrefixList', { ...region, PrefixListId: list['PrefixListId'] })
    const before = await stateOf(server)
    await mustControl(server, 'POST', '/v1/restore', { name: 'base' })
    expect(await rowsOf(server)).toEqual(rows)
    const after = await stateOf(server)
    expect(after).toEqual({ ...saved, epoch: after['epoch'], revision: Number(before['revision']) + 1 })
    expect(after['epoch']).not.toBe(saved['epoch'])
    await newGroup(server, 'afterwards')
    expect(await groupNames(server)).toEqual(['afterwards', 'kept'])
  })

  it('survives a restart, is listed, replaced and removed', async () => {
    const server = await start()
    await save(server, 'b')
    await save(server, 'a.1')
    await newGroup(server, 'one')
    await save(server, 'b')
    await server.restart()
    const { snapshots } = await mustControl(server, 'GET', '/v1/snapshots')
    expect((snapshots as { name: string }[]).map(({ name }) => name)).toEqual(['a.1', 'b'])
    await mustControl(server, 'POST', '/v1/reset', {})
    await mustControl(server, 'POST', '/v1/restore', { name: 'b' })
    expect(await groupNames(server)).toEqual(['one'])
    await mustControl(server, 'DELETE', '/v1/snapshots?name=b')
    expect((await control(server, 'POST', '/v1/restore', { name: 'b' })).status).toBe(404)
    expect((await control(server, 'DELETE', '/v1/snapshots?name=b')).status).toBe(404)
  })

  it('goes to another server as a file, without keys', async () => {
    const [one, other] = [await start(), await start()]
    for (let index = 0; index < 5; index++) await newGroup(one, `g${index}`)
    await save(one, 'base')
    const file = Buffer.from(await (await download(one, 'base')).arrayBuffer())
    expect(file.includes('test-secret')).toBe(false)
    expect(await upload(other, 'taken', file)).toMatchObject([200, { name: 'taken' }])
    await mustControl(other, 'POST', '/v1/restore', { name: 'taken' })
    expect(await groupNames(other)).toEqual(await groupNames(one))
    // Numbers go on above those of the other server, so that what is made next is the newest.
    await newGroup(other, 'next')
    const { revision } = await stateOf(other)
    expect(Number(revision)).toBeGreaterThan(Number((await stateOf(one))['revision']))
  })

  it('that is damaged is listed as such, beside those that are whole', async () => {
    const server = await start()
    await save(server, 'whole')
    await save(server, 'cut')
    const path = join(server.data, 'snapshot-cut.db')
    writeFileSync(path, readFileSync(path).subarray(0, 1000))
    writeFileSync(join(server.data, 'snapshot-empty.db'), '')
    mkdirSync(join(server.data, 'snapshot-folder.db'))
    symlinkSync('nowhere', join(server.data, 'snapshot-gone.db'))
    const { snapshots } = await mustControl(server, 'GET', '/v1/snapshots')
    expect(snapshots).toEqual([
      { name: 'cut', bytes: 1000, problem: 'the file is no snapshot' },
      { name: 'empty', bytes: 0, problem: 'the file is no snapshot' },
      {
        name: 'folder',
        bytes: expect.any(Number) as number,
        problem: expect.stringContaining('cannot be read') as string,
      },
      expect.objectContaining({ name: 'whole', createdAt: expect.any(String) as string }),
    ])
    await mustControl(server, 'DELETE', '/v1/snapshots?name=cut')
  })

  it('that is larger than allowed is not taken, whether or not its length is told', async () => {
    const server = await start({ snapshotBytes: '1048576' })
    await save(server, 'base')
    const file = readFileSync(join(server.data, 'snapshot-base.db'))
    const large = Buffer.concat([file, Buffer.alloc(1_048_577 - file.length)])
    expect(await upload(server, 'base', large)).toMatchObject([
      413,
      { error: 'the body is larger than 1 MiB' },
    ])
    const parts = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let from = 0; from < large.length; from += 65_536)
          controller.enqueue(large.subarray(from, from + 65_536))
        controller.close()
      },
    })
    const told = { method: 'PUT', headers, body: parts, duplex: 'half' } as RequestInit
    expect((await fetch(fileUrl(server, 'base'), told)).status).toBe(413)
    expect(readFileSync(join(server.data, 'snapshot-base.db')).equals(file)).toBe(true)
    expect(await upload(server, 'other', file)).toMatchObject([200, { name: 'other' }])
    expect(unfinished(server)).toEqual([])
  })

  it('whose upload is cut short leaves no file, and neither do those that a killed server was at', async () => {
    const server = await start()
    await save(server, 'x.db.1.new')
    const cut = request(fileUrl(server, 'base'), { method: 'PUT', headers })
    cut.on('error', () => undefined)
    cut.write(Buffer.alloc(100_000))
    await until(() => unfinished(server).length === 1)
    cut.destroy()
    await until(() => unfinished(server).length === 0)
    for (const name of ['snapshot-a.db.77.new', 'snapshot-a.db.771.new-journal', 'notes.new']) {
      writeFileSync(join(server.data, name), 'x')
    }
    await server.restart()
    expect(
      readdirSync(server.data)
        .filter((name) => /new/.test(name))
        .sort(),
    ).toEqual(['notes.new', 'snapshot-x.db.1.new.db'])
  })

  it.each([
    ['../up', 400],
    ['.hidden', 400],
    ['x'.repeat(65), 400],
    ['unknown', 404],
  ])('named %s is refused', async (name, status) => {
    expect((await control(await start(), 'POST', '/v1/restore', { name })).status).toBe(status)
  })
})

describe('a restore that fails', () => {
  const cases: [string, (path: string) => void, number, string][] = [
    ['of a file that is no database', (path) => writeFileSync(path, 'x'.repeat(5000)), 400, 'no snapshot'],
    ['of another database', (path) => withDatabase(path, 'drop table snapshot_info'), 400, 'no snapshot'],
    [
      'of a newer version',
      (path) =>
        withDatabase(path, `insert into kysely_migration values ('999-future', '2031-01-01T00:00:00Z')`),
      400,
      'another version',
    ],
    [
      'for want of an account',
      (path) => withDatabase(path, `update vpcs set account_id = '77' where rowid = 1`),
      409,
      'account 77',
    ],
    ['half-way', (path) => withDatabase(path, 'drop table client_tokens'), 500, 'internal error'],
  ]

  it.each(cases)('%s leaves state, feed and files as they were', async (_, damage, status, why) => {
    const server = await start()
    await newGroup(server, 'saved')
    await save(server, 'base')
    await newGroup(server, 'now')
    const [rows, state] = [await rowsOf(server), await stateOf(server)]
    damage(join(server.data, 'snapshot-base.db'))
    const files = readdirSync(server.data).sort()
    const error = console.error
    console.error = () => undefined
    const answer = await control(server, 'POST', '/v1/restore', { name: 'base' })
    console.error = error
    expect([answer.status, answer.body['error']]).toEqual([status, expect.stringContaining(why)])
    expect([await rowsOf(server), await stateOf(server)]).toEqual([rows, state])
    expect(readdirSync(server.data).sort()).toEqual(files)
    await newGroup(server, 'works')
    expect(await groupNames(server)).toEqual(['now', 'saved', 'works'])
  })

  it('of an upload that is no snapshot keeps the one of that name', async () => {
    const server = await start()
    await save(server, 'base')
    const before = readFileSync(join(server.data, 'snapshot-base.db'))
    for (const bytes of [Buffer.from('nonsense'), before.subarray(0, before.length / 2), Buffer.alloc(0)]) {
      expect((await upload(server, 'base', bytes))[0]).toBe(400)
    }
    copyFileSync(join(server.data, 'sallyport.db'), join(server.data, 'copy'))
    expect((await upload(server, 'base', readFileSync(join(server.data, 'copy'))))[0]).toBe(400)
    expect(readFileSync(join(server.data, 'snapshot-base.db')).equals(before)).toBe(true)
    expect(unfinished(server)).toEqual([])
  })
})

describe('under load', () => {
  it('a restore is seen whole or not at all, and no call fails', async () => {
    const server = await start({ 'quotas.securityGroupsPerRegion': '100000' })
    await newGroup(server, 'saved')
    await save(server, 'base')
    await newGroup(server, 'later-1')
    await newGroup(server, 'later-2')
    await save(server, 'both')
    let stopped = false
    const answered: { name: string; from: number; to: number }[] = []
    let tick = 0
    const writer = async (id: number) => {
      for (let index = 0; !stopped; index++) {
        const name = `w${id}-${index}`
        const from = ++tick
        await newGroup(server, name)
        answered.push({ name, from, to: ++tick })
      }
    }
    const reader = async () => {
      while (!stopped) {
        const { text } = await rawCall(server, 'DescribeSecurityGroups', { SecurityGroupName: 'later-*' })
        const found = ['later-1', 'later-2', 'saved'].filter((name) => text.includes(`"${name}"`))
        expect([0, 2]).toContain(found.length)
      }
    }
    const load = [...[1, 2, 3, 4].map(writer), reader(), reader()]
    let last = { from: 0, to: 0 }
    for (const name of ['base', 'both', 'base', 'both', 'base']) {
      await new Promise((resolve) => setTimeout(resolve, 30))
      const from = ++tick
      await mustControl(server, 'POST', '/v1/restore', { name })
      last = { from, to: ++tick }
    }
    await new Promise((resolve) => setTimeout(resolve, 30))
    stopped = true
    await Promise.all(load)
    const names = new Set((await rowNames(server)).filter((name) => name.startsWith('w')))
    for (const { name, from, to } of answered) {
      if (to < last.from) expect(names.has(name), name).toBe(false)
      if (from > last.to) expect(names.has(name), name).toBe(true)
    }
    expect(answered.length).toBeGreaterThan(20)
    const world = (await stateOf(server))['groups'] as unknown[]
    expect(world.length).toBe((await rowNames(server)).length)
  })
})

const rowNames = (server: TestServer): Promise<string[]> =>
  peekStore(server.data, (session) =>
    session.query((db) => db.selectFrom('security_groups').select('name')),
  ).then((rows) => rows.map(({ name }) => name))

function withDatabase(path: string, sql: string): void {
  const database = new SqliteDatabase(path)
  database.exec(sql)
  database.close()
}

const unfinished = (server: TestServer): string[] =>
  readdirSync(server.data).filter((name) => name.endsWith('.new'))

/** Waits until it is so; the test's own time limit is the end of waiting. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5))
}

const fileUrl = ({ running }: TestServer, name: string): string =>
  `${running.admin}/v1/snapshots/file?name=${name}`
const headers = { authorization: `Bearer ${adminToken}` }

const download = (server: TestServer, name: string): Promise<Response> =>
  fetch(fileUrl(server, name), { headers })

async function upload(server: TestServer, name: string, bytes: Buffer): Promise<[number, unknown]> {
  const response = await fetch(fileUrl(server, name), { method: 'PUT', headers, body: new Uint8Array(bytes) })
  return [response.status, await response.json()]
}
