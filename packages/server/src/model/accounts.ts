import { randomBytes, randomUUID } from 'node:crypto'
import { UserError } from '../settings/user-error.js'
import {
  allKeys,
  deleteKey,
  everyAccount,
  findAccount,
  findKey,
  putAccount,
  putKey,
  putRole,
} from '../store/accounts.js'
import { changeHead, startFeed } from '../store/changes.js'
import type { AccountRow } from '../store/schema.js'
import type { Session, WriteSession } from '../store/session.js'
import type { AccountProperties } from './account-properties.js'
import { type ModelSettings, secondsText } from './context.js'
import { sealingKeyOf } from './directory.js'
import { randomText } from './ids.js'
import { ensureDefaultNetworks } from './networks.js'
import { ensureDefaultResourceGroup } from './resource-groups.js'

export interface KeyPair {
  readonly accessKeyId: string
  readonly accessKeySecret: string
}

/** A key as it is asked for; what is absent is made. */
export interface NewKey {
  readonly id?: string
  readonly secret?: string
  readonly active?: boolean
  /** The user that signs with it. A key of the account itself has none, and no policy. */
  readonly user?: string
  /** Name of a built-in policy, or a policy; absent for everything. Checked before. */
  readonly policy?: string | object
}

export interface NewRole {
  readonly name: string
  readonly policy?: string | object
  /** Accounts whose users may assume it. Default: its own. */
  readonly trusts?: readonly string[]
}

/** An account as it is asked for, with what it is to have at least. */
export interface NewAccount extends AccountProperties {
  readonly id: string
  readonly name: string
  readonly keys?: readonly (NewKey & { readonly id: string; readonly secret: string })[]
  readonly roles?: readonly NewRole[]
}

/** Who the server is for. */
export interface AccountSettings {
  readonly accountId: string
  readonly accountName: string
  readonly accessKeyId: string | null
  readonly accessKeySecret: string | null
  readonly accounts: readonly NewAccount[]
  /** Whether the default account has the classic network; an account of the list says it of itself. */
  readonly classicNetwork: boolean
}

/**
 * Makes sure that the store has a feed, the default account with a usable key, and the further accounts of the
 * settings. What the settings no longer name stays until it is removed. Returns the key pair if one had to be made: only
 * then is its secret news to anyone.
 */
export async function ensureAccounts(
  session: WriteSession,
  settings: AccountSettings & ModelSettings,
  now: Date,
): Promise<KeyPair | null> {
  if (!(await changeHead(session))) await startFeed(session, randomUUID())
  await sealingKeyOf(session)
  for (const row of await everyAccount(session)) {
    if (row.is_default === 1 && row.id !== settings.accountId)
      await putAccount(session, { ...row, is_default: 0 })
  }
  const own = settings.accounts.find(({ id }) => id === settings.accountId)
  const classic = settings.classicNetwork || own?.classic === true
  const wanted = { ...own, id: settings.accountId, name: settings.accountName, classic }
  await putNamed(session, { ...rowOf(wanted), is_default: 1 })
  const created = await ensureKey(session, settings, now)
  for (const account of settings.accounts) {
    if (account.id !== settings.accountId) await putNamed(session, rowOf(account))
  }
  for (const { id, keys = [], roles = [] } of settings.accounts) {
    for (const key of keys) await putNewKey(session, id, key, now)
    for (const role of roles) await addRole(session, id, role)
  }
  for (const { id } of await everyAccount(session)) await openAccount(session, id, settings, now)
  return created
}

/** What an account is born with, and gets later where it is missing. */
export async function openAccount(
  session: WriteSession,
  accountId: string,
  settings: ModelSettings,
  now: Date,
): Promise<void> {
  await ensureDefaultResourceGroup(session, accountId, secondsText(now))
  await ensureDefaultNetworks(session, accountId, settings, now)
}

async function ensureKey(
  session: WriteSession,
  settings: AccountSettings,
  now: Date,
): Promise<KeyPair | null> {
  const { accountId, accessKeyId, accessKeySecret } = settings
  if (accessKeyId !== null && accessKeySecret !== null) {
    await putNewKey(session, accountId, { id: accessKeyId, secret: accessKeySecret }, now)
    return null
  }
  const own = settings.accounts.find(({ id }) => id === accountId)?.keys ?? []
  // Somebody has to be allowed everything; who may only read could not even ask for more.
  if (own.some(({ active, policy }) => active !== false && policyText(policy) === '')) return null
  if ((await allKeys(session)).some((key) => key.account_id === accountId && key.policy === '')) return null
  return putNewKey(session, accountId, {}, now)
}

