import type { AccountChange } from '../settings/accounts.js'
import { UserError } from '../settings/user-error.js'
import { deleteRole, everyAccount } from '../store/accounts.js'
import type { WriteSession } from '../store/session.js'
import { addAccount, addKey, addRole, type KeyPair, removeKey, setKeyActive } from './accounts.js'
import type { ModelSettings } from './context.js'

/**
 * Makes a change that was checked for its form. Answers the key pairs that it made, which nobody has seen yet: an
 * account that is added without a key gets one. Throws a UserError.
 */
export async function changeAccounts(
  session: WriteSession,
  change: AccountChange,
  settings: ModelSettings,
  now: Date,
): Promise<readonly KeyPair[]> {
  switch (change.action) {
    case 'add': {
      await addAccount(session, change.account, settings, now)
      return (change.account.keys ?? []).length > 0 ? [] : [await addKey(session, change.account.id, {}, now)]
    }
    case 'add-key':
      return [await addKey(session, await accountOf(session, change.account), change.key, now)]
    case 'remove-key':
      await removeKey(session, change.id)
      return []
    case 'disable-key':
    case 'enable-key':
      await setKeyActive(session, change.id, change.action === 'enable-key')
      return []
    case 'add-role':
      await addRole(session, await accountOf(session, change.account), change.role)
      return []
    case 'remove-role': {
      const account = await accountOf(session, change.account)
      if (await deleteRole(session, account, change.name)) return []
      throw new UserError(`account ${account} has no role ${change.name}`, 'See "sallyport account list".')
    }
  }
}

async function accountOf(session: WriteSession, id: string | undefined): Promise<string> {
  const [first] = await everyAccount(session)
  if (!first) throw new UserError('there is no account yet', 'Start the server once.')
  return id ?? first.id
}
