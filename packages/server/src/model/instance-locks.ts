import { ecsError } from '../errors/ecs.js'
import { setInstanceLock } from '../store/instances.js'
import type { InstanceRow } from '../store/schema.js'
import type { WriteSession } from '../store/session.js'

/**
 * Locks an instance for security reasons, as the real service does on its own account when an instance does harm: no
 * call of its API can. Data planes are not told: a locked instance goes on as it is.
 */
export const lockInstance = (session: WriteSession, row: InstanceRow): Promise<void> =>
  setInstanceLock(session, row.id, 'security')

/** Takes the lock away again. */
export const unlockInstance = (session: WriteSession, row: InstanceRow): Promise<void> =>
  setInstanceLock(session, row.id, '')

/** Throws 403 InstanceLockedForSecurity for an instance that is locked for security reasons. */
export function refuseLocked(row: Pick<InstanceRow, 'lock_reason'>): void {
  if (row.lock_reason === 'security') throw ecsError('InstanceLockedForSecurity')
}
