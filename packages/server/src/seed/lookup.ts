import type { RunOperation } from './run-operation.js'
import { SeedProblem, type SeedPath } from './problem.js'

export type Found = Readonly<Record<string, unknown>>

/** The members of a list in an answer: `{Vpcs: {Vpc: [...]}}`, or plain, as the answers about port lists have them. */
export function listOf(answer: Found, outer: string, inner: string): Found[] {
  const list = answer[outer]
  if (Array.isArray(list)) return list as Found[]
  return ((list as Record<string, unknown> | undefined)?.[inner] ?? []) as Found[]
}

/** How to look for a resource by its name. */
export interface Search {
  readonly operation: string
  readonly parameters: object
  /** Names of the outer and inner member of the answer's list. */
  readonly list: readonly [string, string]
}

/** The one resource that a search finds, if any. Throws a SeedProblem when there are several. */
export async function findOne(run: RunOperation, search: Search, path: SeedPath): Promise<Found | undefined> {
  const answer = await run(search.operation, search.parameters)
  const found = listOf(answer, ...search.list)
  if (found.length > 1)
    throw new SeedProblem(path, `${found.length} resources have this name: rename all but one`)
  return found[0]
}

/** Throws a SeedProblem when a resource that is there is not what the file says. */
export function mustEqual(path: SeedPath, key: string, there: unknown, wanted: unknown): void {
  if (there === wanted) return
  throw new SeedProblem(
    [...path, key],
    `is ${JSON.stringify(wanted)} here and ${JSON.stringify(there)} on the server`,
  )
}
