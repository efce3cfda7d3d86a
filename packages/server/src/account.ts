import { allKeys } from './store/accounts.js'
import { peekStore } from './store/database.js'

/** The accounts' keys of a data folder, secrets included: for the terminal of whoever may read the folder. */
export interface StoredAccount {
  readonly accountId: string
  readonly accountName: string
  readonly keys: readonly { readonly accessKeyId: string; readonly accessKeySecret: string }[]
}

/**
 * Reads the first account of a data folder, whether or not a server runs on it. Throws when the folder has no store
 * yet or cannot be read.
 */
export async function readAccount(dataFolder: string): Promise<StoredAccount> {
  const rows = await peekStore(dataFolder, allKeys)
  const [first] = rows
  if (!first) throw new Error(`the store in ${dataFolder} has no access key`)
  return {
    accountId: first.account_id,
    accountName: first.account_name,
    keys: rows
      .filter((row) => row.account_id === first.account_id)
      .map((row) => ({ accessKeyId: row.id, accessKeySecret: row.secret })),
  }
}
