import { z } from 'zod'
import type { AgentTokens } from './agent-tokens.js'
import { AdminError, sendJson } from './answer.js'
import { readJson } from './body.js'
import { checked } from './read-query.js'
import type { Routes } from './routes.js'

const hostBody = z.strictObject({ host: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/) })

/** Routes that make, list and remove the tokens of agents. */
export const agentTokenRoutes = (tokens: AgentTokens): Routes => ({
  '/v1/agent-tokens': {
    GET: { handle: ({ response }) => sendJson(response, 200, { hosts: tokens.list() }) },
    POST: {
      async handle({ request, response }) {
        const { host } = checked(hostBody, await readJson(request), 'the body')
        const token = tokens.add(host)
        if (token !== null) return sendJson(response, 200, { host, token })
        throw new AdminError(409, `host ${host} has a token`, 'Remove it first; its agent is then cut off.')
      },
    },
    DELETE: {
      query: ['host'],
      handle({ response, query }) {
        const host = query.get('host') ?? ''
        if (tokens.remove(host)) return sendJson(response, 200, {})
        throw new AdminError(404, `no token of host ${host}`, 'GET /v1/agent-tokens lists them.')
      },
    },
  },
})
