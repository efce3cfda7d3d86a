import type { NetworkPathRow, PathAnalysisRow } from './schema.js'
import type { Session, WriteSession } from './session.js'
import { statement } from './statement.js'

interface Owned {
  readonly accountId: string
  readonly id: string
}

const selectPath = statement<Owned>()((db, p) =>
  db.selectFrom('network_paths').selectAll().where('id', '=', p.id).where('account_id', '=', p.accountId),
)

const countPaths = statement<{ accountId: string }>()((db, p) =>
  db
    .selectFrom('network_paths')
    .select((s) => s.fn.countAll<number>().as('count'))
    .where('account_id', '=', p.accountId),
)

const insertPathRow = statement<NetworkPathRow>()((db, p) =>
  db
    .insertInto('network_paths')
    .values({
      id: p.id,
      account_id: p.account_id,
      region_id: p.region_id,
      created_at: p.created_at,
      name: p.name,
      description: p.description,
      parameters: p.parameters,
    })
    .onConflict((conflict) => conflict.doNothing()),
)

const deletePathRow = statement<{ id: string }>()((db, p) =>
  db.deleteFrom('network_paths').where('id', '=', p.id),
)

const selectAnalysis = statement<Owned>()((db, p) =>
  db.selectFrom('path_analyses').selectAll().where('id', '=', p.id).where('account_id', '=', p.accountId),
)

const selectAnalysesOf = statement<{ accountId: string; pathId: string }>()((db, p) =>
  db
    .selectFrom('path_analyses')
    .select('id')
    .where('account_id', '=', p.accountId)
    .where('path_id', '=', p.pathId)
    .orderBy('created_at', 'desc')
    .orderBy('id'),
)

const countAnalyses = statement<{ accountId: string }>()((db, p) =>
  db
    .selectFrom('path_analyses')
    .select((s) => s.fn.countAll<number>().as('count'))
    .where('account_id', '=', p.accountId)
    .where('path_id', '<>', ''),
)

const insertAnalysisRow = statement<PathAnalysisRow>()((db, p) =>
  db.insertInto('path_analyses').values({
    id: p.id,
    account_id: p.account_id,
    path_id: p.path_id,
    path_created_at: p.path_created_at,
    parameters: p.parameters,
    status: p.status,
    reachable: p.reachable,
    result: p.result,
    created_at: p.created_at,
  }),
)

const deleteAnalysisRow = statement<{ id: string }>()((db, p) =>
  db.deleteFrom('path_analyses').where('id', '=', p.id),
)

/** A saved path by id, if the account has it. */
export const findPath = (
  session: Session,
  accountId: string,
  id: string,
): Promise<NetworkPathRow | undefined> => session.first(selectPath, { accountId, id })

/** How many paths the account saved. */
export const countPathsOf = async (session: Session, accountId: string): Promise<number> =>
  Number((await session.first(countPaths, { accountId }))?.count ?? 0)

/** Saves a path; false when the account has one of the same parameters. */
export const insertPath = async (session: WriteSession, row: NetworkPathRow): Promise<boolean> =>
  (await session.run(insertPathRow, row)) > 0

export async function deletePath(session: WriteSession, id: string): Promise<void> {
  await session.run(deletePathRow, { id })
}

/** What an analysis found, if it is one of the account's. */
export const findAnalysis = (
  session: Session,
  accountId: string,
  id: string,
): Promise<PathAnalysisRow | undefined> => session.first(selectAnalysis, { accountId, id })

/** Ids of the analyses of a path, the newest first; of the empty path those that have none. */
export const analysesOf = async (session: Session, accountId: string, pathId: string): Promise<string[]> =>
  (await session.all(selectAnalysesOf, { accountId, pathId })).map(({ id }) => id)

/** How many analyses of saved paths the account keeps. */
export const countAnalysesOf = async (session: Session, accountId: string): Promise<number> =>
  Number((await session.first(countAnalyses, { accountId }))?.count ?? 0)

export async function insertAnalysis(session: WriteSession, row: PathAnalysisRow): Promise<void> {
  await session.run(insertAnalysisRow, row)
}

export async function deleteAnalysis(session: WriteSession, id: string): Promise<void> {
  await session.run(deleteAnalysisRow, { id })
}
