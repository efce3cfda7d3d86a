import { existsSync, realpathSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { socketIn } from '@sallyport/dataplane'
import { UserError } from '@sallyport/server'
import { AGENT_STATE, markOf, stateFolderOf } from './mark.js'

/**
 * The state folder of the agent that a command means: the named one, that of the agent that `up` runs for the data folder,
 * or that of an agent by itself.
 */
export function stateFolderFor({
  state,
  data,
}: {
  readonly state?: string | undefined
  readonly data: string
}) {
  if (state !== undefined) return existsSync(state) ? realpathSync(state) : state
  const ofUp = existsSync(data) ? stateFolderOf(markOf(data)) : undefined
  return ofUp !== undefined && existsSync(socketIn(ofUp)) ? ofUp : AGENT_STATE
}

function send(socketPath: string, method: string, path: string, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    request({ socketPath, method, path, headers }, resolve).on('error', reject).end(body)
  })
}

const noAgent = (folder: string): UserError =>
  new UserError(
    `no agent answers in ${folder}`,
    'Start one ("sallyport up" or "sallyport agent", as root), or name the folder of one with --state or the data folder of "up" with --data.',
  )

/** Asks the agent of a state folder. Throws `UserError` when none answers, and with the agent's words when it refuses. */
export async function askAgent(
  folder: string,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<unknown> {
  const response = await send(
    socketIn(folder),
    method,
    path,
    body === undefined ? '' : JSON.stringify(body),
  ).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EACCES')
      throw new UserError(`the agent in ${folder} is another user's`, 'Run as the user of the agent: root.')
    throw ['ENOENT', 'ECONNREFUSED', 'ENOTDIR'].includes(error.code ?? '')
      ? noAgent(folder)
      : new UserError(`the agent in ${join(folder)} did not answer: ${error.message}`, 'See its log.')
  })
  const answer = JSON.parse(await text(response)) as Readonly<Record<string, unknown>>
  if (response.statusCode === 200) return answer
  throw new UserError(String(answer['error']), String(answer['hint']))
}
