import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Snapshot, World } from '@sallyport/engine'
import { snapshotOf, worldFrom } from '@sallyport/engine'
import { messageOf } from '../run.js'
import type { Log } from './agent.js'
import { writeWhole } from './whole-file.js'

/** Keeps the last known state on the disk, for a start at which the server does not answer. */
export interface StateKeeper {
  /** The state that was kept; null where there is none, or none that can be used, which is logged. */
  read(): Snapshot | null
  /** Says that the state changed: it is written within `WRITE_EVERY`. */
  changed(): void
  /** Writes what is not written yet. */
  stop(): void
}

/** Milliseconds between two writes. What a crash loses, the feed gives again: an older revision is resumed from. */
const WRITE_EVERY = 1000

/** What the file holds: the mark keeps a folder of another installation from being taken for this one's. */
interface Kept {
  readonly version: 1
  readonly mark: string
  readonly state: Snapshot
}

function read(file: string, mark: string, log: Log): Snapshot | null {
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Partial<Kept>
    if (kept.version !== 1 || !kept.state) throw new Error('it is of another version')
    if (kept.mark !== mark) throw new Error(`it is of the installation ${kept.mark}, not of ${mark}`)
    worldFrom(kept.state)
    return kept.state
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    log('warn', `the last known state in ${file} cannot be used: ${messageOf(error)}`, {})
    return null
  }
}

/** Opens the folder, which is made where it is not there. A state that cannot be written is logged once. */
export function keepState(folder: string, mark: string, world: () => World, log: Log): StateKeeper {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, 'state.json')
  let timer: NodeJS.Timeout | null = null
  let failed = false
  const save = (): void => {
    timer = null
    try {
      const kept: Kept = { version: 1, mark, state: snapshotOf(world()) }
      writeWhole(file, JSON.stringify(kept))
      failed = false
    } catch (error) {
      if (!failed) log('error', `the state cannot be kept in ${file}: ${messageOf(error)}`, {})
      failed = true
    }
  }
  return {
    read: () => read(file, mark, log),
    changed() {
      timer ??= setTimeout(save, WRITE_EVERY)
    },
    stop() {
      if (!timer) return
      clearTimeout(timer)
      save()
    },
  }
}
