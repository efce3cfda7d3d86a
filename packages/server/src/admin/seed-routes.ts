import { applySeed, type SeedTarget } from '../seed/apply-seed.js'
import { SeedProblem } from '../seed/problem.js'
import { AdminError, sendJson } from './answer.js'
import { readJson } from './body.js'
import type { Routes } from './routes.js'

/** The route that seeds. Its refusals carry `path` and `reason`, from which a reader of the file finds the line. */
export const seedRoutes = (target: SeedTarget): Routes => ({
  '/v1/seed': {
    POST: {
      async handle({ request, response }) {
        const document = await readJson(request)
        try {
          sendJson(response, 200, { resources: await applySeed(document, target) })
        } catch (error) {
          if (!(error instanceof SeedProblem)) throw error
          const { message, path, reason } = error
          throw new AdminError(400, message, 'Nothing was changed. See docs/admin.md.', {}, { path, reason })
        }
      },
    },
  },
})
