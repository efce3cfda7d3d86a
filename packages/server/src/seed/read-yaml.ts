import { LineCounter, parseDocument } from 'yaml'
import { lineOfPath } from './line-of-path.js'
import type { SeedPath } from './problem.js'

/** A text that is no YAML document, or one that this server does not take; `line` counts from 1. */
export class YamlProblem extends Error {
  readonly line: number

  constructor(message: string, line: number, options?: ErrorOptions) {
    super(message, options)
    this.name = 'YamlProblem'
    this.line = line
  }
}

/** A YAML text as plain data, and the line of every place in it. */
export interface YamlText {
  readonly document: unknown
  /** The line (from 1) of a path, or of the nearest place above it that is there. */
  readonly lineOf: (path: SeedPath) => number
}

/** Every use of an anchor counts as often as what it stands for does, so that a few lines cannot stand for millions. */
const mostAliases = 100

/** Reads one YAML document. Throws a YamlProblem. */
export function readYaml(text: string): YamlText {
  const lines = new LineCounter()
  try {
    const parsed = parseDocument(text, { prettyErrors: false, lineCounter: lines })
    const [broken] = parsed.errors
    if (broken) throw new YamlProblem(broken.message, lines.linePos(broken.pos[0]).line)
    const document: unknown = parsed.toJS({ maxAliasCount: mostAliases })
    return { document, lineOf: (path) => lineOfPath(text, parsed, path) }
  } catch (error) {
    if (error instanceof YamlProblem) throw error
    // The parser walks into what is nested, and has no code for aliases that are too many or lead to themselves.
    const reason = error instanceof RangeError ? 'it is nested too deeply' : (error as Error).message
    throw new YamlProblem(reason, 1, { cause: error })
  }
}
