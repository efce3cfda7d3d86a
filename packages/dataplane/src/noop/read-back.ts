import type { Shelf } from './apply.js'

/** What was last applied for a namespace, or null. */
export const readBack = (shelf: Shelf, namespace: string): string | null => shelf.get(namespace) ?? null
