import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const command = fileURLToPath(new URL('../../packages/cli/bin/sallyport.js', import.meta.url))
const adminToken = 'fuzz-admin-token'

/** A server of the built command on a temporary folder, the pulse of its process, and a way back to nothing. */
export async function startServer() {
  const data = mkdtempSync(join(tmpdir(), 'sallyport-fuzz-'))
  const key = { id: 'fuzz-key', secret: 'fuzz-secret' }
  const flags = ['--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0', '--data', data]
  const child = spawn(process.execPath, [command, 'serve', ...flags], {
    cwd: data,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...withoutSettings(process.env),
      SALLYPORT_CONFIG: 'none',
      SALLYPORT_ACCESS_KEY_ID: key.id,
      SALLYPORT_ACCESS_KEY_SECRET: key.secret,
      SALLYPORT_ADMIN_TOKEN: adminToken,
    },
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  process.once('exit', () => child.kill('SIGKILL'))
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text) => (log = (log + text).slice(-20_000)))
  const url = await listening(child, () => log)
  const { admin } = JSON.parse(readFileSync(join(data, 'endpoints.json'), 'utf8'))
  return {
    ...{ url: new URL(url), key, log: () => log },
    isAlive: () => child.exitCode === null && child.signalCode === null,
    /** Resident memory in bytes. */
    memory: () => 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]),
    /** Removes all state but accounts, so that only what leaks stays. */
    async reset() {
      const headers = { authorization: `Bearer ${adminToken}` }
      const response = await fetch(`${admin}/v1/reset`, { method: 'POST', headers, body: '{}' })
      if (!response.ok) throw new Error(`reset: ${response.status} ${await response.text()}`)
    },
    /** Ends it, if it has not ended by itself, and waits. */
    async stop() {
      child.kill('SIGTERM')
      await ended
      rmSync(data, { recursive: true, force: true })
    },
  }
}

/** What was set for a server of the user's own would change what this one answers. */
const withoutSettings = (environment) =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('SALLYPORT_')))

function listening(child, log) {
  return new Promise((resolve, reject) => {
    let out = ''
    child.once('exit', () => reject(new Error(`the server ended early: ${log()}`)))
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text
      const url = /listening on (\S+)/.exec(out)?.[1]
      if (url) resolve(url)
    })
  })
}
