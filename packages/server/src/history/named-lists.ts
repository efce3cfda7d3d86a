import type { Fact, Rule, World } from '@sallyport/engine'

/** The prefix lists and port lists that a rule names. */
export const listsIn = ({ peer, destinationPorts }: Rule): string[] => [
  ...(peer.kind === 'prefix-list' ? [peer.list] : []),
  ...(destinationPorts !== null && 'list' in destinationPorts ? [destinationPorts.list] : []),
]

/** Which lists the rules of a group name, as one walks back through the changes of its rules. */
export interface NamedLists {
  has(list: string): boolean
  all(): string[]
  /** Puts a rule back to what it was before a change; whether lists are named now that were not. */
  undo(rule: string, before: Fact): boolean
}

/** Starts at the rules that a group has now. */
export function namedLists(world: World, group: string): NamedLists {
  const byRule = new Map<string, string[]>()
  for (const rule of world.rules.get(group)?.values() ?? []) put(rule.id, rule)

  function put(id: string, rule: Rule | null): void {
    const lists = rule && rule.group === group ? listsIn(rule) : []
    if (lists.length === 0) byRule.delete(id)
    else byRule.set(id, lists)
  }

  const has = (list: string): boolean => [...byRule.values()].some((lists) => lists.includes(list))
  return {
    has,
    all: () => [...new Set([...byRule.values()].flat())],
    undo(id, before) {
      const rule = before as Rule | null
      const isNews = rule !== null && rule.group === group && listsIn(rule).some((list) => !has(list))
      put(id, rule)
      return isNews
    },
  }
}
