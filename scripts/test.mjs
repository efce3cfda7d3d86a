import { join } from 'node:path'
import { become, isRoot, packagesOf, prepareMachine, provide, root } from './prepare-machine.mjs'
import { preparePython } from './prepare-python.mjs'

/** What tests need beyond Node, and what is skipped without it. */
const needs = {
  'packet tests': ['nft', 'ip', 'ping', 'python3'],
  'tests of the server as an ordinary user': ['unshare', 'setpriv'],
  'the durability trace': ['strace'],
}

prepareMachine()
const lacking = provide([...new Set(Object.values(needs).flat())])
for (const [tests, commands] of Object.entries(needs)) {
  const gone = commands.filter((command) => lacking.includes(command))
  if (gone.length > 0) {
    process.stderr.write(`skipping ${tests}: ${gone.join(', ')} not found; install ${packagesOf(gone)}\n`)
  }
}
const withoutPython = preparePython()
if (withoutPython !== undefined)
  process.stderr.write(`skipping tests with Python clients: ${withoutPython}\n`)
if (!isRoot()) process.stderr.write('skipping packet tests: not root\n')
// Tests that name relative files expect the root of the project.
process.chdir(root)
become([join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...process.argv.slice(2)])
