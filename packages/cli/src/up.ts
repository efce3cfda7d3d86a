import { probe, runAgent } from '@sallyport/dataplane'
import type { Log, Settings } from '@sallyport/server'
import { createLog } from '@sallyport/server'
import { columns } from './columns.js'
import type { PreparedFolder } from './data-folder.js'
import { prepareDataFolder } from './data-folder.js'
import { exitCodes } from './exit-codes.js'
import { markOf } from './mark.js'
import type { ReadyMessage } from './serve.js'
import { httpsText, serve } from './serve.js'
import type { ServerProcess } from './server-process.js'
import { startServerProcess, userText } from './server-process.js'
import { stopSignal } from './stop-signal.js'

/**
 * Runs everything on this host. As root on Linux the server is a process of an ordinary user and the agent that
 * enforces runs here; otherwise the server runs here and nothing is enforced.
 */
export async function up(settings: Settings): Promise<number> {
  const obstacle = await obstacleTo(settings)
  if (process.platform === 'linux' && process.getuid?.() === 0) return upAsRoot(settings, obstacle)
  return serve(settings, (started) => banner(settings.data, 'the user of this process', started, obstacle))
}

/** Why nothing is enforced; undefined when it is. */
async function obstacleTo({ enforce }: Settings): Promise<string | undefined> {
  if (enforce === 'off') return 'off as asked'
  const found = await probe()
  return found.ok ? undefined : found.missing
}

function banner(
  data: string,
  user: string,
  { endpoint, admin, tls }: Omit<ReadyMessage, 'token'>,
  obstacle?: string,
): void {
  process.stdout.write(
    columns(
      [
        ['API', endpoint],
        ...(tls ? [['HTTPS', httpsText(endpoint, tls)]] : []),
        ['admin', admin ?? 'control socket only'],
        ['data', data],
        ['server runs as', user],
        ['enforcement', obstacle === undefined ? 'on' : `none: ${obstacle}`],
      ],
      '  ',
    ),
  )
}

async function upAsRoot(settings: Settings, obstacle: string | undefined): Promise<number> {
  const stopped = stopSignal().then(() => 'stop' as const)
  const folder = prepareDataFolder(settings.data)
  const server = startServerProcess(settings, folder)
  const first = await Promise.race([server.ready, server.exited, stopped])
  if (first === 'stop') return stop(server)
  if (typeof first === 'number') return first
  banner(folder.path, userText(folder.user), first, obstacle)
  const agent =
    obstacle === undefined
      ? await startAgent(settings, folder, first, quietAfter(stopped, settings), server)
      : undefined
  const end = await Promise.race([server.exited, stopped])
  const code = end === 'stop' ? await stop(server) : end
  // The rules stay in force without the agent, whatever ended the server.
  await agent?.stop()
  return code
}

/** A log in which only errors appear once the stop was asked for: that the server goes away is then no news. */
function quietAfter(stopped: Promise<unknown>, { logLevel }: Settings): Log {
  const write = (line: string): void => void process.stderr.write(line)
  let log = createLog(logLevel, write)
  void stopped.then(() => (log = createLog('error', write)))
  return (...message) => log(...message)
}

async function stop(server: ServerProcess): Promise<number> {
  server.stop()
  await server.exited
  return exitCodes.ok
}

async function startAgent(
  { uplinkNetns, uplinkRoutes }: Settings,
  { path }: PreparedFolder,
  { controlSocket, token }: ReadyMessage,
  log: Log,
  server: ServerProcess,
): ReturnType<typeof runAgent> {
  try {
    return await runAgent({
      feed: { socketPath: controlSocket },
      token,
      mark: markOf(path),
      ...(uplinkNetns === null ? {} : { uplinkNetns }),
      uplinkRoutes,
      log,
    })
  } catch (error) {
    await stop(server)
    throw error
  }
}
