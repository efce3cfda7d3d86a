import type { AccessKeyRow, AccountRow } from './schema.js'
import type { Session } from './session.js'
import { statement } from './statement.js'

const upsertAccountRow = statement<AccountRow>()((db, p) =>
  db
    .insertInto('accounts')
    .values({ id: p.id, name: p.name })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((set) => ({ name: set.ref('excluded.name') })),
    ),
)

const upsertKeyRow = statement<AccessKeyRow>()((db, p) =>
  db
    .insertInto('access_keys')
    .values({ id: p.id, secret: p.secret, account_id: p.account_id, active: p.active })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((set) => ({
        secret: set.ref('excluded.secret'),
        account_id: set.ref('excluded.account_id'),
        active: set.ref('excluded.active'),
      })),
    ),
)

const selectKeys = statement()((db) =>
  db
    .selectFrom('access_keys')
    .innerJoin('accounts', 'accounts.id', 'access_keys.account_id')
    .select([
      'access_keys.id',
      'access_keys.secret',
      'access_keys.active',
      'access_keys.account_id',
      'accounts.name as account_name',
    ])
    .orderBy('access_keys.id'),
)

/** Adds an account, or gives it its new login name. */
export async function putAccount(session: Session, row: AccountRow): Promise<void> {
  await session.run(upsertAccountRow, row)
}

/** Adds an access key, or replaces the one of the same id. */
export async function putKey(session: Session, row: AccessKeyRow): Promise<void> {
  await session.run(upsertKeyRow, row)
}

/** Every access key with its secret and its account. */
export const allKeys = (session: Session) => session.all(selectKeys, {})
