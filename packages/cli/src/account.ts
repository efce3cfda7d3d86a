import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Settings, StoredAccount } from '@sallyport/server'
import { readAccount, readEndpoints, UserError } from '@sallyport/server'
import type { AccountView } from './account-text.js'
import { accountText } from './account-text.js'
import { exitCodes } from './exit-codes.js'
import { folderProblem } from './usable-folder.js'

/** Prints an account of a data folder, the default one unless an id is given: keys, endpoint and a program to paste. */
export async function account(settings: Settings, json: boolean, id?: string): Promise<number> {
  const { accountId, accountName, keys } = await storedAccount(settings.data, id)
  const endpoint = readEndpoints(settings.data)?.endpoint ?? null
  const view: AccountView = { accountId, accountName, region: settings.region, endpoint, keys }
  process.stdout.write(json ? `${JSON.stringify(view, null, 2)}\n` : accountText(view))
  return exitCodes.ok
}

/** An account of a data folder; a `UserError` says why there is none to be read. */
export async function storedAccount(data: string, id?: string): Promise<StoredAccount> {
  const found = await onStore(data, () => readAccount(data, id))
  if (found) return found
  if (id === undefined) throw noAccount(data)
  throw new UserError(`the data folder ${data} has no account ${id}`, 'See "sallyport account list".')
}

/** Runs `work` on the store of a data folder, which must be there; what is wrong with it becomes a `UserError`. */
export async function onStore<T>(data: string, work: () => Promise<T>): Promise<T> {
  try {
    // Unlike existsSync it tells a folder that this user may not enter from one that holds nothing.
    if (statSync(join(data, 'sallyport.db'), { throwIfNoEntry: false })) return await work()
  } catch (error) {
    throw folderProblem(error, data) ?? error
  }
  throw noAccount(data)
}

const noAccount = (data: string): UserError =>
  new UserError(
    `the data folder ${data} holds no account`,
    'Start the server once, or name its folder with --data.',
  )
