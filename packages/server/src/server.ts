import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { factOf, type Revision } from '@sallyport/engine'
import { createEndpoint, createHttpServer, createNonces } from '@sallyport/protocol'
import { accountRoutes } from './admin/account-routes.js'
import { dropRoutes } from './admin/drop-routes.js'
import { groupAuditRoutes } from './admin/group-audit.js'
import { historyRoutes } from './admin/history-routes.js'
import { hitRoutes } from './admin/hit-routes.js'
import { previewRoutes } from './admin/preview-routes.js'
import { instanceLockRoutes } from './admin/instance-locks.js'
import { openAdmin } from './admin/open-admin.js'
import { createTravelClock } from './controls/clock.js'
import { type Controls, openControls } from './controls/open-controls.js'
import { raiseDeclared } from './errors/raise.js'
import { ensureAccounts, type KeyPair } from './model/accounts.js'
import { createServerMetrics } from './metrics/server-metrics.js'
import { createDirectory, type Directory } from './model/directory.js'
import { tokenHorizon } from './model/idempotency.js'
import { permitsOf } from './operations/call-resources.js'
import { createExecute, type Surroundings } from './operations/execute.js'
import { realOperations } from './operations/real-operations.js'
import { operations } from './operations/registry.js'
import { createDiffThread } from './preview/diff-thread.js'
import { createPreviews, type Previews } from './preview/previews.js'
import { formatHostPort, parseHostPort } from './settings/host-port.js'
import type { Log } from './settings/log.js'
import type { Settings } from './settings/resolve.js'
import { UserError } from './settings/user-error.js'
import { forgetTokens } from './store/client-tokens.js'
import { FolderInUse, openStore, type Store } from './store/database.js'
import { tlsOf } from './tls/identity.js'
import { forgetHitsOfGoneRules } from './store/rule-hits.js'
import type { CommittedFact } from './store/replaced-facts.js'
import { createFeed, type LiveFeed } from './watch/create-feed.js'
import { loadSnapshot } from './watch/load-snapshot.js'
import { pruneHistory } from './watch/prune-history.js'

/** A server that answers. */
export interface RunningServer {
  /** `http://HOST:PORT` of the API. */
  readonly endpoint: string
  /** URL of the admin listener, or null. */
  readonly admin: string | null
  readonly controlSocket: string
  /** Whether the port speaks HTTPS too, and the file of the authority to trust then (null: a public one). */
  readonly tls: { readonly authorityFile: string | null } | null
  /** The key pair made at this start, to be shown once; null when there was one already. */
  readonly createdKey: KeyPair | null
  readonly accountId: string
  readonly accountName: string
  /** Answers what has arrived, makes it durable, and gives the data folder free. */
  close(): Promise<void>
}

/** How long the effect of a previewed call may be computed. */
const PREVIEW_BUDGET_MS = 2000

const HOUSEKEEPING_MS = 10 * 60_000

/** Starts a server on its data folder. Throws a UserError when the folder or an address is taken. */
export async function startServer(settings: Settings, log: Log): Promise<RunningServer> {
  let feed: LiveFeed | undefined
  const metrics = createServerMetrics()
  const publish = (revisions: readonly Revision[]): void => {
    metrics.committed(revisions)
    feed?.publish(revisions)
  }
  const clock = createTravelClock()
  const now = (): Date => new Date(clock.now())
  // Before there is a feed, nothing is made but what new accounts are born with.
  const committed: CommittedFact = (change) => (feed ? factOf(feed.world, change) : null)
  const store = await open(settings, now, publish, committed)
  try {
    const createdKey = await prepare(store, settings)
    feed = createFeed(await store.read(loadSnapshot), store, (error) => {
      log('error', 'a follower of the change feed failed', { error: String(error) })
    })
    const controls = openControls({ settings, clock, store, feed, metrics, log })
    const { journal } = controls
    const tls = await tlsOf(settings, new Date())
    const directory = await createDirectory({
      ...{ read: store.read, clock: clock.now, permits: permitsOf(settings.region) },
    })
    const surroundings: Surroundings = { settings, propertiesOf: directory.propertiesOf }
    const thread = createDiffThread(PREVIEW_BUDGET_MS)
    const previews = createPreviews({ store, world: feed.world, surroundings, thread })
    const listener = endpointOf({ store, directory, settings, controls, surroundings, previews, log })
    const { observe } = controls.hooks
    const http = await listen(
      createHttpServer(listener, { identity: tls?.identity, observe }),
      settings.listen,
    )
    const endpoint = urlOf(http)
    const admin = await openAdmin({
      identity: tls?.identity,
      ...{ settings, endpoint, feed, metrics, log },
      routes: {
        ...controls.routes,
        ...accountRoutes({ store, directory, settings, now }),
        ...dropRoutes(),
        ...groupAuditRoutes({ store, world: feed.world }),
        ...historyRoutes({ feed, store }),
        ...hitRoutes({ store, world: feed.world, accountId: settings.accountId, now: () => new Date() }),
        ...instanceLockRoutes(store),
        ...previewRoutes({ previews, directory, settings, now }),
      },
    }).catch(async (error: unknown) => {
      await stop(http)
      throw error
    })
    const stopHousekeeping = keepHouse(store, settings, now, log)
    const { feedRetention: keep, accountId } = settings
    const stopPruning = pruneHistory(feed, store, { keep, accountId }, (error) => {
      log('error', 'old revisions could not be forgotten', { error: String(error) })
    })
    return {
      ...{ endpoint, admin: admin.admin, controlSocket: admin.controlSocket, createdKey },
      ...{ accountId: settings.accountId, accountName: settings.accountName },
      tls: tls ? { authorityFile: tls.authorityFile } : null,
      async close() {
        stopHousekeeping()
        stopPruning()
        await stop(http)
        await admin.close()
        await thread.close()
        await journal?.close()
        await store.close()
      },
    }
  } catch (error) {
    await store.close()
    throw error
  }
}

