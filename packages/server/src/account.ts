import { changeAccounts } from './model/account-changes.js'
import { type ListedAccount, listAccounts } from './model/account-list.js'
import type { KeyPair } from './model/accounts.js'
import type { ModelSettings } from './model/context.js'
import type { AccountChange } from './settings/accounts.js'
import { allKeys, everyAccount } from './store/accounts.js'
import { FolderInUse, openStore, peekStore } from './store/database.js'

export type { ListedAccount } from './model/account-list.js'
export { accountChange, type AccountChange } from './settings/accounts.js'

/** An account's keys of a data folder, secrets included: for the terminal of whoever may read the folder. */
export interface StoredAccount {
  readonly accountId: string
  readonly accountName: string
  readonly keys: readonly { readonly accessKeyId: string; readonly accessKeySecret: string }[]
}

/**
 * Reads an account of a data folder, the default one unless an id is given, whether or not a server runs on it: keys
 * that sign, those that may do everything first. Undefined when there is no such account; throws when the folder has no
 * store yet or cannot be read.
 */
export async function readAccount(dataFolder: string, id?: string): Promise<StoredAccount | undefined> {
  const [accounts, keys] = await peekStore(
    dataFolder,
    async (session) => [await everyAccount(session), await allKeys(session)] as const,
  )
  const account = id === undefined ? accounts[0] : accounts.find((one) => one.id === id)
  if (!account) return undefined
  const own = keys.filter((key) => key.account_id === account.id && key.active === 1)
  const whole = own.filter((key) => key.policy === '')
  return {
    accountId: account.id,
    accountName: account.name,
    keys: [...whole, ...own.filter((key) => key.policy !== '')].map((row) => ({
      accessKeyId: row.id,
      accessKeySecret: row.secret,
    })),
  }
}

/** The pair of an access key that signs, of whichever account; undefined when there is none. */
export async function readKey(dataFolder: string, id: string): Promise<KeyPair | undefined> {
  const key = (await peekStore(dataFolder, allKeys)).find((row) => row.id === id && row.active === 1)
  return key && { accessKeyId: key.id, accessKeySecret: key.secret }
}

/** The accounts of a data folder, without secrets, whether or not a server runs on it. */
export const readAccounts = (dataFolder: string): Promise<readonly ListedAccount[]> =>
  peekStore(dataFolder, listAccounts)

/**
 * Changes the accounts of a data folder on which no server runs; `in-use` when one does, which then has to be asked.
 * Throws a UserError.
 */
export async function changeStoredAccounts(
  dataFolder: string,
  change: AccountChange,
  settings: ModelSettings & { readonly accountId: string },
): Promise<readonly KeyPair[] | 'in-use'> {
  const now = new Date()
  const store = await openStore(
    dataFolder,
    () => now,
    () => undefined,
  ).catch((error: unknown) => {
    if (error instanceof FolderInUse) return 'in-use' as const
    throw error
  })
  if (store === 'in-use') return store
  try {
    return await store.write(settings.accountId, (session) => changeAccounts(session, change, settings, now))
  } finally {
    await store.close()
  }
}
