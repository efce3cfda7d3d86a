import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { behaviourTests, caseFile, clientCalls, readCases } from './operation-pages/evidence.mjs'
import { gatewayPage, indexPage, page, slug } from './operation-pages/page.mjs'

/**
 * Writes docs/operations/: a page an operation, from the built declarations and from the text of
 * the tests. `--check` writes nothing; exit 1 with the names of the pages that are stale.
 */

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'docs/operations')
const built = (path) => import(new URL(`../packages/server/dist/${path}`, import.meta.url).href)

const { operations } = await built('operations/registry.js')
const { errorRows } = await built('errors/raise.js')
const { tokenErrors } = await built('model/idempotency.js')
const { gatewayErrors } = await import('@sallyport/protocol')

const cases = readCases(root)
const testsOf = behaviourTests(root)
const callsOf = clientCalls(root)

/** Where an operation is declared; old ECS actions stand with the VPC product. */
const sourceOf = (product, name) =>
  [product, 'vpc']
    .map((place) => `packages/server/src/operations/${place}/${slug(name)}.ts`)
    .find((path) => existsSync(join(root, path)))

const place = (product) => slug(product)
const wanted = new Map()
const products = new Map()
for (const operation of operations) {
  const { name, product, version, summary, errors, idempotent } = operation
  const keys = [...errors, ...(idempotent ? tokenErrors : [])]
  const shared = operations.some((other) => other.name === name && other.product !== product)
  const calls = callsOf(operation, shared)
  const path = `${place(product)}/${slug(name)}.md`
  const facts = {
    ...{ operation, keys, rows: errorRows, source: sourceOf(place(product), name) },
    cases: new Map(keys.map((key) => [key, `\`${caseFile(cases, operation, key)}\``])),
    ...{ tests: testsOf(name), calls },
  }
  wanted.set(path, page(facts, '../../../'))
  const known = products.get(product) ?? { product, version, operations: [] }
  known.operations.push({ name, summary, path, calls })
  products.set(product, known)
}
const byName = (a, b) => (a.name ?? a.product).localeCompare(b.name ?? b.product)
const sorted = [...products.values()].sort(byName)
for (const { operations: listed } of sorted) listed.sort(byName)
wanted.set('README.md', indexPage(sorted))
wanted.set('gateway.md', gatewayPage(gatewayErrors, '../../'))

const present = existsSync(folder)
  ? readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
  : []
const textOf = (path) =>
  existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : undefined
const stale = [...wanted].filter(([path, text]) => textOf(path) !== text)
const gone = present.filter((path) => !wanted.has(path))

if (process.argv.includes('--check')) {
  for (const path of [...stale.map(([one]) => one), ...gone])
    process.stdout.write(`docs/operations/${path} is stale\n`)
  if (stale.length + gone.length > 0) {
    process.stdout.write('Run npm run docs.\n')
    process.exit(1)
  }
} else {
  for (const path of gone) rmSync(join(folder, path))
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}
