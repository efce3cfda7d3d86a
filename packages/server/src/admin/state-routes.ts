import { createReadStream, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import type { TravelClock } from '../controls/clock.js'
import type { Faults } from '../controls/faults.js'
import type { StateControls } from '../controls/state.js'
import { AdminError, sendJson } from './answer.js'
import { readJson, readWithin } from './body.js'
import { checked } from './read-query.js'
import type { Routes } from './routes.js'

const resetBody = z.strictObject({ account: z.string().min(1).optional() })
const nameBody = z.strictObject({ name: z.string() })

interface StateSource {
  readonly state: StateControls
  readonly clock: TravelClock
  readonly faults: Faults
  /** Largest snapshot file that is taken. */
  readonly snapshotBytes: number
}

/** Routes that reset, snapshot and restore. */
export const stateRoutes = ({ state, clock, faults, snapshotBytes }: StateSource): Routes => ({
  '/v1/reset': {
    POST: {
      async handle({ request, response }) {
        const { account } = checked(resetBody, await readJson(request), 'the body')
        const restarted = await state.reset(account)
        if (account === undefined) {
          faults.clear()
          clock.release()
        }
        sendJson(response, 200, restarted)
      },
    },
  },
  '/v1/snapshots': {
    GET: {
      async handle({ response }) {
        sendJson(response, 200, { snapshots: await state.list() })
      },
    },
    POST: {
      async handle({ request, response }) {
        const { name } = checked(nameBody, await readJson(request), 'the body')
        sendJson(response, 200, await state.save(name))
      },
    },
    DELETE: {
      query: ['name'],
      handle({ response, query }) {
        state.remove(nameIn(query))
        sendJson(response, 200, {})
      },
    },
  },
  '/v1/restore': {
    POST: {
      async handle({ request, response }) {
        const { name } = checked(nameBody, await readJson(request), 'the body')
        sendJson(response, 200, await state.restore(name))
      },
    },
  },
  '/v1/snapshots/file': {
    GET: {
      query: ['name'],
      async handle({ response, query }) {
        const file = createReadStream(state.fileOf(nameIn(query)))
        response.writeHead(200, { 'content-type': 'application/octet-stream' })
        await pipeline(file, response)
      },
    },
    PUT: {
      query: ['name'],
      async handle({ request, response, query }) {
        const { path, accept } = state.incoming(nameIn(query))
        try {
          const file = await open(path, 'wx', 0o600)
          try {
            await readWithin(request, snapshotBytes, (chunk) => file.appendFile(chunk))
          } finally {
            await file.close()
          }
          sendJson(response, 200, await accept())
        } finally {
          rmSync(path, { force: true })
        }
      },
    },
  },
})

function nameIn(query: URLSearchParams): string {
  const name = query.get('name')
  if (name !== null) return name
  throw new AdminError(400, 'no snapshot is named', 'Give ?name=NAME.')
}
