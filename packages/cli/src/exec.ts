import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { namespaceOf, ownerOf } from '@sallyport/dataplane'
import { UserError } from '@sallyport/server'
import { exitCodes } from './exit-codes.js'

/** Passed on. A terminal sends SIGINT and SIGQUIT to the command itself. */
const PASSED: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2']
const FROM_TERMINAL: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT']

const isOurs = async (namespace: string, instance: string): Promise<boolean> =>
  (await ownerOf(namespace).catch(() => null))?.id === instance

/**
 * Runs a command inside a running instance; answers its exit code, 128 and the number for a signal. A namespace of the
 * instance's name that does not carry its mark is another's.
 */
export async function exec(instance: string, command: readonly string[]): Promise<number> {
  const namespace = namespaceOf(instance)
  const path = `/run/netns/${namespace}`
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/.test(instance) || !existsSync(path)) {
    throw new UserError(
      `instance ${instance} does not run on this host`,
      '"sallyport call DescribeInstances" lists instances; they run here under "sallyport up" as root.',
    )
  }
  if (process.getuid?.() !== 0) throw new UserError('entering an instance needs root', 'Run it as root.')
  if (!(await isOurs(namespace, instance))) {
    throw new UserError(
      `namespace ${namespace} is not marked as instance ${instance}`,
      `Enter what others made with "ip netns exec ${namespace}".`,
    )
  }
  // What follows the instance comes as it is, the separator too.
  const words = command[0] === '--' ? command.slice(1) : command
  const child = spawn('nsenter', [`--net=${path}`, '--', ...words], { stdio: 'inherit' })
  for (const signal of PASSED) process.on(signal, () => child.kill(signal))
  for (const signal of FROM_TERMINAL) process.on(signal, () => process.stdin.isTTY || child.kill(signal))
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(new UserError(`cannot run nsenter: ${error.message}`, 'Install the package util-linux.')),
    )
    child.once('exit', (code, signal) =>
      resolve(code ?? (signal === null ? exitCodes.defect : 128 + constants.signals[signal])),
    )
  })
}
