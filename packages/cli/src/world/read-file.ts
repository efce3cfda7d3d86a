import { readFileSync } from 'node:fs'
import type { Snapshot } from '@sallyport/engine'
import {
  type Seed,
  type SeedPath,
  seedSchema,
  shapeProblem,
  UserError,
  type YamlText,
} from '@sallyport/server'
import type { z } from 'zod'
import { isPlan } from '../terraform/plan-format.js'
import { readPlan } from '../terraform/read-plan.js'
import { documentFacts } from './document-facts.js'
import { parseText } from './parse-text.js'
import { type Problem, problemError } from './problems.js'
import { snapshotSchema } from './snapshot-schema.js'
import { type Source, withNotes } from './source.js'

export type { Source } from './source.js'

/** Most that is read of a file. */
const LIMIT = 256 * 1024 * 1024

/** Reads a text file, or standard input for `-`. Throws a `UserError`. */
export function readText(file: string): string {
  try {
    const text = readFileSync(file === '-' ? 0 : file)
    if (text.length > LIMIT) throw new Error(`it has more than ${LIMIT} bytes`)
    return text.toString('utf8')
  } catch (error) {
    throw new UserError(
      `cannot read ${file}: ${(error as Error).message}`,
      'Give a YAML or JSON file that is there, or - for standard input.',
    )
  }
}

/** Reads a world file: a document, the state of a server, or a plan of Terraform. Throws a `UserError` that names every line at fault. */
export function readSourceFile(file: string): Source {
  const shown = file === '-' ? 'standard input' : file
  return sourceFrom(shown, parseText(shown, readText(file)))
}

/** What a parsed file says. */
export function sourceFrom(file: string, parsed: YamlText): Source {
  const { document: content } = parsed
  if (isMapping(content) && 'accounts' in content) {
    const { snapshot, names } = factsIn(file, parsed, readDocument(file, parsed))
    return withNotes(snapshot, names)
  }
  if (isMapping(content) && 'interfaces' in content && 'revision' in content) {
    const result = snapshotSchema.safeParse(content)
    if (!result.success) throw problemError(file, shapeProblems(content, result.error), parsed.lineOf)
    const snapshot = result.data as Snapshot
    const problems = twice(snapshot)
    if (problems.length > 0) throw problemError(file, problems, parsed.lineOf)
    return withNotes(snapshot, new Map())
  }
  if (isPlan(content)) return readPlan(file, content).after
  throw new UserError(
    `${file} is no world file`,
    'It begins with "accounts:", or is what GET /v1/state or "terraform show -json" gave; see docs/world-files.md.',
  )
}

/** The document that a parsed file is, in the right shape. Throws a `UserError`. */
export function readDocument(file: string, parsed: YamlText): Seed {
  const result = seedSchema.safeParse(parsed.document)
  if (result.success) return result.data
  throw problemError(file, shapeProblems(parsed.document, result.error), parsed.lineOf)
}

function factsIn(file: string, parsed: YamlText, document: Seed) {
  const facts = documentFacts(document)
  if (facts.problems.length > 0) throw problemError(file, facts.problems, parsed.lineOf)
  return facts
}

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function shapeProblems(content: unknown, error: z.ZodError): Problem[] {
  return error.issues.map((issue) => {
    const { path, reason } = shapeProblem(issue)
    const value = valueAt(content, path)
    const unfit = value !== undefined && typeof value !== 'object' && issue.code !== 'unrecognized_keys'
    const shown = unfit ? `is ${JSON.stringify(value)}: ` : ''
    return { path, reason: shown + reason }
  })
}

function valueAt(content: unknown, path: SeedPath): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, part)
        ? (value as Record<string | number, unknown>)[part]
        : undefined,
    content,
  )
}

/** Ids that are there twice. */
function twice(snapshot: Snapshot): Problem[] {
  const kinds = ['vpcs', 'groups', 'rules', 'interfaces', 'prefixLists', 'portLists'] as const
  return kinds.flatMap((kind) => {
    const seen = new Set<string>()
    return snapshot[kind].flatMap(({ id }, index) => {
      const known = seen.has(id)
      seen.add(id)
      return known ? [{ path: [kind, index, 'id'], reason: `is ${id}, which is taken` }] : []
    })
  })
}
