import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Settings } from '@sallyport/server'
import { createLog } from '@sallyport/server'
import type { PreparedFolder } from './data-folder.js'
import { exitCodes } from './exit-codes.js'
import { markOf, stateFolderOf } from './mark.js'
import type { ReadyMessage } from './serve.js'

/** The agent as a process of root that has few of root's privileges. */
export interface AgentProcess {
  /** Settles when the first agent follows the server. */
  readonly ready: Promise<'ready'>
  /** Its exit code, when the first one ends before that. Later ones are started anew. */
  readonly failed: Promise<{ readonly code: number }>
  /** Ends it; what it put in force stays. */
  stop(): Promise<void>
}

const command = fileURLToPath(new URL('../bin/sallyport.js', import.meta.url))

/**
 * What it may do: links, rules and settings of network namespaces; making, naming and entering them; and connecting to
 * the control socket, which belongs to the server's user.
 */
const CAPABILITIES = ['net_admin', 'sys_admin', 'dac_override']

const FIRST_PAUSE = 500
const LONGEST_PAUSE = 30_000

function spawnAgent(settings: Settings, { path }: PreparedFolder, server: ReadyMessage): ChildProcess {
  const mark = markOf(path)
  const { uplinkNetns, uplinkRoutes, keepTracked, boundOnly, logLevel } = settings
  const drop = [`--bounding-set=-all,${CAPABILITIES.map((name) => `+${name}`).join(',')}`, '--no-new-privs']
  const args = [
    ...['agent', '--config', 'none', '--server', `unix:${server.controlSocket}`, '--mark', mark],
    ...['--state', stateFolderOf(mark), '--log-level', logLevel],
    ...(uplinkNetns === null ? [] : ['--uplink-netns', uplinkNetns]),
    ...(uplinkRoutes ? ['--uplink-routes', 'true'] : []),
    ...(keepTracked ? ['--keep-tracked', 'true'] : []),
    ...(boundOnly ? ['--bound-only', 'true'] : []),
  ]
  return spawn('setpriv', [...drop, process.execPath, command, ...args], {
    cwd: '/',
    env: { PATH: process.env['PATH'], LANG: process.env['LANG'], SALLYPORT_AGENT_TOKEN: server.token },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
}

const codeOf = (status: number | null, signal: NodeJS.Signals | null): number =>
  status ?? 128 + (signal === null ? 0 : constants.signals[signal])

/** Starts the agent beside a server that answers, and starts it again when it ends by itself. */
export function startAgentProcess(
  settings: Settings,
  folder: PreparedFolder,
  server: ReadyMessage,
): AgentProcess {
  const log = createLog(settings.logLevel, (line) => void process.stderr.write(line))
  let stopping = false
  let pause = FIRST_PAUSE
  let again: NodeJS.Timeout | undefined
  let child: ChildProcess
  let tell: { ready: (word: 'ready') => void; failed: (end: { code: number }) => void }
  let followed = false
  const ready = new Promise<'ready'>((resolve) => (tell = { ready: resolve, failed: () => undefined }))
  const failed = new Promise<{ code: number }>((resolve) => (tell = { ...tell, failed: resolve }))
  const begin = (): void => {
    child = spawnAgent(settings, folder, server)
    child.once('message', () => {
      followed = true
      pause = FIRST_PAUSE
      tell.ready('ready')
    })
    child.once('error', () => ended(exitCodes.defect))
    child.once('exit', (status, signal) => ended(codeOf(status, signal)))
  }
  const ended = (code: number): void => {
    if (stopping) return
    if (!followed) return tell.failed({ code })
    log('warn', `the agent ended with ${code} and is started again; the rules stay in force`, {})
    again = setTimeout(begin, pause)
    pause = Math.min(pause * 2, LONGEST_PAUSE)
  }
  begin()
  return {
    ready,
    failed,
    async stop() {
      stopping = true
      clearTimeout(again)
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    },
  }
}
