import { faultSchema } from '../controls/fault.js'
import type { Faults } from '../controls/faults.js'
import { AdminError, sendJson } from './answer.js'
import { readJson } from './body.js'
import { checked } from './read-query.js'
import type { Routes } from './routes.js'

/** Routes that set, show and clear faults. `operations` are the names that a fault may have. */
export const faultRoutes = (faults: Faults, operations: ReadonlySet<string>): Routes => ({
  '/v1/faults': {
    GET: { handle: ({ response }) => sendJson(response, 200, { faults: faults.list() }) },
    POST: {
      async handle({ request, response }) {
        const fault = checked(faultSchema, await readJson(request), 'the fault')
        if (fault.operation !== '*' && !operations.has(fault.operation)) {
          throw new AdminError(
            400,
            `this server has no operation ${fault.operation}`,
            'Names are as in the API reference, for example CreateSecurityGroup; * is all of them.',
          )
        }
        const added = faults.add(fault)
        if (!added) {
          throw new AdminError(
            409,
            'there are as many faults as there may be',
            'Clear some, spent ones too, or raise the setting faultLimit.',
          )
        }
        sendJson(response, 200, added)
      },
    },
    DELETE: {
      query: ['id'],
      handle({ response, query }) {
        const id = query.get('id')
        if (id === null) faults.clear()
        else if (!faults.remove(Number(id))) {
          throw new AdminError(404, `no fault ${id}`, 'GET /v1/faults lists them.')
        }
        sendJson(response, 200, {})
      },
    },
  },
})
