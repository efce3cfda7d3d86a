import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** How to start `sallyport serve` for a test. */
export interface ServerOptions {
  /** Data folder to use and to leave in place. Default: a temporary one, which `stop` removes. */
  readonly data?: string
  /** Flags beyond the address, the data folder and the keys; a later flag wins over these defaults. */
  readonly flags?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** A command to put in front, for example strace with its options. It must run the server in the same process. */
  readonly prefix?: readonly string[]
}

/** A server of the built command line, on a free loopback port. */
export interface RunningServer {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  /** `127.0.0.1:PORT`, as SDKs take an endpoint. */
  readonly endpoint: string
  /** URL of the admin listener; null with `--admin none`. */
  readonly adminUrl: string | null
  /** Bearer token of the admin listener. */
  readonly adminToken: string
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly data: string
  readonly child: ChildProcess
  /** What the server has logged so far. */
  readonly log: () => string
  /** Ends it as an operator would, waits, and removes the data folder if it was temporary. Returns the exit code. */
  stop(): Promise<number | null>
  /** `kill -9`, and waits. The data folder stays for the next start; remove it with `stop` of that one. */
  kill(): Promise<void>
}

const COMMAND = fileURLToPath(new URL('../../packages/cli/bin/sallyport.js', import.meta.url))
const KEY = { accessKeyId: 'conformance-key', accessKeySecret: 'conformance-secret' }
const ADMIN_TOKEN = 'conformance-admin-token'

/** The environment without settings of whoever runs the tests. */
const ownEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SALLYPORT_')))

/** Starts the server and waits until it listens. Rejects with its log when it ends before that. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const temporary = options.data === undefined
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'sallyport-test-'))
  const child = launch(data, options)
  const log = collect(child)
  const ended = endOf(child)
  const removeData = (): void => {
    if (temporary) rmSync(data, { recursive: true, force: true })
  }
  try {
    const url = await Promise.race([listeningUrl(child), ended.then(() => endedEarly(child, log()))])
    return {
      url,
      endpoint: new URL(url).host,
      adminUrl: adminUrlIn(data),
      adminToken: ADMIN_TOKEN,
      ...KEY,
      data,
      child,
      log,
      async stop() {
        child.kill('SIGTERM')
        await ended
        removeData()
        return child.exitCode
      },
      async kill() {
        child.kill('SIGKILL')
        await ended
      },
    }
  } catch (error) {
    child.kill('SIGKILL')
    removeData()
    throw error
  }
}

/** Resolves when the server has ended. A test that fails half-way must not leave it running. */
async function endOf(child: ChildProcess): Promise<void> {
  const end = (): void => void child.kill('SIGKILL')
  process.once('exit', end)
  await once(child, 'close')
  process.off('exit', end)
}

function launch(data: string, { flags = [], env = {}, prefix = [] }: ServerOptions): ChildProcess {
  const serve = ['serve', '--listen', '127.0.0.1:0', '--data', data, '--admin', '127.0.0.1:0', ...flags]
  const [command, ...args] = [...prefix, process.execPath, COMMAND, ...serve]
  return spawn(command ?? process.execPath, args, {
    cwd: data,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...ownEnvironment(),
      SALLYPORT_CONFIG: 'none',
      SALLYPORT_ACCESS_KEY_ID: KEY.accessKeyId,
      SALLYPORT_ACCESS_KEY_SECRET: KEY.accessKeySecret,
      SALLYPORT_ADMIN_TOKEN: ADMIN_TOKEN,
      ...env,
    },
  })
}

function collect(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  return () => text
}

async function listeningUrl({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('the server has no standard output')
  for await (const line of createInterface({ input: stdout })) {
    const url = /^listening on (http:\/\/\S+)$/.exec(line)?.[1]
    if (url === undefined) continue
    stdout.resume()
    return url
  }
  // The output ended; the caller hears of the exit.
  return new Promise(() => undefined)
}

function endedEarly({ exitCode, signalCode }: ChildProcess, log: string): never {
  throw new Error(`the server ended with ${exitCode ?? signalCode} before it listened:\n${log}`)
}

/** The data folder records the addresses in use, for other commands on the host. */
function adminUrlIn(data: string): string | null {
  const text = readFileSync(join(data, 'endpoints.json'), 'utf8')
  return (JSON.parse(text) as { admin: string | null }).admin
}
