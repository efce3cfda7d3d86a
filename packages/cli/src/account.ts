import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Settings } from '@sallyport/server'
import { readAccount, readEndpoints, UserError } from '@sallyport/server'
import type { AccountView } from './account-text.js'
import { accountText } from './account-text.js'
import { exitCodes } from './exit-codes.js'
import { folderProblem } from './usable-folder.js'

/** Prints the account of a data folder: keys, endpoint and a program to paste. */
export async function account(settings: Settings, json: boolean): Promise<number> {
  const { accountId, accountName, keys } = await storedAccount(settings.data)
  const endpoint = readEndpoints(settings.data)?.endpoint ?? null
  const view: AccountView = { accountId, accountName, region: settings.region, endpoint, keys }
  process.stdout.write(json ? `${JSON.stringify(view, null, 2)}\n` : accountText(view))
  return exitCodes.ok
}

/** The account of a data folder; a `UserError` says why there is none to be read. */
export async function storedAccount(data: string): ReturnType<typeof readAccount> {
  try {
    // Unlike existsSync it tells a folder that this user may not enter from one that holds nothing.
    if (statSync(join(data, 'sallyport.db'), { throwIfNoEntry: false })) return await readAccount(data)
  } catch (error) {
    throw folderProblem(error, data) ?? error
  }
  throw new UserError(
    `the data folder ${data} holds no account`,
    'Start the server once, or name its folder with --data.',
  )
}
