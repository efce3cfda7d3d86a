import { type Snapshot, type World, worldFrom } from '@sallyport/engine'

/** A world, what its things are called, and what is not known of it. */
export interface Source {
  readonly world: World
  /** Names by id, where there are any: `shop/web`. */
  readonly names: ReadonlyMap<string, string>
  /** What the source could not say, in sentences. */
  readonly notes: readonly string[]
}

/** A source of facts, with what they name and do not say. */
export function withNotes(
  snapshot: Snapshot,
  names: ReadonlyMap<string, string>,
  notes: readonly string[] = [],
): Source {
  return { world: worldFrom(snapshot), names, notes: [...notes, ...unknownReferences(snapshot)] }
}

/** What rules and interfaces name and the facts do not have: it matches nothing. */
function unknownReferences({ rules, groups, prefixLists, portLists, interfaces }: Snapshot): string[] {
  const known = new Set([...groups, ...prefixLists, ...portLists].map(({ id }) => id))
  const missing = new Map<string, string[]>()
  const note = (id: string, user: string): void => {
    if (known.has(id)) return
    const users = missing.get(id)
    if (users) users.push(user)
    else missing.set(id, [user])
  }
  for (const { id, peer, destinationPorts } of rules) {
    if (peer.kind === 'group') note(peer.group, `rule ${id}`)
    if (peer.kind === 'prefix-list') note(peer.list, `rule ${id}`)
    if (destinationPorts !== null && 'list' in destinationPorts) note(destinationPorts.list, `rule ${id}`)
  }
  for (const { id, groups: joined } of interfaces) for (const group of joined) note(group, id)
  return [...missing].map(([id, users]) => {
    const others = users.length > 1 ? ` and ${users.length - 1} more` : ''
    return `${id}, which ${users[0]}${others} names, is not known; it is taken to be empty`
  })
}
