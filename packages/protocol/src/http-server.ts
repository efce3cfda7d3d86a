import { createServer, type RequestListener, type Server } from 'node:http'
import type { Observe } from './endpoint-hooks.js'
import { answerMalformed } from './malformed-http.js'
import { speakTlsToo, type TlsIdentity } from './tls-port.js'

/**
 * SDKs put a call's parameters in the query, and a call may hold a hundred rules: URLs of 64 KiB must pass. Node's
 * default for all headers together is 16 KiB.
 */
const MAX_HEADER_BYTES = 128 * 1024

export interface HttpServerOptions {
  readonly observe?: Observe | undefined
  readonly identity?: TlsIdentity | undefined
}

/**
 * A node:http server with the limits this protocol needs. A request has 10 s for its headers and 60 s in all; an
 * idle connection is kept 75 s, longer than the 60 s of usual load balancers, so that the server is not the one to
 * close a connection that is just being used. `observe` hears of what is no HTTP and so never reaches the listener.
 * With an identity it speaks HTTPS on the same port.
 */
export const createHttpServer = (
  listener: RequestListener,
  { observe, identity }: HttpServerOptions = {},
): Server => {
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: 10_000,
      requestTimeout: 60_000,
      keepAliveTimeout: 75_000,
      noDelay: true,
      // Node would answer such a request itself, without the protocol's envelope.
      requireHostHeader: false,
    },
    listener,
  )
  server.on('clientError', (error, socket) => answerMalformed(error, socket, MAX_HEADER_BYTES, observe))
  // An expectation that Node does not know is not ours to refuse either: the request is answered as any other.
  server.on('checkExpectation', listener)
  if (identity) speakTlsToo(server, identity)
  return server
}
