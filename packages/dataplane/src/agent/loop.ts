import type { Change, FeedLine, World } from '@sallyport/engine'
import { applyRevision, emptyWorld, worldFrom } from '@sallyport/engine'
import type { Drift, Enforcer } from '../enforcer.js'
import type { Position } from './feed.js'
import { touchedBy } from './touched.js'

/** What the host holds after an attempt. */
export interface Applied extends Position {
  readonly problems: readonly string[]
  /** How long the attempt took, in milliseconds. */
  readonly tookMs: number
}

/** Takes lines of the feed and keeps the host up to date; changes that arrive meanwhile are done together. */
export interface Loop {
  readonly take: (line: FeedLine) => void
  readonly position: () => Position | null
  /** What the lines have said so far. */
  readonly world: () => World
  /** Attempts these anew, as they are now, and resolves once that is done. */
  readonly again: (keys: Iterable<string>) => Promise<Applied>
  /** Looks at these soon, whatever the rounds are. */
  readonly lookAt: (keys: Iterable<string>) => void
  /** Stops retrying and resolves when nothing is being applied. */
  readonly stop: () => Promise<void>
}

const FIRST_PAUSE = 100
const LONGEST_PAUSE = 30_000

/** Between two rounds in which every held table is looked at, in milliseconds. */
export const LOOK_EVERY = 3_000

/** Who is told what, and how often the host is looked at: 0 is never. */
export interface LoopOptions {
  readonly onApplied: (applied: Applied) => void
  readonly onDrift?: (drift: Drift) => void
  readonly lookEvery?: number
}

interface Waiting {
  readonly resolve: (applied: Applied) => void
  readonly reject: (error: Error) => void
}

const stopping = (): Error => new Error('the agent is stopping')

interface State {
  world: World
  known: boolean
  pending: Set<string>
  working: Promise<void> | null
  pause: number
  retry: NodeJS.Timeout | null
  /** Those of the last attempt. */
  problems: readonly string[]
  /** Whether the next attempt has to look at the host first. */
  reread: boolean
  /** Whether there is something to attempt: a change, or a retry. */
  wanted: boolean
  /** Who waits for the next attempt. */
  waiting: Waiting[]
  /** VPCs still to look at in this round. */
  unseen: string[]
  round: NodeJS.Timeout | null
  stopped: boolean
}

/** Every VPC that a world knows, by itself or by an interface. */
export const vpcsOf = (world: World): string[] => [
  ...world.vpcs.keys(),
  ...[...world.interfaces.values()].map(({ vpc }) => vpc),
]

function takeSnapshot(state: State, line: Extract<FeedLine, { type: 'snapshot' }>): void {
  const before = vpcsOf(state.world)
  state.world = worldFrom(line)
  state.known = true
  for (const vpc of [...before, ...vpcsOf(state.world)]) state.pending.add(vpc)
}

function takeChanges(state: State, line: Extract<FeedLine, { type: 'revision' }>): void {
  if (!state.known) throw new Error('a revision came before any snapshot')
  const changes: readonly Change[] = line.changes
  const before = touchedBy(state.world, changes)
  applyRevision(state.world, line)
  for (const vpc of [...before, ...touchedBy(state.world, changes)]) state.pending.add(vpc)
}

/**
 * Attempts what is wanted, then looks at one table after another. A change that comes meanwhile waits for one look at
 * most, and changes without end leave one look between two attempts.
 */
async function work(state: State, enforcer: Enforcer, options: LoopOptions): Promise<void> {
  while ((state.wanted || state.unseen.length > 0) && !state.stopped) {
    if (state.wanted) await attempt(state, enforcer, options)
    const vpc = state.stopped ? undefined : state.unseen.shift()
    const drift = vpc === undefined ? null : await enforcer.look(vpc)
    if (drift) takeDrift(state, drift, options)
  }
  if (!state.round) nextRound(state, enforcer, options)
}

