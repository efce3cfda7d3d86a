import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { arrival, tellFinished, type Observe } from './endpoint-hooks.js'
import { CONTENT_TYPES, errorBody } from './envelope.js'
import { raiser, type ErrorTable } from './errors.js'

/** What a connection is told whose bytes are no request: no operation is known then, nor a format, hence XML. */
export const framingErrors = {
  'InvalidParameter#http': {
    status: 400,
    message: 'The request is not valid HTTP/1.1. Percent-encode the URL, and send the framing headers once.',
    when: 'The HTTP parser refuses the request line, a header or the framing of the body.',
  },
  'InvalidParameter#headers': {
    status: 431,
    message: 'The request line and headers are longer than %s bytes. Send parameters in the body.',
    when: 'URL and headers together are over the limit.',
  },
  RequestTimeout: {
    status: 408,
    message: 'The request did not arrive in time.',
    when: 'Headers or body take longer than the server waits.',
  },
} as const satisfies ErrorTable

const raise = raiser(framingErrors)

const keyOf = (code: string | undefined): keyof typeof framingErrors => {
  if (code === 'HPE_HEADER_OVERFLOW') return 'InvalidParameter#headers'
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'RequestTimeout' : 'InvalidParameter#http'
}

/** Answers a connection that the HTTP parser gave up on, in the protocol's envelope, and closes it. */
export const answerMalformed = (
  error: NodeJS.ErrnoException,
  socket: Duplex,
  headerLimit: number,
  observe?: Observe,
): void => {
  // The client is gone: there is nobody to tell.
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const { status, code, message } = raise(keyOf(error.code), String(headerLimit))
  const requestId = randomUUID().toUpperCase()
  const arrived = arrival(socket instanceof Socket ? socket.remoteAddress : undefined)
  const body = errorBody('XML', { requestId, hostId: '', code, message, product: 'Ecs' })
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    `content-type: ${CONTENT_TYPES.XML}`,
    `content-length: ${Buffer.byteLength(body)}`,
    `x-acs-request-id: ${requestId}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  if (observe) tellFinished(observe, arrived, nothingKnown(requestId), status, code)
}

const nothingKnown = (requestId: string) => ({
  requestId,
  request: { headers: {} },
  ...{ parameters: undefined, operation: undefined, caller: undefined },
})
