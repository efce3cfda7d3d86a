import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'

/** The mark that what `up` makes on this host carries: one for each data folder, which must be there. */
export const markOf = (data: string): string =>
  createHash('sha256').update(realpathSync(data)).digest('hex').slice(0, 12)
