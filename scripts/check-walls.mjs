import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/**
 * Checks that packages import only what they may: what their package.json declares, nothing upwards, and nothing of
 * another package by a relative path. `node scripts/check-walls.mjs [ROOT]` prints each violation; exit 1 when any.
 */

/** The packages of ours that each package may depend on; an edge that is not here points upwards. */
const below = {
  engine: [],
  protocol: [],
  server: ['engine', 'protocol'],
  dataplane: ['engine'],
  console: ['engine'],
  cli: ['engine', 'protocol', 'server', 'dataplane'],
  testing: ['server'],
}

/** Packages that run anywhere, a browser included: not even Node's own modules. */
const pure = ['engine']

const scope = '@sallyport/'
const root = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)))
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))
const shared = Object.keys(readJson(join(root, 'package.json')).devDependencies ?? {})

/** The package a specifier names: `@scope/name/deep` and `name/deep` without what follows. */
const packageOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

function filesOf(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|js|mjs|cjs)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes(`${sep}node_modules${sep}`))
}

const importsOf = (path) =>
  ts.preProcessFile(readFileSync(path, 'utf8'), true, true).importedFiles.map(({ fileName }) => fileName)

function checkDeclared(name, manifest) {
  return Object.keys(manifest.dependencies ?? {}).flatMap((dependency) => {
    const target = dependency.startsWith(scope) ? dependency.slice(scope.length) : undefined
    if (target === undefined ? !pure.includes(name) : below[name].includes(target)) return []
    return [`packages/${name}/package.json: ${name} must not depend on ${dependency}`]
  })
}

function checkImport(name, manifest, part, path, specifier) {
  const folder = join(root, 'packages', name)
  if (specifier.startsWith('.')) {
    const target = resolve(dirname(path), specifier)
    return target.startsWith(folder + sep) ? undefined : `reaches out of its package with ${specifier}`
  }
  if (specifier.startsWith('node:')) {
    return pure.includes(name) && part !== 'test'
      ? `${name} imports nothing, but here ${specifier}`
      : undefined
  }
  if (builtinModules.includes(specifier)) return `write node:${specifier}`
  const target = packageOf(specifier)
  const forTests = [...shared, ...Object.keys(manifest.devDependencies ?? {}), manifest.name]
  const allowed = [
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.peerDependencies ?? {}),
    ...(part === 'test' ? forTests : []),
  ]
  return allowed.includes(target)
    ? undefined
    : `imports ${specifier}, which packages/${name}/package.json does not declare`
}

function checkPackage(name) {
  const folder = join(root, 'packages', name)
  if (!below[name])
    return [`packages/${name}: no place among the packages; add it to scripts/check-walls.mjs`]
  const manifest = readJson(join(folder, 'package.json'))
  const imports = ['src', 'bin', 'test'].flatMap((part) =>
    filesOf(join(folder, part)).flatMap((path) =>
      importsOf(path).flatMap((specifier) => {
        const problem = checkImport(name, manifest, part, path, specifier)
        return problem === undefined ? [] : [`${relative(root, path)}: ${problem}`]
      }),
    ),
  )
  return [...checkDeclared(name, manifest), ...imports]
}

/** The suites outside the packages run the built command; of the packages they may share test pieces only. */
function checkSuite(folder) {
  return filesOf(join(root, folder)).flatMap((path) =>
    importsOf(path)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => relative(root, resolve(dirname(path), specifier)))
      .filter(
        (target) => target.startsWith(`packages${sep}`) && !/^packages.[^/\\]+.(test|bin)./.test(target),
      )
      .map((target) => `${relative(root, path)}: reaches into ${target}`),
  )
}

const packages = readdirSync(join(root, 'packages')).filter((name) =>
  existsSync(join(root, 'packages', name, 'package.json')),
)
const violations = [...packages.flatMap(checkPackage), ...['conformance', 'bench'].flatMap(checkSuite)]
for (const violation of violations) process.stdout.write(`${violation}\n`)
if (violations.length > 0) process.exit(1)
