import type { AccessKeyRow, AccountRow, RoleRow } from './schema.js'
import type { Session } from './session.js'
import { statement } from './statement.js'

const upsertAccountRow = statement<AccountRow>()((db, p) =>
  db
    .insertInto('accounts')
    .values({ id: p.id, name: p.name, properties: p.properties, is_default: p.is_default })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((set) => ({
        name: set.ref('excluded.name'),
        properties: set.ref('excluded.properties'),
        is_default: set.ref('excluded.is_default'),
      })),
    ),
)

const upsertKeyRow = statement<AccessKeyRow>()((db, p) =>
  db
    .insertInto('access_keys')
    .values({
      id: p.id,
      secret: p.secret,
      account_id: p.account_id,
      active: p.active,
      user_name: p.user_name,
      policy: p.policy,
      created_at: p.created_at,
    })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((set) => ({
        secret: set.ref('excluded.secret'),
        account_id: set.ref('excluded.account_id'),
        active: set.ref('excluded.active'),
        user_name: set.ref('excluded.user_name'),
        policy: set.ref('excluded.policy'),
      })),
    ),
)

const upsertRoleRow = statement<RoleRow>()((db, p) =>
  db
    .insertInto('roles')
    .values({ account_id: p.account_id, name: p.name, policy: p.policy, trusts: p.trusts })
    .onConflict((conflict) =>
      conflict.columns(['account_id', 'name']).doUpdateSet((set) => ({
        policy: set.ref('excluded.policy'),
        trusts: set.ref('excluded.trusts'),
      })),
    ),
)

const selectAccounts = statement()((db) =>
  db.selectFrom('accounts').selectAll().orderBy('is_default', 'desc').orderBy('id'),
)

const selectAccount = statement<{ id: string }>()((db, p) =>
  db.selectFrom('accounts').selectAll().where('id', '=', p.id),
)

const selectKeys = statement()((db) =>
  db.selectFrom('access_keys').selectAll().orderBy('created_at').orderBy('id'),
)

const selectKey = statement<{ id: string }>()((db, p) =>
  db.selectFrom('access_keys').selectAll().where('id', '=', p.id),
)

const deleteKeyRow = statement<{ id: string }>()((db, p) =>
  db.deleteFrom('access_keys').where('id', '=', p.id),
)

const selectRoles = statement()((db) =>
  db.selectFrom('roles').selectAll().orderBy('account_id').orderBy('name'),
)

const selectRole = statement<{ accountId: string; name: string }>()((db, p) =>
  db.selectFrom('roles').selectAll().where('account_id', '=', p.accountId).where('name', '=', p.name),
)

const deleteRoleRow = statement<{ accountId: string; name: string }>()((db, p) =>
  db.deleteFrom('roles').where('account_id', '=', p.accountId).where('name', '=', p.name),
)

const selectSecret = statement<{ name: string }>()((db, p) =>
  db.selectFrom('server_secrets').select('value').where('name', '=', p.name),
)

const insertSecret = statement<{ name: string; value: string }>()((db, p) =>
  db.insertInto('server_secrets').values({ name: p.name, value: p.value }),
)

/** Adds an account, or changes all but its id. */
export async function putAccount(session: Session, row: AccountRow): Promise<void> {
  await session.run(upsertAccountRow, row)
}

/** Adds an access key, or replaces all but the time of the one of the same id. */
export async function putKey(session: Session, row: AccessKeyRow): Promise<void> {
  await session.run(upsertKeyRow, row)
}

/** Adds a role, or replaces the one of the same account and name. */
export async function putRole(session: Session, row: RoleRow): Promise<void> {
  await session.run(upsertRoleRow, row)
}

/** Removes an access key. */
export async function deleteKey(session: Session, id: string): Promise<void> {
  await session.run(deleteKeyRow, { id })
}

/** Removes a role; false when there was none. */
export const deleteRole = async (session: Session, accountId: string, name: string): Promise<boolean> =>
  (await session.run(deleteRoleRow, { accountId, name })) > 0

/** Every account, the default one first. */
export const everyAccount = (session: Session): Promise<AccountRow[]> => session.all(selectAccounts, {})

export const findAccount = (session: Session, id: string): Promise<AccountRow | undefined> =>
  session.first(selectAccount, { id })

/** Every access key with its secret, oldest first. */
export const allKeys = (session: Session): Promise<AccessKeyRow[]> => session.all(selectKeys, {})

export const findKey = (session: Session, id: string): Promise<AccessKeyRow | undefined> =>
  session.first(selectKey, { id })

export const everyRole = (session: Session): Promise<RoleRow[]> => session.all(selectRoles, {})

export const findRole = (session: Session, accountId: string, name: string): Promise<RoleRow | undefined> =>
  session.first(selectRole, { accountId, name })

/** What the server keeps under a name, made by `make` the first time. */
export async function keptSecret(session: Session, name: string, make: () => string): Promise<string> {
  const kept = await session.first(selectSecret, { name })
  if (kept) return kept.value
  const value = make()
  await session.run(insertSecret, { name, value })
  return value
}
