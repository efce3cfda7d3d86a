import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { probe, tearDown } from '@sallyport/dataplane'
import type { Settings } from '@sallyport/server'
import { UserError } from '@sallyport/server'
import type { AgentFlags } from './agent.js'
import { markIn } from './agent.js'
import { exitCodes } from './exit-codes.js'
import { AGENT_STATE } from './mark.js'

/** What an agent keeps in its folder. */
const KEPT = ['state.json', 'bindings.json', 'agent.sock']

/** Removes from this host all that an agent of its own made and kept, and prints what that was. */
export async function removeAgent(
  { uplinkNetns }: Settings,
  flags: Pick<AgentFlags, 'state' | 'mark'>,
): Promise<number> {
  const state = flags.state ?? AGENT_STATE
  if (!existsSync(state) && flags.mark === undefined) {
    throw new UserError(
      `there is no state folder ${state}`,
      'Name the one of the agent with --state DIR, or its mark with --mark HEX.',
    )
  }
  const found = await probe()
  if (!found.ok)
    throw new UserError(
      `nothing can be removed: this host lacks ${found.missing}`,
      'Run as root on the host of the agent.',
    )
  const removed = await tearDown(markIn(flags, state), { uplinkNetns, state }).catch((error: unknown) => {
    const { message } = error as Error
    const hint = /are of the installation/.test(message)
      ? 'Name its mark with --mark, or leave --mark out.'
      : 'Under systemd: systemctl disable --now sallyport-agent.'
    throw new UserError(message, hint)
  })
  const lines = [...removed, ...forget(state)].map((item) => `removed ${item}\n`)
  process.stdout.write(lines.length === 0 ? 'nothing to remove\n' : lines.join(''))
  return exitCodes.ok
}

/** The folder goes, too, unless something else is in it. */
function forget(state: string): string[] {
  const kept = KEPT.map((name) => join(state, name)).filter((file) => existsSync(file))
  for (const file of kept) rmSync(file)
  if (existsSync(state) && readdirSync(state).length === 0) rmdirSync(state)
  return kept
}
