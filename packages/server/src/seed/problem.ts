import { WireError } from '@sallyport/protocol'
import type { z } from 'zod'

/** Where in a seed file: keys and indexes from its top. */
export type SeedPath = readonly (string | number)[]

/** `accounts[0].vpcs[1].cidr`. */
export const pathText = (path: SeedPath): string =>
  path.reduce<string>(
    (text, part) => text + (typeof part === 'number' ? `[${part}]` : text === '' ? part : `.${part}`),
    '',
  )

/** What is wrong with a seed file, and where. */
export class SeedProblem extends Error {
  readonly path: SeedPath
  /** Without the place. */
  readonly reason: string

  constructor(path: SeedPath, reason: string, options?: ErrorOptions) {
    super(`${pathText(path) || 'the document'}: ${reason}`, options)
    this.name = 'SeedProblem'
    this.path = path
    this.reason = reason
  }
}

/** Runs `work` for a place of the file; what an operation refuses is a problem of that place. */
export async function at<T>(path: SeedPath, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof WireError)
      throw new SeedProblem(path, `${error.code}: ${error.message}`, { cause: error })
    throw error
  }
}

type Issue = z.core.$ZodIssue

/** The first problem of a document that does not have the schema's shape, at the deepest place known. */
export function shapeProblem(issue: Issue | undefined): SeedProblem {
  if (!issue) return new SeedProblem([], 'is not valid')
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)))
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys
    return new SeedProblem([...path, key], 'is no known key')
  }
  if (issue.code === 'invalid_union') {
    const inner = nearest(issue.errors)
    if (inner && inner.path.length > 0)
      return shapeProblem({ ...inner, path: [...issue.path, ...inner.path] })
  }
  return new SeedProblem(path, issue.message)
}

/** Of the branches of a union, the one that failed deepest inside: that is what was meant. */
function nearest(branches: readonly (readonly Issue[])[]): Issue | undefined {
  const firsts = branches.flatMap((issues) => (issues.length === 1 ? issues.slice(0, 1) : []))
  return firsts.sort((a, b) => b.path.length - a.path.length)[0]
}
