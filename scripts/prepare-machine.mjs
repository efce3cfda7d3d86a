import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What `npm start` and `npm test` share: from a clean clone to a built tree. No dependency but Node itself. */

export const root = fileURLToPath(new URL('..', import.meta.url))

const least = [20, 19]

/** The Debian package that holds each command. */
const packageOf = {
  python3: 'python3',
  make: 'make',
  'g++': 'g++',
  nft: 'nftables',
  ip: 'iproute2',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  strace: 'strace',
  ping: 'iputils-ping',
}

/** node-gyp needs these to compile better-sqlite3. */
export const compilerCommands = ['python3', 'make', 'g++']
/** What enforcement needs. */
export const enforcementCommands = ['nft', 'ip', 'unshare', 'setpriv']

const say = (text) => process.stderr.write(`${text}\n`)

function fail(message) {
  say(`sallyport: ${message}`)
  process.exit(2)
}

/** Ends with a message when this Node is too old. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > least[0] || (major === least[0] && minor >= least[1])) return
  fail(`Node ${process.versions.node} is too old; install Node ${least.join('.')} or newer`)
}

export const isRoot = () => process.getuid?.() === 0

/** The commands that are not on the path. Root's folders count even where a login shell leaves them out. */
export function missing(commands) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'].filter(Boolean)
  return commands.filter((command) => !folders.some((folder) => isExecutable(join(folder, command))))
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/**
 * Installs the Debian packages of missing commands, as root where apt-get is there, and answers with what is still
 * missing. Nothing runs when nothing is missing.
 */
export function provide(commands) {
  const wanted = missing(commands)
  if (wanted.length === 0 || !isRoot() || missing(['apt-get']).length > 0) return wanted
  const packages = [...new Set(wanted.map((command) => packageOf[command]))]
  say(`installing ${packages.join(' ')}`)
  // A fresh machine has no package lists; one that has them is spared the update.
  if (!install(packages)) {
    run('apt-get', ['-qq', 'update'])
    install(packages)
  }
  return missing(commands)
}

const install = (packages) => run('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', ...packages])

/** Runs a command with its output on stderr, so that stdout stays the product's; answers whether it succeeded. */
function run(command, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync(command, args, { cwd: root, env, stdio: ['ignore', 2, 2] }).status === 0
}

/** The packages of the commands, for a message. */
export const packagesOf = (commands) => [...new Set(commands.map((command) => packageOf[command]))].join(' ')

/** Installs the locked dependencies unless they are there and not older than the lock file. */
export function installDependencies() {
  if (areInstalled()) return
  const lacking = provide(compilerCommands)
  if (lacking.length > 0) {
    say(
      `not found: ${lacking.join(', ')}; if better-sqlite3 must be compiled, install ${packagesOf(lacking)} first`,
    )
  }
  say('installing dependencies (npm ci)')
  if (run('npm', ['ci'])) return
  const hint = lacking.length > 0 ? `install ${packagesOf(lacking)} and try again` : 'see its output above'
  fail(`npm ci failed; ${hint}`)
}

/** npm writes this file last, so an install that was cut short does not count. */
function areInstalled() {
  const written = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(written)) return false
  return statSync(written).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs
}

/** Compiles what changed since the last build. */
export function build() {
  if (run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-b'])) return
  fail('the build failed; see the messages of the compiler above')
}

/** From a clean clone to a built tree. */
export function prepareMachine() {
  requireNode()
  // The server runs as an ordinary user and must be able to read what root installs and builds here.
  process.umask(0o022)
  installDependencies()
  build()
}

/** Runs Node on a script in the place of this process: same terminal, signals passed on, same exit code. */
export function become(args) {
  const child = spawn(process.execPath, args, { cwd: process.cwd(), stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.once('error', (error) => fail(`cannot start ${args[0]}: ${error.message}`))
  child.once('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name)
    process.kill(process.pid, signal)
  })
}
