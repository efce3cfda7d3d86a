import { randomUUID } from 'node:crypto'
import { readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Snapshot } from '@sallyport/engine'
import { AdminError } from '../admin/answer.js'
import { openAccount } from '../model/accounts.js'
import type { ModelSettings } from '../model/context.js'
import { everyAccount, findAccount } from '../store/accounts.js'
import type { Store } from '../store/database.js'
import type { WriteSession } from '../store/session.js'
import {
  checkSnapshot,
  NotASnapshot,
  readSnapshotInfo,
  sizeOf,
  type SnapshotInfo,
  withCurrentSnapshot,
  writeSnapshot,
} from '../store/snapshot-file.js'
import { beginEpoch, clearAccount, clearState, copySnapshot, unknownAccounts } from '../store/state.js'
import type { LiveFeed } from '../watch/create-feed.js'
import { loadSnapshot } from '../watch/load-snapshot.js'

/** Where the feed is after the state was replaced. */
export interface Restarted {
  readonly epoch: string
  readonly revision: number
}

export type NamedSnapshot = SnapshotInfo & { readonly name: string; readonly bytes: number }

/** A snapshot's file that holds none, and why. */
export interface DamagedSnapshot {
  readonly name: string
  readonly bytes: number
  readonly problem: string
}

/** Resets, snapshots and restores the state of a server: the resources of its accounts, never accounts and keys. */
export interface StateControls {
  /** Leaves every account, or one, as it was when it was new. Throws `AdminError` 404 for an unknown account. */
  reset(accountId?: string): Promise<Restarted>
  /** Keeps the state under a name; one that is taken is replaced. */
  save(name: string): Promise<NamedSnapshot>
  list(): Promise<(NamedSnapshot | DamagedSnapshot)[]>
  remove(name: string): void
  /** Puts the state of a snapshot in the place of the present one, all or nothing. */
  restore(name: string): Promise<Restarted>
  /** Path of a snapshot's file. Throws `AdminError` 404. */
  fileOf(name: string): string
  /** Where to put a file that is to become the snapshot of a name, and how to make it that. */
  incoming(name: string): { readonly path: string; readonly accept: () => Promise<NamedSnapshot> }
}

interface Parts {
  readonly folder: string
  readonly store: Pick<Store, 'read' | 'replace'>
  readonly feed: Pick<LiveFeed, 'restart'>
  readonly settings: ModelSettings
  readonly now: () => Date
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const FILE = /^snapshot-([A-Za-z0-9][A-Za-z0-9._-]{0,63})\.db$/
const UNFINISHED = /^snapshot-[A-Za-z0-9][A-Za-z0-9._-]{0,63}\.db\.\d+\.new(-journal|-wal|-shm)?$/
let received = 0

/** The controls over a store and its feed. */
export function createStateControls({ folder, store, feed, settings, now }: Parts): StateControls {
  const pathOf = (name: string): string => {
    if (NAME.test(name)) return join(folder, `snapshot-${name}.db`)
    throw new AdminError(
      400,
      `${JSON.stringify(name)} is no name for a snapshot`,
      'Take 1 to 64 letters, digits, ".", "_" or "-", a letter or digit first.',
    )
  }
  const fileOf = (name: string): string => {
    const path = pathOf(name)
    if (sizeOf(path) !== undefined) return path
    throw new AdminError(404, `there is no snapshot ${name}`, 'GET /v1/snapshots lists them.')
  }
  const describe = async (name: string): Promise<NamedSnapshot> => {
    const path = fileOf(name)
    return { name, ...(await readSnapshotInfo(path)), bytes: sizeOf(path) ?? 0 }
  }
  const listed = async (name: string): Promise<(NamedSnapshot | DamagedSnapshot)[]> => {
    try {
      return [await describe(name)]
    } catch (error) {
      const bytes = sizeOf(pathOf(name))
      // Removed while the list was made.
      if (bytes === undefined) return []
      const { message } = error as Error
      const problem = error instanceof NotASnapshot ? message : `the file cannot be read: ${message}`
      return [{ name, bytes, problem }]
    }
  }
  const replace = async (
    work: (session: WriteSession) => Promise<void>,
    from: {
      readonly operation: string
      readonly attach?: string
      readonly above?: number
      readonly at?: Date
    },
  ): Promise<Restarted> => {
    const { epoch, revision } = await store.replace<Snapshot>({
      ...from,
      async work(session) {
        await work(session)
        await beginEpoch(session, randomUUID())
        for (const { id } of await everyAccount(session)) {
          await openAccount(session, id, settings, from.at ?? now())
        }
        return { ...(await loadSnapshot(session)), revision: session.nextRevision }
      },
      committed: (snapshot) => feed.restart(snapshot),
    })
    return { epoch, revision }
  }

  return {
    fileOf,
    reset: (accountId) =>
      replace(
        async (session) => {
          if (accountId === undefined) return clearState(session)
          if (!(await findAccount(session, accountId))) throw unknownAccount(accountId)
          await clearAccount(session, accountId)
        },
        // What a new account has is as old as the reset, even while the clock stands elsewhere.
        { operation: 'reset', ...(accountId === undefined ? { at: new Date() } : {}) },
      ),
    async save(name) {
      await writeSnapshot(folder, pathOf(name), now().toISOString())
      return describe(name)
    },
    async list() {
      const names = readdirSync(folder).flatMap((file) => FILE.exec(file)?.[1] ?? [])
      return (await Promise.all(names.sort().map(listed))).flat()
    },
    remove: (name) => rmSync(fileOf(name)),
    restore: (name) =>
      refusing(() =>
        withCurrentSnapshot(fileOf(name), (copy, { revision }) =>
          replace(
            async (session) => {
              const [unknown] = await unknownAccounts(session)
              if (unknown !== undefined) throw accountMissing(unknown)
              await copySnapshot(session)
            },
            { operation: 'restore', attach: copy, above: revision },
          ),
        ),
      ),
    incoming(name) {
      const target = pathOf(name)
      const path = `${target}.${process.pid}${++received}.new`
      return {
        path,
        accept: () =>
          refusing(async () => {
            await checkSnapshot(path)
            await readSnapshotInfo(path)
            renameSync(path, target)
            return describe(name)
          }),
      }
    },
  }
}

/**
 * Removes the files of snapshots that were being written, received or restored when a server ended. The caller holds
 * the lock of the folder.
 */
export function removeUnfinished(folder: string): void {
  for (const file of readdirSync(folder))
    if (UNFINISHED.test(file)) rmSync(join(folder, file), { force: true })
}

/** What is wrong with a snapshot file becomes what the admin listener answers. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof NotASnapshot)) throw error
    throw new AdminError(400, error.message, 'Give a file that "sallyport snapshot export" wrote.')
  }
}

const unknownAccount = (id: string): AdminError =>
  new AdminError(404, `there is no account ${id}`, 'Give the id of an account of this server.')

const accountMissing = (id: string): AdminError =>
  new AdminError(
    409,
    `the snapshot holds resources of account ${id}, which this server does not have`,
    'Add the account first.',
  )
