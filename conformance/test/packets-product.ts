import type { ChildProcess } from 'node:child_process'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe } from 'vitest'
import type { ServerTarget } from './clients.js'

const command = fileURLToPath(new URL('../../packages/cli/bin/sallyport.js', import.meta.url))
const KEY = { accessKeyId: 'packets-key', accessKeySecret: 'packets-secret' }

/** Why packets cannot be tested here; undefined when they can. */
function obstacle(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'they need root on Linux'
  const lacking = ['ip', 'nft', 'nsenter', 'unshare', 'setpriv', 'python3'].filter(
    (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0,
  )
  if (lacking.length > 0) return `not found: ${lacking.join(', ')}`
  const made = spawnSync('unshare', ['--net', 'true'], { encoding: 'utf8' })
  return made.status === 0 ? undefined : `no network namespaces: ${made.stderr.trim()}`
}

const why = obstacle()
if (why !== undefined) process.stderr.write(`skipping packets through the whole product: ${why}\n`)

/** `describe` for tests with real packets; skipped where the host cannot, with the reason printed. */
export const describeProduct = describe.skipIf(why !== undefined)

/** What a command said and how it ended. */
export interface Ended {
  readonly code: number | null
  readonly output: string
}

/** `sallyport up` on a temporary folder, as root, with packets in force. */
export interface Product {
  readonly target: ServerTarget
  readonly data: string
  /** Asks the admin listener. */
  ask(path: string, body?: object): Promise<unknown>
  /** Waits until the agent reports that the kernel holds all that was acknowledged. Returns its errors. */
  enforced(): Promise<readonly string[]>
  /** Runs another command on the same data folder, in the same namespaces as `up`. */
  command(...args: string[]): Ended
  /** SIGKILL, as a crash; returns when the server is gone, too. */
  kill(): Promise<void>
  /** SIGTERM; returns the exit code. */
  stop(): Promise<number | null>
  /** Starts it again on the same folder. */
  start(): Promise<void>
  /** Ends it, takes down what it made and removes the folder. */
  end(): Promise<void>
}

interface Endpoints {
  readonly endpoint: string
  readonly admin: string
  readonly pid: number
}

interface Status {
  readonly revision: number
  readonly agents: readonly { readonly applied: number; readonly errors: readonly string[] }[]
}

const environment = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SALLYPORT_'))),
  SALLYPORT_CONFIG: 'none',
  SALLYPORT_ACCESS_KEY_ID: KEY.accessKeyId,
  SALLYPORT_ACCESS_KEY_SECRET: KEY.accessKeySecret,
})

/** Waits for what must come; generous, because machines are shared, and over as soon as it is there. */
async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited 30 s in vain: ${what}`)
    await sleep(10)
  }
}

/** Starts `up` with the flags. The API and admin listeners take free ports and keep them over restarts. */
export async function startProduct(flags: readonly string[]): Promise<Product> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-packets-'))
  const data = join(folder, 'data')
  let ports = ['127.0.0.1:0', '127.0.0.1:0']
  let child: ChildProcess | undefined
  let log = ''
  let token = ''
  let endpoints: Endpoints | undefined

  async function start(): Promise<void> {
    const where = [
      '--data',
      data,
      '--listen',
      ports[0] ?? '',
      '--admin',
      ports[1] ?? '',
      '--log-level',
      'warn',
    ]
    const up = spawn(process.execPath, [command, 'up', ...where, ...flags], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child = up
    // A test run that is interrupted must not leave it running.
    process.once('exit', () => up.kill('SIGTERM'))
    let banner = ''
    up.stderr.setEncoding('utf8').on('data', (text: string) => (log += text))
    up.stdout.setEncoding('utf8').on('data', (text: string) => (banner += text))
    await until('"up" is ready', () => up.exitCode !== null || /enforcement .*\n/.test(banner))
    if (up.exitCode !== null || !/enforcement +on\n/.test(banner))
      throw new Error(`"up" does not enforce: ${banner}${log}`)
    const made = JSON.parse(readFileSync(join(data, 'endpoints.json'), 'utf8')) as Endpoints
    endpoints = made
    ports = [made.endpoint, made.admin].map((url) => new URL(url).host)
    token = readFileSync(join(data, 'admin-token'), 'utf8').trim()
  }

  async function finish(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
    // The server is a process of its own, which hears that its parent is gone.
    const { pid } = endpoints ?? {}
    if (pid !== undefined) await until('the server ends', () => !existsSync(`/proc/${pid}`))
    return child.exitCode
  }

  const run = (...args: string[]): Ended => {
    const words = [command, ...args, '--data', data]
    const { status, stdout, stderr } = spawnSync(process.execPath, words, {
      encoding: 'utf8',
      env: environment(),
    })
    return { code: status, output: stdout + stderr }
  }

  const ask = async (path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`http://${ports[1]}${path}`, {
      headers: { authorization: `Bearer ${token}` },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
    return response.json()
  }

  await start().catch(async (error: unknown) => {
    await finish('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
    throw error
  })
  return {
    get target() {
      return { endpoint: ports[0] ?? '', ...KEY }
    },
    data,
    ask,
    async enforced() {
      const { revision } = (await ask('/v1/status')) as Status
      let errors: readonly string[] = []
      await until(`the kernel holds revision ${revision}`, async () => {
        const [agent] = ((await ask('/v1/status')) as Status).agents
        errors = agent?.errors ?? []
        return (agent?.applied ?? -1) >= revision
      })
      return errors
    },
    command: run,
    async kill() {
      await finish('SIGKILL')
    },
    stop: () => finish('SIGTERM'),
    start,
    async end() {
      await finish('SIGTERM')
      const { code, output } = run('down')
      rmSync(folder, { recursive: true, force: true })
      if (code !== 0) throw new Error(`"down" failed: ${output}`)
    },
  }
}
