import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

/** What the tests say of an operation, found in their text. */

/** Folders of what is installed or built: no evidence of ours, and not there in every clone. */
const installed = ['node_modules', 'dist', '.venv', '.build']

function filesBelow(folder, pattern) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !installed.some((name) => path.includes(`${sep}${name}${sep}`)))
    .sort()
}

/** The error cases: which file has the cases of an action, and the texts of the files. */
export function readCases(root) {
  const folder = join(root, 'packages/server/test/error-cases')
  const text = readFileSync(join(folder, 'all-cases.ts'), 'utf8')
  const files = new Map()
  for (const [, names, file] of text.matchAll(/import \{([^}]+)\} from '\.\/([\w-]+)\.js'/g)) {
    for (const name of names.split(',')) files.set(name.trim().replace(/^type /, ''), `${file}.ts`)
  }
  const own = new Map()
  for (const [, quoted, plain, used] of text.matchAll(/^ {2}(?:'([^']+)'|(\w+)): (\w+|\{)/gm)) {
    own.set(quoted ?? plain, files.get(used) ?? 'all-cases.ts')
  }
  const spread = [...text.matchAll(/^ {2}\.\.\.(\w+)/gm)].flatMap(([, name]) => files.get(name) ?? [])
  const texts = new Map(
    filesBelow(folder, /\.ts$/).map((path) => [relative(folder, path), readFileSync(path, 'utf8')]),
  )
  return { own, spread, texts }
}

/** The file with the request that raises a key of an operation. */
export function caseFile({ own, spread, texts }, { name, version }, key) {
  // A file that is spread in has the cases of several actions, under their names.
  const among = spread.find((one) =>
    new RegExp(`^ {2}(?:${name}|'${name}(?: ${version})?'):`, 'm').test(texts.get(one) ?? ''),
  )
  const file = own.get(`${name} ${version}`) ?? own.get(name) ?? among ?? 'all-cases.ts'
  const written = (one) =>
    texts.get(one)?.includes(`'${key}'`) || new RegExp(`^ +${key}:`, 'm').test(texts.get(one) ?? '')
  // A case that is written nowhere under its whole key has a key that is put together in the operation's own file.
  return written(file) || !written('all-cases.ts') ? file : 'all-cases.ts'
}

/** The tests of the server that name an action in quotes. */
export function behaviourTests(root) {
  const folder = join(root, 'packages/server/test')
  const tests = filesBelow(folder, /\.test\.ts$/).map((path) => [
    relative(root, path),
    readFileSync(path, 'utf8'),
  ])
  return (action) => tests.filter(([, text]) => text.includes(`'${action}'`)).map(([path]) => path)
}

/** What a file must mention to count as one that drives a client which nobody here wrote. */
const clients =
  /from '\.\/clients\.js'|from '@alicloud\/|import alibabacloud_|from alibabacloud_|aliyunsdk|alibaba-cloud-sdk-go|from libcloud\./

const title = /\b(?:it|test)(?:\.each\([^]*?\))?\(\s*(['"`])(.+?)\1|^def (test_\w+)/gm

/** Calls of real clients: `{ path, title }` of each test that calls an action, or of the file where no test encloses it. */
export function clientCalls(root) {
  const files = filesBelow(join(root, 'conformance'), /\.(ts|mjs|py|go|tf|ya?ml|sh)$/)
    .map((path) => [relative(root, path), readFileSync(path, 'utf8')])
    .filter(([, text]) => clients.test(text))
    .map(([path, text]) => [
      path,
      text.replace(/^\s*(?:\*|\/\/|\/\*|#).*$/gm, (line) => ' '.repeat(line.length)),
    ])
  return ({ name, product }, shared) => {
    const found = new Map()
    for (const [path, text] of files) {
      for (const hit of text.matchAll(new RegExp(`(?<![A-Za-z])${name}(?:Request)?(?![A-Za-z])`, 'g'))) {
        const line = text.slice(text.lastIndexOf('\n', hit.index) + 1, hit.index)
        if (shared && /vpc/i.test(line) !== (product === 'Vpc')) continue
        const before = [...text.slice(0, hit.index).matchAll(title)].at(-1)
        const call = { path, title: before?.[2] ?? before?.[3] }
        found.set(`${call.path} ${call.title}`, call)
      }
    }
    return [...found.values()]
  }
}
