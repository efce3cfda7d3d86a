import { readFileSync, statSync } from 'node:fs'
import type { AccountChange, ListedAccount, Settings } from '@sallyport/server'
import { accountChange, changeStoredAccounts, readAccounts, UserError } from '@sallyport/server'
import type { KeyPair } from './account-text.js'
import { onStore } from './account.js'
import { columns } from './columns.js'
import { connectControl } from './control-client.js'
import { exitCodes } from './exit-codes.js'

/** Prints the accounts of a data folder, without secrets. */
export async function listAccounts({ data }: Settings, json: boolean): Promise<number> {
  const accounts = await onStore(data, () => readAccounts(data))
  process.stdout.write(json ? `${JSON.stringify(accounts, null, 2)}\n` : accounts.map(listText).join('\n'))
  return exitCodes.ok
}

/** An account, its keys and its roles in aligned text. */
export function listText(account: ListedAccount): string {
  const marks = [
    ...(account.isDefault ? ['default'] : []),
    ...(account.service ? ['service'] : []),
    ...(account.classic ? ['classic'] : []),
    ...(account.vpc ? [] : ['vpc disabled']),
  ]
  return columns([
    ['account', account.accountId, account.accountName, marks.join(', ')],
    ...account.keys.map(({ accessKeyId, active, user, policy }) => [
      ...['  key', accessKeyId, user === null ? 'the account' : `user ${user}`],
      [policyText(policy), active ? '' : 'disabled'].filter((part) => part !== '').join(', '),
    ]),
    ...account.roles.map(({ name, policy, trusts }) => [
      ...['  role', name, policyText(policy), `trusts ${trusts.join(', ')}`],
    ]),
  ])
}

const policyText = (policy: unknown): string => (typeof policy === 'string' ? policy : JSON.stringify(policy))

/**
 * Changes the accounts of a data folder: by itself where no server runs, and through the control socket where one does.
 * Prints the key pairs that were made; `sallyport account` shows them again.
 */
export async function changeAccounts(
  settings: Settings,
  change: AccountChange,
  json: boolean,
): Promise<number> {
  const checked = accountChange.safeParse(change)
  if (!checked.success) {
    const [issue] = checked.error.issues
    throw new UserError(
      `${issue?.path.at(-1)?.toString() ?? 'the change'} is not valid: ${issue?.message ?? ''}`,
      'See "sallyport account --help" and the help of each of its commands.',
    )
  }
  const { data } = settings
  asOwnerOf(data)
  const made = await onStore(data, () => changeStoredAccounts(data, checked.data, settings))
  const keys =
    made === 'in-use'
      ? ((await connectControl(data)('POST', '/v1/accounts', checked.data)) as { keys: KeyPair[] }).keys
      : made
  process.stdout.write(json ? `${JSON.stringify({ keys }, null, 2)}\n` : keysText(keys))
  return exitCodes.ok
}

const keysText = (keys: readonly KeyPair[]): string =>
  keys.length === 0
    ? 'done\n'
    : columns(
        keys.flatMap(({ accessKeyId, accessKeySecret }) => [
          ['access key id', accessKeyId],
          ['access key secret', accessKeySecret],
        ]),
      )

/** What root writes into another user's data folder would lock that user, and the server, out. */
function asOwnerOf(data: string): void {
  if (process.getuid?.() !== 0) return
  const found = statSync(data, { throwIfNoEntry: false })
  if (!found || found.uid === 0) return
  process.umask(0o077)
  process.setegid?.(found.gid)
  process.seteuid?.(found.uid)
}

/** The policy that `--policy` names: a built-in one, JSON, or `@FILE` that holds JSON. Its form is checked later. */
export function readPolicyOption(option: string | undefined): string | object | undefined {
  if (option === undefined) return undefined
  const text = option.startsWith('@') ? readText(option.slice(1)) : option
  if (!text.trimStart().startsWith('{')) return text.trim()
  try {
    return JSON.parse(text) as object
  } catch (error) {
    throw new UserError(`the policy is not JSON: ${(error as Error).message}`, 'Give one object.')
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UserError(`cannot read the policy: ${(error as Error).message}`, 'Give --policy @FILE.')
  }
}
