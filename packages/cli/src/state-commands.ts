import { open } from 'node:fs/promises'
import type { DamagedSnapshot, NamedSnapshot, Restarted, Settings } from '@sallyport/server'
import { UserError } from '@sallyport/server'
import { columns } from './columns.js'
import { connectControl, download, upload } from './control-client.js'
import { exitCodes } from './exit-codes.js'
import { writeNewFile } from './new-file.js'

const print = (text: string): number => {
  process.stdout.write(text)
  return exitCodes.ok
}

const restartedText = ({ epoch, revision }: Restarted): string =>
  `the change feed goes on at revision ${revision} of epoch ${epoch}\n`

/** Leaves every account, or one, as it was when it was new. */
export async function reset({ data }: Settings, account: string | undefined): Promise<number> {
  const body = account === undefined ? {} : { account }
  return print(restartedText((await connectControl(data)('POST', '/v1/reset', body)) as Restarted))
}

/** Puts the state of a snapshot in the place of the present one. */
export async function restore({ data }: Settings, name: string): Promise<number> {
  return print(restartedText((await connectControl(data)('POST', '/v1/restore', { name })) as Restarted))
}

const rowOf = (snapshot: NamedSnapshot | DamagedSnapshot): string[] => {
  const { name, bytes } = snapshot
  if ('problem' in snapshot) return [name, snapshot.problem, '', `${bytes} bytes`]
  return [name, snapshot.createdAt, `revision ${snapshot.revision}`, `${bytes} bytes`]
}

/** Keeps the state under a name. */
export async function saveSnapshot({ data }: Settings, name: string): Promise<number> {
  return print(
    columns([rowOf((await connectControl(data)('POST', '/v1/snapshots', { name })) as NamedSnapshot)]),
  )
}

/** Lists the kept states. */
export async function listSnapshots({ data }: Settings): Promise<number> {
  const { snapshots } = (await connectControl(data)('GET', '/v1/snapshots')) as {
    snapshots: readonly (NamedSnapshot | DamagedSnapshot)[]
  }
  return print(snapshots.length === 0 ? 'no snapshots\n' : columns(snapshots.map(rowOf)))
}

/** Forgets a kept state. */
export async function deleteSnapshot({ data }: Settings, name: string): Promise<number> {
  await connectControl(data)('DELETE', `/v1/snapshots?name=${encodeURIComponent(name)}`)
  return print(`deleted ${name}\n`)
}

const fileRoute = (name: string): string => `/v1/snapshots/file?name=${encodeURIComponent(name)}`

/** Writes a kept state to a file that is not there yet. */
export async function exportSnapshot({ data }: Settings, name: string, file: string): Promise<number> {
  await writeNewFile(file, (target) => download(data, fileRoute(name), target))
  return print(`wrote ${file}\n`)
}

/** Keeps the state of a file under a name. */
export async function importSnapshot({ data }: Settings, name: string, file: string): Promise<number> {
  const source = await open(file).catch((error: Error) => {
    throw new UserError(`cannot read ${file}: ${error.message}`, 'Name a file that "snapshot export" wrote.')
  })
  try {
    const kept = (await upload(data, fileRoute(name), source.createReadStream())) as NamedSnapshot
    return print(columns([rowOf(kept)]))
  } finally {
    await source.close()
  }
}
