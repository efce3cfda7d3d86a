import type { Revision } from '@sallyport/engine'
import { authorOf, type By } from './author.js'
import { lastRevision } from './changes.js'
import { type CommittedFact, createReplacedFacts } from './replaced-facts.js'
import type { Session, WriteSession } from './session.js'
import { type SqliteConnection, SqliteWriteSession } from './sqlite-session.js'

/** Most writes that share one commit. Bounds how long the first of them waits for the last. */
const BATCH_LIMIT = 256

/** Most pieces of work that go aside between two commits. */
const ASIDES_LIMIT = 8

interface Job {
  readonly by: By
  readonly work: (session: WriteSession) => Promise<unknown>
  readonly resolve: (value: never) => void
  readonly reject: (reason: unknown) => void
}

/** Work that shares no transaction with anything; it settles its own promise. */
type Lone = () => Promise<void>

type Outcome = { readonly job: Job } & (
  { readonly value: unknown; readonly recorded: Revision | undefined } | { readonly error: unknown }
)

/** Runs writes one after another and makes them durable together. */
export interface Writer {
  /** Resolves after the commit that holds the work is durable; rejects with what `work` threw, undone alone. */
  readonly write: <T>(by: By, work: (session: WriteSession) => Promise<T>) => Promise<T>
  /** Runs `work` with the connection to itself, outside of any transaction, in turn with the writes. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>
  /** Like `alone`, for work that leaves nothing behind: writes that wait may go before it, to share their commit. */
  readonly aside: <T>(work: () => Promise<T>) => Promise<T>
  /** Waits for what was accepted. */
  readonly drain: () => Promise<void>
  /** How many times the data may have changed: another number after each commit. */
  readonly version: () => number
}

/**
 * Group commit: requests that arrive while a commit is on its way to the disk share the next one. Each runs in a
 * savepoint (one that is alone in its transaction), so a refused request undoes itself and nobody else.
 *
 * INVARIANT: no promise of `write` settles before its commit (or the whole batch's rollback) has returned.
 */
