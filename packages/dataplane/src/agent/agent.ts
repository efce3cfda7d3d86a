import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { hostname } from 'node:os'
import { emptyWorld, worldFrom } from '@sallyport/engine'
import type { Drift, Enforcer } from '../enforcer.js'
import { kernelEnforcer } from '../kernel.js'
import { checkMark } from '../names.js'
import { noopEnforcer } from '../noop/enforcer.js'
import type { Capabilities } from '../probe.js'
import { capabilitiesOf, probe, shortcomingsOf } from '../probe.js'
import { follow } from './feed.js'
import { DROPS_EVERY, reportDrops } from './drop-reports.js'
import { COUNT_EVERY, reportHits } from './hit-reports.js'
import { keepState } from './kept-state.js'
import type { Applied } from './loop.js'
import { LOOK_EVERY, createLoop, vpcsOf } from './loop.js'
import type { Report } from './report.js'
import { reporter } from './report.js'
import type { ServerAddress } from './server-connection.js'

/** How much a line of the log matters. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Takes one line of the log. */
export type Log = (level: LogLevel, message: string, fields: Readonly<Record<string, unknown>>) => void

/** What an agent is started with. */
export interface AgentOptions {
  readonly feed: ServerAddress
  readonly token: string
  /** Certificates (PEM) to trust for HTTPS, instead of the system's. */
  readonly ca?: string
  /** Folder, of this user alone, that keeps the last known state: it is in force before the server answers. */
  readonly state?: string
  /** The installation: 2 to 16 hex digits. Only what carries it is ever changed or removed. */
  readonly mark: string
  /** Name of the namespace that VPCs reach the outside through; without it, the namespace of this process. */
  readonly uplinkNetns?: string
  /** Whether the uplink namespace gets routes to running instances. */
  readonly uplinkRoutes?: boolean
  /** Whether connections that were accepted go on when rules change, even where the new ones would refuse them. */
  readonly keepTracked?: boolean
  /** False: follow and report without enforcing, for hosts that cannot. */
  readonly enforce?: boolean
  /** Milliseconds between two looks for what others changed in the rules; 0 is never, 3000 without it. */
  readonly lookEvery?: number
  /** Milliseconds between two readings of the counters of rules; 0 is never, 3000 without it. */
  readonly countEvery?: number
  /** Milliseconds between two looks for dropped flows; 0 is never, 500 without it. */
  readonly dropsEvery?: number
  readonly log: Log
  /** Name in reports; the host's name without it. */
  readonly host?: string
}

/** A running agent. */
export interface Agent {
  /** What the kernel holds by the last attempt; null before the first. */
  applied(): Applied | null
  /** Ends following. Namespaces and rules stay in force; the next agent with the same mark adopts them. */
  stop(): Promise<void>
}

/** Two agents with one mark would undo one another. The lock is a name in the kernel that dies with the process. */
function lock(mark: string): Promise<() => void> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.on('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`another agent with mark ${mark} is running: stop it, or choose another mark`)
          : error,
      ),
    )
    server.listen({ path: `\0sallyport-agent-${mark}` }, () => resolve(() => server.close()))
  })
}

/** What enforces, and what it can do here. */
interface Means {
  readonly enforcer: Enforcer
  readonly can: Capabilities | null
}

/** An agent that is just ending holds the lock for a moment. */
async function lockSoon(mark: string, tries = 20): Promise<() => void> {
  try {
    return await lock(mark)
  } catch (error) {
    if (tries === 0) throw error
    await sleep(100)
    return lockSoon(mark, tries - 1)
  }
}

async function meansOf(options: AgentOptions): Promise<Means> {
  if (options.enforce === false) return { enforcer: noopEnforcer(options.mark), can: null }
  const probed = await probe()
  if (!probed.ok) throw new Error(`this host cannot enforce: it lacks ${probed.missing}`)
  const capabilities = await capabilitiesOf()
  for (const lack of shortcomingsOf({ ...capabilities })) options.log('warn', `this kernel lacks ${lack}`, {})
  const enforcer = kernelEnforcer({
    mark: options.mark,
    ipv6: capabilities.ipv6,
    capabilities,
    uplinkNetns: options.uplinkNetns ?? null,
    uplinkRoutes: options.uplinkRoutes ?? false,
    keepTracked: options.keepTracked ?? false,
  })
  return { enforcer, can: capabilities }
}

