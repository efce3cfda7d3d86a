import {
  readYaml,
  type SeedDocument,
  type SeededResource,
  type SeedPath,
  YamlProblem,
  type YamlText,
} from '@sallyport/server'
import { AdminRefusal, type Ask } from './admin-client.js'

/** What is wrong with a seed, and where. */
export class SeedRefusal extends Error {
  /** Keys and indexes from the top of the document; undefined for a text that is no YAML. */
  readonly path: SeedPath | undefined
  /** In a YAML text, from 1. */
  readonly line: number | undefined

  constructor(message: string, path: SeedPath | undefined, line: number | undefined) {
    super(line === undefined ? message : `line ${line}: ${message}`)
    this.name = 'SeedRefusal'
    this.path = path
    this.line = line
  }
}

/** Seeds from a document, or from YAML text. Throws SeedRefusal. */
export async function seed(ask: Ask, from: SeedDocument | string): Promise<SeededResource[]> {
  const { document, lineOf }: Partial<YamlText> = typeof from === 'string' ? parsed(from) : { document: from }
  try {
    const { resources } = await ask<{ resources: SeededResource[] }>('POST', '/v1/seed', document)
    return resources
  } catch (error) {
    if (!(error instanceof AdminRefusal) || !Array.isArray(error.answer['path'])) throw error
    const path = error.answer['path'] as SeedPath
    throw new SeedRefusal(String(error.answer['error']), path, lineOf?.(path))
  }
}

function parsed(text: string): YamlText {
  try {
    return readYaml(text)
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error
    throw new SeedRefusal(error.message, undefined, error.line)
  }
}
