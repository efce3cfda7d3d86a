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

/** Far more than a seed needs, and far less than the parser can walk into. */
const deepest = 100
const widestIndent = 200

/**
 * The line (from 1) where a text is, or may be, nested too deeply: the parser walks into what is nested, and a stack that
 * is used up in there has ended the process. Brackets count wherever they stand; block collections are no deeper than
 * their lines are indented, and their indicators.
 */
function tooDeepAt(text: string): number | undefined {
  let open = 0
  for (const [index, line] of text.split('\n').entries()) {
    const indicators = line.match(/(?<!\S)[-?](?!\S)/g)?.length ?? 0
    if (indicators > deepest || line.search(/\S/) > widestIndent) return index + 1
    for (const [bracket] of line.matchAll(/[[\]{}]/g)) {
      open = Math.max(0, open + (bracket === '[' || bracket === '{' ? 1 : -1))
      if (open > deepest) return index + 1
    }
  }
  return undefined
}

/** Reads one YAML document. Throws a YamlProblem. */
export function readYaml(text: string): YamlText {
  const deep = tooDeepAt(text)
  if (deep !== undefined) throw new YamlProblem('it is nested too deeply', deep)
  const lines = new LineCounter()
  try {
    const parsed = parseDocument(text, { prettyErrors: false, lineCounter: lines })
    const [broken] = parsed.errors
    if (broken) throw new YamlProblem(broken.message, lines.linePos(broken.pos[0]).line)
    const document: unknown = parsed.toJS({ maxAliasCount: mostAliases })
    return { document, lineOf: (path) => lineOfPath(text, parsed, path) }
  } catch (error) {
    if (error instanceof YamlProblem) throw error
    // The parser has no code for aliases that are too many.
    throw new YamlProblem((error as Error).message, 1, { cause: error })
  }
}
