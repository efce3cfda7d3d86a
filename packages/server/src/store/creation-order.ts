import { type RawBuilder, sql, type SqlBool } from 'kysely'

/** Where a page of a list by creation starts: after the row of that revision and position. */
export type CreationMark = readonly [revision: number, position: number]

/** Condition: made before the marked row. For lists with the newest first, of one call the last made first. */
export const madeBefore = ([revision, position]: CreationMark): RawBuilder<SqlBool> =>
  sql<SqlBool>`(created_revision, position) < (${revision}, ${position})`
