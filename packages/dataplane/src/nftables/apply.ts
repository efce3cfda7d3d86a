import { runSoon } from '../shell.js'

/** Sends one transaction to the kernel of a namespace: all of it takes effect at once, or none. */
export async function apply(namespace: string, text: string): Promise<void> {
  if (text !== '') await runSoon(namespace, 'nft', ['-f', '-'], text)
}