const rowOf = ({ id, name, service, classic, vpc }: NewAccount): AccountRow => {
  const properties: AccountProperties = {
    ...(service && { service }),
    ...(classic && { classic }),
    ...(vpc === false && { vpc }),
  }
  return { id, name, properties: JSON.stringify(properties), is_default: 0 }
}

/** INVARIANT: no two accounts have the same login name, because rules name accounts by it. */
async function putNamed(session: Session, row: AccountRow): Promise<void> {
  const name = row.name.toLowerCase()
  const other = (await everyAccount(session)).find(
    (one) => one.name.toLowerCase() === name && one.id !== row.id,
  )
  if (other) {
    throw new UserError(`account ${other.id} has the login name ${row.name} already`, 'Choose another name.')
  }
  await putAccount(session, row)
}

async function putNewKey(session: Session, accountId: string, key: NewKey, now: Date): Promise<KeyPair> {
  // The shape of the real service's pairs: LTAI and 20 characters, and 30 characters of secret.
  const id = key.id ?? `LTAI${randomText(20)}`
  const secret = key.secret ?? randomBytes(24).toString('base64url').slice(0, 30)
  const known = await findKey(session, id)
  if (known && known.account_id !== accountId) {
    throw new UserError(`account ${known.account_id} has the access key ${id} already`, 'Choose another id.')
  }
  const policy = policyText(key.policy)
  await putKey(session, {
    ...{ id, secret, account_id: accountId, active: key.active === false ? 0 : 1, policy },
    // Only a user can be restricted: what has a policy and no user gets one, named after the key.
    user_name: key.user ?? (policy === '' ? '' : id),
    created_at: secondsText(now),
  })
  return { accessKeyId: id, accessKeySecret: secret }
}

const policyText = (policy: string | object | undefined): string =>
  policy === undefined || policy === 'full'
    ? ''
    : typeof policy === 'string'
      ? policy
      : JSON.stringify(policy)

/** Adds an account with its default networks. Throws a UserError when its id or name is taken. */
export async function addAccount(
  session: WriteSession,
  account: NewAccount,
  settings: ModelSettings,
  now: Date,
): Promise<void> {
  if (await findAccount(session, account.id)) {
    throw new UserError(`there is an account ${account.id} already`, 'Choose another id.')
  }
  await putNamed(session, rowOf(account))
  for (const key of account.keys ?? []) await addKey(session, account.id, key, now)
  for (const role of account.roles ?? []) await addRole(session, account.id, role)
  await openAccount(session, account.id, settings, now)
}

/** Adds an access key to an account; what is not given of it is made. Throws a UserError. */
export async function addKey(
  session: WriteSession,
  accountId: string,
  key: NewKey,
  now: Date,
): Promise<KeyPair> {
  await requireAccount(session, accountId)
  if (key.id !== undefined && (await findKey(session, key.id))) {
    throw new UserError(`there is an access key ${key.id} already`, 'Choose another id.')
  }
  return putNewKey(session, accountId, key, now)
}

/** Lets a key sign, or no longer. Throws a UserError when there is no such key. */
export async function setKeyActive(session: WriteSession, id: string, active: boolean): Promise<void> {
  const key = await findKey(session, id)
  if (!key) throw noKey(id)
  await putKey(session, { ...key, active: active ? 1 : 0 })
}

/** Removes a key. Throws a UserError when there is no such key. */
export async function removeKey(session: WriteSession, id: string): Promise<void> {
  if (!(await findKey(session, id))) throw noKey(id)
  await deleteKey(session, id)
}

/** Adds a role to an account, or changes it. Throws a UserError when there is no such account. */
export async function addRole(session: WriteSession, accountId: string, role: NewRole): Promise<void> {
  await requireAccount(session, accountId)
  await putRole(session, {
    ...{ account_id: accountId, name: role.name, policy: policyText(role.policy) },
    trusts: JSON.stringify(role.trusts ?? [accountId]),
  })
}

async function requireAccount(session: Session, id: string): Promise<void> {
  if (await findAccount(session, id)) return
  throw new UserError(`there is no account ${id}`, 'See "sallyport account list".')
}

const noKey = (id: string): UserError =>
  new UserError(`there is no access key ${id}`, 'See "sallyport account list".')
