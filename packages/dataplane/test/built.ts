import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import ts from 'typescript'
import { onTestFinished } from 'vitest'

const koffi = createRequire(import.meta.url).resolve('koffi')
const packages = fileURLToPath(new URL('../../', import.meta.url))

/** A file of the data plane, text that stands there once, and what takes its place. */
export type Edit = readonly [file: string, before: string, after: string]

function edited(text: string, [file, before, after]: Edit): string {
  if (text.split(before).length !== 2) throw new Error(`${before} is not in ${file} once`)
  return text.replace(before, () => after)
}

function translate(from: string, to: string, edit?: Edit): void {
  for (const name of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue
    const text = readFileSync(join(from, name), 'utf8')
    const { outputText } = ts.transpileModule(edit?.[0] === name ? edited(text, edit) : text, {
      compilerOptions: {
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
      },
    })
    const file = join(to, name.replace(/\.ts$/, '.js'))
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, outputText)
  }
}

const packageJson = JSON.stringify({ name: '@sallyport/engine', type: 'module', exports: './index.js' })

/**
 * Translates the sources, with an edit if there is one, to a temporary folder (removed when the test ends, so call it inside of one) and returns the URL of the package's
 * entry: for tests that need a process which can be killed, without a build before.
 */
export function built(edit?: Edit): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-dataplane-'))
  // Readable by a process of another user, too.
  chmodSync(folder, 0o755)
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const engine = join(folder, 'node_modules/@sallyport/engine')
  translate(join(packages, 'engine/src'), engine)
  writeFileSync(join(engine, 'package.json'), packageJson)
  translate(join(packages, 'dataplane/src'), join(folder, 'dataplane'), edit)
  symlinkSync(dirname(koffi), join(folder, 'node_modules/koffi'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  return pathToFileURL(join(folder, 'dataplane/index.js')).href
}
