import type { ClientTokenRow } from './schema.js'
import type { Session } from './session.js'
import { statement } from './statement.js'

type TokenKey = Pick<ClientTokenRow, 'account_id' | 'region_id' | 'action' | 'token'>

const selectToken = statement<TokenKey>()((db, p) =>
  db
    .selectFrom('client_tokens')
    .select(['fingerprint', 'answer', 'created_at'])
    .where('account_id', '=', p.account_id)
    .where('region_id', '=', p.region_id)
    .where('action', '=', p.action)
    .where('token', '=', p.token),
)

const upsertToken = statement<ClientTokenRow>()((db, p) =>
  db
    .insertInto('client_tokens')
    .values({
      account_id: p.account_id,
      region_id: p.region_id,
      action: p.action,
      token: p.token,
      fingerprint: p.fingerprint,
      answer: p.answer,
      created_at: p.created_at,
    })
    .onConflict((conflict) =>
      conflict.columns(['account_id', 'region_id', 'action', 'token']).doUpdateSet((set) => ({
        fingerprint: set.ref('excluded.fingerprint'),
        answer: set.ref('excluded.answer'),
        created_at: set.ref('excluded.created_at'),
      })),
    ),
)

const deleteBefore = statement<{ before: string }>()((db, p) =>
  db.deleteFrom('client_tokens').where('created_at', '<', p.before),
)

/** What a client token was used for; undefined when it was not. */
export const findToken = (session: Session, key: TokenKey) => session.first(selectToken, key)

/** Remembers a client token with the answer it got, in the place of one that was used too long ago to count. */
export async function putToken(session: Session, row: ClientTokenRow): Promise<void> {
  await session.run(upsertToken, row)
}

/** Forgets tokens used before a time (ISO text). */
export async function forgetTokens(session: Session, before: string): Promise<void> {
  await session.run(deleteBefore, { before })
}
