import type { Change, FeedLine, World } from '@sallyport/engine'
import { applyRevision, emptyWorld, worldFrom } from '@sallyport/engine'
import type { Enforcer } from '../enforcer.js'
import type { Position } from './feed.js'
import { touchedBy } from './touched.js'

/** What the host holds after an attempt. */
export interface Applied extends Position {
  readonly problems: readonly string[]
}

/** Takes lines of the feed and keeps the host up to date; changes that arrive meanwhile are done together. */
export interface Loop {
  readonly take: (line: FeedLine) => void
  readonly position: () => Position | null
  /** Stops retrying and resolves when nothing is being applied. */
  readonly stop: () => Promise<void>
}

const FIRST_PAUSE = 100
const LONGEST_PAUSE = 30_000

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
  stopped: boolean
}

const vpcsOf = (world: World): string[] => [
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

async function work(state: State, enforcer: Enforcer, onApplied: (applied: Applied) => void): Promise<void> {
  do {
    const vpcs = state.pending
    state.pending = new Set()
    const { epoch, revision } = state.world
    const { reread } = state
    state.reread = false
    const { problems, retry } = await enforcer.reconcile(state.world, vpcs, reread)
    onApplied({ epoch, revision, problems })
    if (retry.size === 0 || problems.some((problem) => !state.problems.includes(problem))) hurry(state)
    state.problems = problems
    if (retry.size > 0) retryLater(state, () => kick(state, enforcer, onApplied))
  } while (state.pending.size > 0 && !state.stopped)
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
    again()
  }, state.pause)
  state.pause = Math.min(state.pause * 2, LONGEST_PAUSE)
}

function kick(state: State, enforcer: Enforcer, onApplied: (applied: Applied) => void): void {
  if (state.stopped || state.working) return
  state.working = work(state, enforcer, onApplied).finally(() => (state.working = null))
}

/** Keeps the host at what the lines say, and calls back after each attempt. */
export function createLoop(enforcer: Enforcer, onApplied: (applied: Applied) => void): Loop {
  const state: State = {
    world: emptyWorld(),
    known: false,
    pending: new Set(),
    working: null,
    pause: FIRST_PAUSE,
    retry: null,
    problems: [],
    reread: false,
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
      kick(state, enforcer, onApplied)
    },
    position: () => (state.known ? { epoch: state.world.epoch, revision: state.world.revision } : null),
    async stop() {
      state.stopped = true
      if (state.retry) clearTimeout(state.retry)
      await state.working
    },
  }
}
