import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Settings } from '@sallyport/server'
import { readAccount, readEndpoints, UserError } from '@sallyport/server'
import type { AccountView } from './account-text.js'
import { accountText } from './account-text.js'
import { exitCodes } from './exit-codes.js'

/** Prints the account of a data folder: keys, endpoint and a program to paste. */
export async function account(settings: Settings, json: boolean): Promise<number> {
  if (!existsSync(join(settings.data, 'sallyport.db'))) {
    throw new UserError(
      `the data folder ${settings.data} holds no account`,
      'Start the server once, or name its folder with --data.',
    )
  }
  const { accountId, accountName, keys } = await readAccount(settings.data)
  const endpoint = readEndpoints(settings.data)?.endpoint ?? null
  const view: AccountView = { accountId, accountName, region: settings.region, endpoint, keys }
  process.stdout.write(json ? `${JSON.stringify(view, null, 2)}\n` : accountText(view))
  return exitCodes.ok
}
