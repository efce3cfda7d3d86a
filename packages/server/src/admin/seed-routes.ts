import type { IncomingMessage } from 'node:http'
import { applySeed, type SeedTarget } from '../seed/apply-seed.js'
import { SeedProblem } from '../seed/problem.js'
import { readYaml, YamlProblem, type YamlText } from '../seed/read-yaml.js'
import { AdminError, sendJson } from './answer.js'
import { parseJson, readText } from './body.js'
import type { Routes } from './routes.js'

/**
 * The route that seeds. Its refusals carry `path` and `reason`, from which a reader of the file finds the line; those of
 * YAML carry the line as well.
 */
export const seedRoutes = (target: SeedTarget): Routes => ({
  '/v1/seed': {
    POST: {
      async handle({ request, response }) {
        const { document, lineOf } = await read(request)
        try {
          sendJson(response, 200, { resources: await applySeed(document, target) })
        } catch (error) {
          if (!(error instanceof SeedProblem)) throw error
          const { message, path, reason } = error
          const line = lineOf?.(path)
          throw refusal(message, line, { path, reason })
        }
      },
    },
  },
})

/** RFC 9512 has the first; the others were in use before it. */
const yamlTypes = new Set(['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml'])

async function read(request: IncomingMessage): Promise<Partial<YamlText>> {
  const text = await readText(request)
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (!yamlTypes.has(type)) return { document: parseJson(text) }
  try {
    return readYaml(text)
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error
    throw refusal(`the body is no YAML that can be read: ${error.message}`, error.line, {})
  }
}

const refusal = (message: string, line: number | undefined, details: object): AdminError =>
  new AdminError(
    400,
    line === undefined ? message : `line ${line}: ${message}`,
    'Nothing was changed. See docs/admin.md.',
    {},
    { ...details, ...(line === undefined ? {} : { line }) },
  )
