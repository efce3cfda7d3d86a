/** What was "applied", by router namespace. */
export type Shelf = Map<string, string>

/** Keeps the text where `readBack` finds it; nothing is enforced. */
export function apply(shelf: Shelf, namespace: string, text: string): void {
  if (text !== '') shelf.set(namespace, text)
}
