import type { Group } from '@sallyport/engine'
import type { GroupRow } from '../store/schema.js'

/** A stored group as the engine and the data planes know it. */
export const groupFact = (row: GroupRow): Group => ({
  id: row.id,
  vpc: row.vpc_id,
  type: row.type,
  innerAccess: row.inner_access,
  ...(row.audit === 1 && { audit: true }),
})
