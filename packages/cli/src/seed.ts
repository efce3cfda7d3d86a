import { readFileSync } from 'node:fs'
import type { SeededResource, SeedPath, Settings } from '@sallyport/server'
import { readYaml, UserError, YamlProblem, type YamlText } from '@sallyport/server'
import { columns } from './columns.js'
import { connectControl, Refused } from './control-client.js'
import { exitCodes } from './exit-codes.js'

/** Makes what a YAML file names and the server does not have, and prints the ids. */
export async function seed({ data }: Settings, file: string, json: boolean): Promise<number> {
  const { document, lineOf } = readDocument(file)
  try {
    const answer = await connectControl(data)('POST', '/v1/seed', document)
    const { resources } = answer as { resources: readonly SeededResource[] }
    process.stdout.write(json ? `${JSON.stringify(resources, null, 2)}\n` : resourcesText(resources))
    return exitCodes.ok
  } catch (error) {
    if (!(error instanceof Refused) || !Array.isArray(error.answer['path'])) throw error
    const line = lineOf(error.answer['path'] as SeedPath)
    throw new UserError(`${file}:${line}: ${String(error.answer['error'])}`, error.hint)
  }
}

function readDocument(file: string): YamlText {
  const text = readText(file)
  try {
    return readYaml(text)
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error
    throw new UserError(`${file}:${error.line}: ${error.message}`, 'Nothing was changed.')
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UserError(`cannot read ${file}: ${(error as Error).message}`, 'Give a YAML file that is there.')
  }
}

const resourcesText = (resources: readonly SeededResource[]): string =>
  columns(
    resources.map(({ kind, name, id, created, account, region }) => [
      ...[created ? 'made' : 'there', kind, name, id, account, region],
    ]),
  )
