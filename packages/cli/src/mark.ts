import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { join } from 'node:path'

/** The mark that what `up` makes on this host carries: one for each data folder, which must be there. */
export const markOf = (data: string): string =>
  createHash('sha256').update(realpathSync(data)).digest('hex').slice(0, 12)

/** Where agents keep what they need at the next start; only root can write there. */
const STATES = '/var/lib/sallyport'

/** The folder of an agent that runs by itself, unless another is named. */
export const AGENT_STATE = join(STATES, 'agent')

/** The folder of the agent that `up` runs: not in the data folder, which belongs to an ordinary user. */
export const stateFolderOf = (mark: string): string => join(STATES, mark)
