import { hostname } from 'node:os'
import { emptyWorld, worldFrom } from '@sallyport/engine'
import { isPlaceKey, netnsOf } from '../bindings/binding.js'
import { readBindings } from '../bindings/kept-bindings.js'
import { lookupOr } from '../bindings/known-lookup.js'
import type { Drift } from '../enforcer.js'
import { checkMark, placeText } from '../names.js'
import { startBinding } from './binding.js'
import { follow } from './feed.js'
import { DROPS_EVERY, reportDrops } from './drop-reports.js'
import { COUNT_EVERY, reportHits } from './hit-reports.js'
import { keepState } from './kept-state.js'
import { lockSoon } from './lock.js'
import type { Applied } from './loop.js'
import { LOOK_EVERY, createLoop, vpcsOf } from './loop.js'
import type { Observation } from './observation.js'
import { lagOf } from './observation.js'
import type { Means, MeansOptions } from './means.js'
import { meansOf } from './means.js'
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
  /** False: running instances are not made on this host, and only bound links are enforced. */
  readonly instances?: boolean
  /** False: follow and report without enforcing, for hosts that cannot. */
  readonly enforce?: boolean
  /** Milliseconds between two looks for what others changed in the rules; 0 is never, 3000 without it. */
  readonly lookEvery?: number
  /** Milliseconds between two readings of the counters of rules; 0 is never, 3000 without it. */
  readonly countEvery?: number
  /** Milliseconds between two looks for dropped flows; 0 is never, 500 without it. */
  readonly dropsEvery?: number
  /** Hears of each attempt. */
  readonly onApplied?: (applied: Applied) => void
  readonly log: Log
  /** Name in reports; the host's name without it. */
  readonly host?: string
}

/** A running agent. */
export interface Agent {
  /** What the kernel holds by the last attempt; null before the first. */
  applied(): Applied | null
  /** How it fares now. */
  observe(): Observation
  /** Ends following. Namespaces and rules stay in force; the next agent with the same mark adopts them. */
  stop(): Promise<void>
}

/**
 * Starts the one privileged process: it follows the server's change feed, makes running instances real and enforces
 * their policies, and reports. Resolves once it follows. Rejects when the mark is malformed, another agent has it, or
 * the host cannot enforce (`probe` says why).
 */
export async function runAgent(options: AgentOptions): Promise<Agent> {
  checkMark(options.mark)
  const unlock = await lockSoon(options.mark)
  try {
    return await start(options, await meansOf(options), unlock)
  } catch (error) {
    unlock()
    throw error
  }
}

/**
 * Brings the host to the last known state, without any server, and ends: what a boot does before the network comes up.
 * Answers null where no state is kept. Rejects like `runAgent`.
 */
export async function restoreState(
  options: MeansOptions & { readonly state: string },
): Promise<readonly string[] | null> {
  checkMark(options.mark)
  const kept = keepState(options.state, options.mark, emptyWorld, options.log).read()
  if (!kept && !readBindings(options.state)) return null
  const unlock = await lockSoon(options.mark)
  try {
    const { enforcer } = await meansOf(options)
    const world = kept ? worldFrom(kept) : emptyWorld()
    const { problems } = await enforcer.reconcile(world, vpcsOf(world), true)
    return problems
  } finally {
    unlock()
  }
}

async function start(
  options: AgentOptions,
  { enforcer, can, bound }: Means,
  unlock: () => void,
): Promise<Agent> {
  const { feed, token, log } = options
  const ending = new AbortController()
  const host = options.host ?? hostname()
  let last: Applied | null = null
  let lastReport: Report | null = null
  let drifts: Report['drifts'] = { count: 0, last: null }
  let connected = false
  let at = ''
  const connection = {
    ...{ feed, token, ...(options.ca === undefined ? {} : { ca: options.ca }) },
    lookup: lookupOr(() => bound?.keeper.kept().server.map(({ address }) => address) ?? []),
  }
  const report = reporter(connection, (why) => log('warn', why, {}), ending.signal)
  const onApplied = (applied: Applied): void => {
    logProblems(log, applied, last)
    last = applied
    at = new Date().toISOString()
    options.onApplied?.(applied)
    // Before the first state there is nothing to tell of.
    if (applied.epoch === '') return
    const { epoch, revision, problems, tookMs } = applied
    const enforces = can !== null
    const links = bound?.keeper.kept().bindings.length ?? 0
    lastReport = {
      ...{ host, epoch, revision, at, errors: problems, drifts, can, enforces },
      ...{ bound: links, tookMs: null },
    }
    report({ ...lastReport, tookMs })
  }
  const onDrift = ({ vpc: key, what }: Drift): void => {
    const vpc = isPlaceKey(key) ? placeText(netnsOf(key)) : key
    drifts = { count: drifts.count + 1, last: { vpc, what, at: new Date().toISOString() } }
    log('warn', `another hand changed the rules of ${vpc}: ${what}; they are put back`, {})
  }
  const loop = createLoop(enforcer, { onApplied, onDrift, lookEvery: options.lookEvery ?? LOOK_EVERY })
  const keeper = options.state === undefined ? null : keepState(options.state, options.mark, loop.world, log)
  const kept = keeper?.read()
  if (kept) loop.take({ type: 'snapshot', ...kept })
  const binding =
    bound &&
    (await startBinding(options, bound, loop, !kept).catch(async (error: unknown) => {
      await loop.stop()
      throw error
    }))
  const following = follow(
    {
      ...connection,
      position: loop.position,
      onLine(line) {
        loop.take(line)
        if (line.type !== 'heartbeat') keeper?.changed()
      },
      // A server that was started anew has forgotten what it was told.
      onOpen() {
        connected = true
        if (lastReport) report(lastReport)
        binding?.onOpen()
      },
      onLost(why) {
        connected = false
        log('warn', why, { after: loop.position() })
      },
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
    observe() {
      const asked = loop.position()
      const applied = last && appliedAt(last, at)
      const { mark } = options
      const sizes = enforcer.sizes()
      return { host, mark, can, connected, asked, applied, lag: lagOf({ asked, applied }), drifts, sizes }
    },
    async stop() {
      ending.abort()
      binding?.refuse()
      await following
      await Promise.all([counting, telling])
      await loop.stop()
      keeper?.stop()
      binding?.stop()
      unlock()
    },
  }
}

const appliedAt = ({ epoch, revision, tookMs, problems }: Applied, at: string): Observation['applied'] => ({
  ...{ epoch, revision, at, tookMs },
  errors: problems,
})

/** Each problem once, when it appears and when it is gone; the rest is detail. */
function logProblems(log: Log, { revision, problems }: Applied, before: Applied | null): void {
  log('debug', 'applied', { revision, problems: problems.length })
  for (const problem of problems) if (!before?.problems.includes(problem)) log('error', problem, { revision })
  for (const problem of before?.problems ?? [])
    if (!problems.includes(problem)) log('info', `solved: ${problem}`, { revision })
}
