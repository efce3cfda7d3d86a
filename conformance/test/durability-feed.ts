import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { get } from 'node:http'
import { createInterface } from 'node:readline'
import type { FeedLine, Revision, Snapshot } from '@sallyport/engine'
import type { RunningServer } from './running-server.js'

/** The admin side of a server, as a follower of the change feed sees it. */
type Admin = Pick<RunningServer, 'adminUrl' | 'adminToken'>

async function open({ adminUrl, adminToken }: Admin, path: string): Promise<IncomingMessage> {
  if (adminUrl === null) throw new Error('the server has no admin listener')
  const request = get(new URL(path, adminUrl), { headers: { authorization: `Bearer ${adminToken}` } })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  // A server that is killed resets the connection; the reader sees that the lines end.
  request.on('error', () => undefined)
  response.on('error', () => undefined)
  if (response.statusCode !== 200) throw new Error(`GET ${path} answered ${response.statusCode}`)
  return response
}

/** The whole state, from GET /v1/state. */
export async function stateOf(admin: Admin): Promise<Snapshot> {
  let text = ''
  for await (const chunk of (await open(admin, '/v1/state')).setEncoding('utf8')) text += chunk
  return JSON.parse(text) as Snapshot
}

const revisionIn = ({ revision, at, changes }: Revision): Revision => ({ revision, at, changes })

/** Follows the feed from revision 0 of an epoch, collecting revisions until the connection ends. */
export async function follow(admin: Admin, epoch: string): Promise<readonly Revision[]> {
  const response = await open(admin, `/v1/watch?epoch=${encodeURIComponent(epoch)}&after=0`)
  const revisions: Revision[] = []
  const lines = createInterface({ input: response })
  // It passes on that a killed server resets the connection.
  lines.on('error', () => undefined)
  lines.on('line', (text) => {
    const line = JSON.parse(text) as FeedLine
    if (line.type === 'heartbeat') return
    if (line.type === 'snapshot') throw new Error('the feed starts anew where it could go on')
    revisions.push(revisionIn(line))
  })
  return revisions
}

/** All revisions of an epoch up to `last`, from GET /v1/watch. */
export async function revisionsTo(admin: Admin, epoch: string, last: number): Promise<Revision[]> {
  const response = await open(admin, `/v1/watch?epoch=${encodeURIComponent(epoch)}&after=0`)
  const revisions: Revision[] = []
  for await (const text of createInterface({ input: response })) {
    const line = JSON.parse(text) as FeedLine
    if (line.type === 'snapshot') throw new Error('the feed starts anew where it could go on')
    if (line.type === 'revision') revisions.push(revisionIn(line))
    if (line.revision >= last) break
  }
  response.destroy()
  return revisions
}

/** Every entity by kind and id that a list of revisions leaves. */
export function entitiesAfter(revisions: readonly Revision[]): Map<string, unknown> {
  const entities = new Map<string, unknown>()
  for (const { kind, id, value } of revisions.flatMap(({ changes }) => changes)) {
    if (value === null) entities.delete(`${kind} ${id}`)
    else entities.set(`${kind} ${id}`, value)
  }
  return entities
}

/** Every entity by kind and id in a state. */
export function entitiesOf({ vpcs, groups, rules, interfaces }: Snapshot): Map<string, unknown> {
  const kinds = { vpc: vpcs, group: groups, rule: rules, interface: interfaces }
  return new Map(
    Object.entries(kinds).flatMap(([kind, list]) => list.map((one) => [`${kind} ${one.id}`, one] as const)),
  )
}
