import { allKeys, everyAccount, everyRole } from '../store/accounts.js'
import type { Session } from '../store/session.js'
import { propertiesOf } from './account-properties.js'

/** An account as it is shown, without secrets. */
export interface ListedAccount {
  readonly accountId: string
  readonly accountName: string
  readonly isDefault: boolean
  readonly service: boolean
  readonly classic: boolean
  readonly vpc: boolean
  readonly keys: readonly {
    readonly accessKeyId: string
    readonly active: boolean
    readonly user: string | null
    /** Name of a built-in policy, or the policy. */
    readonly policy: unknown
    readonly createdAt: string | null
  }[]
  readonly roles: readonly {
    readonly name: string
    readonly policy: unknown
    readonly trusts: readonly string[]
  }[]
}

/** Every account with its keys and roles, the default one first. */
export async function listAccounts(session: Session): Promise<ListedAccount[]> {
  const keys = await allKeys(session)
  const roles = await everyRole(session)
  return (await everyAccount(session)).map((account) => ({
    accountId: account.id,
    accountName: account.name,
    isDefault: account.is_default === 1,
    service: propertiesOf(account).service === true,
    classic: propertiesOf(account).classic === true,
    vpc: propertiesOf(account).vpc !== false,
    keys: keys
      .filter((key) => key.account_id === account.id)
      .map((key) => ({
        accessKeyId: key.id,
        active: key.active === 1,
        user: key.user_name === '' ? null : key.user_name,
        policy: shownPolicy(key.policy),
        createdAt: key.created_at === '' ? null : key.created_at,
      })),
    roles: roles
      .filter((role) => role.account_id === account.id)
      .map(({ name, policy, trusts }) => ({
        ...{ name, policy: shownPolicy(policy), trusts: JSON.parse(trusts) as string[] },
      })),
  }))
}

const shownPolicy = (text: string): unknown =>
  text === '' ? 'full' : text.startsWith('{') ? (JSON.parse(text) as unknown) : text