function takeDrift(state: State, drift: Drift, { onDrift }: LoopOptions): void {
  onDrift?.(drift)
  state.pending.add(drift.vpc)
  state.wanted = true
}

/** Rests between rounds, so that a host with many VPCs is not busy looking. */
function nextRound(state: State, enforcer: Enforcer, options: LoopOptions): void {
  const { lookEvery = LOOK_EVERY } = options
  if (state.stopped || lookEvery === 0) return
  state.round = setTimeout(() => {
    state.round = null
    state.unseen = [...enforcer.held()]
    kick(state, enforcer, options)
  }, lookEvery)
}

async function attempt(state: State, enforcer: Enforcer, options: LoopOptions): Promise<void> {
  state.wanted = false
  const { pending: vpcs, waiting } = state
  state.pending = new Set()
  state.waiting = []
  const { epoch, revision } = state.world
  const { reread } = state
  state.reread = false
  const begun = performance.now()
  const { problems, retry } = await enforcer.reconcile(state.world, vpcs, reread)
  const applied: Applied = { epoch, revision, problems, tookMs: performance.now() - begun }
  options.onApplied(applied)
  for (const { resolve } of waiting) resolve(applied)
  if (retry.size === 0 || problems.some((problem) => !state.problems.includes(problem))) hurry(state)
  state.problems = problems
  if (retry.size > 0) retryLater(state, () => kick(state, enforcer, options))
}

/** A new problem is tried again soon, however long others have been tried in vain. */
function hurry(state: State): void {
  if (state.retry) clearTimeout(state.retry)
  state.retry = null
  state.pause = FIRST_PAUSE
}

function retryLater(state: State, again: () => void): void {
  if (state.retry || state.stopped) return
  state.retry = setTimeout(() => {
    state.retry = null
    state.reread = true
    state.wanted = true
    again()
  }, state.pause)
  state.pause = Math.min(state.pause * 2, LONGEST_PAUSE)
}

function kick(state: State, enforcer: Enforcer, options: LoopOptions): void {
  if (state.stopped || state.working) return
  state.working = work(state, enforcer, options).finally(() => {
    state.working = null
    if (state.wanted) kick(state, enforcer, options)
  })
}

/**
 * Keeps the host at what the lines say, and calls back after each attempt. Between changes it looks whether another
 * hand changed the rules, and puts them right.
 */
export function createLoop(enforcer: Enforcer, options: LoopOptions): Loop {
  const state: State = {
    world: emptyWorld(),
    known: false,
    pending: new Set(),
    working: null,
    pause: FIRST_PAUSE,
    retry: null,
    problems: [],
    reread: false,
    wanted: false,
    waiting: [],
    unseen: [],
    round: null,
    stopped: false,
  }
  return {
    take(line) {
      const { revision } = state.world
      if (line.type === 'snapshot') takeSnapshot(state, line)
      else if (line.type === 'heartbeat') {
        if (line.revision > revision)
          throw new Error(`heartbeat is at ${line.revision}, the changes at ${revision}`)
        return
      } else if (line.revision > revision) takeChanges(state, line)
      else return
      state.wanted = true
      kick(state, enforcer, options)
    },
    world: () => state.world,
    again(keys) {
      if (state.stopped) return Promise.reject(stopping())
      for (const key of keys) state.pending.add(key)
      state.wanted = true
      return new Promise((resolve, reject) => {
        state.waiting.push({ resolve, reject })
        kick(state, enforcer, options)
      })
    },
    lookAt(keys) {
      for (const key of keys) if (!state.unseen.includes(key)) state.unseen.push(key)
      if (state.unseen.length > 0) kick(state, enforcer, options)
    },
    position: () => (state.known ? { epoch: state.world.epoch, revision: state.world.revision } : null),
    async stop() {
      state.stopped = true
      if (state.retry) clearTimeout(state.retry)
      if (state.round) clearTimeout(state.round)
      await state.working
      for (const { reject } of state.waiting.splice(0)) reject(stopping())
    },
  }
}
