import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAgents } from '../../src/admin/agents.js'
import { bodyLimit } from '../../src/admin/body.js'
import type { TestAdmin } from './admin-server.js'
import { startTestAdmin } from './admin-server.js'
import { smallFeed } from './fake-feed.js'

const feed = smallFeed()
let admin: TestAdmin

beforeAll(async () => {
  admin = await startTestAdmin(feed)
})
afterAll(() => admin.stop())

const report = { host: 'h1', epoch: 'epoch-1', revision: 1, at: '2026-01-01T00:00:00Z', errors: ['x'] }

describe('the token', () => {
  it.each([
    ['none', { authorization: '' }],
    ['a wrong one', { authorization: 'Bearer wrong' }],
    ['a longer one', { authorization: 'Bearer a-token-for-testsX' }],
    ['another scheme', { authorization: 'Basic a-token-for-tests' }],
  ])('refuses %s with 401', async (_, headers) => {
    for (const path of ['/v1/state', '/v1/watch', '/v1/nothing']) {
      const reply = await admin.call('GET', path, undefined, headers)
      expect([reply.status, reply.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
      expect(reply.body).toMatchObject({ error: 'the bearer token is missing or wrong' })
    }
  })

  it('is not asked for by the health route', async () => {
    const reply = await admin.call('GET', '/v1/health', undefined, { authorization: '' })
    expect([reply.status, reply.body]).toEqual([200, { status: 'ok' }])
  })
})

describe('refusals say what is wrong and what to do', () => {
  it('answers 404 for a route that is not there', async () => {
    const reply = await admin.call('GET', '/v2/state')
    expect(reply.status).toBe(404)
    expect(reply.body).toMatchObject({
      error: 'no route /v2/state',
      hint: expect.stringContaining('/v1/state') as string,
    })
  })

  it('answers 404 for names that every object has', async () => {
    expect((await admin.call('GET', '/constructor')).status).toBe(404)
  })

  it('answers 405 and names the method', async () => {
    const reply = await admin.call('GET', '/v1/decide')
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'POST'])
  })

  it('answers 400 for a body that is not JSON', async () => {
    const reply = await admin.call('POST', '/v1/decide', '{"flows": [')
    expect(reply.status).toBe(400)
    expect(reply.body).toMatchObject({ error: expect.stringContaining('not JSON') as string })
  })

  it('answers 413 for a body beyond the limit, and takes one at the limit', async () => {
    const padded = (size: number): string => '{"flows": []}'.padEnd(size)
    expect((await admin.call('POST', '/v1/decide', padded(bodyLimit))).status).toBe(200)
    const reply = await admin.call('POST', '/v1/decide', padded(bodyLimit + 1))
    expect([reply.status, reply.body]).toMatchObject([413, { error: 'the body is larger than 4 MiB' }])
  })

  it('answers 400 for a query parameter that the route does not have', async () => {
    expect((await admin.call('GET', '/v1/state?verbose=1')).status).toBe(400)
  })
})

describe('state and agents', () => {
  it('gives the snapshot of the world', async () => {
    const { body } = await admin.call('GET', '/v1/state')
    expect(body).toMatchObject({
      epoch: 'epoch-1',
      revision: 1,
      rules: [{ id: 'sgr-1' }],
      interfaces: [{ id: 'eni-1' }],
    })
  })

  it('shows what each agent reported last', async () => {
    await admin.call('POST', '/v1/agents', { ...report, revision: 0 })
    expect((await admin.call('POST', '/v1/agents', report)).status).toBe(200)
    const { body } = await admin.call('GET', '/v1/status')
    expect(body).toEqual({
      epoch: 'epoch-1',
      revision: 1,
      agents: [
        {
          host: 'h1',
          epoch: 'epoch-1',
          applied: 1,
          at: '2026-01-01T00:00:00Z',
          errors: ['x'],
          drifts: { count: 0, last: null },
          can: null,
          enforces: true,
          bound: 0,
        },
      ],
    })
  })

  it.each([
    ['host', { ...report, host: '' }],
    ['revision', { ...report, revision: -1 }],
    ['at', { ...report, at: 'yesterday' }],
    ['errors.0', { ...report, errors: [1] }],
    ['its top', { ...report, extra: 1 }],
  ])('refuses a report that is malformed at %s', async (where, body) => {
    const reply = await admin.call('POST', '/v1/agents', body)
    expect([reply.status, reply.body]).toMatchObject([
      400,
      { error: expect.stringContaining(`at ${where}`) as string },
    ])
  })

  it('forgets the agent that was silent longest when there are too many', () => {
    const agents = createAgents(2)
    for (const host of ['a', 'b', 'a', 'c']) agents.report({ ...report, host })
    expect(agents.list().map(({ host }) => host)).toEqual(['a', 'c'])
  })
})
