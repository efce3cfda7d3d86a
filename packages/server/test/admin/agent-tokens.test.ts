import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { agentTokenRoutes } from '../../src/admin/agent-token-routes.js'
import { type AgentTokens, openAgentTokens } from '../../src/admin/agent-tokens.js'
import { startTestAdmin, type TestAdmin } from './admin-server.js'
import { smallFeed } from './fake-feed.js'

let data: string
let agentTokens: AgentTokens
let admin: TestAdmin

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'sallyport-tokens-'))
  agentTokens = openAgentTokens(data)
  admin = await startTestAdmin(smallFeed(), { agentTokens, routes: agentTokenRoutes(agentTokens) })
})
afterEach(async () => {
  await admin.stop()
  rmSync(data, { recursive: true, force: true })
})

const add = async (host: string): Promise<Record<string, string>> => {
  const { body } = await admin.call('POST', '/v1/agent-tokens', { host })
  return { authorization: `Bearer ${(body as { token: string }).token}` }
}
const report = (host: string) => ({ host, epoch: 'e', revision: 1, at: new Date().toISOString(), errors: [] })

describe('the token of an agent', () => {
  it('is kept as a digest, in a file of the owner alone, and works after a restart', async () => {
    const { authorization } = await add('one')
    const file = join(data, 'agent-tokens.json')
    expect(readFileSync(file, 'utf8')).not.toContain(authorization?.slice('Bearer '.length))
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(openAgentTokens(data).hostOf(authorization)).toBe('one')
    expect(openAgentTokens(data).hostOf('Bearer ' + '0'.repeat(64))).toBe(null)
  })

  it('reports for its own host only', async () => {
    const headers = await add('one')
    expect((await admin.call('POST', '/v1/agents', report('one'), headers)).status).toBe(200)
    expect((await admin.call('POST', '/v1/agents', report('two'), headers)).status).toBe(403)
    const { body } = await admin.call('GET', '/v1/status')
    expect((body as { agents: { host: string }[] }).agents.map(({ host }) => host)).toEqual(['one'])
  })

  it('opens no route but the feed and reports', async () => {
    const headers = await add('one')
    for (const [method, path] of [
      ['GET', '/v1/state'],
      ['GET', '/v1/status'],
      ['GET', '/v1/agent-tokens'],
      ['POST', '/v1/agent-tokens'],
      ['POST', '/v1/decide'],
      ['GET', '/nowhere'],
    ] as const) {
      const body = method === 'POST' ? {} : undefined
      expect((await admin.call(method, path, body, headers)).status, path).toBe(403)
    }
  })

  it('follows the feed until it is removed, and not after', async () => {
    const headers = await add('one')
    const response = await fetch(`${admin.url}/v1/watch`, { headers })
    expect(response.status).toBe(200)
    const rest = response.text()
    rest.catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect((await admin.call('DELETE', '/v1/agent-tokens?host=one')).status).toBe(200)
    await expect(rest).rejects.toThrow()
    expect((await fetch(`${admin.url}/v1/watch`, { headers })).status).toBe(401)
    expect((await admin.call('DELETE', '/v1/agent-tokens?host=one')).status).toBe(404)
  })

  it('is one for each host', async () => {
    await add('one')
    expect((await admin.call('POST', '/v1/agent-tokens', { host: 'one' })).status).toBe(409)
    expect((await admin.call('POST', '/v1/agent-tokens', { host: '../x' })).status).toBe(400)
    const { body } = await admin.call('GET', '/v1/agent-tokens')
    expect(body).toEqual({ hosts: [{ host: 'one', createdAt: expect.any(String) as string }] })
  })
})
