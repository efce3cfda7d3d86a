import { updateGroupAudit } from '../store/groups.js'
import type { GroupRow } from '../store/schema.js'
import type { WriteSession } from '../store/session.js'
import { groupFact } from './group-fact.js'

/**
 * Puts a group into audit, where what it drops is counted and not applied, or takes it out. No call of the real API
 * does. Nothing is recorded where it is so already.
 */
export async function setGroupAudit(session: WriteSession, row: GroupRow, audited: boolean): Promise<void> {
  const audit = Number(audited)
  if (audit === row.audit) return
  const changed = { ...row, audit }
  await updateGroupAudit(session, changed)
  session.record({ kind: 'group', id: row.id, value: groupFact(changed) })
}
