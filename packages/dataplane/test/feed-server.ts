import { once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Change, Revision, Snapshot, World } from '@sallyport/engine'
import { applyRevision, emptyWorld, snapshotOf } from '@sallyport/engine'
import type { Count } from '../src/counted.js'
import type { Denied } from '../src/denied.js'
import type { Report } from '../src/index.js'

/** The server's side of the change feed, small enough to be seen through. */
export interface FeedServer {
  readonly url: string
  readonly token: string
  readonly world: World
  readonly reports: Report[]
  /** What the counters of the host last said, by their names. */
  readonly counts: Map<string, Count>
  /** Flows that were reported as denied. */
  readonly drops: Denied[]
  /** Queries of the watches that were asked for. */
  readonly asked: string[]
  /** Commits changes as one revision and returns its number. */
  commit(...changes: Change[]): number
  /** Resolves with the first report at or after the revision (the newest by default). */
  applied(revision?: number): Promise<Report>
  /** Commits, and waits until an agent reports it. */
  change(...changes: Change[]): Promise<Report>
  /** Cuts every connection. */
  cut(): void
  /** Sends a line to every follower as it is. */
  sendRaw(text: string): void
  close(): Promise<void>
}

const line = (value: unknown): string => `${JSON.stringify(value)}\n`

const snapshotLine = (world: World): string =>
  line({ type: 'snapshot', ...(snapshotOf(world) satisfies Snapshot) })

function catchUp(world: World, log: readonly Revision[], query: URLSearchParams): string {
  const after = Number(query.get('after'))
  if (query.get('epoch') !== world.epoch || !query.has('after') || after > world.revision)
    return snapshotLine(world)
  return log
    .filter(({ revision }) => revision > after)
    .map((one) => line({ type: 'revision', ...one }))
    .join('')
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk as string
  return JSON.parse(body)
}

/** Starts a feed server on a free loopback port. `port` takes a given one, to come back at the same place. */
export async function startFeed(epoch = 'e1', port = 0): Promise<FeedServer> {
  const token = 'secret-of-the-test'
  const world = emptyWorld(epoch)
  const log: Revision[] = []
  const reports: Report[] = []
  const counts = new Map<string, Count>()
  const drops: Denied[] = []
  const asked: string[] = []
  const followers = new Set<ServerResponse>()
  const waiting = new Set<() => void>()
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end()
    const url = new URL(request.url ?? '', 'http://localhost')
    if (url.pathname === '/v1/agents') {
      reports.push((await bodyOf(request)) as Report)
      response.writeHead(204).end()
      for (const check of waiting) check()
      return
    }
    if (url.pathname === '/v1/hits') {
      const body = (await bodyOf(request)) as { readonly counts: readonly Count[] }
      for (const count of body.counts) counts.set(count.counter, count)
      return void response.writeHead(200).end()
    }
    if (url.pathname === '/v1/drops') {
      drops.push(...((await bodyOf(request)) as { readonly drops: readonly Denied[] }).drops)
      return void response.writeHead(200).end()
    }
    asked.push(url.search)
    followers.add(response)
    response.on('close', () => followers.delete(response))
    response.write(catchUp(world, log, url.searchParams))
  }
  const server: Server = createServer((request, response) => void handle(request, response))
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const feed: FeedServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    world,
    reports,
    counts,
    drops,
    asked,
    commit(...changes) {
      const revision: Revision = { revision: world.revision + 1, at: '2026-01-01T00:00:00.000Z', changes }
      applyRevision(world, revision)
      log.push(revision)
      feed.sendRaw(line({ type: 'revision', ...revision }))
      return revision.revision
    },
    applied(revision = world.revision) {
      return new Promise((resolve) => {
        const check = (): void => {
          const found = reports.find((report) => report.epoch === epoch && report.revision >= revision)
          if (!found) return
          waiting.delete(check)
          resolve(found)
        }
        waiting.add(check)
        check()
      })
    },
    change: (...changes) => feed.applied(feed.commit(...changes)),
    cut() {
      for (const response of followers) response.destroy()
    },
    sendRaw(text) {
      for (const response of followers) response.write(text)
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
  return feed
}
