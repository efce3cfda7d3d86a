import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/**
 * Writes packages/server/src/operations/real-operations.ts: the names of all operations that the products have, as their
 * SDKs for Node call them. `node scripts/list-real-operations.mjs [PACKAGE=FOLDER ...]`: a package that is neither
 * installed nor given keeps the names that stand in the file. `--check` writes nothing; exit 1 when the file is stale.
 */

const root = fileURLToPath(new URL('..', import.meta.url))
const target = join(root, 'packages/server/src/operations/real-operations.ts')

const products = [
  { product: 'Ecs', version: '2014-05-26', npm: '@alicloud/ecs20140526' },
  { product: 'ResourceManager', version: '2020-03-31', npm: '@alicloud/resourcemanager20200331' },
  { product: 'Sts', version: '2015-04-01', npm: '@alicloud/sts20150401' },
  { product: 'Vpc', version: '2016-04-28', npm: '@alicloud/vpc20160428' },
]

/** The actions that a client package calls, in alphabetical order. Throws when they are not of the version. */
export function actionsOf(folder, version) {
  const text = readFileSync(join(folder, 'dist/client.js'), 'utf8')
  const versions = new Set([...text.matchAll(/\bversion: "([\d-]+)"/g)].map(([, found]) => found))
  if (versions.size !== 1 || !versions.has(version)) {
    throw new Error(`${folder} calls version ${[...versions].join(', ')}, not ${version}`)
  }
  return [...new Set([...text.matchAll(/\baction: "([A-Za-z0-9]+)"/g)].map(([, action]) => action))].sort()
}

/** The names that a written file has for a product. */
function keptNames(text, product) {
  const block = new RegExp(`product: '${product}',[^\`]*\`([^\`]*)\``).exec(text)?.[1] ?? ''
  return block.split(/\s+/).filter((name) => name !== '')
}

function wrapped(names) {
  const lines = ['']
  for (const name of names) {
    const last = lines[lines.length - 1]
    if (last.length + name.length > 106) lines.push(`      ${name}`)
    else lines[lines.length - 1] = last === '' ? `      ${name}` : `${last} ${name}`
  }
  return lines.join('\n')
}

/** The file as it should be, given where packages lie and what the file holds now. */
export function generate(given, current) {
  const rows = products.map(({ product, version, npm }) => {
    const folder = given.get(npm) ?? join(root, 'node_modules', npm)
    const names = existsSync(folder) ? actionsOf(folder, version) : keptNames(current, product)
    return `  {
    product: '${product}',
    version: '${version}',
    names: words(\`
${wrapped(names)}
    \`),
  },`
  })
  return `// Written by scripts/list-real-operations.mjs from the SDKs of the products. Do not edit.

const words = (text: string): readonly string[] => text.trim().split(/\\s+/)

/** Every operation that the real products have, served here or not. */
export const realOperations = [
${rows.join('\n')}
] as const
`
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const words = process.argv.slice(2)
  const given = new Map(words.filter((word) => word.includes('=')).map((word) => word.split('=', 2)))
  const current = existsSync(target) ? readFileSync(target, 'utf8') : ''
  const wanted = generate(new Map([...given].map(([npm, folder]) => [npm, resolve(folder)])), current)
  if (!words.includes('--check')) writeFileSync(target, wanted)
  else if (wanted !== current) {
    process.stdout.write('real-operations.ts is stale: run node scripts/list-real-operations.mjs\n')
    process.exit(1)
  }
}
