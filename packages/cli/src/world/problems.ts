import { pathText, type SeedPath, UserError } from '@sallyport/server'

/** What is wrong with one place of a file. */
export interface Problem {
  readonly path: SeedPath
  /** Without the place: `is "10.0.0.0/99", which is no CIDR block`. */
  readonly reason: string
  /** What to do about it. */
  readonly hint?: string
}

/** Most problems that one message lists. */
const SHOWN = 5

/** One error for all that is wrong with a file, each with its line. */
export function problemError(
  file: string,
  problems: readonly Problem[],
  lineOf: (path: SeedPath) => number,
): UserError {
  const lines = problems
    .slice(0, SHOWN)
    .map(
      ({ path, reason, hint }) =>
        `${file}:${lineOf(path)}: ${pathText(path) || 'the document'} ${reason}${hint === undefined ? '' : `. ${hint}`}`,
    )
  const more = problems.length - lines.length
  return new UserError(
    [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'),
    'Correct the file; docs/world-files.md describes it.',
  )
}
