import { get, request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Snapshot } from '@sallyport/engine'
import type { TestServer } from './harness.js'

export const adminToken = 'test-admin-token'

/** Posts to an admin route of a server with `adminToken`; throws unless it answers 200. */
export async function adminPost(server: TestServer, path: string, body: object): Promise<unknown> {
  const { controlSocket } = server.running
  const [status, answer] = await new Promise<[number, string]>((resolve, reject) => {
    const headers = { authorization: `Bearer ${adminToken}` }
    request({ socketPath: controlSocket, method: 'POST', path, headers, agent: false }, (response) => {
      text(response).then((whole) => resolve([response.statusCode ?? 0, whole]), reject)
    })
      .once('error', reject)
      .end(JSON.stringify(body))
  })
  if (status !== 200) throw new Error(`${path} answered ${status} ${answer}`)
  return JSON.parse(answer)
}

/** What the change feed has told its followers, all changes applied, of a server with `adminToken`. */
export async function worldState(server: TestServer): Promise<Snapshot> {
  const { controlSocket } = server.running
  const body = await new Promise<string>((resolve, reject) => {
    const asked = get(
      {
        socketPath: controlSocket,
        path: '/v1/state',
        headers: { authorization: `Bearer ${adminToken}` },
        agent: false,
      },
      (response) => {
        text(response).then(resolve, reject)
      },
    )
    asked.once('error', reject)
  })
  return JSON.parse(body) as Snapshot
}
