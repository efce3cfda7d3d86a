import { readFileSync } from 'node:fs'
import { type Snapshot, type World, worldFrom } from '@sallyport/engine'
import {
  type Seed,
  type SeedPath,
  seedSchema,
  shapeProblem,
  UserError,
  type YamlText,
} from '@sallyport/server'
import type { z } from 'zod'
import { documentFacts } from './document-facts.js'
import { parseText } from './parse-text.js'
import { type Problem, problemError } from './problems.js'
import { snapshotSchema } from './snapshot-schema.js'

/** A world, what its things are called, and what is not known of it. */
export interface Source {
  readonly world: World
  /** Names by id, where there are any: `shop/web`. */
  readonly names: ReadonlyMap<string, string>
  /** What the source could not say, in sentences. */
  readonly notes: readonly string[]
}

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

/** Reads a world file: a document, or the state of a server. Throws a `UserError` that names every line at fault. */
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
  throw new UserError(
    `${file} is no world file`,
    'It begins with "accounts:", or is what GET /v1/state answers; docs/world-files.md describes both.',
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

/** A source of facts, with what they name and do not say. */
export function withNotes(
  snapshot: Snapshot,
  names: ReadonlyMap<string, string>,
  notes: readonly string[] = [],
): Source {
  return { world: worldFrom(snapshot), names, notes: [...notes, ...unknownReferences(snapshot)] }
}

/** What rules and interfaces name and the facts do not have: it matches nothing. */
function unknownReferences({ rules, groups, prefixLists, portLists, interfaces }: Snapshot): string[] {
  const known = new Set([...groups, ...prefixLists, ...portLists].map(({ id }) => id))
  const missing = new Map<string, string[]>()
  const note = (id: string, user: string): void => {
    if (known.has(id)) return
    const users = missing.get(id)
    if (users) users.push(user)
    else missing.set(id, [user])
  }
  for (const { id, peer, destinationPorts } of rules) {
    if (peer.kind === 'group') note(peer.group, `rule ${id}`)
    if (peer.kind === 'prefix-list') note(peer.list, `rule ${id}`)
    if (destinationPorts !== null && 'list' in destinationPorts) note(destinationPorts.list, `rule ${id}`)
  }
  for (const { id, groups: joined } of interfaces) for (const group of joined) note(group, id)
  return [...missing].map(([id, users]) => {
    const others = users.length > 1 ? ` and ${users.length - 1} more` : ''
    return `${id}, which ${users[0]}${others} names, is not known; it is taken to be empty`
  })
}
