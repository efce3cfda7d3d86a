import { type Snapshot, type World, worldFrom } from '@sallyport/engine'
import { type Settings, UserError } from '@sallyport/server'
import { connectControl } from '../control-client.js'
import { readSourceFile, type Source } from './read-file.js'

/** Where a question gets its world from: at most one of `file` and `account`; the running server without either. */
export interface WorldOptions {
  readonly settings: Pick<Settings, 'data'>
  /** A world file; `-` is standard input. */
  readonly file?: string | undefined
  /** The state of the server at a revision or a time; only of the running server. */
  readonly at?: string | undefined
}

/** Opens a source. Throws a `UserError` that says what is wrong with it. */
export async function openSource({ settings, file, at }: WorldOptions): Promise<Source> {
  if (file === undefined) return serverSource(settings, at)
  if (at !== undefined) {
    throw new UserError('--at is a place in the history of a server', 'Leave out --at or --file.')
  }
  return readSourceFile(file)
}

/** The world of a source; what the source could not say goes to standard error. */
export async function openWorld(options: WorldOptions): Promise<World> {
  const { world, notes } = await openSource(options)
  printNotes(notes)
  return world
}

/** Most notes that are printed. */
const SHOWN = 10

/** Prints what a source could not say to standard error. */
export function printNotes(notes: readonly string[]): void {
  for (const note of notes.slice(0, SHOWN)) process.stderr.write(`note: ${note}\n`)
  if (notes.length > SHOWN) process.stderr.write(`note: and ${notes.length - SHOWN} more of the kind\n`)
}

async function serverSource({ data }: Pick<Settings, 'data'>, at: string | undefined): Promise<Source> {
  const query = at === undefined ? '' : `?at=${encodeURIComponent(at)}`
  const snapshot = (await connectControl(data)('GET', `/v1/state${query}`)) as Snapshot
  return { world: worldFrom(snapshot), names: new Map(), notes: [] }
}