export function createWriter(
  { database, session }: SqliteConnection,
  now: () => Date,
  onCommit: (revisions: readonly Revision[]) => void,
  committed: CommittedFact,
): Writer {
  const facts = createReplacedFacts(committed)
  const begin = database.prepare('begin immediate')
  const commit = database.prepare('commit')
  const rollback = database.prepare('rollback')
  const savepoint = database.prepare('savepoint request')
  const release = database.prepare('release request')
  const undo = database.prepare('rollback to request')

  let queue: (Job | Lone)[] = []
  let commits = 0
  /** Whether something has the connection to itself, and may commit at any time. */
  let alone = false
  let asides: Lone[] = []
  let running: Promise<void> | undefined

  const run = async (job: Job, next: number): Promise<Outcome> => {
    const writing = new SqliteWriteSession(session, next)
    const value = await job.work(writing)
    // A full disk makes SQLite end the whole transaction; what ran after that would commit by itself.
    if (!database.inTransaction) throw new Error('the database ended the transaction')
    const recorded = await writing.finish(authorOf(job.by), now(), facts)
    return { job, value, recorded }
  }

  const runInSavepoint = async (job: Job, next: number): Promise<Outcome> => {
    savepoint.run()
    try {
      const outcome = await run(job, next)
      release.run()
      return outcome
    } catch (error) {
      undo.run()
      release.run()
      return { job, error }
    }
  }

  /** The last revision that was committed; undefined when it has to be looked up. */
  let last: number | undefined

  const runBatch = async (jobs: readonly Job[]): Promise<void> => {
    const outcomes: Outcome[] = []
    // A write that is alone needs no savepoint: what undoes it is the end of the transaction.
    const attempt = jobs.length === 1 ? run : runInSavepoint
    try {
      begin.run()
      let next = (last ?? (await lastRevision(session))) + 1
      for (const job of jobs) {
        const outcome = await attempt(job, next)
        outcomes.push(outcome)
        if (!('recorded' in outcome) || !outcome.recorded) continue
        next++
        if (jobs.length > 1) facts.accept(outcome.recorded.changes)
      }
      // Before it: whatever becomes of the commit, what was read before is then no longer known to be true.
      commits++
      commit.run()
      facts.clear()
      last = next - 1
    } catch (error) {
      facts.clear()
      last = undefined
      if (database.inTransaction) rollback.run()
      for (const job of jobs) job.reject(error)
      return
    }
    // The writes are durable from here on: whatever a listener does, their callers must hear of it.
    try {
      onCommit(
        outcomes.flatMap((outcome) => ('recorded' in outcome && outcome.recorded ? [outcome.recorded] : [])),
      )
    } finally {
      settle(outcomes)
    }
  }

  const loop = async (): Promise<void> => {
    while (queue.length > 0 || asides.length > 0) {
      // One turn of the event loop: every request that has already arrived joins this commit.
      await new Promise((resolve) => setImmediate(resolve))
      const first = queue[0]
      // Some at a time: they must not hold up the writes for long either.
      const due = asides.slice(0, ASIDES_LIMIT)
      asides = asides.slice(due.length)
      if (typeof first === 'function') {
        queue = queue.slice(1)
        await first()
        // It may have put the feed somewhere else.
        last = undefined
      } else if (first !== undefined) {
        const jobs = batchOf(queue)
        queue = queue.slice(jobs.length)
        await runBatch(jobs)
      }
      for (const work of due) await work()
    }
    running = undefined
  }

  return {
    write: (by, work) =>
      new Promise((resolve, reject) => {
        queue.push({ by, work, resolve, reject })
        running ??= loop()
      }),
    alone: (work) =>
      new Promise((resolve, reject) => {
        queue.push(async () => {
          alone = true
          commits++
          await work().then(resolve, reject)
          alone = false
          commits++
        })
        running ??= loop()
      }),
    aside: (work) =>
      new Promise((resolve, reject) => {
        asides.push(() => work().then(resolve, reject))
        running ??= loop()
      }),
    drain: async () => {
      while (running) await running
    },
    version: () => (alone ? ++commits : commits),
  }
}

/** The writes at the head of the queue that may share a commit. */
function batchOf(queue: readonly (Job | Lone)[]): readonly Job[] {
  const jobs: Job[] = []
  for (const entry of queue) {
    if (typeof entry === 'function' || jobs.length === BATCH_LIMIT) break
    jobs.push(entry)
  }
  return jobs
}

function settle(outcomes: readonly Outcome[]): void {
  for (const outcome of outcomes) {
    if ('error' in outcome) outcome.job.reject(outcome.error)
    else outcome.job.resolve(outcome.value as never)
  }
}

/** Runs reads one after another, each in a snapshot of its own that no half-done write can show through. */
export function createReader({ database, session }: SqliteConnection): {
  readonly read: <T>(work: (session: Session) => Promise<T>) => Promise<T>
} {
  const begin = database.prepare('begin')
  const end = database.prepare('commit')
  let last: Promise<unknown> = Promise.resolve()

  // The snapshot begins with the first look at the data: some reads need none.
  const look = (): Session => {
    if (!database.inTransaction) begin.run()
    return session
  }
  const reading: Session = {
    all: (statement, parameters) => look().all(statement, parameters),
    first: (statement, parameters) => look().first(statement, parameters),
    run: (statement, parameters) => look().run(statement, parameters),
    query: (build) => look().query(build),
  }

  const inSnapshot = async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    try {
      return await work(reading)
    } finally {
      if (database.inTransaction) end.run()
    }
  }

  return {
    read: (work) => {
      const result = last.then(() => inSnapshot(work))
      last = result.catch(() => undefined)
      return result
    },
  }
}
