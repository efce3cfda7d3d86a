import * as http from 'node:http'
import * as https from 'node:https'
import type { LookupFunction } from 'node:net'

/** Where the server listens: a unix socket, or the base of its URLs. */
export type ServerAddress = { readonly socketPath: string } | { readonly url: string }

/** How to reach the server. */
export interface ServerConnection {
  readonly feed: ServerAddress
  readonly token: string
  /** Certificates (PEM) to trust for HTTPS, instead of the system's. */
  readonly ca?: string
  /** How its name is looked up; the system's way without it. */
  readonly lookup?: LookupFunction
}

interface Call {
  readonly method: 'GET' | 'POST'
  /** With its query. */
  readonly path: string
  readonly body?: string
  readonly signal: AbortSignal
}

/** Sends a request and resolves with the response once its head is there. Rejects when the connection fails. */
export function send(
  { feed, token, ca, lookup }: ServerConnection,
  call: Call,
): Promise<http.IncomingMessage> {
  const base = 'url' in feed ? feed.url.replace(/\/$/, '') : 'http://sallyport'
  const url = new URL(base + call.path)
  const secure = url.protocol === 'https:' && ca !== undefined ? { ca } : {}
  const request = url.protocol === 'https:' ? https.request : http.request
  const headers: http.OutgoingHttpHeaders = { authorization: `Bearer ${token}` }
  if (call.body !== undefined) {
    headers['content-type'] = 'application/json'
    headers['content-length'] = Buffer.byteLength(call.body)
  }
  return new Promise((resolve, reject) => {
    const options: https.RequestOptions = { ...secure, method: call.method, headers, signal: call.signal }
    if ('socketPath' in feed) options.socketPath = feed.socketPath
    if (lookup) options.lookup = lookup
    request(url, options, resolve).on('error', reject).end(call.body)
  })
}

/** Where the server is, for messages. */
export const placeOf = ({ feed }: ServerConnection): string => ('url' in feed ? feed.url : feed.socketPath)