async function open(
  settings: Settings,
  now: () => Date,
  publish: (revisions: readonly Revision[]) => void,
  committed: CommittedFact,
): Promise<Store> {
  try {
    return await openStore(settings.data, now, publish, committed)
  } catch (error) {
    if (error instanceof FolderInUse) throw new UserError(error.message, error.hint, { cause: error })
    throw error
  }
}

/** Accounts, keys and default networks, in one transaction: a start that is cut short leaves nothing half made. */
const prepare = (store: Store, settings: Settings): Promise<KeyPair | null> =>
  store.write(settings.accountId, (session) => ensureAccounts(session, settings, new Date()))

interface Served {
  readonly store: Store
  readonly directory: Directory
  readonly settings: Settings
  readonly controls: Controls
  readonly surroundings: Surroundings
  readonly previews: Previews
  readonly log: Log
}

function endpointOf({ store, directory, settings, controls, surroundings, previews, log }: Served) {
  const windowMs = settings.signatureWindowMinutes * 60_000
  return createEndpoint({
    operations,
    known: realOperations,
    lookupKey: directory.lookupKey,
    findAccount: directory.findAccount,
    raise: raiseDeclared,
    execute: createExecute(store, surroundings),
    preview: previews.preview,
    ...controls.hooks,
    windowMs,
    nonces: createNonces({ limit: settings.nonceLimit, windowMs }),
    log: ({ requestId, operation, cause }) => {
      const error = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
      log('error', 'a request failed', { requestId, operation, error })
    },
  })
}

/** Forgets what nobody may ask for any more. */
function keepHouse(store: Store, settings: Settings, now: () => Date, log: Log): () => void {
  const tidy = async (): Promise<void> => {
    await store.write(settings.accountId, async (session) => {
      await forgetTokens(session, tokenHorizon(now()))
      await forgetHitsOfGoneRules(session)
    })
  }
  const timer = setInterval(() => {
    tidy().catch((error: unknown) => log('error', 'housekeeping failed', { error: String(error) }))
  }, HOUSEKEEPING_MS)
  timer.unref()
  return () => clearInterval(timer)
}

function listen(server: Server, where: string): Promise<Server> {
  const address = parseHostPort(where)
  if (!address) throw new Error(`listen address ${JSON.stringify(where)} was not checked`)
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'another process listens there' : error.message
      reject(
        new UserError(`cannot listen on ${where}: ${why}`, 'Choose another address with --listen HOST:PORT.'),
      )
    })
    server.listen(address.port, address.host, () => resolve(server))
  })
}

function urlOf(server: Server): string {
  const { address, port } = server.address() as AddressInfo
  return `http://${formatHostPort({ host: address, port })}`
}

/** How long a request may still take to arrive and be answered once the server is to stop. */
const GRACE_MS = 3000

/**
 * Requests in flight are answered; a connection is closed as soon as it is idle. A client that does not finish its
 * request is cut off: Node stops watching over its own time limits when a server closes, so it could hold the server
 * for ever.
 */
function stop(server: Server): Promise<void> {
  const closing = setInterval(() => server.closeIdleConnections(), 20)
  const cutting = setTimeout(() => server.closeAllConnections(), GRACE_MS)
  return new Promise((resolve) => {
    server.close(() => {
      clearInterval(closing)
      clearTimeout(cutting)
      resolve()
    })
    server.closeIdleConnections()
  })
}
