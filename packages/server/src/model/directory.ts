import { createHash } from 'node:crypto'
import {
  type AccessKey,
  type FindAccount,
  type LookupKey,
  type Principal,
  raiseGateway,
} from '@sallyport/protocol'
import { allKeys, everyAccount, everyRole, keptSecret } from '../store/accounts.js'
import type { AccessKeyRow, AccountRow, RoleRow } from '../store/schema.js'
import type { Session } from '../store/session.js'
import { type AccountProperties, propertiesOf } from './account-properties.js'
import { type Policy, readPolicy } from './policy.js'
import { newSealingKey, openToken } from './security-token.js'

/** Who may sign, and who is who: what the endpoint asks for every request, kept in memory. */
export interface Directory {
  readonly lookupKey: LookupKey
  readonly findAccount: FindAccount
  /** What an account is beyond its name; nothing in particular for one that does not exist. */
  readonly propertiesOf: (accountId: string) => AccountProperties
  /** Takes over what the store holds now; to be called once a change of accounts, keys or roles is committed. */
  reload(): Promise<void>
}

/** What a directory is made from. */
export interface DirectorySource {
  readonly read: <T>(work: (session: Session) => Promise<T>) => Promise<T>
  /** Milliseconds since 1970, for the expiry of temporary keys. */
  readonly clock: () => number
  /** Makes the check of a key's calls from its policies. */
  readonly permits: (policies: readonly Policy[]) => AccessKey['permits']
}

interface Content {
  readonly accounts: ReadonlyMap<string, AccountRow>
  readonly properties: ReadonlyMap<string, AccountProperties>
  readonly keys: ReadonlyMap<string, AccessKey>
  readonly roles: ReadonlyMap<string, RoleRow>
  readonly sealingKey: string
}

/** The key that security tokens are sealed with. */
export const sealingKeyOf = (session: Session): Promise<string> =>
  keptSecret(session, 'security-token', newSealingKey)

/** Makes the directory of a store; `sealingKeyOf` was called on it before, in a write. */
export async function createDirectory(source: DirectorySource): Promise<Directory> {
  const load = (): Promise<Content> => source.read((session) => loadContent(session, source))
  let content = await load()
  return {
    lookupKey: (id, token) =>
      id.startsWith('STS.') ? temporaryKey(content, source, id, token) : content.keys.get(id),
    findAccount: (by) => {
      const found = 'id' in by ? content.accounts.get(by.id) : named(content.accounts, by.name)
      return found && { accountId: found.id, accountName: found.name }
    },
    propertiesOf: (accountId) => content.properties.get(accountId) ?? {},
    async reload() {
      content = await load()
    },
  }
}

const named = (accounts: Content['accounts'], name: string): AccountRow | undefined =>
  accounts.get(name) ?? [...accounts.values()].find((row) => row.name.toLowerCase() === name.toLowerCase())

async function loadContent(session: Session, source: DirectorySource): Promise<Content> {
  const accounts = new Map((await everyAccount(session)).map((row) => [row.id, row]))
  const keys = (await allKeys(session)).map((row) => [row.id, keyOf(row, accounts, source)] as const)
  const roles = (await everyRole(session)).map((row) => [`${row.account_id}/${row.name}`, row] as const)
  return {
    accounts,
    properties: new Map([...accounts].map(([id, row]) => [id, propertiesOf(row)])),
    keys: new Map(keys),
    roles: new Map(roles),
    sealingKey: await sealingKeyOf(session),
  }
}

function keyOf(row: AccessKeyRow, accounts: Content['accounts'], source: DirectorySource): AccessKey {
  const account = accountOf(accounts, row.account_id)
  const policies = row.policy === '' ? [] : [readPolicy(row.policy)]
  return {
    secret: row.secret,
    active: row.active === 1,
    ...{ accountId: account.id, accountName: account.name },
    principal: row.user_name === '' ? accountPrincipal(account) : userPrincipal(account, row.user_name),
    ...permission(policies, source),
  }
}

/** An empty list means everything, and then there is nothing to check. */
const permission = (policies: readonly Policy[], source: DirectorySource): Pick<AccessKey, 'permits'> => {
  const permits = policies.length === 0 ? undefined : source.permits(policies)
  return permits ? { permits } : {}
}

function temporaryKey(
  content: Content,
  source: DirectorySource,
  id: string,
  token: string,
): AccessKey | undefined {
  if (token === '') throw raiseGateway('MissingSecurityToken')
  const said = openToken(content.sealingKey, token)
  if (!said) throw raiseGateway('InvalidSecurityToken.Malformed')
  if (said.accessKeyId !== id) throw raiseGateway('InvalidSecurityToken.MismatchWithAccessKey')
  if (said.expiresAt <= source.clock()) throw raiseGateway('InvalidSecurityToken.Expired')
  const role = content.roles.get(`${said.accountId}/${said.role}`)
  // A role that was removed takes its sessions along.
  if (!role) return undefined
  const account = accountOf(content.accounts, said.accountId)
  const policies = [role.policy, said.policy].filter((text) => text !== '').map(readPolicy)
  return {
    secret: said.accessKeySecret,
    active: true,
    temporary: true,
    ...{ accountId: account.id, accountName: account.name },
    principal: rolePrincipal(account, said.role, said.session),
    ...permission(policies, source),
  }
}

function accountOf(accounts: Content['accounts'], id: string): AccountRow {
  const found = accounts.get(id)
  if (!found) throw new Error(`account ${id} has a key or a role and does not exist: the store is damaged`)
  return found
}

/** Ids of users and roles: 18 digits, the same for the same name, so that nothing has to be kept. */
const idOf = (first: '2' | '3', ...names: readonly string[]): string => {
  const digest = createHash('sha256').update(names.join('\n')).digest()
  return `${first}${(digest.readBigUInt64BE() % 10n ** 17n).toString().padStart(17, '0')}`
}

const isService = (account: AccountRow): boolean => propertiesOf(account).service === true

const accountPrincipal = (account: AccountRow): Principal => ({
  type: 'Account',
  accountId: account.id,
  id: account.id,
  arn: `acs:ram::${account.id}:root`,
  service: isService(account),
})

const userPrincipal = (account: AccountRow, user: string): Principal => ({
  type: 'RAMUser',
  accountId: account.id,
  id: idOf('2', account.id, user),
  arn: `acs:ram::${account.id}:user/${user}`,
  service: isService(account),
})

const rolePrincipal = (account: AccountRow, role: string, session: string): Principal => ({
  type: 'AssumedRoleUser',
  accountId: account.id,
  id: `${roleIdOf(account.id, role)}:${session}`,
  arn: `acs:ram::${account.id}:assumed-role/${role}/${session}`,
  service: isService(account),
})

/** The id of a role. */
export const roleIdOf = (accountId: string, role: string): string => idOf('3', accountId, role)
