import { chmodSync, rmSync } from 'node:fs'
import type { RequestListener, Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { speakTlsToo, type TlsIdentity } from '@sallyport/protocol'
import type { HostPort } from '../settings/host-port.js'
import { formatHostPort, parseHostPort } from '../settings/host-port.js'
import type { Log } from '../settings/log.js'
import { UserError } from '../settings/user-error.js'
import type { AdminSource } from './handler.js'
import { createAdminHandler } from './handler.js'

/** Where the admin routes are to be had. */
export interface AdminOptions extends AdminSource {
  /** `HOST:PORT` or `none`. */
  readonly listen: string
  /** Whether somebody asked for that address: one that is taken is then an error instead of a warning. */
  readonly explicit: boolean
  readonly controlSocket: string
  /** With it the TCP listener speaks HTTPS too. */
  readonly identity?: TlsIdentity | undefined
}

/** The running admin listener. */
export interface Admin {
  /** URL of the TCP listener; null when there is none. */
  readonly admin: string | null
  readonly controlSocket: string
  /** Stops both listeners and disconnects every follower of the feed. */
  close(): Promise<void>
}

/** Starts the admin routes on the control socket (mode 0600) and, unless told otherwise, on a TCP port. */
export async function startAdmin(options: AdminOptions): Promise<Admin> {
  const handler = createAdminHandler(options)
  const control = await listenOnSocket(createServer(handler), options.controlSocket)
  let tcp: Server | null
  try {
    tcp = options.listen === 'none' ? null : await listenOnTcp(tcpServer(handler, options), options)
  } catch (error) {
    await closeServer(control)
    throw error
  }
  const servers = tcp ? [control, tcp] : [control]
  return {
    admin: tcp && urlOf(tcp),
    controlSocket: options.controlSocket,
    close: async () => void (await Promise.all(servers.map(closeServer))),
  }
}

function tcpServer(handler: RequestListener, { identity }: AdminOptions): Server {
  const server = createServer(handler)
  if (identity) speakTlsToo(server, identity)
  return server
}

/** The caller holds the lock of the data folder, so a socket that is there was left by a server that is gone. */
async function listenOnSocket(server: Server, path: string): Promise<Server> {
  rmSync(path, { force: true })
  const before = process.umask(0o177)
  try {
    await listen(server, { path })
  } finally {
    process.umask(before)
  }
  chmodSync(path, 0o600)
  return server
}

async function listenOnTcp(server: Server, options: AdminOptions): Promise<Server | null> {
  const address = parseHostPort(options.listen)
  if (!address) throw new Error(`admin address ${JSON.stringify(options.listen)} was not checked`)
  try {
    return await listen(server, address)
  } catch (error) {
    const why = listenProblem(error)
    if (options.explicit || why === undefined) throw refusal(options.listen, error, why)
    warnOfNoAdmin(options.log, address, why)
    return null
  }
}

const listenProblem = (error: unknown): string | undefined =>
  (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? 'another process listens there' : undefined

const refusal = (listen: string, error: unknown, why: string | undefined): UserError =>
  new UserError(
    `cannot listen for admin requests on ${listen}: ${why ?? (error as Error).message}`,
    'Choose another address with --admin HOST:PORT, or --admin none.',
    { cause: error },
  )

const warnOfNoAdmin = (log: Log, address: HostPort, why: string): void =>
  log('warn', `no admin listener on ${formatHostPort(address)}: ${why}; the control socket works`)

function listen(server: Server, where: { path: string } | HostPort): Promise<Server> {
  // Longer than the idle time of common clients' pools, so that it is they who close.
  server.keepAliveTimeout = 65_000
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, () => {
      server.off('error', reject)
      resolve(server)
    })
  })
}

function urlOf(server: Server): string {
  const { address, port } = server.address() as AddressInfo
  return `http://${formatHostPort({ host: address, port })}`
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
