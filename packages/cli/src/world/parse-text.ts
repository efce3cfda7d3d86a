import { readYaml, UserError, YamlProblem, type YamlText } from '@sallyport/server'

/** Reads YAML, of which JSON is a part. Throws a `UserError` with the line. */
export function parseText(file: string, text: string): YamlText {
  // Large files are JSON, which the platform reads much faster; where something is wrong in one, YAML finds the line.
  const document = /^\s*\{/.test(text) ? tryJson(text) : undefined
  if (document !== undefined) return { document, lineOf: (path) => readYaml(text).lineOf(path) }
  try {
    return readYaml(text)
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error
    throw new UserError(
      `${file}:${error.line}: ${error.message}`,
      'The file is YAML or JSON; docs/world-files.md describes it.',
    )
  }
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
