import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isRoot, missing, root } from './prepare-machine.mjs'

/** The public Python clients of the conformance tests, in a virtual environment of their own. */

const folder = join(root, 'conformance', 'python')
const environment = join(folder, '.venv')
const wanted = join(folder, 'requirements.txt')
/** A copy of what is installed, written last: an installation that was cut short does not count. */
const installed = join(environment, 'requirements.txt')

const run = (command, args) =>
  spawnSync(command, args, {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', PIP_DISABLE_PIP_VERSION_CHECK: '1' },
    encoding: 'utf8',
    timeout: 15 * 60_000,
  })

const lastLine = ({ stderr, error }) => error?.message ?? stderr.trim().split('\n').at(-1) ?? ''

const isCurrent = () =>
  existsSync(installed) && readFileSync(installed, 'utf8') === readFileSync(wanted, 'utf8')

/** Installs the pinned clients unless they are there. Answers with the reason when it cannot be done, else undefined. */
export function preparePython() {
  if (isCurrent()) return undefined
  if (missing(['python3']).length > 0) return 'python3 not found; install python3 and python3-venv'
  rmSync(environment, { recursive: true, force: true })
  if (!hasVenv()) return 'python3 has no venv module; install python3-venv'
  process.stderr.write('installing the Python clients of the conformance tests\n')
  const made = run('python3', ['-m', 'venv', environment])
  if (made.status !== 0) return `no virtual environment could be made: ${lastLine(made)}`
  const pip = run(join(environment, 'bin', 'pip'), ['install', '--quiet', '--requirement', wanted])
  if (pip.status !== 0) return `pip could not install them: ${lastLine(pip)}`
  copyFileSync(wanted, installed)
  return undefined
}

/** Debian keeps what a virtual environment needs in a package of its own. */
function hasVenv() {
  const works = () => run('python3', ['-c', 'import ensurepip, venv']).status === 0
  if (works()) return true
  if (!isRoot() || missing(['apt-get']).length > 0) return false
  process.stderr.write('installing python3-venv\n')
  const install = () => run('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', 'python3-venv'])
  if (install().status !== 0) {
    run('apt-get', ['-qq', 'update'])
    install()
  }
  return works()
}
