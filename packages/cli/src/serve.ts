import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Settings } from '@sallyport/server'
import { createLog, readAccount, readAdminToken, startServer } from '@sallyport/server'
import { accountText } from './account-text.js'
import { exitCodes } from './exit-codes.js'
import { stopSignal } from './stop-signal.js'
import { onFolder } from './usable-folder.js'

/** The server that `serve` started, as `startServer` answers. */
export type Started = Awaited<ReturnType<typeof startServer>>

/**
 * Runs the server until it is told to stop. Stdout gets exactly one line when it is not a terminal; a secret is only
 * ever written to a terminal. `onReady` hears of the started server.
 */
export async function serve(
  settings: Settings,
  onReady: (started: Started, settings: Settings) => void = tellParent,
): Promise<number> {
  // Whatever the server makes is for its user alone.
  process.umask(0o077)
  const log = createLog(settings.logLevel, (line) => void process.stderr.write(line))
  const stopped = stopSignal()
  const isFirst = !existsSync(join(settings.data, 'sallyport.db'))
  const server = await onFolder(settings.data, () => startServer(settings, log)).catch(
    async (error: unknown) => {
      if (isFirst && settings.accessKeyId === null) await tellOfUnshownKey(settings)
      throw error
    },
  )
  process.stdout.write(`listening on ${server.endpoint}\n`)
  tellOfTls(server)
  showCreatedKey(server, settings)
  onReady(server, settings)
  await stopped
  await server.close()
  if (process.connected) process.disconnect()
  return exitCodes.ok
}

/** Standard error, so that standard output keeps its one line. */
function tellOfTls({ endpoint, tls }: Started): void {
  if (tls) process.stderr.write(`HTTPS: ${httpsText(endpoint, tls)}\n`)
}

/** Where HTTPS is spoken, and what a client needs for it. */
export const httpsText = (endpoint: string, { authorityFile }: NonNullable<Started['tls']>): string => {
  const url = endpoint.replace('http:', 'https:')
  return authorityFile === null ? url : `${url} (clients trust ${authorityFile}, see docs/tls.md)`
}

const showAgain = ({ sources, data }: Settings): string =>
  `"npx sallyport account${sources.data === 'default' ? '' : ` --data ${data}`}"`

/** A first start that fails late, because a port is taken, has made the key already, and no other will show it. */
async function tellOfUnshownKey(settings: Settings): Promise<void> {
  const isMade = await readAccount(settings.data).then(
    (found) => found !== undefined,
    () => false,
  )
  if (isMade) process.stderr.write(`An access key was made; ${showAgain(settings)} shows it.\n`)
}

function showCreatedKey({ createdKey, endpoint, accountId, accountName }: Started, settings: Settings): void {
  if (!createdKey) return
  const again = showAgain(settings)
  if (process.stdout.isTTY) {
    const text = accountText({
      accountId,
      accountName,
      region: settings.region,
      endpoint,
      keys: [createdKey],
    })
    process.stdout.write(`\nAn access key was made; ${again} shows it again.\n\n${text}\n`)
  } else {
    process.stderr.write(`An access key was made; ${again} shows it.\n`)
  }
}

/** What `up` hears from the server it started. The token comes along because root does not read files of others. */
export type ReadyMessage = Pick<Started, 'endpoint' | 'admin' | 'controlSocket' | 'tls'> & {
  readonly token: string
}

function tellParent({ endpoint, admin, controlSocket, tls }: Started, { data }: Settings): void {
  const message: ReadyMessage = { endpoint, admin, controlSocket, tls, token: readAdminToken(data) ?? '' }
  // A parent that is gone by now is what `stopSignal` hears of.
  process.send?.(message, undefined, {}, () => undefined)
}
