import type { Settings } from '@sallyport/server'
import { UserError } from '@sallyport/server'
import { connectControl } from './control-client.js'
import { exitCodes } from './exit-codes.js'

/** Lets what a group drops be counted only, or dropped again. */
export async function setAudit(settings: Settings, group: string, state: string): Promise<number> {
  if (state !== 'on' && state !== 'off') {
    throw new UserError(
      `the state is ${JSON.stringify(state)}`,
      'Give on or off: sallyport audit <group> on.',
    )
  }
  await connectControl(settings.data)('POST', '/v1/groups/audit', { group, audit: state === 'on' })
  return exitCodes.ok
}

/** Prints the groups in audit, one a line. */
export async function listAudit(settings: Settings): Promise<number> {
  const { groups } = (await connectControl(settings.data)('GET', '/v1/groups/audit')) as { groups: string[] }
  process.stdout.write(groups.map((group) => `${group}\n`).join(''))
  return exitCodes.ok
}
