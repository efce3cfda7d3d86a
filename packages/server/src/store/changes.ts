import type { Change, Revision } from '@sallyport/engine'
import type { Session } from './session.js'
import { statement } from './statement.js'

const raiseHead = statement()((db) =>
  db
    .updateTable('change_head')
    .set((set) => ({ revision: set('revision', '+', 1) }))
    .where('id', '=', 1)
    .returning('revision'),
)

const insertChange = statement<{ revision: number; at: string; accountId: string; changes: string }>()(
  (db, p) =>
    db
      .insertInto('changes')
      .values({ revision: p.revision, at: p.at, account_id: p.accountId, changes: p.changes }),
)

const selectHead = statement()((db) => db.selectFrom('change_head').selectAll().where('id', '=', 1))

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

const insertHead = statement<{ epoch: string }>()((db, p) =>
  db.insertInto('change_head').values({ id: 1, epoch: p.epoch, revision: 0 }),
)

/**
 * Takes the next revision. INVARIANT: revisions have no gap, because the head is a row of the same transaction: a
 * rollback gives the number back, and concurrent writers of any database queue on the row.
 */
export async function nextRevision(session: Session): Promise<number> {
  const row = await session.first(raiseHead, {})
  if (!row) throw new Error('the change feed has no head: the store is damaged')
  return row.revision
}

/** Appends a revision to the feed, in the transaction that made it. */
export async function appendRevision(session: Session, revision: Revision, accountId: string): Promise<void> {
  await session.run(insertChange, {
    revision: revision.revision,
    at: revision.at,
    accountId,
    changes: JSON.stringify(revision.changes),
  })
}

/** The feed's epoch and last revision; undefined in a store that was never used. */
export async function changeHead(session: Session): Promise<{ epoch: string; revision: number } | undefined> {
  return session.first(selectHead, {})
}

/** Starts the feed of a new store. */
export async function startFeed(session: Session, epoch: string): Promise<void> {
  await session.run(insertHead, { epoch })
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

/** Forgets revisions up to and including `revision`. */
export async function forgetRevisions(session: Session, revision: number): Promise<void> {
  await session.run(deleteUpTo, { revision })
}
