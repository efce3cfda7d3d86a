import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { root, temporaryFolder } from './running-command.js'

const manifest = (name: string, dependencies: Record<string, string> = {}): string =>
  JSON.stringify({ name: `@sallyport/${name}`, dependencies })

const sound = {
  'package.json': JSON.stringify({ devDependencies: { vitest: '1' } }),
  'packages/engine/package.json': manifest('engine'),
  'packages/engine/src/index.ts': "export * from './rule.js'",
  'packages/engine/test/index.test.ts':
    "import { it } from 'vitest'\nimport '@sallyport/engine'\nimport 'node:fs'",
  'packages/protocol/package.json': manifest('protocol'),
  'packages/protocol/src/index.ts': "import { createHash } from 'node:crypto'",
  'packages/server/package.json': manifest('server', {
    '@sallyport/engine': '1',
    '@sallyport/protocol': '1',
    zod: '1',
  }),
  'packages/server/src/index.ts': "import type { Rule } from '@sallyport/engine'\nimport { z } from 'zod/v4'",
  'conformance/test/a.test.ts': "import '../../packages/dataplane/test/topology.js'",
}

function check(files: Record<string, string>): { status: number | null; stdout: string } {
  const folder = temporaryFolder()
  for (const [path, text] of Object.entries({ ...sound, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return spawnSync(process.execPath, [join(root, 'scripts/check-walls.mjs'), folder], { encoding: 'utf8' })
}

it('a tree without a violation passes', () => {
  expect(check({})).toMatchObject({ status: 0, stdout: '' })
})

it.each([
  ['an import that is not declared', 'packages/server/src/a.ts', "import 'kysely'", 'imports kysely'],
  ['a dynamic one', 'packages/server/src/a.ts', "void import('kysely')", 'imports kysely'],
  [
    'a type-only one',
    'packages/protocol/src/a.ts',
    "import type { Rule } from '@sallyport/engine'",
    'imports @sallyport/engine',
  ],
  [
    'a re-export',
    'packages/protocol/src/a.ts',
    "export * from '@sallyport/server'",
    'imports @sallyport/server',
  ],
  ['a tool of tests in the product', 'packages/server/src/a.ts', "import 'vitest'", 'imports vitest'],
  [
    "Node's own modules in the engine",
    'packages/engine/src/a.ts',
    "import 'node:fs'",
    'engine imports nothing',
  ],
  ['one of them without its prefix', 'packages/server/src/a.ts', "import 'fs'", 'write node:fs'],
  [
    'a relative path into another package',
    'packages/server/src/a.ts',
    "import '../../engine/src/rule.js'",
    'reaches out of its package',
  ],
  [
    'the same from a test',
    'packages/server/test/a.test.ts',
    "import '../../engine/test/x.js'",
    'reaches out of its package',
  ],
  [
    'a suite that reaches into sources',
    'conformance/test/b.test.ts',
    "import '../../packages/server/src/index.js'",
    'reaches into packages/server/src/index.js',
  ],
  [
    'a dependency upwards',
    'packages/protocol/package.json',
    manifest('protocol', { '@sallyport/server': '1' }),
    'protocol must not depend on @sallyport/server',
  ],
  [
    'any dependency of the engine',
    'packages/engine/package.json',
    manifest('engine', { zod: '1' }),
    'engine must not depend on zod',
  ],
  [
    'a package without a place',
    'packages/extra/package.json',
    manifest('extra'),
    'no place among the packages',
  ],
])('%s is found and named', (_, path, text, message) => {
  const { status, stdout } = check({ [path]: text })
  expect(status).toBe(1)
  expect(stdout.trim().split('\n')).toHaveLength(1)
  expect(stdout).toContain(path.replace('/package.json', ''))
  expect(stdout).toContain(message)
})
