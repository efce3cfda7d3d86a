import { allKeys, everyAccount } from './store/accounts.js'
import { peekStore } from './store/database.js'

/** The accounts' keys of a data folder, secrets included: for the terminal of whoever may read the folder. */
export interface StoredAccount {
  readonly accountId: string
  readonly accountName: string
  readonly keys: readonly { readonly accessKeyId: string; readonly accessKeySecret: string }[]
}

/**
 * Reads the default account of a data folder, whether or not a server runs on it: keys that sign, those that may do
 * everything first. Throws when the folder has no store yet or cannot be read.
 */
export async function readAccount(dataFolder: string): Promise<StoredAccount> {
  const [accounts, keys] = await peekStore(dataFolder, async (session) => [
    await everyAccount(session),
    await allKeys(session),
  ])
  const [first] = accounts
  if (!first) throw new Error(`the store in ${dataFolder} has no account`)
  const own = keys.filter((key) => key.account_id === first.id && key.active === 1)
  const whole = own.filter((key) => key.policy === '')
  return {
    accountId: first.id,
    accountName: first.name,
    keys: [...whole, ...own.filter((key) => key.policy !== '')].map((row) => ({
      accessKeyId: row.id,
      accessKeySecret: row.secret,
    })),
  }
}
