import { z } from 'zod'
import { lockInstance, unlockInstance } from '../model/instance-locks.js'
import type { Store } from '../store/database.js'
import { findInstanceOfAnyone } from '../store/instances.js'
import { AdminError, sendJson } from './answer.js'
import { readJson } from './body.js'
import { checked } from './read-query.js'
import type { Routes } from './routes.js'

const lock = z.strictObject({ instanceId: z.string().min(1).max(128), locked: z.boolean() })

/** The route that locks and unlocks instances. */
export const instanceLockRoutes = (store: Pick<Store, 'read' | 'write'>): Routes => ({
  '/v1/instances/lock': {
    POST: {
      async handle({ request, response }) {
        await setLock(await readJson(request), store)
        sendJson(response, 200, {})
      },
    },
  },
})

/**
 * Takes a `POST /v1/instances/lock` body: locks an instance of any account for security reasons, or unlocks it. Throws
 * `AdminError` 400 for a malformed body and 404 for an unknown instance.
 */
async function setLock(body: unknown, store: Pick<Store, 'read' | 'write'>): Promise<void> {
  const { instanceId, locked } = checked(lock, body, 'the request')
  const owner = await store.read((session) => findInstanceOfAnyone(session, instanceId))
  if (!owner) throw unknown(instanceId)
  await store.write(owner.account_id, async (session) => {
    const instance = await findInstanceOfAnyone(session, instanceId)
    if (!instance) throw unknown(instanceId)
    await (locked ? lockInstance(session, instance) : unlockInstance(session, instance))
  })
}

const unknown = (id: string): AdminError =>
  new AdminError(404, `no instance ${id}`, 'DescribeInstances lists the instances of an account.')
