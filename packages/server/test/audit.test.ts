import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { fits } from '../src/audit/filter.js'
import { openJournal } from '../src/audit/journal.js'
import type { CallRecord } from '../src/audit/record.js'
import { control, mustControl, rawCall, rawCallV3, withAdmin } from './control-calls.js'
import { signedQuery, testServer, type TestServer } from './harness.js'

const open: TestServer[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.stop()
})

async function start(flags: Record<string, string> = {}): Promise<TestServer> {
  const server = await testServer({ ...withAdmin, ...flags })
  open.push(server)
  return server
}

async function calls(server: TestServer, query = ''): Promise<CallRecord[]> {
  return (await mustControl(server, 'GET', `/v1/calls${query}`))['calls'] as CallRecord[]
}

const filesOf = (server: TestServer): string[] =>
  readdirSync(server.data).filter((name) => name.startsWith('audit-'))

/** Times are recorded in milliseconds. */
const aMoment = () => new Promise((resolve) => setTimeout(resolve, 5))

const requestIdIn = (text: string): string =>
  /[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}/.exec(text)?.[0] ?? ''

describe('a recorded call', () => {
  it('says who called what from where, and what came of it', async () => {
    const server = await start()
    const { text } = await rawCall(server, 'DescribeSecurityGroups', { PageSize: '5' })
    const [call] = await calls(server)
    expect(call).toMatchObject({
      requestId: requestIdIn(text),
      accountId: '1234567890123456',
      accessKeyId: 'test-key',
      operation: 'DescribeSecurityGroups',
      version: '2014-05-26',
      region: 'cn-hangzhou',
      parameters: { RegionId: 'cn-hangzhou', PageSize: '5' },
      status: 200,
      code: null,
      source: '127.0.0.1',
      userAgent: 'node',
    })
    expect(Math.abs(Date.parse(call?.time ?? '') - Date.now())).toBeLessThan(60_000)
    expect(call?.durationMs).toBeGreaterThan(0)
  })

  it.each([
    [
      'V1 in JSON',
      (server: TestServer) => rawCall(server, 'DeleteSecurityGroup', { SecurityGroupId: 'sg-no' }),
    ],
    [
      'V1 in XML',
      (server: TestServer) =>
        rawCall(server, 'DeleteSecurityGroup', { SecurityGroupId: 'sg-no', Format: 'XML' }),
    ],
    [
      'ACS3 in JSON',
      (server: TestServer) => rawCallV3(server, 'DeleteSecurityGroup', { SecurityGroupId: 'sg-no' }),
    ],
    [
      'ACS3 in XML',
      (server: TestServer) =>
        rawCallV3(server, 'DeleteSecurityGroup', { SecurityGroupId: 'sg-no', accept: 'application/xml' }),
    ],
  ])('has the request id of a refusal over %s', async (_, make) => {
    const server = await start()
    const { text, headers } = await make(server)
    const [call] = await calls(server)
    expect(call).toMatchObject({
      status: 404,
      code: 'InvalidSecurityGroup.NotFound',
      accessKeyId: 'test-key',
    })
    expect([requestIdIn(text), headers.get('x-acs-request-id')]).toEqual([call?.requestId, call?.requestId])
  })

  it('is made of refused and unreadable requests too, with what is known of them', async () => {
    const server = await start()
    await rawCall(server, 'NoSuchAction')
    await rawCall(server, 'DescribeRegions', { AccessKeyId: 'unknown-key' })
    await rawCall(server, 'DescribeRegions', { Timestamp: '2001-01-01T00:00:00Z' })
    await fetch(`${server.running.endpoint}/?Action=%ZZ`)
    expect(
      (await calls(server)).map(({ operation, accountId, accessKeyId, status, code }) => ({
        ...{ operation, accountId, accessKeyId, status, code },
      })),
    ).toEqual([
      {
        ...{ operation: 'NoSuchAction', accountId: null, accessKeyId: 'test-key' },
        ...{ status: 404, code: 'InvalidAction.NotFound' },
      },
      {
        ...{ operation: 'DescribeRegions', accountId: null, accessKeyId: 'unknown-key' },
        ...{ status: 404, code: 'InvalidAccessKeyId.NotFound' },
      },
      {
        ...{ operation: 'DescribeRegions', accountId: null, accessKeyId: 'test-key' },
        ...{ status: 400, code: 'InvalidTimeStamp.Expired' },
      },
      { operation: null, accountId: null, accessKeyId: null, status: 400, code: 'InvalidParameter' },
    ])
  })

  it('holds no secret, and neither does any other file that others read', async () => {
    const logged: string[] = []
    const error = console.error
    console.error = (...words: unknown[]) => void logged.push(JSON.stringify(words))
    try {
      const server = await start()
      const hidden = 'tOp-sEcReT-vAlUe'
      const secrets = {
        ...{ Password: hidden, AccessKeySecret: hidden, UserData: hidden, SecurityToken: hidden },
        ...{ 'Login.1.password': hidden, RootPasswd: hidden, PrivateKeyBody: hidden },
        ...{ Login: JSON.stringify([{ Password: hidden }]), Odd: `{ 'accessKeySecret' : '${hidden}' }` },
        Twice: JSON.stringify({ text: JSON.stringify({ UserData: hidden }) }),
      }
      await rawCall(server, 'RunInstances', secrets)
      await rawCallV3(server, 'RunInstances', secrets)
      // The answer to a wrong signature quotes every parameter.
      const { text } = await rawCall(server, 'RunInstances', {
        ...secrets,
        AccessKeyId: 'test-key',
        Timestamp: '',
      })
      expect(text).toContain('MissingTimestamp')
      const signed = signedQuery({ Action: 'DescribeRegions', Version: '2014-05-26', Password: hidden })
      expect((await fetch(`${server.running.endpoint}/?${signed}x`)).status).toBe(400)
      const recorded = await calls(server)
      expect(recorded).toHaveLength(4)
      expect(recorded[0]?.parameters).toMatchObject({
        Password: '[redacted]',
        'Login.1.password': '[redacted]',
      })
      const bytes = filesOf(server).map((name) => readFileSync(join(server.data, name), 'latin1'))
      expect(bytes.join('')).toContain('RunInstances')
      expect(bytes.join('').includes(hidden)).toBe(false)
      expect(bytes.join('').includes('test-secret')).toBe(false)
      expect(logged.join('').includes(hidden)).toBe(false)
    } finally {
      console.error = error
    }
  })

  it('shows texts that only speak of secrets', async () => {
    const server = await start()
    const parameters = { Description: 'the password: none', ClientToken: 'token', Policy: '{"Version":"1"}' }
    await rawCall(server, 'DescribeRegions', parameters)
    expect((await calls(server))[0]?.parameters).toMatchObject(parameters)
  })

  it('keeps long values and long lists short', async () => {
    const server = await start()
    const many = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`Long.${index}`, 'y'.repeat(900)]),
    )
    await rawCall(server, 'DescribeRegions', { Description: 'x'.repeat(5000), ...many })
    const [call] = await calls(server)
    expect(call?.parameters['Description']).toBe(`${'x'.repeat(1024)}...`)
    expect(call?.omitted).toBeGreaterThan(20)
    expect(JSON.stringify(call).length).toBeLessThan(40_000)
  })
})

