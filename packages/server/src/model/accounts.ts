import { randomBytes, randomUUID } from 'node:crypto'
import type { AccessKey } from '@sallyport/protocol'
import { allKeys, putAccount, putKey } from '../store/accounts.js'
import { changeHead, startFeed } from '../store/changes.js'
import type { Session, WriteSession } from '../store/session.js'
import { secondsText } from './context.js'
import { randomText } from './ids.js'
import { ensureDefaultResourceGroup } from './resource-groups.js'

/** Who the server is for: one account, with a key pair given or made. */
export interface AccountSettings {
  readonly accountId: string
  readonly accountName: string
  readonly accessKeyId: string | null
  readonly accessKeySecret: string | null
}

export interface KeyPair {
  readonly accessKeyId: string
  readonly accessKeySecret: string
}

/**
 * Makes sure that the store has a feed, the account and a usable key. Returns the key pair if one had to be made:
 * only then is its secret news to anyone.
 */
export async function ensureAccount(
  session: WriteSession,
  settings: AccountSettings,
): Promise<KeyPair | null> {
  if (!(await changeHead(session))) await startFeed(session, randomUUID())
  await putAccount(session, { id: settings.accountId, name: settings.accountName })
  await ensureDefaultResourceGroup(session, settings.accountId, secondsText(new Date()))
  if (settings.accessKeyId !== null && settings.accessKeySecret !== null) {
    await addKey(session, settings.accountId, settings.accessKeyId, settings.accessKeySecret)
    return null
  }
  const keys = await allKeys(session)
  if (keys.some((key) => key.account_id === settings.accountId)) return null
  // The shape of the real service's pairs: LTAI and 20 characters, and 30 characters of secret.
  const made = {
    accessKeyId: `LTAI${randomText(20)}`,
    accessKeySecret: randomBytes(24).toString('base64url').slice(0, 30),
  }
  await addKey(session, settings.accountId, made.accessKeyId, made.accessKeySecret)
  return made
}

const addKey = (session: Session, accountId: string, id: string, secret: string): Promise<void> =>
  putKey(session, { id, secret, account_id: accountId, active: 1 })

/** Every key by its id, as the gateway looks them up. */
export async function loadKeys(session: Session): Promise<Map<string, AccessKey>> {
  const rows = await allKeys(session)
  return new Map(
    rows.map((row) => [
      row.id,
      {
        secret: row.secret,
        active: row.active === 1,
        accountId: row.account_id,
        accountName: row.account_name,
      },
    ]),
  )
}
