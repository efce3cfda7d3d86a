import type { Change, Fact } from '@sallyport/engine'
import type { Author } from './author.js'
import type { ChangeRow } from './schema.js'
import type { Session } from './session.js'
import { statement } from './statement.js'

/** A revision with what it replaced. */
export interface KeptRevision extends Author {
  readonly revision: number
  /** Commit time, ISO 8601 with milliseconds. */
  readonly at: string
  /** In the order made. */
  readonly changes: readonly { readonly change: Change; readonly before: Fact }[]
}

const selectOldest = statement()((db) => db.selectFrom('changes').selectAll().orderBy('revision').limit(1))

const selectOne = statement<{ revision: number }>()((db, p) =>
  db.selectFrom('changes').select('at').where('revision', '=', p.revision),
)

const selectAfter = statement<{ after: number; limit: number }>()((db, p) =>
  db.selectFrom('changes').selectAll().where('revision', '>', p.after).orderBy('revision').limit(p.limit),
)

const selectLastUntil = statement<{ time: string; above: number; upTo: number }>()((db, p) =>
  db
    .selectFrom('changes')
    .select((s) => s.fn.max('revision').as('last'))
    .where('revision', '>', p.above)
    .where('revision', '<=', p.upTo)
    .where('at', '<=', p.time),
)

function kept(row: ChangeRow): KeptRevision {
  const changes = JSON.parse(row.changes) as Change[]
  const befores = row.befores === '' ? [] : (JSON.parse(row.befores) as Fact[])
  return {
    ...{ revision: row.revision, at: row.at, accountId: row.account_id },
    ...{ principal: row.principal, operation: row.operation, requestId: row.request_id },
    changes: changes.map((change, index) => ({ change, before: befores[index] ?? null })),
  }
}

/** The oldest revision that is kept: no state before it can be told. Undefined before the first. */
export async function oldestKept(session: Session): Promise<KeptRevision | undefined> {
  const row = await session.first(selectOldest, {})
  return row && kept(row)
}

/** When a revision was committed; undefined when it is not kept. */
export const timeOf = async (session: Session, revision: number): Promise<string | undefined> =>
  (await session.first(selectOne, { revision }))?.at

/** Up to `limit` revisions after one, oldest first. */
export const keptAfter = async (session: Session, after: number, limit: number): Promise<KeptRevision[]> =>
  (await session.all(selectAfter, { after, limit })).map(kept)

/** The last of the revisions `above` < r <= `upTo` that was committed by a time; undefined when none was. */
export const lastCommittedBy = async (
  session: Session,
  time: string,
  above: number,
  upTo: number,
): Promise<number | undefined> =>
  (await session.first(selectLastUntil, { time, above, upTo }))?.last ?? undefined

/** Most ids that are looked for: a condition of many more is nested deeper than a database takes. */
const MOST_IDS = 200

/**
 * The revisions `above` < r <= `upTo`, newest first, that mention one of `ids` in what they made or replaced; all of
 * them when no ids are given, or very many. Ids hold letters, digits and hyphens only.
 */
export async function revisionsMentioning(
  session: Session,
  ids: readonly string[],
  { above, upTo }: { readonly above: number; readonly upTo: number },
): Promise<KeptRevision[]> {
  const rows = await session.query((db) => {
    const within = db
      .selectFrom('changes')
      .selectAll()
      .where('revision', '>', above)
      .where('revision', '<=', upTo)
      .orderBy('revision', 'desc')
    if (ids.length === 0 || ids.length > MOST_IDS) return within
    return within.where((s) =>
      s.or(ids.flatMap((id) => [s('changes', 'like', `%"${id}"%`), s('befores', 'like', `%"${id}"%`)])),
    )
  })
  return rows.map(kept)
}