describe('the trail', () => {
  it('survives a restart and stays in order', async () => {
    const server = await start()
    await rawCall(server, 'DescribeRegions')
    await server.restart()
    await rawCall(server, 'DescribeZones')
    expect((await calls(server)).map(({ operation }) => operation)).toEqual([
      'DescribeRegions',
      'DescribeZones',
    ])
  })

  it('never holds more calls than it may, and forgets the oldest first', async () => {
    const server = await start({ auditCalls: '20' })
    for (let index = 0; index < 55; index++) await rawCall(server, 'DescribeRegions', { Mark: String(index) })
    const marks = (await calls(server)).map(({ parameters }) => Number(parameters['Mark']))
    expect(marks.length).toBeLessThanOrEqual(20)
    expect(marks.length).toBeGreaterThan(15)
    expect(marks).toEqual(marks.map((_, index) => 55 - marks.length + index))
    const lines = filesOf(server).flatMap((name) =>
      readFileSync(join(server.data, name), 'utf8').trim().split('\n'),
    )
    expect(lines.length).toBe(marks.length)
  })

  it('never takes more bytes than it may', async () => {
    const server = await start({ auditBytes: '1048576' })
    const long = Object.fromEntries(
      Array.from({ length: 29 }, (_, index) => [`Long.${index}`, 'y'.repeat(1000)]),
    )
    for (let index = 0; index < 50; index++) await rawCall(server, 'DescribeRegions', long)
    const recorded = await calls(server)
    const size = filesOf(server).reduce((sum, name) => sum + readFileSync(join(server.data, name)).length, 0)
    expect(size).toBeLessThanOrEqual(1_048_576)
    expect(size).toBeGreaterThan(700_000)
    expect(recorded.length).toBeLessThan(50)
  })

  it('is found by operation, account, result, code and time, the latest first to be kept', async () => {
    const server = await start()
    await rawCall(server, 'DescribeRegions')
    await rawCall(server, 'DeleteSecurityGroup', { SecurityGroupId: 'sg-no' })
    await rawCall(server, 'DescribeRegions')
    await aMoment()
    const between = new Date().toISOString()
    await aMoment()
    await rawCall(server, 'DescribeZones')
    const named = async (query: string) => (await calls(server, query)).map(({ operation }) => operation)
    expect(await named('?operation=DescribeRegions')).toEqual(['DescribeRegions', 'DescribeRegions'])
    expect(await named('?result=refused')).toEqual(['DeleteSecurityGroup'])
    expect(await named('?code=InvalidSecurityGroup.NotFound&status=404')).toEqual(['DeleteSecurityGroup'])
    expect(await named('?account=1234567890123456&limit=2')).toEqual(['DescribeRegions', 'DescribeZones'])
    expect(await named('?account=1')).toEqual([])
    expect(await named(`?since=${between}`)).toEqual(['DescribeZones'])
    expect(await named(`?until=${between}&limit=1`)).toEqual(['DescribeRegions'])
    expect(await mustControl(server, 'GET', '/v1/calls?limit=2')).toMatchObject({ more: true })
    expect((await control(server, 'GET', '/v1/calls?limit=0')).status).toBe(400)
    expect((await control(server, 'GET', '/v1/calls?since=yesterday')).body['error']).toContain('since')
  })

  it('is exported as lines of JSON, and cleared', async () => {
    const server = await start()
    await rawCall(server, 'DescribeRegions')
    await rawCall(server, 'DescribeZones')
    const { text } = await mustControl(server, 'GET', '/v1/calls/export?operation=DescribeZones')
    expect(String(text).endsWith('\n')).toBe(true)
    expect(JSON.parse(String(text))).toEqual((await calls(server))[1])
    await mustControl(server, 'DELETE', '/v1/calls')
    expect(await calls(server)).toEqual([])
    expect(filesOf(server)).toEqual([])
    await rawCall(server, 'DescribeZones')
    expect(await calls(server)).toHaveLength(1)
  })

  it('can be waited on', async () => {
    const server = await start()
    await rawCall(server, 'DescribeZones')
    const waiting = mustControl(server, 'GET', '/v1/calls/wait?operation=DescribeZones&count=3')
    await rawCall(server, 'DescribeRegions')
    await rawCall(server, 'DescribeZones')
    await rawCall(server, 'DescribeZones')
    const { calls: found, reached } = await waiting
    expect([reached, (found as CallRecord[]).map(({ operation }) => operation)]).toEqual([
      true,
      ['DescribeZones', 'DescribeZones', 'DescribeZones'],
    ])
    expect(await mustControl(server, 'GET', '/v1/calls/wait?operation=CreateVpc&timeout=0')).toEqual({
      calls: [],
      reached: false,
    })
  })

  it('that cannot be written loses calls and says so, and still answers and closes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-audit-'))
    const logged: string[] = []
    const journal = openJournal(folder, { calls: 10, bytes: 1000 }, (_, message) => void logged.push(message))
    rmSync(folder, { recursive: true })
    journal.append({ operation: 'DescribeRegions' } as CallRecord)
    expect(await journal.query({}, 1)).toEqual({ calls: [], more: false })
    await journal.clear()
    journal.append({ operation: 'DescribeZones' } as CallRecord)
    await journal.close()
    expect(logged).toEqual(Array(2).fill('the audit trail cannot be written'))
  })

  it('is not kept when the audit is off', async () => {
    const server = await start({ audit: 'off' })
    await rawCall(server, 'DescribeRegions')
    expect((await control(server, 'GET', '/v1/calls')).status).toBe(409)
    expect(filesOf(server)).toEqual([])
  })
})

describe('a filter', () => {
  it('takes a call whose connection was closed as unanswered', () => {
    const call = { status: 0 } as CallRecord
    expect(fits({ result: 'unanswered' }, call)).toBe(true)
    expect(fits({ result: 'refused' }, call)).toBe(false)
  })
})
