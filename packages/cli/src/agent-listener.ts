import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Observation } from '@sallyport/dataplane'
import type { HostPort, Log } from '@sallyport/server'
import { UserError, exposition, formatHostPort, parseHostPort } from '@sallyport/server'
import type { AgentMetrics } from './agent-metrics.js'
import { agentHealth } from './agent-metrics.js'

/** Where an agent answers about itself. */
export interface AgentListener {
  /** `http://HOST:PORT`. */
  readonly url: string
  readonly close: () => Promise<void>
}

/** Reads where metrics are asked for. Throws `UserError` for what is no port, or no address or name. */
export function metricsPlace(port: string, host: string): HostPort {
  const place = /^\d{1,5}$/.test(port)
    ? parseHostPort(formatHostPort({ host, port: Number(port) }))
    : undefined
  if (place) return place
  throw new UserError(
    `metrics are asked for at port ${JSON.stringify(port)} of ${JSON.stringify(host)}`,
    'Give --metrics-port 0 to 65535, and --metrics-host an address or a name.',
  )
}

/** What is asked is short, and so many ask at once. */
const LIMITS = { maxHeaderSize: 8_192, headersTimeout: 5_000, requestTimeout: 5_000, keepAliveTimeout: 5_000 }
const MOST_CONNECTIONS = 32

const isLoopback = (host: string): boolean => /^(127\.\d+\.\d+\.\d+|::1|localhost)$/.test(host)

function answer(
  { method = '', url = '' }: IncomingMessage,
  response: ServerResponse,
  seen: Observation | null,
  metrics: AgentMetrics,
): void {
  const send = (status: number, type: string, text: string): void =>
    void response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text)
  const sendJson = (status: number, body: unknown): void =>
    send(status, 'application/json', `${JSON.stringify(body)}\n`)
  const path = url.split('?', 1)[0] ?? ''
  if (path !== '/metrics' && path !== '/v1/health')
    return sendJson(404, { error: 'there are /metrics and /v1/health' })
  if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD')
    return sendJson(405, { error: `${path} takes GET` })
  }
  if (seen === null) return sendJson(503, { status: 'starting' })
  if (path === '/metrics') return send(200, exposition.contentType, metrics.text(seen))
  sendJson(200, agentHealth(seen))
}

function listen(server: Server, { host, port }: HostPort): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new UserError(
          `metrics cannot be had at ${formatHostPort({ host, port })}: ${error.message}`,
          'Choose another port with --metrics-port, or address with --metrics-host.',
        ),
      ),
    )
    server.listen(port, host, resolve)
  })
}

/**
 * Answers `GET /metrics` and `GET /v1/health` at an address. `observe` says how the agent fares, or null while it starts.
 * Nothing can be changed there, and no secret is told; yet it says which VPCs are on this host.
 */
export async function openAgentListener(
  at: HostPort,
  observe: () => Observation | null,
  metrics: AgentMetrics,
  log: Log,
): Promise<AgentListener> {
  const server = createServer(LIMITS, (request, response) => {
    request.resume()
    answer(request, response, observe(), metrics)
  })
  server.maxConnections = MOST_CONNECTIONS
  await listen(server, at)
  const { port } = server.address() as AddressInfo
  const url = `http://${formatHostPort({ host: at.host, port })}`
  if (!isLoopback(at.host)) log('warn', `whoever reaches ${url} can read the metrics of this agent`, {})
  log('info', `metrics are at ${url}/metrics`, {})
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
