import type { ServerMetrics } from '../metrics/server-metrics.js'
import type { Log } from '../settings/log.js'
import type { Settings } from '../settings/resolve.js'
import type { TlsIdentity } from '@sallyport/protocol'
import type { Feed } from '../watch/feed.js'
import { agentTokenRoutes } from './agent-token-routes.js'
import { openAgentTokens } from './agent-tokens.js'
import { controlSocketFor } from './control-socket.js'
import { removeEndpoints, writeEndpoints } from './endpoints.js'
import type { Routes } from './routes.js'
import type { Admin } from './start-admin.js'
import { startAdmin } from './start-admin.js'
import { keepAdminToken } from './token.js'

/** What the admin side of a server needs once its store is open and its API listens. */
export interface AdminOpening {
  readonly settings: Settings
  /** URL of the API. */
  readonly endpoint: string
  readonly feed: Feed
  readonly log: Log
  readonly metrics?: ServerMetrics
  /** With it the TCP listener speaks HTTPS too. */
  readonly identity?: TlsIdentity | undefined
  /** Routes beside those that every server has. */
  readonly routes?: Routes
}

/**
 * Starts the admin side of a server: token, listeners, and the record of the addresses in the data folder, which
 * `close` removes. The caller holds the lock of the data folder.
 */
export async function openAdmin({
  settings,
  endpoint,
  feed,
  log,
  metrics,
  identity,
  routes,
}: AdminOpening): Promise<Admin> {
  const agentTokens = openAgentTokens(settings.data)
  const admin = await startAdmin({
    listen: settings.admin,
    explicit: settings.sources.admin !== 'default',
    controlSocket: controlSocketFor(settings.data),
    token: keepAdminToken(settings.data, settings.adminToken),
    feed,
    log,
    ...(metrics ? { metrics } : {}),
    ...{ agentTokens, identity },
    routes: { ...agentTokenRoutes(agentTokens), ...routes },
  })
  writeEndpoints(settings.data, {
    endpoint,
    admin: admin.admin,
    controlSocket: admin.controlSocket,
    pid: process.pid,
    startedAt: new Date().toISOString(),
  })
  return {
    ...admin,
    async close() {
      removeEndpoints(settings.data)
      await admin.close()
    },
  }
}
