import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore, type Store } from '../src/store/database.js'
import {
  freeCounts,
  insertFreeRange,
  releaseOffset,
  takeLowest,
  takeOffset,
} from '../src/store/free-ranges.js'
import type { WriteSession } from '../src/store/session.js'

let folder: string
let store: Store

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-ranges-'))
  store = await openStore(
    folder,
    () => new Date(0),
    () => undefined,
  )
})
afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

const LAST = 12

type Step = { readonly kind: 'lowest' } | { readonly kind: 'take' | 'release'; readonly offset: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constant({ kind: 'lowest' } as const),
  fc.record({
    kind: fc.constantFrom('take' as const, 'release' as const),
    offset: fc.integer({ min: 0, max: LAST + 1 }),
  }),
)

/** The same allocator over a plain set of free offsets. */
function expected(free: Set<number>, wanted: Step): unknown {
  if (wanted.kind === 'lowest') {
    const lowest = [...free].sort((a, b) => a - b)[0]
    if (lowest !== undefined) free.delete(lowest)
    return lowest
  }
  if (wanted.kind === 'take') return free.delete(wanted.offset)
  free.add(wanted.offset)
  return undefined
}

async function actual(session: WriteSession, id: string, wanted: Step): Promise<unknown> {
  if (wanted.kind === 'lowest') return takeLowest(session, id)
  if (wanted.kind === 'take') return takeOffset(session, id, wanted.offset)
  return releaseOffset(session, id, wanted.offset)
}

const mayRelease = (free: ReadonlySet<number>, { kind, ...rest }: Step): boolean =>
  kind !== 'release' ||
  ('offset' in rest && !free.has(rest.offset) && rest.offset >= 1 && rest.offset <= LAST)

const ranges = (session: WriteSession, id: string) =>
  session.query((db) =>
    db.selectFrom('free_ranges').select(['first', 'last']).where('vswitch_id', '=', id).orderBy('first'),
  )

describe('free ranges', () => {
  it('whatever is taken and released, they answer as a set of free offsets would, and never touch', async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const id = `vsw-${run++}`
        await store.write('1', async (session) => {
          await insertFreeRange(session, { vswitch_id: id, first: 1, last: LAST })
          const free = new Set(Array.from({ length: LAST }, (_, index) => index + 1))
          for (const wanted of steps) {
            if (!mayRelease(free, wanted)) continue
            expect(await actual(session, id, wanted)).toEqual(expected(free, wanted))
          }
          const held = await ranges(session, id)
          const offsets = held.flatMap(({ first, last }) =>
            Array.from({ length: last - first + 1 }, (_, index) => first + index),
          )
          expect(offsets).toEqual([...free].sort((a, b) => a - b))
          held
            .slice(1)
            .forEach(({ first }, index) => expect(first).toBeGreaterThan((held[index]?.last ?? 0) + 1))
          expect((await freeCounts(session, [id])).get(id) ?? 0).toBe(free.size)
        })
      }),
      { numRuns: 100 },
    )
  })
})
