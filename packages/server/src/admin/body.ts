import type { IncomingMessage } from 'node:http'
import { AdminError } from './answer.js'

const MIB = 1024 * 1024

/** Largest request body: 10,000 flows with every field written out take about 2 MiB. */
export const bodyLimit = 4 * MIB

/** Reads a JSON body of at most `bodyLimit` bytes. Throws `AdminError` 413 or 400. */
export const readJson = async (request: IncomingMessage): Promise<unknown> =>
  parseJson(await readText(request))

/** The value that a JSON text is. Throws `AdminError` 400. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new AdminError(400, `the body is not JSON: ${(error as Error).message}`, 'Send one JSON object.')
  }
}

/** Reads a body of at most `bodyLimit` bytes as UTF-8. Throws `AdminError` 413. */
export async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  await readWithin(request, bodyLimit, (chunk) => void chunks.push(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

/** So far a body that is too large is read on, because a client that still sends misses the answer. */
const drained = 64 * MIB

/** Gives the parts of a body of at most `limit` bytes to `take`, in turn. Throws `AdminError` 413. */
export async function readWithin(
  request: IncomingMessage,
  limit: number,
  take: (chunk: Buffer) => void | Promise<void>,
): Promise<void> {
  const most = limit + drained
  if (Number(request.headers['content-length'] ?? 0) > most) throw tooLarge(limit)
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > most) throw tooLarge(limit)
    if (size <= limit) await take(chunk)
  }
  if (size > limit) throw tooLarge(limit)
}

const tooLarge = (limit: number): AdminError =>
  new AdminError(
    413,
    limit % MIB === 0
      ? `the body is larger than ${limit / MIB} MiB`
      : `the body is larger than ${limit} bytes`,
    'Send less in a request.',
    { connection: 'close' },
  )
