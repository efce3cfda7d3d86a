import { type Snapshot, type World, worldFrom } from '@sallyport/engine'
import { type Settings, UserError } from '@sallyport/server'
import { connectControl } from '../control-client.js'
import type { WorldOptions } from './source-options.js'
import { readSourceFile } from './read-file.js'
import { type Source, withNotes } from './source.js'

export type { WorldOptions } from './source-options.js'

/** Opens a source. Throws a `UserError` that says what is wrong with it. */
export async function openSource(options: WorldOptions): Promise<Source> {
  const { settings, file, account = false, endpoint, at } = options
  if (file !== undefined && account)
    throw new UserError('--file and --account are both given', 'Give one of them.')
  if (endpoint !== undefined && !account) {
    throw new UserError('--endpoint is given without --account', 'Give --account, or leave --endpoint out.')
  }
  if (at !== undefined && (file !== undefined || account)) {
    throw new UserError(
      '--at is a place in the history of a server',
      'Leave out --at, or --file and --account.',
    )
  }
  if (file !== undefined) return readSourceFile(file)
  if (account) return accountSource(settings.region, endpoint)
  return serverSource(settings, at)
}

/** Loaded when it is needed: nothing else waits for the credentials package. */
async function accountSource(region: string, endpoint: string | undefined): Promise<Source> {
  const { snapshot, details, notes } = await readLive(region, endpoint, false)
  return withNotes(snapshot, details.names, notes)
}

/** What the account of the standard credentials holds in a region. */
export async function readLive(region: string, endpoint: string | undefined, whole: boolean) {
  const [{ readAccount }, { standardChain }] = await Promise.all([
    import('../live/read-account.js'),
    import('../live/credentials.js'),
  ])
  return readAccount({ region, endpoint, credentials: standardChain() }, whole)
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
