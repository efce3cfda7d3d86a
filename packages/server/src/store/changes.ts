import type { Change, Fact, Revision } from '@sallyport/engine'
import type { Author } from './author.js'
import type { ChangeRow } from './schema.js'
import type { Session } from './session.js'
import { statement } from './statement.js'

const selectLast = statement()((db) =>
  db.selectFrom('changes').select((s) => s.fn.max('revision').as('last')),
)

const insertChange = statement<ChangeRow>()((db, p) =>
  db.insertInto('changes').values({
    ...{ revision: p.revision, at: p.at, account_id: p.account_id, principal: p.principal },
    ...{ operation: p.operation, request_id: p.request_id, changes: p.changes, befores: p.befores },
  }),
)

const selectFeed = statement()((db) => db.selectFrom('feed').select('epoch').where('id', '=', 1))

const selectSince = statement<{ after: number; limit: number }>()((db, p) =>
  db
    .selectFrom('changes')
    .select(['revision', 'at', 'changes'])
    .where('revision', '>', p.after)
    .orderBy('revision')
    .limit(p.limit),
)

const selectOldest = statement()((db) =>
  db.selectFrom('changes').select((s) => s.fn.min('revision').as('oldest')),
)

const deleteUpTo = statement<{ revision: number }>()((db, p) =>
  db.deleteFrom('changes').where('revision', '<=', p.revision),
)

const insertFeed = statement<{ epoch: string }>()((db, p) =>
  db.insertInto('feed').values({ id: 1, epoch: p.epoch }),
)

/** The last revision in the feed, 0 before the first. */
export const lastRevision = async (session: Session): Promise<number> =>
  (await session.first(selectLast, {}))?.last ?? 0

/**
 * Appends a revision to the feed, in the transaction that made it; `befores` are what its changes replaced.
 * INVARIANT: revisions have no gap. The writer counts from the last one, a rollback takes the row and with it the
 * number back, and the primary key refuses a number twice.
 */
export async function appendRevision(
  session: Session,
  { revision, at, changes }: Revision,
  { accountId, principal, operation, requestId }: Author,
  befores: readonly Fact[],
): Promise<void> {
  await session.run(insertChange, {
    ...{ revision, at, account_id: accountId, principal, operation, request_id: requestId },
    changes: JSON.stringify(changes),
    befores: befores.every((fact) => fact === null) ? '' : JSON.stringify(befores),
  })
}

/** The feed's epoch and last revision (0 before the first); undefined in a store that was never used. */
export async function changeHead(session: Session): Promise<{ epoch: string; revision: number } | undefined> {
  const feed = await session.first(selectFeed, {})
  return feed && { epoch: feed.epoch, revision: await lastRevision(session) }
}

/** Starts the feed of a new store. */
export async function startFeed(session: Session, epoch: string): Promise<void> {
  await session.run(insertFeed, { epoch })
}

/** Up to `limit` revisions after `after`, oldest first. */
export async function revisionsAfter(session: Session, after: number, limit: number): Promise<Revision[]> {
  const rows = await session.all(selectSince, { after, limit })
  return rows.map((row) => ({
    revision: row.revision,
    at: row.at,
    changes: JSON.parse(row.changes) as Change[],
  }))
}

/** The oldest revision still kept, or undefined when none is. */
export async function oldestRevision(session: Session): Promise<number | undefined> {
  return (await session.first(selectOldest, {}))?.oldest ?? undefined
}

/** Forgets at most `limit` revisions, the oldest, and none of the last `keep`. Answers how many there still are to forget. */
export async function forgetRevisions(session: Session, keep: number, limit: number): Promise<number> {
  const oldest = await oldestRevision(session)
  if (oldest === undefined) return 0
  // The last one always stays, because it says where the feed is.
  const end = (await lastRevision(session)) - Math.max(1, keep)
  const until = Math.min(end, oldest + limit - 1)
  if (until >= oldest) await session.run(deleteUpTo, { revision: until })
  return Math.max(0, end - until)
}
