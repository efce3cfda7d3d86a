import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Log } from '../../src/settings/log.js'
import type { Admin, AdminOptions } from '../../src/admin/start-admin.js'
import { startAdmin } from '../../src/admin/start-admin.js'
import type { Feed } from '../../src/watch/feed.js'

export const token = 'a-token-for-tests'

export interface TestAdmin extends Admin {
  readonly url: string
  readonly logged: string[]
  /** Calls a route over TCP with the token; header values given here win. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>
  stop(): Promise<void>
}

export interface Reply {
  readonly status: number
  readonly body: unknown
  readonly headers: Headers
}

/** Starts the admin routes on loopback port 0 and a socket in a folder of its own. */
export async function startTestAdmin(feed: Feed, options: Partial<AdminOptions> = {}): Promise<TestAdmin> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-admin-'))
  const logged: string[] = []
  const log: Log = (level, message) => void logged.push(`${level}: ${message}`)
  const admin = await startAdmin({
    listen: '127.0.0.1:0',
    explicit: true,
    controlSocket: join(folder, 'control.sock'),
    token,
    feed,
    log,
    ...options,
  })
  const url = admin.admin ?? ''
  return {
    ...admin,
    url,
    logged,
    async call(method, path, body, headers = {}) {
      const response = await fetch(url + path, {
        method,
        headers: { authorization: `Bearer ${token}`, ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      return { status: response.status, body: await response.json(), headers: response.headers }
    },
    async stop() {
      await admin.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** GET over a unix socket; answers with status and text. */
export function getOverSocket(
  socketPath: string,
  path: string,
  bearer = token,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${bearer}` }
    request({ socketPath, path, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
      .on('error', reject)
      .end()
  })
}