/**
 * Starts the one privileged process: it follows the server's change feed, makes running instances real and enforces
 * their policies, and reports. Resolves once it follows. Rejects when the mark is malformed, another agent has it, or
 * the host cannot enforce (`probe` says why).
 */
export async function runAgent(options: AgentOptions): Promise<Agent> {
  checkMark(options.mark)
  const unlock = await lockSoon(options.mark)
  let means: Means
  try {
    means = await meansOf(options)
  } catch (error) {
    unlock()
    throw error
  }
  return start(options, means, unlock)
}

/**
 * Brings the host to the last known state, without any server, and ends: what a boot does before the network comes up.
 * Answers null where no state is kept. Rejects like `runAgent`.
 */
export async function restoreState(
  options: Pick<AgentOptions, 'mark' | 'uplinkNetns' | 'uplinkRoutes' | 'log'> & { readonly state: string },
): Promise<readonly string[] | null> {
  checkMark(options.mark)
  const kept = keepState(options.state, options.mark, emptyWorld, options.log).read()
  if (!kept) return null
  const unlock = await lockSoon(options.mark)
  try {
    const { enforcer } = await meansOf({ ...options, feed: { url: '' }, token: '' })
    const world = worldFrom(kept)
    const { problems } = await enforcer.reconcile(world, vpcsOf(world), true)
    return problems
  } finally {
    unlock()
  }
}

function start(options: AgentOptions, { enforcer, can }: Means, unlock: () => void): Agent {
  const { feed, token, log } = options
  const ending = new AbortController()
  const host = options.host ?? hostname()
  let last: Applied | null = null
  let lastReport: Report | null = null
  let drifts: Report['drifts'] = { count: 0, last: null }
  const connection = { feed, token, ...(options.ca === undefined ? {} : { ca: options.ca }) }
  const report = reporter(connection, (why) => log('warn', why, {}), ending.signal)
  const onApplied = (applied: Applied): void => {
    logProblems(log, applied, last)
    last = applied
    const { epoch, revision, problems, tookMs } = applied
    const at = new Date().toISOString()
    const enforces = can !== null
    lastReport = { host, epoch, revision, at, errors: problems, drifts, can, enforces, tookMs: null }
    report({ ...lastReport, tookMs })
  }
  const onDrift = ({ vpc, what }: Drift): void => {
    drifts = { count: drifts.count + 1, last: { vpc, what, at: new Date().toISOString() } }
    log('warn', `another hand changed the rules of ${vpc}: ${what}; they are put back`, {})
  }
  const loop = createLoop(enforcer, { onApplied, onDrift, lookEvery: options.lookEvery ?? LOOK_EVERY })
  const keeper = options.state === undefined ? null : keepState(options.state, options.mark, loop.world, log)
  const kept = keeper?.read()
  if (kept) loop.take({ type: 'snapshot', ...kept })
  const following = follow(
    {
      ...connection,
      position: loop.position,
      onLine(line) {
        loop.take(line)
        if (line.type !== 'heartbeat') keeper?.changed()
      },
      // A server that was started anew has forgotten what it was told.
      onOpen: () => lastReport && report(lastReport),
      onLost: (why) => log('warn', why, { after: loop.position() }),
    },
    ending.signal,
  )
  const counting = reportHits(
    enforcer,
    {
      ...connection,
      ...{ host, every: options.countEvery ?? COUNT_EVERY },
      onFailure: (why) => log('debug', why, {}),
    },
    ending.signal,
  )
  const telling = reportDrops(
    enforcer,
    {
      ...connection,
      ...{ host, every: options.dropsEvery ?? DROPS_EVERY },
      onFailure: (why) => log('debug', why, {}),
    },
    ending.signal,
  )
  return {
    applied: () => last,
    async stop() {
      ending.abort()
      await following
      await Promise.all([counting, telling])
      await loop.stop()
      keeper?.stop()
      unlock()
    },
  }
}

/** Each problem once, when it appears and when it is gone; the rest is detail. */
function logProblems(log: Log, { revision, problems }: Applied, before: Applied | null): void {
  log('debug', 'applied', { revision, problems: problems.length })
  for (const problem of problems) if (!before?.problems.includes(problem)) log('error', problem, { revision })
  for (const problem of before?.problems ?? [])
    if (!problems.includes(problem)) log('info', `solved: ${problem}`, { revision })
}
