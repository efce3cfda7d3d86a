import { existsSync, rmSync } from 'node:fs'
import { probe, tearDown } from '@sallyport/dataplane'
import type { Settings } from '@sallyport/server'
import { UserError } from '@sallyport/server'
import { connectControl } from './control-client.js'
import { exitCodes } from './exit-codes.js'
import { markOf, stateFolderOf } from './mark.js'

/** Removes from this host everything that carries the mark of the data folder, and prints what that was. */
export async function down({ data, uplinkNetns }: Settings): Promise<number> {
  if (!existsSync(data)) {
    throw new UserError(`there is no data folder ${data}`, 'Name the one that "up" used with --data.')
  }
  const found = await probe()
  if (!found.ok)
    throw new UserError(
      `nothing can be removed: this host lacks ${found.missing}`,
      'Run as root on the host of "up".',
    )
  if (await isRunning(data)) {
    throw new UserError(`a server runs on ${data} and would make it all again`, 'Stop it first.')
  }
  const state = stateFolderOf(markOf(data))
  const removed = await tearDown(markOf(data), { uplinkNetns, state }).catch((error: unknown) => {
    throw new UserError(`not all is removed: ${(error as Error).message}`, 'Then run it again.')
  })
  rmSync(state, { recursive: true, force: true })
  process.stdout.write(
    removed.length === 0 ? 'nothing to remove\n' : removed.map((item) => `removed ${item}\n`).join(''),
  )
  return exitCodes.ok
}

async function isRunning(data: string): Promise<boolean> {
  try {
    await connectControl(data)('GET', '/v1/health')
    return true
  } catch (error) {
    if (error instanceof UserError) return false
    throw error
  }
}
