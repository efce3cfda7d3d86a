import type { ServerResponse } from 'node:http'
import type { Journal } from '../audit/journal.js'
import { waitForCalls } from '../audit/wait-for.js'
import { AdminError, sendJson } from './answer.js'
import { filterNames, readCallQuery } from './read-query.js'
import type { Routes } from './routes.js'

const USUAL_LIMIT = 100
const USUAL_TIMEOUT_SECONDS = 10

/** Routes that ask for recorded calls; `journal` is null when the audit is off. */
export function callRoutes(journal: Journal | null): Routes {
  const needed = (): Journal => {
    if (journal) return journal
    throw new AdminError(409, 'no calls are recorded: the audit is off', 'Start the server with --audit on.')
  }
  return {
    '/v1/calls': {
      GET: {
        query: [...filterNames, 'limit'],
        async handle({ response, query }) {
          const { filter, limit } = readCallQuery(query)
          sendJson(response, 200, await needed().query(filter, limit ?? USUAL_LIMIT))
        },
      },
      DELETE: {
        async handle({ response }) {
          await needed().clear()
          sendJson(response, 200, {})
        },
      },
    },
    '/v1/calls/wait': {
      GET: {
        query: [...filterNames, 'count', 'timeout'],
        async handle({ response, query }) {
          const { filter, count, timeout } = readCallQuery(query)
          const stop = stopAfter(response, (timeout ?? USUAL_TIMEOUT_SECONDS) * 1000)
          sendJson(response, 200, await waitForCalls(needed(), filter, count ?? 1, stop))
        },
      },
    },
    '/v1/calls/export': {
      GET: {
        query: filterNames,
        async handle({ response, query }) {
          const lines = needed().lines(readCallQuery(query).filter)
          response.writeHead(200, { 'content-type': 'application/x-ndjson' })
          for await (const text of lines) await send(response, text)
          response.end()
        },
      },
    },
  }
}

/** A signal for when the time is over or the asker has gone. */
function stopAfter(response: ServerResponse, ms: number): AbortSignal {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  return AbortSignal.any([gone.signal, AbortSignal.timeout(ms)])
}

/** Waits for a slow reader, and for one that has gone no longer than that. */
async function send(response: ServerResponse, text: string): Promise<void> {
  if (response.destroyed || response.write(text)) return
  await new Promise<void>((resolve) => {
    response.once('drain', resolve)
    response.once('close', resolve)
  })
}
