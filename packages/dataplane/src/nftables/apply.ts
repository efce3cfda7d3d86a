import { runSoon } from '../shell.js'
import { listingAfter } from './edit.js'
import type { Listing } from './listing.js'
import type { Transaction } from './render.js'

/**
 * Sends one transaction to the kernel of a namespace: all of it takes effect at once, or none. Returns what the
 * kernel holds afterwards.
 */
export async function apply(namespace: string, { text, listing, base }: Transaction): Promise<Listing> {
  const echo = text === '' ? '' : await runSoon(namespace, 'nft', ['--echo', '--handle', '-f', '-'], text)
  return listingAfter(listing, base, echo)
}
