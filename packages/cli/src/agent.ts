import { mkdirSync, readFileSync } from 'node:fs'
import type { Agent, AgentOptions, Observation, ServerAddress } from '@sallyport/dataplane'
import { probe, restoreState, runAgent } from '@sallyport/dataplane'
import type { Log, Settings } from '@sallyport/server'
import { createLog, readAdminToken, readEndpoints, UserError } from '@sallyport/server'
import type { AgentListener } from './agent-listener.js'
import { metricsPlace, openAgentListener } from './agent-listener.js'
import type { AgentMetrics } from './agent-metrics.js'
import { createAgentMetrics } from './agent-metrics.js'
import { exitCodes } from './exit-codes.js'
import { AGENT_STATE, markOf } from './mark.js'
import { stopSignal } from './stop-signal.js'

/** What the command is given beside settings. */
export interface AgentFlags {
  readonly server?: string | undefined
  readonly ca?: string | undefined
  readonly tokenFile?: string | undefined
  readonly state?: string | undefined
  readonly mark?: string | undefined
  readonly host?: string | undefined
  readonly metricsPort?: string | undefined
  readonly metricsHost?: string | undefined
  readonly once: boolean
}

/** Runs the agent until it is told to stop, or (`once`) until the last known state is in force. */
export async function agent(settings: Settings, flags: AgentFlags): Promise<number> {
  process.umask(0o077)
  const stopped = stopSignal()
  const log = quietAfter(stopped, settings)
  await refuseUnable()
  const state = flags.state ?? AGENT_STATE
  makeState(state)
  const place = { mark: markIn(flags, state), state, ...uplinkOf(settings), log }
  if (flags.once) return restore(place)
  const server = serverOf(settings, flags)
  warnOfPlainToken(server.feed, log)
  const metrics = createAgentMetrics()
  let running: Agent | null = null
  const listener = await listenerFor(flags, () => running?.observe() ?? null, metrics, log)
  try {
    const named = flags.host ? { host: flags.host } : {}
    running = await runAgent({ ...place, ...server, ...named, onApplied: metrics.applied })
    process.send?.('ready', undefined, {}, () => undefined)
    await stopped
    await running.stop()
  } finally {
    await listener?.close()
  }
  if (process.connected) process.disconnect()
  return exitCodes.ok
}

async function listenerFor(
  { metricsPort, metricsHost = '127.0.0.1' }: AgentFlags,
  ...rest: [() => Observation | null, AgentMetrics, Log]
): Promise<AgentListener | null> {
  if (metricsPort === undefined) return null
  return openAgentListener(metricsPlace(metricsPort, metricsHost), ...rest)
}

async function refuseUnable(): Promise<void> {
  const found = await probe()
  if (!found.ok) {
    throw new UserError(`this host cannot enforce: it lacks ${found.missing}`, 'See docs/enforcement.md.')
  }
}

async function restore(place: Parameters<typeof restoreState>[0]): Promise<number> {
  const problems = await restoreState(place)
  process.stdout.write(problems ? 'the last known state is in force\n' : 'no state is kept yet\n')
  for (const problem of problems ?? []) process.stderr.write(`${problem}\n`)
  return exitCodes.ok
}

function makeState(state: string): void {
  try {
    mkdirSync(state, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new UserError(
      `cannot make the state folder ${state}: ${(error as Error).message}`,
      'Name another with --state DIR.',
    )
  }
}

/** The mark that is named, or the one of the state folder, which must be there. */
export function markIn({ mark }: Pick<AgentFlags, 'mark'>, state: string): string {
  if (mark === undefined) return markOf(state)
  if (/^[0-9a-f]{2,16}$/.test(mark)) return mark
  throw new UserError(`the mark is ${JSON.stringify(mark)}`, 'Give 2 to 16 hexadecimal digits in lower case.')
}

const uplinkOf = ({
  uplinkNetns,
  uplinkRoutes,
  keepTracked,
  boundOnly,
}: Settings): Pick<AgentOptions, 'uplinkNetns' | 'uplinkRoutes' | 'keepTracked' | 'instances'> => ({
  ...(uplinkNetns === null ? {} : { uplinkNetns }),
  uplinkRoutes,
  keepTracked,
  instances: !boundOnly,
})

/** The server that is named, or the one of the data folder, with its control socket and token. */
function serverOf(settings: Settings, flags: AgentFlags): Pick<AgentOptions, 'feed' | 'token' | 'ca'> {
  if (flags.server === undefined) return localServer(settings)
  const ca = flags.ca === undefined ? {} : { ca: readText(flags.ca, 'the certificates to trust') }
  return { feed: addressOf(flags.server), token: tokenOf(flags), ...ca }
}

function localServer({ data }: Settings): Pick<AgentOptions, 'feed' | 'token'> {
  const endpoints = readEndpoints(data)
  if (endpoints) return { feed: { socketPath: endpoints.controlSocket }, token: readAdminToken(data) ?? '' }
  throw new UserError(
    `no server runs on the data folder ${data}`,
    'Name a server with --server URL, or the folder of one on this host with --data.',
  )
}

function addressOf(server: string): ServerAddress {
  if (server.startsWith('unix:/')) return { socketPath: server.slice('unix:'.length) }
  if (URL.canParse(server) && /^https?:$/.test(new URL(server).protocol)) return { url: server }
  throw new UserError(
    `--server is ${JSON.stringify(server)}`,
    'Give the admin listener, https://HOST:PORT or http://HOST:PORT, or unix:/PATH of a control socket.',
  )
}

function tokenOf({ tokenFile }: AgentFlags): string {
  const token =
    tokenFile === undefined ? process.env['SALLYPORT_AGENT_TOKEN'] : readText(tokenFile, 'the token').trim()
  // What runs in this process' children need not know it.
  delete process.env['SALLYPORT_AGENT_TOKEN']
  if (token !== undefined && /^[\x21-\x7e]+$/.test(token)) return token
  throw new UserError(
    'the agent has no token',
    'Make one with "sallyport agent-token add HOST" where the server runs, and name a file with it: --token-file.',
  )
}

function readText(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UserError(`cannot read ${what}: ${(error as Error).message}`, 'Name a readable file.')
  }
}

function warnOfPlainToken(feed: ServerAddress, log: Log): void {
  if (!('url' in feed)) return
  const { protocol, hostname } = new URL(feed.url)
  if (protocol === 'https:' || /^(127\.|localhost$|\[::1\]$)/.test(hostname)) return
  log('warn', `the token and all rules pass in the clear to ${feed.url}: use https`, {})
}

/** A log in which only errors appear once the stop was asked for: that the server goes away is then no news. */
function quietAfter(stopped: Promise<unknown>, { logLevel }: Settings): Log {
  const write = (line: string): void => void process.stderr.write(line)
  let log = createLog(logLevel, write)
  void stopped.then(() => (log = createLog('error', write)))
  return (...message) => log(...message)
}
