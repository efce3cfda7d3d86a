import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { snapshotOf } from '@sallyport/engine'
import { contentType } from '../metrics/exposition.js'
import { createServerMetrics, type ServerMetrics } from '../metrics/server-metrics.js'
import type { Log } from '../settings/log.js'
import type { Feed } from '../watch/feed.js'
import type { AgentTokens } from './agent-tokens.js'
import type { Agents } from './agents.js'
import { createAgents } from './agents.js'
import { AdminError, sendJson } from './answer.js'
import { healthOf } from './health.js'
import { findRoute, type Routes } from './routes.js'
import { readJson } from './body.js'
import type { PolicyCache } from './decide-flows.js'
import { createPolicyCache, decideFlows } from './decide-flows.js'
import { carriesToken } from './token.js'
import type { Position, WatchLimits } from './watch-feed.js'
import { watchFeed, watchLimits } from './watch-feed.js'

/** What the admin routes answer from. */
export interface AdminSource {
  readonly token: string
  /** Tokens that agents may have beside it. */
  readonly agentTokens?: AgentTokens
  readonly feed: Feed
  readonly log: Log
  readonly limits?: WatchLimits
  readonly metrics?: ServerMetrics
  /** Routes beside those that follow and explain the feed, or in their place. */
  readonly routes?: Routes
}

/** The request listener of the admin routes; the TCP listener and the control socket share it. */
export function createAdminHandler(source: AdminSource): RequestListener {
  const routes = {
    ...routesOf(source, createAgents(), createPolicyCache(source.feed.world)),
    ...source.routes,
  }
  return (request, response) => {
    // A follower that goes away in mid-answer is ordinary.
    response.on('error', () => undefined)
    serve(routes, source, request, response).catch((error: unknown) => fail(response, error, source.log))
  }
}

function routesOf(source: AdminSource, agents: Agents, policies: PolicyCache): Routes {
  const { feed, log, limits, token, metrics = createServerMetrics() } = source
  const { world } = feed
  return {
    '/v1/health': {
      GET: {
        open: true,
        handle: ({ request, response }) =>
          sendJson(
            response,
            200,
            carriesToken(request.headers.authorization, token)
              ? healthOf(world, agents.list())
              : { status: 'ok' },
          ),
      },
    },
    '/metrics': {
      GET: {
        handle: ({ response }) => {
          response.writeHead(200, { 'content-type': contentType })
          response.end(metrics.text(world, agents.list()))
        },
      },
    },
    '/v1/state': { GET: { handle: ({ response }) => sendJson(response, 200, snapshotOf(world)) } },
    '/v1/status': {
      GET: {
        handle: ({ response }) =>
          sendJson(response, 200, { epoch: world.epoch, revision: world.revision, agents: agents.list() }),
      },
    },
    '/v1/agents': {
      POST: {
        agents: true,
        async handle({ request, response, agent }) {
          const { tookMs } = agents.report(await readJson(request), agent)
          if (tookMs !== null) metrics.applied(tookMs / 1000)
          sendJson(response, 200, {})
        },
      },
    },
    '/v1/decide': {
      POST: {
        async handle({ request, response }) {
          const body = await readJson(request)
          sendJson(response, 200, { verdicts: decideFlows(body, world, policies) })
        },
      },
    },
    '/v1/watch': {
      GET: {
        agents: true,
        query: ['epoch', 'after'],
        handle({ response, query, agent }) {
          if (agent !== null) cutWhenRemoved(source.agentTokens, agent, response)
          return watchFeed(response, feed, positionOf(query), log, limits ?? watchLimits)
        },
      },
    },
  }
}

async function serve(
  routes: Routes,
  { token, agentTokens }: AdminSource,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const found = findRoute(routes, request)
  const { authorization } = request.headers
  const isAdmin = carriesToken(authorization, token)
  const agent = isAdmin ? null : (agentTokens?.hostOf(authorization) ?? null)
  if (found.route?.open !== true && !isAdmin && agent === null) throw unauthorized()
  if (agent !== null && found.route?.open !== true && found.route?.agents !== true) throw notForAgents()
  if (!found.route) throw found.refusal
  await found.route.handle({ request, response, query: found.query, name: found.name, agent })
}

/** A follower whose token is taken away hears nothing more. */
function cutWhenRemoved(tokens: AgentTokens | undefined, host: string, response: ServerResponse): void {
  const forget = tokens?.onRemoval(host, () => response.destroy())
  response.once('close', () => forget?.())
}

const notForAgents = (): AdminError =>
  new AdminError(
    403,
    'the token of an agent does not open this route',
    'It opens GET /v1/watch and POST to /v1/agents, /v1/hits and /v1/drops; for all else use the admin token.',
  )

const unauthorized = (): AdminError =>
  new AdminError(
    401,
    'the bearer token is missing or wrong',
    'Send "Authorization: Bearer TOKEN"; see admin-token in the data folder.',
    {
      'www-authenticate': 'Bearer',
    },
  )

/** Both parameters make a position; an epoch alone or none starts from a snapshot. */
function positionOf(query: URLSearchParams): Position | undefined {
  const epoch = query.get('epoch')
  const after = query.get('after')
  if (after === null) return undefined
  if (!/^\d{1,15}$/.test(after)) {
    throw new AdminError(
      400,
      `after is ${JSON.stringify(after)}`,
      'Give the last revision you have, a whole number.',
    )
  }
  if (epoch === null) {
    throw new AdminError(400, 'after is given without epoch', 'Give the epoch that the revision belongs to.')
  }
  return { epoch, after: Number(after) }
}

function fail(response: ServerResponse, error: unknown, log: Log): void {
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  if (error instanceof AdminError) {
    sendJson(
      response,
      error.status,
      { error: error.message, hint: error.hint, ...error.details },
      error.headers,
    )
    return
  }
  log('error', 'the admin listener failed', {
    cause: error instanceof Error ? (error.stack ?? error.message) : String(error),
  })
  sendJson(response, 500, { error: 'internal error', hint: 'The cause is in the log of the server.' })
}
