import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { UserError } from '@sallyport/server'
import { parse } from 'yaml'

/** The value of --config or SALLYPORT_CONFIG that means: read no file, not even the one in this folder. */
const noFile = 'none'

const usual = 'sallyport.yaml'

/**
 * Reads the configuration file (YAML, of which JSON is a part): the wished one, which must be there, else
 * `sallyport.yaml` in `cwd` if there. The file may hold secrets, so its content never gets into a message.
 */
export function readConfigFile(
  wished: string | undefined,
  cwd: string,
): { readonly path: string; readonly content: unknown } | undefined {
  if (wished === noFile) return undefined
  const path = resolve(cwd, wished ?? usual)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (wished === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new UserError(
      `cannot read configuration file ${path}: ${(error as Error).message}`,
      'Give a file that is there with --config FILE, or --config none.',
    )
  }
  return { path, content: parseYaml(path, text) }
}

function parseYaml(path: string, text: string): unknown {
  try {
    // Plain messages: the pretty ones quote the lines around the mistake, which may hold a secret.
    return parse(text, { prettyErrors: false })
  } catch (error) {
    const at = (error as { pos?: [number, number] }).pos?.[0]
    const line = at === undefined ? '' : ` line ${text.slice(0, at).split('\n').length}`
    throw new UserError(
      `configuration file ${path} is not YAML:${line} ${(error as { code?: string }).code ?? ''}`.trimEnd(),
      'Write one "name: value" a line.',
    )
  }
}
