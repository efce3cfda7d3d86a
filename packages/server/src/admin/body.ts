import type { IncomingMessage } from 'node:http'
import { AdminError } from './answer.js'

const MIB = 1024 * 1024

/** Largest request body: 10,000 flows with every field written out take about 2 MiB. */
export const bodyLimit = 4 * MIB

/** Reads a JSON body of at most `bodyLimit` bytes. Throws `AdminError` 413 or 400. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = await readText(request)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new AdminError(400, `the body is not JSON: ${(error as Error).message}`, 'Send one JSON object.')
  }
}

/** Up to here a body that is too large is read to its end, because a client that still sends misses the answer. */
const drainLimit = 16 * bodyLimit

async function readText(request: IncomingMessage): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > drainLimit) throw tooLarge()
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > drainLimit) throw tooLarge()
    if (size <= bodyLimit) chunks.push(chunk)
  }
  if (size > bodyLimit) throw tooLarge()
  return Buffer.concat(chunks).toString('utf8')
}

const tooLarge = (): AdminError =>
  new AdminError(413, `the body is larger than ${bodyLimit / MIB} MiB`, 'Send less in a request.', {
    connection: 'close',
  })
