import type { World } from '@sallyport/engine'
import { z } from 'zod'
import { setGroupAudit } from '../model/group-audit.js'
import type { Store } from '../store/database.js'
import { findGroupOfAnyone } from '../store/groups.js'
import { AdminError, sendJson } from './answer.js'
import { readJson } from './body.js'
import { checked } from './read-query.js'
import type { Routes } from './routes.js'

const change = z.strictObject({ group: z.string().min(1).max(128), audit: z.boolean() })

interface AuditSource {
  readonly store: Pick<Store, 'read' | 'write'>
  readonly world: World
}

/** The route that puts groups into audit, takes them out, and lists those that are in it. */
export const groupAuditRoutes = ({ store, world }: AuditSource): Routes => ({
  '/v1/groups/audit': {
    GET: { handle: ({ response }) => sendJson(response, 200, { groups: inAudit(world) }) },
    POST: {
      async handle({ request, response }) {
        await setAudit(await readJson(request), store)
        sendJson(response, 200, {})
      },
    },
  },
})

/** Ids of the groups in audit, sorted. */
const inAudit = (world: World): string[] =>
  [...world.groups.values()]
    .filter(({ audit }) => audit === true)
    .map(({ id }) => id)
    .sort()

/**
 * Takes a `POST /v1/groups/audit` body, for a group of any account. Throws `AdminError` 400 for a malformed body and 404
 * for an unknown group.
 */
async function setAudit(body: unknown, store: AuditSource['store']): Promise<void> {
  const { group: id, audit } = checked(change, body, 'the request')
  const owner = await store.read((session) => findGroupOfAnyone(session, id))
  if (!owner) throw unknown(id)
  const by = {
    accountId: owner.account_id,
    principal: '',
    operation: audit ? 'audit on' : 'audit off',
    requestId: '',
  }
  await store.write(by, async (session) => {
    const group = await findGroupOfAnyone(session, id)
    if (!group) throw unknown(id)
    await setGroupAudit(session, group, audit)
  })
}

const unknown = (id: string): AdminError =>
  new AdminError(404, `no security group ${id}`, 'DescribeSecurityGroups lists the groups of an account.')
