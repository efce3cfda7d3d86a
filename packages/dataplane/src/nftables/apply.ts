import { runSoon } from '../shell.js'
import type { Command } from './ruleset.js'
import { textOf } from './text.js'

/** Sends one transaction to the kernel of a namespace: all of it takes effect at once, or none. */
export async function apply(namespace: string, commands: readonly Command[]): Promise<void> {
  if (commands.length > 0) await runSoon(namespace, 'nft', ['-f', '-'], textOf(commands))
}
