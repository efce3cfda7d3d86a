import { type IncomingMessage, request } from 'node:http'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { readAdminToken, readEndpoints, UserError } from '@sallyport/server'

export type Method = 'DELETE' | 'GET' | 'POST' | 'PUT'

/** Asks the running server of a data folder; the answer is the parsed JSON body. */
export type Ask = (method: Method, path: string, body?: unknown) => Promise<unknown>

/** What the server refused, with all that it said of it. */
export class Refused extends UserError {
  readonly answer: Readonly<Record<string, unknown>>

  constructor(path: string, answer: Readonly<Record<string, unknown>>) {
    super(`the server refused ${path}: ${String(answer['error'])}`, String(answer['hint']))
    this.answer = answer
  }
}

/** A way to ask the server of `data` over its control socket. Throws `UserError` when none runs. */
export function connectControl(data: string): Ask {
  const send = connect(data)
  return async (method, path, body) => {
    const json = body === undefined ? undefined : JSON.stringify(body)
    return JSON.parse(await text(await send(method, path, json))) as unknown
  }
}

/** Writes what the server answers to a stream, as it comes. Throws like `connectControl`. */
export async function download(data: string, path: string, target: NodeJS.WritableStream): Promise<void> {
  // Standard output is not closed: other things may be written to it.
  await pipeline(await connect(data)('GET', path), target, { end: target !== process.stdout })
}

/** Sends a stream to the server; the answer is the parsed JSON body. Throws like `connectControl`. */
export async function upload(data: string, path: string, source: Readable): Promise<unknown> {
  return JSON.parse(await text(await connect(data)('PUT', path, source))) as unknown
}

type Send = (method: Method, path: string, body?: string | Readable) => Promise<IncomingMessage>

/** Sends requests; a response comes with its body unread, and only when it is a success. */
function connect(data: string): Send {
  const endpoints = readEndpoints(data)
  if (!endpoints) throw notRunning(data)
  const token = readAdminToken(data) ?? ''
  return async (method, path, body) => {
    const response = await send(endpoints.controlSocket, token, method, path, body).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') throw notRunning(data)
        throw new UserError(
          `the server did not answer on ${endpoints.controlSocket}: ${error.message}`,
          'Run as the owner of the data folder, and see the log of the server.',
        )
      },
    )
    if (response.statusCode === 200) return response
    throw new Refused(
      path.split('?', 1)[0] ?? path,
      JSON.parse(await text(response)) as Record<string, unknown>,
    )
  }
}

const notRunning = (data: string): UserError =>
  new UserError(
    `no server runs on the data folder ${data}`,
    'Start one with "npm start" or "npx sallyport serve", or name its folder with --data.',
  )

function send(
  socketPath: string,
  token: string,
  method: string,
  path: string,
  body: string | Readable | undefined,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, connection: 'close' }
    const outgoing = request({ socketPath, method, path, headers }, resolve)
    outgoing.on('error', reject)
    if (body === undefined || typeof body === 'string') outgoing.end(body)
    else pipeline(body, outgoing).catch(reject)
  })
}
