import type { ChildProcess } from 'node:child_process'
import { spawn, spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Settings } from '@sallyport/server'
import { environmentOf, UserError } from '@sallyport/server'
import type { PreparedFolder } from './data-folder.js'
import { exitCodes } from './exit-codes.js'
import type { OrdinaryUser } from './ordinary-user.js'
import { canPass, viewFor, viewScript } from './private-view.js'
import type { ReadyMessage } from './serve.js'

/** The server as a process of an ordinary user. */
export interface ServerProcess {
  /** Settles when the server answers; never when it ends before. */
  readonly ready: Promise<ReadyMessage>
  /** Its exit code; 128 and the signal's number when a signal ended it. */
  readonly exited: Promise<number>
  stop(): void
}

const command = fileURLToPath(new URL('../bin/sallyport.js', import.meta.url))
const root = dirname(dirname(dirname(dirname(command))))
const code = ['packages', 'node_modules'].map((name) => join(root, name))

/** Starts `serve` as the user of the data folder; to be called as root. Throws `UserError` where that cannot be. */
export function startServerProcess(settings: Settings, folder: PreparedFolder): ServerProcess {
  const wrap = asUser(folder)
  refuseUnreachable(wrap, folder)
  const [program = '', ...args] = [...wrap, process.execPath, command, 'serve']
  const child = spawn(program, args, {
    cwd: '/',
    env: environment(settings, folder),
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  return {
    ready: new Promise((resolve) => child.once('message', (message) => resolve(message as ReadyMessage))),
    exited: exitOf(child),
    stop: () => void child.kill('SIGTERM'),
  }
}

/** The words before a command that make it run as the user, with a view of its own where it needs one. */
function asUser({ path, user }: PreparedFolder): string[] {
  const drop = [
    'setpriv',
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    '--clear-groups',
    '--bounding-set=-all',
    '--no-new-privs',
  ]
  const wanted = [...code, dirname(process.execPath)].map((item) => ({ path: item, writable: false }))
  const view = viewFor([...wanted, { path, writable: true }], (ancestor) => canPass(ancestor, user))
  if (!view) return drop
  const unshare = [
    'unshare',
    '--mount',
    '--propagation',
    'private',
    '/bin/sh',
    '-c',
    viewScript(view),
    'sallyport',
  ]
  return [...unshare, ...drop]
}

/** Tries what the server will need as its user, because its own failure would be a trace of Node's. */
function refuseUnreachable(wrap: readonly string[], { path, user }: PreparedFolder): void {
  const files = [process.execPath, command, join(dirname(dirname(command)), 'dist', 'main.js'), ...code, path]
  const check = 'for file do test -r "$file" || { echo "it cannot read $file" >&2; exit 1; }; done'
  const [program = '', ...args] = [...wrap, '/bin/sh', '-c', check, 'sh', ...files]
  const { status, stderr, error } = spawnSync(program, args, { cwd: '/', encoding: 'utf8' })
  if (status === 0) return
  throw new UserError(
    `the server cannot run as ${user.name}: ${why(error, program, stderr)}`,
    `Make the code readable (chmod -R go+rX ${root}), or run as an ordinary user, without enforcement.`,
  )
}

function why(error: Error | undefined, program: string, stderr: string): string {
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') {
    return `${program} of util-linux is not installed`
  }
  return error?.message ?? (stderr.trim().split('\n').at(-1) || 'its check failed')
}

/** Only what the server uses: the environment of root may hold what is not for an ordinary user. */
function environment(settings: Settings, { path }: PreparedFolder): NodeJS.ProcessEnv {
  const kept = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'TERM'].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    ...Object.fromEntries(kept),
    ...environmentOf(settings),
    SALLYPORT_DATA: path,
    SALLYPORT_CONFIG: 'none',
  }
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(exitCodes.defect))
    child.once('exit', (status, signal) =>
      resolve(status ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    )
  })
}

/** For the banner. */
export const userText = ({ name, uid }: OrdinaryUser): string => `${name} (uid ${uid})`
