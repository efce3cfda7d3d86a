import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Admin } from '../../src/admin/index.js'
import { openAdmin, readAdminToken, readEndpoints } from '../../src/admin/index.js'
import type { Log } from '../../src/settings/index.js'
import { resolveSettings, UserError } from '../../src/settings/index.js'
import { getOverSocket } from './admin-server.js'
import { smallFeed } from './fake-feed.js'

let data: string
let logged: string[]
const open: (() => unknown)[] = []

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'sallyport-open-'))
  logged = []
  open.push(() => rmSync(data, { recursive: true, force: true }))
})
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

const log: Log = (level, message, fields) => void logged.push(JSON.stringify({ level, message, ...fields }))

async function openIn(
  folder: string,
  env: Record<string, string> = { SALLYPORT_ADMIN: 'none' },
): Promise<Admin> {
  const settings = resolveSettings({ flags: { data: folder }, env, cwd: '/' })
  const admin = await openAdmin({ settings, endpoint: 'http://127.0.0.1:1', feed: smallFeed(), log })
  open.push(() => admin.close())
  return admin
}

/** A port that something else listens on. */
async function takenPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(() => server.close())
  return (server.address() as AddressInfo).port
}

describe('the control socket', () => {
  it('answers as the TCP listener does, and only its owner may connect', async () => {
    const { controlSocket } = await openIn(data)
    expect(controlSocket).toBe(join(data, 'control.sock'))
    expect(statSync(controlSocket).mode & 0o777).toBe(0o600)
    const kept = readAdminToken(data)
    expect((await getOverSocket(controlSocket, '/v1/status', kept)).status).toBe(200)
    expect((await getOverSocket(controlSocket, '/v1/status', 'wrong')).status).toBe(401)
  })

  it('takes the place of one that a killed server left', async () => {
    writeFileSync(join(data, 'control.sock'), '')
    const { controlSocket } = await openIn(data)
    expect((await getOverSocket(controlSocket, '/v1/health')).status).toBe(200)
  })

  it('moves to a private folder when its path is too long for a socket, and the record says where', async () => {
    const deep = join(data, 'x'.repeat(100))
    mkdirSync(deep)
    const { controlSocket } = await openIn(deep)
    open.push(() => rmSync(dirname(controlSocket), { recursive: true, force: true }))
    expect(dirname(controlSocket)).not.toBe(deep)
    expect(statSync(dirname(controlSocket)).mode & 0o777).toBe(0o700)
    expect(readEndpoints(deep)?.controlSocket).toBe(controlSocket)
    expect((await getOverSocket(controlSocket, '/v1/health')).status).toBe(200)
  })
})

describe('the record of addresses', () => {
  it('is private, tells where the server answers, and goes with a clean stop', async () => {
    const admin = await openIn(data, { SALLYPORT_ADMIN: '127.0.0.1:0' })
    expect(readEndpoints(data)).toMatchObject({
      endpoint: 'http://127.0.0.1:1',
      admin: admin.admin,
      controlSocket: admin.controlSocket,
      pid: process.pid,
    })
    expect(statSync(join(data, 'endpoints.json')).mode & 0o777).toBe(0o600)
    await admin.close()
    expect(readEndpoints(data)).toBeUndefined()
    expect(readdirSync(data)).toEqual(['admin-token'])
  })

  it('is refused by name when it is damaged', () => {
    writeFileSync(join(data, 'endpoints.json'), '{')
    expect(() => readEndpoints(data)).toThrow('endpoints.json is damaged')
  })
})

describe('the token', () => {
  it('is made once, private, and kept over restarts', async () => {
    await (await openIn(data)).close()
    const first = readAdminToken(data)
    expect(first).toMatch(/^[0-9a-f]{64}$/)
    expect(statSync(join(data, 'admin-token')).mode & 0o777).toBe(0o600)
    await openIn(data)
    expect(readAdminToken(data)).toBe(first)
  })

  it('is the configured one where there is one', async () => {
    const { controlSocket } = await openIn(data, {
      SALLYPORT_ADMIN: 'none',
      SALLYPORT_ADMIN_TOKEN: 'configured-token-1',
    })
    expect(readAdminToken(data)).toBe('configured-token-1')
    expect((await getOverSocket(controlSocket, '/v1/state', 'configured-token-1')).status).toBe(200)
  })

  it('is in no log', async () => {
    await openIn(data, { SALLYPORT_ADMIN: '127.0.0.1:0' })
    expect(logged.join()).not.toContain(readAdminToken(data))
  })
})

describe('an admin port that is taken', () => {
  it('is an error where it was asked for, and leaves nothing behind', async () => {
    const port = await takenPort()
    const opening = openIn(data, { SALLYPORT_ADMIN: `127.0.0.1:${port}` })
    await expect(opening).rejects.toThrow(UserError)
    await expect(opening).rejects.toThrow(
      `cannot listen for admin requests on 127.0.0.1:${port}: another process listens there`,
    )
    expect(readEndpoints(data)).toBeUndefined()
  })

  it('is a warning where it is the default, and the control socket works', async () => {
    const port = await takenPort()
    const settings = resolveSettings({ flags: { data }, env: {}, cwd: '/' })
    const feed = smallFeed()
    // The default port itself may be free here, so one that is taken stands in for it.
    const moved = { ...settings, admin: `127.0.0.1:${port}` }
    const admin = await openAdmin({ settings: moved, endpoint: 'http://127.0.0.1:1', feed, log })
    open.push(() => admin.close())
    expect(admin.admin).toBeNull()
    expect(logged).toHaveLength(1)
    expect(logged[0]).toContain(`no admin listener on 127.0.0.1:${port}`)
    expect((await getOverSocket(admin.controlSocket, '/v1/health')).status).toBe(200)
  })
})
