import { request } from 'node:http'
import { readAdminToken, readEndpoints, UserError } from '@sallyport/server'

/** Asks the running server of a data folder; the answer is the parsed JSON body. */
export type Ask = (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<unknown>

/** A way to ask the server of `data` over its control socket. Throws `UserError` when none runs. */
export function connectControl(data: string): Ask {
  const endpoints = readEndpoints(data)
  if (!endpoints) throw notRunning(data)
  const token = readAdminToken(data) ?? ''
  return async (method, path, body) => {
    const { status, text } = await send(endpoints.controlSocket, token, method, path, body).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') throw notRunning(data)
        throw new UserError(
          `the server did not answer on ${endpoints.controlSocket}: ${error.message}`,
          'Run as the owner of the data folder, and see the log of the server.',
        )
      },
    )
    const answer = JSON.parse(text) as unknown
    if (status === 200) return answer
    const { error, hint } = answer as { error: string; hint: string }
    throw new UserError(`the server refused ${path}: ${error}`, hint)
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
  body: unknown,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, connection: 'close' }
    const outgoing = request({ socketPath, method, path, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      )
    })
    outgoing.on('error', reject)
    outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
