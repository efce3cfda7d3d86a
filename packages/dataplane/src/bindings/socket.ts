import { chmodSync, rmSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { messageOf } from '../run.js'
import type { Binder, BindRequest } from './binder.js'
import { BindingError, isConfirmTime } from './binder.js'
import { CONFIRM } from './binding.js'

/** The socket of an agent in its state folder. */
export const socketIn = (folder: string): string => join(folder, 'agent.sock')

const MOST_BODY = 16_384

/** The longest path that a socket can have (unix(7)). */
const LONGEST_PATH = 107

async function bodyOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk as string
    if (text.length > MOST_BODY) throw new BindingError(413, 'the request is too long', 'Send less.')
  }
  try {
    const value = JSON.parse(text) as unknown
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // The same is wrong as with what is no object.
  }
  throw new BindingError(400, 'the request is no JSON object', 'Send {"interface": ..., "link": ...}.')
}

function requestFrom(body: Readonly<Record<string, unknown>>): BindRequest {
  const { interface: id, link, netns = null, host = false, mac = null, confirmWithin = null } = body
  const confirms = typeof confirmWithin === 'number' && isConfirmTime(confirmWithin)
  if (
    typeof id !== 'string' ||
    typeof link !== 'string' ||
    (netns !== null && typeof netns !== 'string') ||
    typeof host !== 'boolean' ||
    (mac !== null && (typeof mac !== 'string' || host)) ||
    (confirmWithin !== null && !confirms)
  )
    throw new BindingError(
      400,
      'the binding is malformed',
      `Send {"interface": text, "link": text, "netns": text or null, "host": true or false, "mac": text or null (null with host), "confirmWithin": ${CONFIRM.least} to ${CONFIRM.most} seconds or null}.`,
    )
  return {
    interface: id,
    link,
    netns,
    as: host ? 'host' : 'peer',
    mac,
    confirmWithin: confirms ? confirmWithin : null,
  }
}

function idFrom(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new BindingError(
      400,
      `${JSON.stringify(text.slice(0, 200))} is no interface id`,
      'Encode it as in a URL.',
    )
  }
}

async function answer(binder: Binder, request: IncomingMessage): Promise<unknown> {
  const { method = '', url = '' } = request
  const [, text = '', action] = /^\/v1\/bindings\/([^/?]+)(\/confirm)?$/.exec(url) ?? []
  if (url === '/v1/bindings' && method === 'GET') return { bindings: await binder.list() }
  if (url === '/v1/bindings' && method === 'POST') return binder.bind(requestFrom(await bodyOf(request)))
  const id = idFrom(text)
  if (id !== '' && action === undefined && method === 'DELETE') {
    await binder.unbind(id)
    return {}
  }
  if (action !== undefined && method === 'POST') return binder.confirm(id)
  throw new BindingError(404, `there is no ${method} ${url.slice(0, 200)}`, 'See docs/binding.md.')
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(text)
}

async function handle(binder: Binder, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    send(response, 200, await answer(binder, request))
  } catch (error) {
    const known = error instanceof BindingError
    send(response, known ? error.status : 500, {
      error: messageOf(error),
      hint: known ? error.hint : 'See the log of the agent.',
    })
  }
}

const isAnswered = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })

/**
 * Answers requests about bindings on a socket in the state folder, which only this user can enter. Rejects when another
 * agent answers there. Resolves with a function that ends it.
 */
export async function answerAt(folder: string, binder: Binder): Promise<() => void> {
  const path = socketIn(folder)
  if (Buffer.byteLength(path) > LONGEST_PATH)
    throw new Error(`${path} is too long a path for a socket: name a shorter state folder`)
  if (await isAnswered(path))
    throw new Error(`another agent answers on ${path}: stop it, or name another folder`)
  rmSync(path, { force: true })
  const server = createServer({ maxHeaderSize: 8_192, requestTimeout: 10_000 }, (request, response) => {
    void handle(binder, request, response)
  })
  server.maxConnections = 32
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  chmodSync(path, 0o600)
  return () => {
    server.close()
    server.closeAllConnections()
    rmSync(path, { force: true })
  }
}
