import { z } from 'zod'
import { parseDuration, type TravelClock } from '../controls/clock.js'
import { AdminError, sendJson } from './answer.js'
import { readJson } from './body.js'
import { checked } from './read-query.js'
import type { Routes } from './routes.js'

const change = z.union([
  z.strictObject({ freeze: z.union([z.literal(true), z.iso.datetime({ offset: true })]) }),
  z.strictObject({ advance: z.string() }),
  z.strictObject({ release: z.literal(true) }),
])

/** The years that a stored time can hold. */
const LATEST = Date.parse('9000-01-01T00:00:00Z')

/** Routes that show and move the clock of operations. */
export const clockRoutes = (clock: TravelClock): Routes => ({
  '/v1/time': {
    GET: { handle: ({ response }) => sendJson(response, 200, clock.state()) },
    POST: {
      async handle({ request, response }) {
        const wanted = checked(change, await readJson(request), 'the change of the clock')
        if ('advance' in wanted) advance(clock, wanted.advance)
        else if ('release' in wanted) clock.release()
        else clock.freeze(wanted.freeze === true ? undefined : within(Date.parse(wanted.freeze)))
        sendJson(response, 200, clock.state())
      },
    },
  },
})

function advance(clock: TravelClock, text: string): void {
  const ms = parseDuration(text)
  if (ms === undefined) {
    throw new AdminError(
      400,
      `${JSON.stringify(text)} is no duration`,
      'Write it as 90s, 1h30m, 2d or 500ms.',
    )
  }
  within(clock.now() + ms)
  clock.advance(ms)
}

function within(time: number): number {
  if (time >= 0 && time < LATEST) return time
  throw new AdminError(400, 'that time is out of range', 'Give a time from 1970 to 8999.')
}
