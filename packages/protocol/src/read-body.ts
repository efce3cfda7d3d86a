import type { IncomingMessage } from 'node:http'
import { raiseGateway } from './gateway-errors.js'

/** The body of a request that has none; also what GET and most SDK calls have. */
export const EMPTY_BODY = Buffer.alloc(0)

/** A too long body is read to its end, unkept, up to this many times the limit, so that the error can be read. */
const DRAIN_FACTOR = 8

/** Whether a body follows: then it has to be awaited. */
export const hasBody = (request: IncomingMessage): boolean => {
  const length = request.headers['content-length']
  return length === undefined ? request.headers['transfer-encoding'] !== undefined : length !== '0'
}

/**
 * Reads a body of at most `limit` bytes. Rejects with a wire error when it is longer, once the client has sent it
 * all (a client that still writes would see a reset instead of the error) or has sent eight times the limit.
 * Resolves to undefined when the client goes away first.
 */
export const readBody = (request: IncomingMessage, limit: number): Promise<Buffer | undefined> =>
  new Promise((resolve, reject) => {
    let chunks: Buffer[] = []
    let length = 0
    const tooLong = () => reject(raiseGateway('InvalidParameter#body', String(limit)))
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= limit) chunks.push(chunk)
      else chunks = []
      if (length > limit * DRAIN_FACTOR) tooLong()
    })
    request.on('end', () => {
      if (length > limit) tooLong()
      else resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))
    })
    // Without a listener an aborted request would be an unhandled error.
    request.on('error', () => resolve(undefined))
    request.on('close', () => resolve(undefined))
  })

/** Whether a body of this type holds parameters; some clients announce JSON and send nothing. */
export const isForm = (contentType: string | undefined): boolean =>
  contentType !== undefined &&
  contentType.split(';', 1)[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded'
