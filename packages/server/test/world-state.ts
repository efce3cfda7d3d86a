import { get } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Snapshot } from '@sallyport/engine'
import type { TestServer } from './harness.js'

export const adminToken = 'test-admin-token'

/** What the change feed has told its followers, all changes applied, of a server with `adminToken`. */
export async function worldState(server: TestServer): Promise<Snapshot> {
  const { controlSocket } = server.running
  const body = await new Promise<string>((resolve, reject) => {
    const request = get(
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
    request.once('error', reject)
  })
  return JSON.parse(body) as Snapshot
}
