import { probe } from '@sallyport/dataplane'
import type { Settings } from '@sallyport/server'
import { startAgentProcess } from './agent-process.js'
import { columns } from './columns.js'
import { prepareDataFolder } from './data-folder.js'
import { exitCodes } from './exit-codes.js'
import type { ReadyMessage } from './serve.js'
import { httpsText, serve } from './serve.js'
import type { ServerProcess } from './server-process.js'
import { startServerProcess, userText } from './server-process.js'
import { stopSignal } from './stop-signal.js'

/**
 * Runs everything on this host. As root on Linux the server is a process of an ordinary user and the agent that
 * enforces one of root with few privileges; otherwise the server runs here and nothing is enforced.
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
  return found.ok ? undefined : `this host lacks ${found.missing}`
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
  const agent = obstacle === undefined ? startAgentProcess(settings, folder, first) : null
  const begun = agent ? await Promise.race([agent.ready, agent.failed, server.exited, stopped]) : 'ready'
  if (typeof begun === 'object') {
    await stop(server)
    return begun.code
  }
  const end = begun === 'stop' ? begun : await Promise.race([server.exited, stopped])
  // The rules stay in force without the agent, whatever ended the server.
  await agent?.stop()
  return end === 'stop' ? stop(server) : end
}

async function stop(server: ServerProcess): Promise<number> {
  server.stop()
  await server.exited
  return exitCodes.ok
}
