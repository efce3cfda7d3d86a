import type { FreeRangeRow } from './schema.js'
import type { Session } from './session.js'
import { statement } from './statement.js'

const insertRange = statement<FreeRangeRow>()((db, p) =>
  db.insertInto('free_ranges').values({ vswitch_id: p.vswitch_id, first: p.first, last: p.last }),
)

const deleteRange = statement<{ vswitchId: string; first: number }>()((db, p) =>
  db.deleteFrom('free_ranges').where('vswitch_id', '=', p.vswitchId).where('first', '=', p.first),
)

const deleteRangesOf = statement<{ vswitchId: string }>()((db, p) =>
  db.deleteFrom('free_ranges').where('vswitch_id', '=', p.vswitchId),
)

const selectLowest = statement<{ vswitchId: string }>()((db, p) =>
  db
    .selectFrom('free_ranges')
    .select(['first', 'last'])
    .where('vswitch_id', '=', p.vswitchId)
    .orderBy('first')
    .limit(1),
)

const selectAtOrBelow = statement<{ vswitchId: string; offset: number }>()((db, p) =>
  db
    .selectFrom('free_ranges')
    .select(['first', 'last'])
    .where('vswitch_id', '=', p.vswitchId)
    .where('first', '<=', p.offset)
    .orderBy('first', 'desc')
    .limit(1),
)

const selectStarting = statement<{ vswitchId: string; first: number }>()((db, p) =>
  db
    .selectFrom('free_ranges')
    .select(['first', 'last'])
    .where('vswitch_id', '=', p.vswitchId)
    .where('first', '=', p.first),
)

/** Makes the offsets `first` to `last` of a new vSwitch free. */
export async function insertFreeRange(session: Session, row: FreeRangeRow): Promise<void> {
  await session.run(insertRange, row)
}

/** Takes the lowest free offset; undefined when none is free. Costs two index look-ups however many are in use. */
export async function takeLowest(session: Session, vswitchId: string): Promise<number | undefined> {
  const range = await session.first(selectLowest, { vswitchId })
  if (!range) return undefined
  await split(session, vswitchId, range, range.first)
  return range.first
}

/** Takes one offset; false when it is not free. */
export async function takeOffset(session: Session, vswitchId: string, offset: number): Promise<boolean> {
  const range = await session.first(selectAtOrBelow, { vswitchId, offset })
  if (!range || range.last < offset) return false
  await split(session, vswitchId, range, offset)
  return true
}

type Range = Pick<FreeRangeRow, 'first' | 'last'>

async function split(session: Session, vswitchId: string, range: Range, taken: number): Promise<void> {
  await session.run(deleteRange, { vswitchId, first: range.first })
  if (range.first < taken) {
    await session.run(insertRange, { vswitch_id: vswitchId, first: range.first, last: taken - 1 })
  }
  if (taken < range.last) {
    await session.run(insertRange, { vswitch_id: vswitchId, first: taken + 1, last: range.last })
  }
}

/** Gives an offset back, and joins it with the free ranges on both sides. */
export async function releaseOffset(session: Session, vswitchId: string, offset: number): Promise<void> {
  const below = await session.first(selectAtOrBelow, { vswitchId, offset: offset - 1 })
  const above = await session.first(selectStarting, { vswitchId, first: offset + 1 })
  const joined = below?.last === offset - 1 ? below : undefined
  if (joined) await session.run(deleteRange, { vswitchId, first: joined.first })
  if (above) await session.run(deleteRange, { vswitchId, first: above.first })
  await session.run(insertRange, {
    vswitch_id: vswitchId,
    first: joined?.first ?? offset,
    last: above?.last ?? offset,
  })
}

/** How many addresses each vSwitch has free; full ones are absent. */
export async function freeCounts(
  session: Session,
  vswitchIds: readonly string[],
): Promise<Map<string, number>> {
  if (vswitchIds.length === 0) return new Map()
  const rows = await session.query((db) =>
    db
      .selectFrom('free_ranges')
      .select((s) => [
        'vswitch_id',
        s.fn.sum<number>('first').as('firsts'),
        s.fn.sum<number>('last').as('lasts'),
        s.fn.countAll<number>().as('ranges'),
      ])
      .where('vswitch_id', 'in', vswitchIds)
      .groupBy('vswitch_id'),
  )
  return new Map(
    rows.map((row) => [row.vswitch_id, Number(row.lasts) - Number(row.firsts) + Number(row.ranges)]),
  )
}

/** Forgets the ranges of a vSwitch that goes away. */
export async function deleteFreeRanges(session: Session, vswitchId: string): Promise<void> {
  await session.run(deleteRangesOf, { vswitchId })
}
