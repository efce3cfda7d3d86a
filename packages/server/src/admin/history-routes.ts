import { snapshotOf } from '@sallyport/engine'
import { z } from 'zod'
import { historyOf, type Subject } from '../history/list-changes.js'
import { type HistorySource, type Point, snapshotAt } from '../history/state-at.js'
import { AdminError, sendJson } from './answer.js'
import { checked, time, whole } from './read-query.js'
import type { Routes } from './routes.js'

const USUAL_LIMIT = 50

const id = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'letters, digits and hyphens')
const subjects = ['group', 'list', 'interface', 'instance'] as const
const historyQuery = z
  .strictObject({
    group: id,
    list: id,
    interface: id,
    instance: id,
    limit: whole(1, 1000),
    before: whole(1, 999_999_999),
  })
  .partial()

/** Routes that tell the past of what data planes know: the state as it was, and what changed since. */
export const historyRoutes = (source: HistorySource): Routes => ({
  '/v1/state': {
    GET: {
      query: ['at', 'epoch'],
      async handle({ response, query }) {
        const at = query.get('at')
        const epoch = query.get('epoch') ?? undefined
        if (at !== null) return sendJson(response, 200, await snapshotAt(pointOf(at), source, epoch))
        if (epoch === undefined) return sendJson(response, 200, snapshotOf(source.feed.world))
        throw new AdminError(400, 'epoch is given without at', 'Give the revision of that epoch.')
      },
    },
  },
  '/v1/history': {
    GET: {
      query: [...subjects, 'limit', 'before'],
      async handle({ response, query }) {
        const {
          limit = USUAL_LIMIT,
          before,
          ...named
        } = checked(historyQuery, Object.fromEntries(query), 'the query')
        sendJson(response, 200, await historyOf(subjectOf(named), { limit, before }, source))
      },
    },
  },
})

function subjectOf(named: Readonly<Partial<Record<(typeof subjects)[number], string | undefined>>>): Subject {
  const given = subjects.flatMap((kind) => {
    const id = named[kind]
    return id === undefined ? [] : [{ kind, id }]
  })
  if (given.length <= 1) return given[0] ?? null
  throw new AdminError(400, 'more than one thing is named', `Give one of ${subjects.join(', ')}, or none.`)
}

function pointOf(text: string): Point {
  if (/^\d{1,15}$/.test(text)) return { revision: Number(text) }
  const parsed = time.safeParse(text)
  if (parsed.success) return { time: parsed.data }
  throw new AdminError(
    400,
    `at is ${JSON.stringify(text)}`,
    'Give a revision, or a time as 2026-11-24T03:28:09Z.',
  )
}
